package tabular

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial/target"
)

// RowGroup is how many rows stand together in the file; fewer where they have more than maxNumbers epochs together.
const RowGroup = 2048

const maxNumbers = 1 << 23

// ErrColumns is returned when two columns would have one name.
var ErrColumns = errors.New("tabular: two columns of one name")

// described is one column in the file's metadata.
type described struct {
	Name string `json:"name"`
	Role string `json:"role"` // "axis", or the quantity
	Axis string `json:"axis,omitempty"`
	Unit string `json:"unit"`
}

// notes is the file's metadata.
type notes struct {
	Surrogate string              `json:"surrogate"`
	Synthetic bool                `json:"synthetic"`
	Notice    string              `json:"notice,omitempty"`
	Metric    *artifacts.Metric   `json:"metric"`
	Epochs    artifacts.EpochRule `json:"epochs"`
	Columns   []described         `json:"columns"`
}

// table joins columns with what fills them.
type table struct {
	file   file
	notes  notes
	fill   []func(features.Config, *artifacts.Answer) // one for each column
	answer artifacts.Answer
}

// Write asks s for every configuration and writes the table to w. The first refused configuration ends it with the
// error of Query and its number. It returns the number of rows.
func Write(w io.Writer, s *artifacts.Surrogate, configs iter.Seq[features.Config]) (int, error) {
	t, err := newTable(w, s)
	if err != nil {
		return 0, err
	}
	if err := t.file.write([]byte(parquetMagic)); err != nil {
		return 0, err
	}
	rows, pending, numbers := 0, 0, 0
	for c := range configs {
		if err := s.QueryInto(&t.answer, c, artifacts.Whole); err != nil {
			return rows, fmt.Errorf("tabular: configuration %d: %w", rows, err)
		}
		c = t.canonical(s, c)
		for _, fill := range t.fill {
			fill(c, &t.answer)
		}
		rows++
		pending++
		if numbers += len(t.answer.Epochs); pending == RowGroup || numbers > maxNumbers {
			if err := t.file.group(pending); err != nil {
				return rows, err
			}
			pending, numbers = 0, 0
		}
	}
	if pending > 0 {
		if err := t.file.group(pending); err != nil {
			return rows, err
		}
	}
	text, err := json.Marshal(t.notes)
	if err != nil {
		return rows, err
	}
	return rows, t.file.footer("eahas", string(text), "eahas version "+artifacts.CodeVersion)
}

func (t *table) canonical(s *artifacts.Surrogate, c features.Config) features.Config {
	spec := s.Spec()
	return spec.Space.Canonical(c)
}

func newTable(w io.Writer, s *artifacts.Surrogate) (*table, error) {
	spec := s.Spec()
	t := &table{file: file{w: w}, notes: notes{Surrogate: spec.Name, Synthetic: spec.Synthetic, Notice: spec.Notice,
		Epochs: spec.Epochs}}
	taken := map[string]bool{}
	for _, n := range quantities {
		taken[n] = true
	}
	for i := range spec.Space.Params {
		t.axis(&spec.Space.Params[i], taken)
	}
	t.results(s)
	seen := map[string]bool{}
	for _, c := range t.file.columns {
		if seen[c.name] {
			return nil, fmt.Errorf("%w: %q", ErrColumns, c.name)
		}
		seen[c.name] = true
	}
	return t, nil
}

func (t *table) axis(p *features.Param, taken map[string]bool) {
	name := p.Name
	if taken[name] {
		name = "config_" + name
	}
	c := &column{name: name, kind: typeDouble}
	if p.Kind == features.Graph {
		c.kind = typeByteArray
	}
	for _, v := range p.Choices {
		if _, isText := v.Str(); isText {
			c.kind = typeByteArray
		}
	}
	t.add(c, described{Name: name, Role: "axis", Axis: p.Name, Unit: p.Unit},
		func(config features.Config, _ *artifacts.Answer) {
			v := config[p.Name]
			x, isNumber := v.Float()
			switch {
			case v.IsMissing():
				c.null()
			case c.kind == typeByteArray:
				c.text(v.String())
			case isNumber:
				c.double(x)
			default:
				c.null()
			}
		})
}

func (t *table) add(c *column, d described, fill func(features.Config, *artifacts.Answer)) {
	c.unit = d.Unit
	t.file.columns = append(t.file.columns, c)
	t.notes.Columns = append(t.notes.Columns, d)
	t.fill = append(t.fill, fill)
}

// quantities are the names of the columns that hold answers.
var quantities = []string{"epochs", "curve", "energy_j", "time_s", "last_epoch", "energy_per_epoch_j", "energy_total_j",
	"time_per_epoch_s", "time_total_s", "inference_energy_j", "extrapolates"}

// results adds the columns of what s knows. Kept whole: it is two tables of columns and what adds them.
func (t *table) results(s *artifacts.Surrogate) {
	spec := s.Spec()
	runs := spec.Epochs.Length != artifacts.LengthNone
	has := func(t target.Target) bool { return s.Head(t) != nil }
	energy, time := has(artifacts.EnergyPerEpoch) || has(artifacts.EnergyTotal), has(artifacts.TimePerEpoch)
	unit := ""
	if has(artifacts.Curve) {
		t.notes.Metric, unit = &spec.Metric, spec.Metric.Unit
	}
	for _, q := range []struct {
		known      bool
		name, unit string
		of         func(*artifacts.Answer) []float64
	}{
		{runs, "epochs", "epoch", func(a *artifacts.Answer) []float64 { return a.Epochs }},
		{has(artifacts.Curve), "curve", unit, func(a *artifacts.Answer) []float64 { return a.Curve }},
		{runs && energy, "energy_j", "J", func(a *artifacts.Answer) []float64 { return a.Energy }},
		{runs && time, "time_s", "s", func(a *artifacts.Answer) []float64 { return a.Time }},
	} {
		if q.known {
			c := &column{name: q.name, kind: typeDouble, list: true}
			t.add(c, described{Name: q.name, Role: q.name, Unit: q.unit},
				func(_ features.Config, a *artifacts.Answer) { c.doubles(q.of(a)) })
		}
	}
	for _, q := range []struct {
		known      bool
		name, unit string
		of         func(*artifacts.Answer) float64
	}{
		{runs, "last_epoch", "epoch", func(a *artifacts.Answer) float64 { return a.Last }},
		{runs && energy || has(artifacts.EnergyPerEpoch), "energy_per_epoch_j", "J",
			func(a *artifacts.Answer) float64 { return a.EnergyPerEpoch }},
		{runs && energy || has(artifacts.EnergyTotal), "energy_total_j", "J",
			func(a *artifacts.Answer) float64 { return a.EnergyTotal }},
		{time, "time_per_epoch_s", "s", func(a *artifacts.Answer) float64 { return a.TimePerEpoch }},
		{runs && time, "time_total_s", "s", func(a *artifacts.Answer) float64 { return a.TimeTotal }},
		{has(artifacts.InferenceEnergy), "inference_energy_j", "J",
			func(a *artifacts.Answer) float64 { return a.InferenceEnergy }},
	} {
		if q.known {
			c := &column{name: q.name, kind: typeDouble}
			t.add(c, described{Name: q.name, Role: q.name, Unit: q.unit}, func(_ features.Config, a *artifacts.Answer) {
				x := q.of(a)
				if math.IsInf(x, 0) {
					x = math.NaN()
				}
				c.double(x)
			})
		}
	}
	for i, k := range spec.Space.Known {
		c := &column{name: k.Name, kind: typeDouble}
		t.add(c, described{Name: k.Name, Role: "known", Unit: k.Unit},
			func(_ features.Config, a *artifacts.Answer) { c.double(a.Known[i]) })
	}
	for _, d := range spec.Own {
		if !has(d.Name) {
			continue
		}
		if d.Span == target.EveryEpoch {
			c := &column{name: string(d.Name), kind: typeDouble, list: true}
			t.add(c, described{Name: string(d.Name), Role: "curve", Unit: d.Unit},
				func(_ features.Config, a *artifacts.Answer) { c.doubles(a.CurveOf(d.Name)) })
			continue
		}
		c := &column{name: string(d.Name), kind: typeDouble}
		t.add(c, described{Name: string(d.Name), Role: "target", Unit: d.Unit},
			func(_ features.Config, a *artifacts.Answer) {
				x, _ := a.Of(d.Name)
				c.double(x)
			})
	}
	c := &column{name: "extrapolates", kind: typeBoolean}
	t.add(c, described{Name: "extrapolates", Role: "extrapolates"},
		func(_ features.Config, a *artifacts.Answer) { c.boolean(a.Extrapolates) })
}
