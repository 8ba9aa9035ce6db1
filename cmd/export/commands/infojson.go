package commands

import (
	"encoding/json"
	"io"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/nullable"
	"eahas/trial/target"
)

// about is what eahas info -json writes.
type about struct {
	Name      string                `json:"name"`
	Version   int                   `json:"format_version"`
	Synthetic bool                  `json:"synthetic"`
	Notice    string                `json:"notice,omitempty"`
	Answers   []aboutTarget         `json:"answers"`
	Own       target.Own            `json:"own_targets,omitempty"`
	Metric    *artifacts.Metric     `json:"metric"` // null without a curve
	Epochs    *artifacts.EpochRule  `json:"epochs"` // null where nothing goes by epochs
	Levels    []float64             `json:"levels"` // probabilities of the bounds that can be asked for
	Space     features.Space        `json:"space"`
	Scores    []aboutScore          `json:"scores"` // on held-out trials, of all variants and groups
	Variants  []artifacts.Variant   `json:"variants"`
	Code      string                `json:"code_version"`
	Math      string                `json:"arithmetic,omitempty"`
	Seed      uint64                `json:"seed"`
	Inputs    []artifacts.InputFile `json:"inputs"`
	Files     []artifacts.InputFile `json:"files"`
}

type aboutTarget struct {
	Target    target.Target `json:"target"`
	Unit      string        `json:"unit"`
	By        string        `json:"by"`                  // what answers it
	Intervals string        `json:"intervals,omitempty"` // what its bounds are made from
}

// aboutScore is a row of report.json; a value or bound that is not known is null.
type aboutScore struct {
	Variant string        `json:"variant"`
	Target  target.Target `json:"target"`
	Group   string        `json:"group"`
	Metric  string        `json:"metric"`
	Value   *float64      `json:"value"`
	Low     *float64      `json:"ci_low"`
	High    *float64      `json:"ci_high"`
	N       int           `json:"n"`
}

// writeAbout writes what a bundle is as one JSON object.
func writeAbout(w io.Writer, b *artifacts.Bundle) error {
	spec := b.Surrogate.Spec()
	a := about{Name: spec.Name, Version: b.Version, Synthetic: spec.Synthetic, Notice: spec.Notice, Own: spec.Own,
		Space: spec.Space, Levels: append([]float64{}, b.Surrogate.Levels()...), Variants: b.Info.Variants,
		Code: b.Info.CodeVersion, Math: b.Info.Arithmetic, Seed: b.Info.RootSeed, Inputs: b.Info.Inputs}
	if b.Surrogate.Head(artifacts.Curve) != nil {
		a.Metric = &spec.Metric
	}
	if spec.Epochs.Length != artifacts.LengthNone {
		a.Epochs = &spec.Epochs
	}
	from := map[target.Target]string{}
	for _, t := range spec.Intervals {
		from[t.Target] = string(t.Model.Source())
	}
	for _, h := range b.Surrogate.Heads() {
		a.Answers = append(a.Answers, aboutTarget{h.Target, unitOf(h.Target, spec), h.Describe(), from[h.Target]})
	}
	for _, r := range b.Info.Metrics {
		a.Scores = append(a.Scores, aboutScore{r.Variant, r.Target, r.Group, r.Metric, nullable.Pointer(r.Value),
			nullable.Pointer(r.CILow), nullable.Pointer(r.CIHigh), r.N})
	}
	for _, f := range b.Files {
		a.Files = append(a.Files, artifacts.InputFile(f))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(a)
}
