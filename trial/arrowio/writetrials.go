package arrowio

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
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
	return WriteSource(stem, l, f, sourceOf(trials), m)
}

// WriteSource is WriteTrials of trials that need not be in memory together: the memory is that of a row group. It walks
// over them once to see what there is, and once for each file.
func WriteSource(stem string, l trial.Layout, f Format, trials Source, m trial.Metric) (*Written, error) {
	w := &writer{stem: stem, f: f, trials: trials, metric: m}
	var err error
	if w.all, err = surveyOf(trials); err != nil {
		return nil, err
	}
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
	trials Source
	all    survey // of the trials
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
	if !w.all.folds {
		m.Fold = ""
	} else {
		fields = append(fields, integer("fold", func(t *trial.Trial) int64 { return int64(t.Fold) }))
	}
	for _, name := range w.all.axes() {
		m.Params[name] = name
		fields = append(fields, value(name, w.all.numeric[name],
			func(t *trial.Trial) features.Value { return t.Config.Get(name) }))
	}
	return fields, m
}

// wide writes one row a trial. runs leaves out the energy, and tells when epochs ended instead.
func (w *writer) wide(suffix string, runs bool) error {
	fields, m := w.head()
	m.Layout = trial.Wide
	m.Length = "length"
	fields = append(fields, float("length", func(t *trial.Trial) float64 { return t.Length }))
	if w.all.curves {
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
	return writeSource(w.file(suffix, m), w.f, w.all.width, fields, w.trials)
}

// costs are the columns of energy and time: lists where all trials have them, else means.
func (w *writer) costs(m *trial.Mapping) (fields []field[*trial.Trial]) {
	for k, c := range costParts {
		switch {
		case w.all.costs[k].perEpoch:
			c.set(m, trial.EnergyColumn{Column: c.column, Unit: "J", Shape: trial.PerEpoch})
			fields = append(fields, floats(c.column, func(t *trial.Trial) []float64 { return c.of(t).PerEpoch }))
		case w.all.costs[k].known:
			c.set(m, trial.EnergyColumn{Column: c.column, Unit: "J", Shape: trial.Mean})
			fields = append(fields, float(c.column, func(t *trial.Trial) float64 { return c.of(t).Mean }))
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
	for k, c := range costParts {
		of := w.all.costs[k]
		if !of.perEpoch {
			continue
		}
		if of.misfit != "" {
			return fmt.Errorf("%w: trial %q has %d epochs of %s and %d points of the curve; layout long needs as many",
				ErrMapping, of.misfit, of.epochs, c.column, of.points)
		}
		c.set(&m, trial.EnergyColumn{Column: c.column, Unit: "J", Shape: trial.PerEpoch})
		fields = append(fields, float(c.column, func(r longRow) float64 {
			if v := c.of(r.t).PerEpoch; v != nil {
				return v[r.i]
			}
			return math.NaN()
		}))
	}
	return writeSource(w.file("", m), w.f, 1, fields, func(yield func(longRow, error) bool) {
		for t, err := range w.trials {
			if err != nil {
				yield(longRow{}, err)
				return
			}
			for i := range t.Curve.Values {
				if !yield(longRow{t, i}, nil) {
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
	if id := w.all.pairless; id != "" {
		return fmt.Errorf("%w: trial %q has no energy and time per epoch; layout power needs both", ErrMapping, id)
	}
	m := trial.Mapping{Layout: trial.Power, Join: trial.JoinID, ID: "trial_id",
		Samples: &trial.PowerColumns{Time: "time_s", Watts: "watts"}}
	fields := []field[sampleRow]{
		text("trial_id", func(r sampleRow) string { return r.t.ID }),
		float("time_s", func(r sampleRow) float64 { return r.time }),
		float("watts", func(r sampleRow) float64 { return r.watts }),
	}
	return writeSource(w.file("_power", m), w.f, 1, fields, func(yield func(sampleRow, error) bool) {
		for t, err := range w.trials {
			if err != nil {
				yield(sampleRow{}, err)
				return
			}
			at := 0.0
			for i, s := range t.TrainTime.PerEpoch {
				watts := t.TrainEnergy.PerEpoch[i] / s
				n := int(math.Ceil(s/sampleEvery)) + 1
				for k := range n { // the power is constant within an epoch: the trapezoids are exact
					when := at + s*float64(k)/float64(n-1)
					if k == n-1 {
						when = at + s
					}
					if !yield(sampleRow{t, when, watts}, nil) {
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
	for _, name := range w.all.axes() {
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
	if err := writeSource(w.file("_curves", m), w.f, 2*w.all.width, curves, w.trials); err != nil {
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
	if err := writeSource(w.file("_energy", m), w.f, 2*w.all.width, energy, w.trials); err != nil {
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
		fields = append(fields, value(name, true, func(t *trial.Trial) features.Value { return t.Slices.Get(name) }))
	}
	return fields
}

// pyclsConfig builds the nested cfg columns of the trials' axes.
func (w *writer) pyclsConfig() ([]field[*trial.Trial], error) {
	groups := map[string][]field[*trial.Trial]{}
	for _, name := range w.all.axes() {
		path, ok := pyclsParams[name]
		if !ok {
			return nil, fmt.Errorf("%w: axis %q has no place in the layout pycls", ErrMapping, name)
		}
		parts := strings.Split(path, ".") // cfg, group, name
		groups[parts[1]] = append(groups[parts[1]], value(parts[2], w.all.numeric[name],
			func(t *trial.Trial) features.Value { return t.Config.Get(name) }))
	}
	var out []field[*trial.Trial]
	for _, g := range []string{"REGNET", "OPTIM", "TRAIN"} {
		if len(groups[g]) > 0 {
			out = append(out, field[*trial.Trial]{name: g, sub: groups[g]})
		}
	}
	return out, nil
}
