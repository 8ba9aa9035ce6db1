package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/nullable"
	"eahas/internal/stream"
)

// TableRow is one measured run.
type TableRow struct {
	Config  features.Config `json:"config"`
	Epochs  nullable.Floats `json:"epochs"`           // trained at each checkpoint, increasing, > 0; length m >= 1
	Values  nullable.Floats `json:"values"`           // the metric there; null where the training had failed
	Joules  nullable.Floats `json:"joules,omitempty"` // spent by then, never falling; empty when unknown
	Seconds nullable.Floats `json:"seconds,omitempty"`
	// what is to be low beside the loss, in place of the cost, such as a latency
	Second *float64 `json:"second,omitempty"`
	Where  string   `json:"-"` // file and row, for messages
}

// TableOptions say how rows become a task.
type TableOptions struct {
	Name   string
	Space  *features.Space // of the configurations; nil: inferred from the rows
	Metric artifacts.Metric
	Fixed  features.Config // only rows with these values count
	Cost   string          // Joules (default), Seconds or Epochs
	Second string          // what TableRow.Second is, with its unit
	Drop   bool            // leave rows with missing cells out, in place of refusing them
}

// table is a task of measured runs. It answers for what was measured and nothing else, so the best of it is known.
type table struct {
	name, digest, cost string
	metric             Metric
	domain             *rowsDomain
	runs               [][]Run // per configuration of the domain: its repeats
	worst              float64
}

// NewTable makes a task of measured runs. ErrMissing: a row lacks a cell (see TableOptions.Drop). ErrTask: no rows are
// left, or they do not know the cost that the budget is to count.
func NewTable(rows []TableRow, o TableOptions) (Task, int, error) {
	if o.Cost == "" {
		o.Cost = Joules
	}
	if o.Cost != Joules && o.Cost != Seconds && o.Cost != Epochs {
		return nil, 0, fmt.Errorf("%w: cost %q is none of joules, seconds, epochs", ErrTask, o.Cost)
	}
	var kept []TableRow
	dropped := 0
	for i := range rows {
		r := &rows[i]
		if !hasFixed(r.Config, o.Fixed) {
			continue
		}
		if err := r.check(o); err != nil {
			if !o.Drop {
				return nil, 0, fmt.Errorf("table %q: %w; give the cell a value, or leave such rows out with "+
					"missing: drop", o.Name, err)
			}
			dropped++
			continue
		}
		kept = append(kept, *r)
	}
	if len(kept) == 0 {
		return nil, dropped, fmt.Errorf("%w: table %q has no rows (%d were left out for missing cells) with the "+
			"fixed axes %s", ErrTask, o.Name, dropped, o.Fixed.Key())
	}
	t := &table{name: o.Name, cost: o.Cost, metric: Metric{o.Metric}, worst: math.Inf(-1)}
	if err := t.group(kept, o); err != nil {
		return nil, dropped, fmt.Errorf("table %q: %w", o.Name, err)
	}
	if t.worst = t.worstLoss(); math.IsInf(t.worst, -1) {
		return nil, dropped, fmt.Errorf("%w: table %q has no finite value", ErrTask, o.Name)
	}
	return t, dropped, nil
}

func hasFixed(c, fixed features.Config) bool {
	for name, v := range fixed {
		if !c[name].Same(v) {
			return false
		}
	}
	return true
}

// check names the first cell that is missing or makes no sense.
func (r *TableRow) check(o TableOptions) error {
	m := len(r.Epochs)
	bad := func(column, why string) error {
		return fmt.Errorf("%w: %s, column %s: %s", ErrMissing, r.Where, column, why)
	}
	switch {
	case m == 0 || len(r.Values) != m:
		return bad("values", fmt.Sprintf("%d values at %d epochs", len(r.Values), m))
	case o.Cost == Joules && len(r.Joules) == 0:
		return bad("joules", "no energy; a table without any can count cost: seconds or cost: epochs")
	case o.Cost == Seconds && len(r.Seconds) == 0:
		return bad("seconds", "no time")
	case o.Second != "" && (r.Second == nil || !(*r.Second > 0)):
		return bad(o.Second, "no number above 0")
	}
	for _, s := range []struct {
		name   string
		values []float64
	}{{"epochs", r.Epochs}, {"joules", r.Joules}, {"seconds", r.Seconds}} {
		if len(s.values) != m && (len(s.values) > 0 || s.name == "epochs") {
			return bad(s.name, fmt.Sprintf("%d entries at %d epochs", len(s.values), m))
		}
		if i := unsound(s.values, s.name == "epochs"); i >= 0 {
			return bad(s.name, fmt.Sprintf("entry %d is %g; all must be finite, above 0 and not fall", i, s.values[i]))
		}
	}
	return nil
}

// unsound returns the first entry that is not a finite number above 0, or falls (strict: does not rise); -1 for none.
func unsound(values []float64, strict bool) int {
	for i, v := range values {
		if !(v > 0) || math.IsInf(v, 0) || i > 0 && (v < values[i-1] || strict && v == values[i-1]) {
			return i
		}
	}
	return -1
}

// group puts the repeats of each configuration together and computes their truth.
func (t *table) group(rows []TableRow, o TableOptions) error {
	space := o.Space
	if space == nil {
		var configs []features.Config
		for _, r := range rows {
			configs = append(configs, r.Config)
		}
		s := features.Infer(o.Name, configs).Space.SeeGraphs(slices.Values(configs))
		space = &s
	}
	h := sha256.New()
	fmt.Fprintf(h, "table 1\n%s\n%s\n%+v\n", o.Cost, o.Fixed.Key(), o.Metric)
	byKey := map[string][]TableRow{}
	for _, r := range rows {
		c := features.Config{}
		for i := range space.Params { // columns that are no axes, such as constants, do not count
			if v, ok := r.Config[space.Params[i].Name]; ok && !v.IsMissing() {
				c[space.Params[i].Name] = v
			}
		}
		if c = space.Canonical(c); space.Check(c) != nil {
			return fmt.Errorf("%w: %s: %w", ErrConfig, r.Where, space.Check(c))
		}
		r.Config = c
		byKey[c.Key()] = append(byKey[c.Key()], r)
	}
	keys := sortedKeys(byKey)
	var configs []features.Config
	for _, k := range keys {
		for _, r := range byKey[k] {
			b, err := json.Marshal(r)
			if err != nil {
				return err
			}
			h.Write(append(b, '\n'))
		}
		configs = append(configs, byKey[k][0].Config)
		t.runs = append(t.runs, t.repeats(byKey[k]))
	}
	t.digest = hex.EncodeToString(h.Sum(nil))
	var err error
	t.domain, err = newRowsDomain(*space, configs, o.Fixed)
	return err
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// repeats makes runs of the rows of one configuration. The truth at a checkpoint is the mean over those that have it.
func (t *table) repeats(rows []TableRow) []Run {
	out := make([]Run, len(rows))
	full := 0.0
	for i, r := range rows {
		run := Run{Trained: r.Epochs, Values: r.Values, Second: math.NaN(), Eval: math.NaN()}
		if len(r.Joules) > 0 {
			run.Joules = r.Joules
		}
		if len(r.Seconds) > 0 {
			run.Seconds = r.Seconds
		}
		if r.Second != nil {
			run.Second = *r.Second
		}
		run.Cost = map[string][]float64{Joules: run.Joules, Seconds: run.Seconds, Epochs: run.Trained}[t.cost]
		full += run.Cost[len(run.Cost)-1] / float64(len(rows))
		out[i] = run
	}
	for i := range out {
		out[i].TrueCost = full
		out[i].Truth = make([]float64, len(out[i].Trained))
		for k, e := range out[i].Trained {
			sum, n := 0.0, 0.0
			for j := range out {
				if at := slices.Index(out[j].Trained, e); at >= 0 && !math.IsNaN(out[j].Values[at]) &&
					!math.IsInf(out[j].Values[at], 0) {
					sum += out[j].Values[at]
					n++
				}
			}
			out[i].Truth[k] = sum / n
		}
	}
	return out
}

func (t *table) worstLoss() float64 {
	worst := math.Inf(-1)
	for _, runs := range t.runs {
		for _, r := range runs {
			for _, v := range r.Values {
				if l := t.metric.Loss(v); !math.IsNaN(l) && !math.IsInf(l, 0) {
					worst = max(worst, l)
				}
			}
		}
	}
	return worst
}

// Name implements Task.
func (t *table) Name() string { return t.name }

// Digest implements Task.
func (t *table) Digest() string { return t.digest }

// Domain implements Task.
func (t *table) Domain() Domain { return t.domain }

// Metric implements Task.
func (t *table) Metric() Metric { return t.metric }

// Cost implements Task.
func (t *table) Cost() string { return t.cost }

// Worst implements Task: the highest loss that was measured.
func (t *table) Worst() float64 { return t.worst }

// Synthetic implements Task: a table was measured.
func (t *table) Synthetic() string { return "" }

// Asker implements Task.
func (t *table) Asker() Asker { return tableAsker{t} }

type tableAsker struct{ *table }

// Ask implements Asker. Noise chooses one of the measured repeats.
func (t tableAsker) Ask(c features.Config, seed uint64, noise bool) (*Run, error) {
	i, ok := t.domain.index[c.Key()]
	if !ok {
		return nil, fmt.Errorf("%w: %s was not measured; a table answers for its rows only", ErrConfig, c.Key())
	}
	repeats := t.runs[i]
	if noise {
		r := repeats[stream.New(seed, "repeat").IntN(len(repeats))]
		return &r, nil
	}
	r := repeats[0]
	r.Values = r.Truth
	return &r, nil
}
