package yahpo

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/artifacts/export/configspace"
	"eahas/artifacts/export/onnx"
	"eahas/features"
	"eahas/internal/stream"
)

// missing is YAHPO's word for a choice that is not set.
const missing = "#na#"

// draws is from how many configurations the longest run is taken where the length is predicted.
const draws = 256

// configSpace turns package configspace's JSON into that of ConfigSpace 0.6: other names, and no range of one value
// (the epoch's, where all runs have one epoch).
func configSpace(space features.Space) ([]byte, error) {
	b, err := configspace.Write(space)
	if err != nil {
		return nil, err
	}
	var d map[string]any
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, fmt.Errorf("yahpo: %w", err)
	}
	for _, h := range d["hyperparameters"].([]any) {
		h := h.(map[string]any)
		h["default"] = h["default_value"]
		delete(h, "default_value")
		delete(h, "meta")
		if low, isRange := h["lower"]; isRange && low == h["upper"] {
			name := h["name"]
			clear(h)
			h["type"], h["name"], h["value"] = "constant", name, low
		}
	}
	delete(d, "format_version")
	d["python_module_version"], d["json_format_version"] = "0.6.1", 0.4
	return indented(d)
}

// withEpoch returns the space that YAHPO sees: choices as it encodes them, and the epoch as the last axis.
func withEpoch(s *artifacts.Surrogate) (features.Space, error) {
	spec := s.Spec()
	space := features.Space{Name: spec.Space.Name, Params: slices.Clone(spec.Space.Params)}
	texts := map[string]bool{}
	for i := range space.Params {
		p := &space.Params[i]
		if p.Kind == features.Graph {
			return space, fmt.Errorf("yahpo: %w: axis %q is of graphs, which YAHPO has no words for",
				onnx.ErrUnsupported, p.Name)
		}
		if onnx.Textual(p) {
			texts[p.Name] = true
			p.Choices = asTexts(p.Choices)
		}
	}
	for i := range space.Params {
		if p := &space.Params[i]; p.When != nil && texts[p.When.Param] {
			when := *p.When
			when.In = asTexts(when.In)
			p.When = &when
		}
	}
	if spec.Epochs.Length == artifacts.LengthNone {
		return space, nil
	}
	last, err := longest(s)
	if err != nil {
		return space, err
	}
	space.Params = append(space.Params, epochAxis(spec.Epochs, last))
	return space, nil
}

// epochAxis is a range of integers where epochs have such numbers, else a list of the epochs.
func epochAxis(rule artifacts.EpochRule, last float64) features.Param {
	p := features.Param{Name: onnx.FidelityEpoch, Kind: features.Linear, Low: rule.First, High: last}
	steps := math.Ceil((last - rule.First) / rule.Step)
	switch {
	case rule.Step == 1 && rule.First == math.Trunc(rule.First) && last == math.Trunc(last):
		p.Kind = features.Integer
	case steps < configspace.MaxListed:
		p.Kind = features.Ordinal
		for k := range int(steps) {
			p.Choices = append(p.Choices, features.Number(rule.First+float64(k)*rule.Step))
		}
		p.Choices = append(p.Choices, features.Number(last))
	}
	return p
}

func asTexts(values []features.Value) []features.Value {
	out := make([]features.Value, len(values))
	for i, v := range values {
		out[i] = features.Text(v.String())
	}
	return out
}

// longest returns the number of the last epoch of the longest run. Where the length is predicted, it is that of some
// configurations: always the same ones.
func longest(s *artifacts.Surrogate) (float64, error) {
	spec := s.Spec()
	rule, last := spec.Epochs, spec.Epochs.First
	switch rule.Length {
	case artifacts.LengthFixed:
		return rule.Last, nil
	case artifacts.LengthAxis:
		p := spec.Space.Param(rule.Axis)
		if p.Numeric() {
			return p.High - rule.Offset, nil
		}
		for _, c := range p.Choices {
			if x, ok := c.ReadFloat(); ok {
				last = max(last, x-rule.Offset)
			}
		}
		return last, nil
	}
	rng, sampler, a := stream.New(1, "export", "yahpo"), spec.Space.NewSampler(), new(artifacts.Answer)
	for range draws {
		c, err := sampler.Sample(rng)
		if err != nil {
			return 0, fmt.Errorf("yahpo: %w", err)
		}
		if err := s.QueryInto(a, c, rule.First); err != nil {
			return 0, fmt.Errorf("yahpo: %w", err)
		}
		last = max(last, a.Last)
	}
	return last, nil
}

// encoding maps the texts of each choice to whole numbers.
func encoding(space features.Space, names []string) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, name := range names {
		codes := map[string]int{missing: 0}
		for i, c := range space.Param(name).Choices {
			codes[c.String()] = i + 1
		}
		out[name] = codes
	}
	return out
}
