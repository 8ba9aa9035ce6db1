package configspace

import (
	"encoding/json"
	"fmt"
	"math"

	"eahas/artifacts/export/internal/ensemble"
	"eahas/features"
)

// ErrUnsupported is returned for a grid of more than MaxListed values, for 0 beside a range by the logarithm, and
// for an axis that is no decision.
var ErrUnsupported = fmt.Errorf("configspace: %w", ensemble.ErrUnsupported)

// MaxListed is the longest grid that is written as a list.
const MaxListed = 10_000

// The version of the format, as ConfigSpace 1.2 writes it.
const (
	formatVersion = 0.4
	moduleVersion = "1.2.0"
)

// document is the file.
type document struct {
	Name          string      `json:"name"`
	Axes          []axis      `json:"hyperparameters"`
	Conditions    []condition `json:"conditions"`
	Forbidden     []struct{}  `json:"forbiddens"`
	ModuleVersion string      `json:"python_module_version"`
	FormatVersion float64     `json:"format_version"`
}

// axis is one hyperparameter. Fields that its type does not have are nil.
type axis struct {
	Type     string           `json:"type"`
	Name     string           `json:"name"`
	Lower    *float64         `json:"lower,omitempty"`
	Upper    *float64         `json:"upper,omitempty"`
	Log      *bool            `json:"log,omitempty"`
	Sequence []features.Value `json:"sequence,omitempty"`
	Choices  []features.Value `json:"choices,omitempty"`
	Weights  []float64        `json:"weights,omitempty"`
	Default  features.Value   `json:"default_value"`
	Meta     *meta            `json:"meta"`
}

type meta struct {
	Unit  string `json:"unit,omitempty"`
	Doc   string `json:"doc,omitempty"`
	Graph string `json:"graph,omitempty"` // the axis of graphs that this is a part of
}

type condition struct {
	Type   string           `json:"type"`
	Child  string           `json:"child"`
	Parent string           `json:"parent"`
	Values []features.Value `json:"values"`
}

// Write returns the JSON of a valid space, indented. The error wraps ErrUnsupported.
func Write(s features.Space) ([]byte, error) {
	d := document{Name: s.Name, Conditions: []condition{}, Forbidden: []struct{}{}, ModuleVersion: moduleVersion,
		FormatVersion: formatVersion}
	if p := s.AskedFor(); p != nil {
		return nil, fmt.Errorf("%w: axis %q is known before training and follows from no formula: "+
			"no tool can choose it", ErrUnsupported, p.Name)
	}
	for i := range s.Params {
		p := &s.Params[i]
		axes, err := axesOf(p)
		if err != nil {
			return nil, err
		}
		d.Axes = append(d.Axes, axes...)
		if p.When == nil {
			continue
		}
		on := s.Param(p.When.Param)
		for _, a := range axes {
			c := condition{Type: "IN", Child: a.Name, Parent: p.When.Param}
			for _, v := range p.When.In {
				c.Values = append(c.Values, on.Canonical(v))
			}
			d.Conditions = append(d.Conditions, c)
		}
	}
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("configspace: %w", err)
	}
	return append(b, '\n'), nil
}

// axesOf returns the hyperparameters of an axis: one, or of graphs one for each operation and edge. Not all of their
// values are graphs; the Python client draws until they are.
func axesOf(p *features.Param) ([]axis, error) {
	if p.Kind != features.Graph {
		a, err := axisOf(p)
		return []axis{a}, err
	}
	var out []axis
	for _, c := range p.Graph.Coordinates() {
		a := axis{Name: p.Name + "." + c.Name, Type: "categorical", Meta: &meta{Doc: p.Doc, Graph: p.Name}}
		for _, word := range c.Choices {
			a.Choices = append(a.Choices, features.Text(word))
		}
		a.Default = a.Choices[0]
		out = append(out, a)
	}
	return out, nil
}

func axisOf(p *features.Param) (axis, error) {
	a := axis{Name: p.Name}
	if p.Unit != "" || p.Doc != "" {
		a.Meta = &meta{Unit: p.Unit, Doc: p.Doc}
	}
	switch {
	case p.Kind == features.Choice:
		a.Type, a.Choices, a.Weights, a.Default = "categorical", p.Choices, p.Weights, p.Choices[heaviest(p)]
	case p.Kind == features.Ordinal:
		a.Type, a.Sequence, a.Default = "ordinal", p.Choices, p.Choices[heaviest(p)]
	case p.Step > 0 && !(p.Kind == features.Integer && p.Step == 1):
		a.Type, a.Sequence = "ordinal", p.Values()
		if n := len(a.Sequence); n == 0 || n > MaxListed {
			return a, fmt.Errorf("%w: %q has a grid of more than %d values", ErrUnsupported, p.Name, MaxListed)
		}
		a.Default = a.Sequence[len(a.Sequence)/2]
	default:
		if p.Zero {
			return a, fmt.Errorf("%w: %q has 0 beside a range by the logarithm", ErrUnsupported, p.Name)
		}
		a.Type = "uniform_float"
		log := p.Logarithmic()
		middle := (p.Low + p.High) / 2
		if log {
			middle = math.Sqrt(p.Low) * math.Sqrt(p.High)
		}
		if p.Kind == features.Integer {
			a.Type, middle = "uniform_int", math.Floor(middle)
		}
		a.Lower, a.Upper, a.Log, a.Default = &p.Low, &p.High, &log, features.Number(min(p.High, max(p.Low, middle)))
	}
	return a, nil
}

// heaviest returns the first of the choices with the greatest weight.
func heaviest(p *features.Param) int {
	best := 0
	for i, w := range p.Weights {
		if w > p.Weights[best] {
			best = i
		}
	}
	return best
}
