package arrowio

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"eahas/features"
	"eahas/trial"
)

// Written says what WriteTrials wrote.
type Written struct {
	Files    []string        // paths
	Mappings []trial.Mapping // how to read them back; paths are the files' names
}

// WriteTrials writes trials as logs of the given layout, in base units. stem is the path without extension: layouts
// wide and long write one file, power writes stem_runs and stem_power, pycls writes stem_curves and stem_energy. The
// metric says what the curves are. Existing files are replaced.
//
// Layout long takes one epoch a row, so that its costs per epoch have to be as long as the curve or unknown. Layout
// power needs energy and time per epoch. Layout pycls needs the axes of the EA-HAS space and its units: Wh, seconds,
// percent.
func WriteTrials(stem string, l trial.Layout, f Format, trials []trial.Trial, m trial.Metric) (*Written, error) {
	w := &writer{stem: stem, f: f, trials: trials, metric: m}
	var err error
	switch l {
	case trial.Wide:
		err = w.wide("", false)
	case trial.Long:
		err = w.long()
	case trial.Power:
		if err = w.wide("_runs", true); err == nil {
			err = w.power()
		}
	case trial.Pycls:
		err = w.pycls()
	default:
		err = fmt.Errorf("%w: layout %q", ErrMapping, l)
	}
	return &w.out, err
}

type writer struct {
	stem   string
	f      Format
	trials []trial.Trial
	metric trial.Metric
	out    Written
}

func (w *writer) file(suffix string, m trial.Mapping) string {
	path := w.stem + suffix + w.f.Ext()
	m.Path = trial.Strings{filepath.Base(path)}
	w.out.Files = append(w.out.Files, path)
	w.out.Mappings = append(w.out.Mappings, m)
	return path
}

func (w *writer) curve() *trial.CurveColumn {
	unit := w.metric.Unit
	higher := w.metric.HigherIsBetter
	return &trial.CurveColumn{Column: cmp.Or(w.metric.Column, "curve"), Kind: w.metric.Kind, Unit: unit,
		Higher: &higher}
}

// axes lists the axes of all trials, and says which hold numbers only.
func (w *writer) axes() (names []string, numeric map[string]bool) {
	numeric = map[string]bool{}
	seen := map[string]bool{}
	for i := range w.trials {
		for name, v := range w.trials[i].Config {
			if !seen[name] {
				seen[name], numeric[name] = true, true
			}
			if _, ok := v.Float(); !ok && !v.IsMissing() {
				numeric[name] = false
			}
		}
	}
	return slices.Sorted(maps.Keys(seen)), numeric
}

// The kinds of cells.
func text[R any](name string, get func(R) string) field[R] {
	return field[R]{name: name, typ: arrow.BinaryTypes.String, append: func(b array.Builder, r R) {
		b.(*array.StringBuilder).Append(get(r))
	}}
}

func integer[R any](name string, get func(R) int64) field[R] {
	return field[R]{name: name, typ: arrow.PrimitiveTypes.Int64, append: func(b array.Builder, r R) {
		b.(*array.Int64Builder).Append(get(r))
	}}
}

// float writes NaN as null.
func float[R any](name string, get func(R) float64) field[R] {
	return field[R]{name: name, typ: arrow.PrimitiveTypes.Float64, append: func(b array.Builder, r R) {
		if x := get(r); math.IsNaN(x) {
			b.AppendNull()
		} else {
			b.(*array.Float64Builder).Append(x)
		}
	}}
}

// floats writes nil as null.
func floats[R any](name string, get func(R) []float64) field[R] {
	return field[R]{name: name, typ: arrow.ListOf(arrow.PrimitiveTypes.Float64), append: func(b array.Builder, r R) {
		v, l := get(r), b.(*array.ListBuilder)
		l.Append(v != nil)
		l.ValueBuilder().(*array.Float64Builder).AppendValues(v, nil)
	}}
}

func value[R any](name string, numeric bool, get func(R) features.Value) field[R] {
	if numeric {
		return float(name, func(r R) float64 {
			if x, ok := get(r).Float(); ok {
				return x
			}
			return math.NaN()
		})
	}
	return field[R]{name: name, typ: arrow.BinaryTypes.String, append: func(b array.Builder, r R) {
		if v := get(r); v.IsMissing() {
			b.AppendNull()
		} else {
			b.(*array.StringBuilder).Append(v.String())
		}
	}}
}

// head are the columns that say which trial it is.
func (w *writer) head() (fields []field[*trial.Trial], m trial.Mapping) {
	m = trial.Mapping{ID: "trial_id", Group: trial.Strings{"group_id"}, Fold: "fold", Seed: "seed",
		Params: trial.Columns{}}
	fields = []field[*trial.Trial]{
		text("trial_id", func(t *trial.Trial) string { return t.ID }),
		text("group_id", func(t *trial.Trial) string { return cmp.Or(t.Group, t.ID) }),
		text("seed", func(t *trial.Trial) string { return t.Seed }),
	}
	if slices.ContainsFunc(w.trials, func(t trial.Trial) bool { return t.Fold < 0 }) {
		m.Fold = ""
	} else {
		fields = append(fields, integer("fold", func(t *trial.Trial) int64 { return int64(t.Fold) }))
	}
	names, numeric := w.axes()
	for _, name := range names {
		m.Params[name] = name
		fields = append(fields, value(name, numeric[name],
			func(t *trial.Trial) features.Value { return t.Config[name] }))
	}
	return fields, m
}

func (w *writer) each() iter.Seq[*trial.Trial] {
	return func(yield func(*trial.Trial) bool) {
		for i := range w.trials {
			if !yield(&w.trials[i]) {
				return
			}
		}
	}
}

// width is the most list elements of one trial.
func (w *writer) width() int {
	n := 1
	for i := range w.trials {
		n = max(n, len(w.trials[i].Curve.Values))
	}
	return n
}

func (w *writer) any(has func(*trial.Trial) bool) bool {
	return slices.ContainsFunc(w.trials, func(t trial.Trial) bool { return has(&t) })
}

// wide writes one row a trial. runs leaves out the energy, and tells when epochs ended instead.
func (w *writer) wide(suffix string, runs bool) error {
	fields, m := w.head()
	m.Layout = trial.Wide
	m.Length = "length"
	fields = append(fields, float("length", func(t *trial.Trial) float64 { return t.Length }))
	if w.any(func(t *trial.Trial) bool { return len(t.Curve.Values) > 0 }) {
		m.Curve = w.curve()
		m.Curve.Epochs.Column = "curve_epochs"
		fields = append(fields,
			floats("curve_epochs", func(t *trial.Trial) []float64 { return t.Curve.Epochs }),
			floats(m.Curve.Column, func(t *trial.Trial) []float64 { return t.Curve.Values }))
	}
	switch {
	case runs:
		m.Time = &trial.TimeColumn{Column: "duration_s", Unit: "s", Shape: trial.Total}
		m.EpochEnds = &trial.EndsColumn{Column: "epoch_ends_s", Unit: "s"}
		fields = append(fields,
			float("duration_s", func(t *trial.Trial) float64 { return last(ends(t)) }),
			floats("epoch_ends_s", ends))
	default:
		fields = append(fields, w.costs(&m)...)
	}
	return writeTable(w.file(suffix, m), w.f, w.width(), fields, w.each())
}

// costs are the columns of energy and time: lists where all trials have them, else means.
func (w *writer) costs(m *trial.Mapping) (fields []field[*trial.Trial]) {
	for _, c := range []struct {
		name string
		get  func(*trial.Trial) trial.Cost
		set  func(column string, s trial.Shape)
	}{
		{"energy_j", func(t *trial.Trial) trial.Cost { return t.TrainEnergy }, func(col string, s trial.Shape) {
			m.Energy = &trial.EnergyColumn{Column: col, Unit: "J", Shape: s}
		}},
		{"time_s", func(t *trial.Trial) trial.Cost { return t.TrainTime }, func(col string, s trial.Shape) {
			m.Time = &trial.TimeColumn{Column: col, Unit: "s", Shape: s}
		}},
		{"inference_j", func(t *trial.Trial) trial.Cost { return t.TestEnergy }, func(col string, s trial.Shape) {
			m.InferenceEnergy = &trial.EnergyColumn{Column: col, Unit: "J", Shape: s}
		}},
	} {
		switch {
		case w.any(func(t *trial.Trial) bool { return c.get(t).PerEpoch != nil }):
			c.set(c.name, trial.PerEpoch)
			fields = append(fields, floats(c.name, func(t *trial.Trial) []float64 { return c.get(t).PerEpoch }))
		case w.any(func(t *trial.Trial) bool { return known(c.get(t)) }):
			c.set(c.name, trial.Mean)
			fields = append(fields, float(c.name, func(t *trial.Trial) float64 { return c.get(t).Mean }))
		}
	}
	return fields
}

func last(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	return v[len(v)-1]
}

// ends are the times at which the epochs of a trial ended.
func ends(t *trial.Trial) []float64 {
	if t.TrainTime.PerEpoch == nil {
		return nil
	}
	out, sum := make([]float64, len(t.TrainTime.PerEpoch)), 0.0
	for i, s := range t.TrainTime.PerEpoch {
		sum += s
		out[i] = sum
	}
	return out
}

// longRow is one epoch of a trial.
type longRow struct {
	t *trial.Trial
	i int
}

func (w *writer) long() error {
	head, m := w.head()
	m.Layout = trial.Long
	fields := make([]field[longRow], 0, len(head)+5)
	for _, h := range head {
		fields = append(fields, field[longRow]{name: h.name, typ: h.typ,
			append: func(b array.Builder, r longRow) { h.append(b, r.t) }})
	}
	m.Curve = w.curve()
	m.Curve.Epochs.Column = "epoch"
	fields = append(fields,
		float("epoch", func(r longRow) float64 { return r.t.Curve.Epochs[r.i] }),
		float(m.Curve.Column, func(r longRow) float64 { return r.t.Curve.Values[r.i] }))
	for _, c := range []struct {
		name string
		get  func(*trial.Trial) []float64
		set  func()
	}{
		{"energy_j", func(t *trial.Trial) []float64 { return t.TrainEnergy.PerEpoch }, func() {
			m.Energy = &trial.EnergyColumn{Column: "energy_j", Unit: "J", Shape: trial.PerEpoch}
		}},
		{"time_s", func(t *trial.Trial) []float64 { return t.TrainTime.PerEpoch }, func() {
			m.Time = &trial.TimeColumn{Column: "time_s", Unit: "s", Shape: trial.PerEpoch}
		}},
		{"inference_j", func(t *trial.Trial) []float64 { return t.TestEnergy.PerEpoch }, func() {
			m.InferenceEnergy = &trial.EnergyColumn{Column: "inference_j", Unit: "J", Shape: trial.PerEpoch}
		}},
	} {
		if !w.any(func(t *trial.Trial) bool { return c.get(t) != nil }) {
			continue
		}
		for i := range w.trials {
			if n := len(c.get(&w.trials[i])); n > 0 && n != len(w.trials[i].Curve.Values) {
				return fmt.Errorf("%w: trial %q has %d epochs of %s and %d points of the curve; layout long needs "+
					"as many", ErrMapping, w.trials[i].ID, n, c.name, len(w.trials[i].Curve.Values))
			}
		}
		c.set()
		fields = append(fields, float(c.name, func(r longRow) float64 {
			if v := c.get(r.t); v != nil {
				return v[r.i]
			}
			return math.NaN()
		}))
	}
	return writeTable(w.file("", m), w.f, 1, fields, func(yield func(longRow) bool) {
		for t := range w.each() {
			for i := range t.Curve.Values {
				if !yield(longRow{t, i}) {
					return
				}
			}
		}
	})
}

// sampleRow is one power sample.
type sampleRow struct {
	t           *trial.Trial
	time, watts float64
}

// sampleEvery are the seconds between the power samples that are written, at most.
const sampleEvery = 5

func (w *writer) power() error {
	for i := range w.trials {
		t := &w.trials[i]
		if e, s := t.TrainEnergy.PerEpoch, t.TrainTime.PerEpoch; e == nil || len(e) != len(s) {
			return fmt.Errorf("%w: trial %q has no energy and time per epoch; layout power needs both", ErrMapping,
				t.ID)
		}
	}
	m := trial.Mapping{Layout: trial.Power, Join: trial.JoinID, ID: "trial_id",
		Samples: &trial.PowerColumns{Time: "time_s", Watts: "watts"}}
	fields := []field[sampleRow]{
		text("trial_id", func(r sampleRow) string { return r.t.ID }),
		float("time_s", func(r sampleRow) float64 { return r.time }),
		float("watts", func(r sampleRow) float64 { return r.watts }),
	}
	return writeTable(w.file("_power", m), w.f, 1, fields, func(yield func(sampleRow) bool) {
		for t := range w.each() {
			at := 0.0
			for i, s := range t.TrainTime.PerEpoch {
				watts := t.TrainEnergy.PerEpoch[i] / s
				n := int(math.Ceil(s/sampleEvery)) + 1
				for k := range n { // the power is constant within an epoch: the trapezoids are exact
					when := at + s*float64(k)/float64(n-1)
					if k == n-1 {
						when = at + s
					}
					if !yield(sampleRow{t, when, watts}) {
						return
					}
				}
				at += s
			}
		}
	})
}

// pycls writes curves and energies as the sweep does.
func (w *writer) pycls() error {
	cfg, err := w.pyclsConfig()
	if err != nil {
		return err
	}
	params := trial.Columns{}
	names, _ := w.axes()
	for _, name := range names {
		params[name] = pyclsParams[name]
	}
	m := trial.Mapping{Layout: trial.Pycls, Params: params}
	curves := []field[*trial.Trial]{
		{name: "cfg", sub: cfg},
		{name: "test_ema_epoch", sub: []field[*trial.Trial]{
			floats("top1_err", pyclsErrors(w.metric)),
			floats("epoch_ind", func(t *trial.Trial) []float64 { return t.Curve.Epochs }),
			float("epoch_max", func(t *trial.Trial) float64 { return t.Length }),
		}},
		{name: "train_epoch", sub: []field[*trial.Trial]{
			floats("time_epoch", func(t *trial.Trial) []float64 { return t.TrainTime.PerEpoch }),
		}},
		{name: "complexity", sub: w.complexity()},
	}
	if err := writeTable(w.file("_curves", m), w.f, 2*w.width(), curves, w.each()); err != nil {
		return err
	}
	wh := func(v []float64) []float64 {
		if v == nil {
			return nil
		}
		out := make([]float64, len(v))
		for i, x := range v {
			out[i] = x / 3600
		}
		return out
	}
	energy := []field[*trial.Trial]{
		{name: "cfg", sub: cfg},
		{name: "cons", sub: []field[*trial.Trial]{
			floats("train_cons", func(t *trial.Trial) []float64 { return wh(t.TrainEnergy.PerEpoch) }),
			floats("test_cons", func(t *trial.Trial) []float64 { return wh(t.TestEnergy.PerEpoch) }),
		}},
	}
	m.Path = nil
	if err := writeTable(w.file("_energy", m), w.f, 2*w.width(), energy, w.each()); err != nil {
		return err
	}
	both := w.out.Mappings[0] // one mapping reads both files
	both.Path = append(both.Path, w.out.Mappings[1].Path...)
	w.out.Mappings = []trial.Mapping{both}
	return nil
}

// pyclsErrors gives the curve as top-1 error.
func pyclsErrors(m trial.Metric) func(*trial.Trial) []float64 {
	return func(t *trial.Trial) []float64 {
		if m.Kind == "error" || t.Curve.Values == nil {
			return t.Curve.Values
		}
		out := make([]float64, len(t.Curve.Values))
		for i, x := range t.Curve.Values {
			out[i] = 100 - x
		}
		return out
	}
}

// complexity are the derived quantities that a trial carries among its slices.
func (w *writer) complexity() (fields []field[*trial.Trial]) {
	for _, name := range []string{"params", "flops", "acts"} {
		fields = append(fields, value(name, true, func(t *trial.Trial) features.Value { return t.Slices[name] }))
	}
	return fields
}

// pyclsConfig builds the nested cfg columns of the trials' axes.
func (w *writer) pyclsConfig() ([]field[*trial.Trial], error) {
	names, numeric := w.axes()
	groups := map[string][]field[*trial.Trial]{}
	for _, name := range names {
		path, ok := pyclsParams[name]
		if !ok {
			return nil, fmt.Errorf("%w: axis %q has no place in the layout pycls", ErrMapping, name)
		}
		parts := strings.Split(path, ".") // cfg, group, name
		groups[parts[1]] = append(groups[parts[1]], value(parts[2], numeric[name],
			func(t *trial.Trial) features.Value { return t.Config[name] }))
	}
	var out []field[*trial.Trial]
	for _, g := range []string{"REGNET", "OPTIM", "TRAIN"} {
		if len(groups[g]) > 0 {
			out = append(out, field[*trial.Trial]{name: g, sub: groups[g]})
		}
	}
	return out, nil
}
