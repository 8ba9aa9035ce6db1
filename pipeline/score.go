package pipeline

import (
	"context"
	"fmt"
	"math"
	"strings"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/stream"
	"eahas/trial"
)

// scored is everything known before the final training.
type scored struct {
	in       *ingested
	data     *Dataset
	rejected []trial.Rejection // by the ingest and by the space
	targets  []string          // what the surrogate answers
	heads    []string          // what is trained for it
	outs     []*outOfFold      // a variant each; trained with the first seed

	rows     []eval.Row
	floor    []eval.Row
	noise    *eval.Noise
	details  map[string]eval.Details // of the curves, by variant
	sure     map[string]*uncertainty // by variant; of some or all variants
	bySeed   map[figure][]float64    // every figure of rows, one value a training seed; nil with one seed
	warnings []string
	warned   map[string]int // what warnOf said: its line in warnings
}

// prepare does everything up to the training: the data set, its folds, what is answered and what is trained for it.
func (r *run) prepare(in *ingested) (*scored, error) {
	d, outside, err := newDataset(r.config, in)
	s := &scored{in: in, data: d, details: map[string]eval.Details{}, sure: map[string]*uncertainty{}, warned: map[string]int{}}
	s.rejected = append(append(s.rejected, in.Rejections...), outside...)
	if err != nil {
		return nil, err
	}
	if r.options.Strict && len(outside) > 0 {
		return nil, strict(outside)
	}
	if !d.hasColumn(r.config.Evaluate.GroupBy) {
		return nil, fmt.Errorf("%w: evaluate.group_by: %q is neither an axis (%s) nor a kept column", ErrConfig, r.config.Evaluate.GroupBy, d.axisNames())
	}
	if s.targets, err = d.targets(r.config.Targets); err != nil {
		return nil, err
	}
	if s.targets, err = s.withoutConstants(); err != nil {
		return nil, err
	}
	s.heads = d.heads(s.targets)
	r.note(Note, "data", "%d trials, %d rejected, %d targets", len(d.Trials), len(s.rejected), len(s.targets))
	return s, nil
}

// score evaluates all variants on held-out trials.
func (r *run) score(ctx context.Context, in *ingested) (*scored, error) {
	s, err := r.prepare(in)
	if err != nil {
		return nil, err
	}
	d := s.data
	outs, err := r.evaluate(ctx, d, s.heads)
	if err != nil {
		return nil, err
	}
	s.outs = outs[0]
	s.warnings = append(s.warnings, d.Warnings...)
	for vi := range r.config.Variants {
		r.scoreVariant(s, vi)
	}
	r.scoreSeeds(s, outs)
	if s.has(artifacts.Curve) {
		truth := d.curveData(r.config.Evaluate.GroupBy, s.outs[0].Rows, s.outs[0].Curve)
		if n := eval.NoiseFloor(truth, r.config.Evaluate.FromEpoch); n.Configurations > 0 {
			s.noise = &n
		}
	}
	for _, w := range s.warnings {
		r.note(Warning, "", "%s", w)
	}
	return s, nil
}

func (s *scored) has(target string) bool {
	for _, t := range s.targets {
		if t == target {
			return true
		}
	}
	return false
}

// withoutConstants drops cost targets whose labels are all the same; if nothing else is left that is an error.
func (s *scored) withoutConstants() ([]string, error) {
	var out []string
	for _, t := range s.targets {
		if t == artifacts.Curve {
			out = append(out, t)
			continue
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, i := range s.data.labelled(t, s.data.all()) {
			x := label(t, &s.data.Trials[i])
			low, high = min(low, x), max(high, x)
		}
		if low == high {
			s.warnings = append(s.warnings, fmt.Sprintf("target %s is %g for every trial: there is nothing to learn", t, low))
			if len(s.targets) == 1 {
				return nil, fmt.Errorf("%w: %s is %g for every trial", ErrConstant, t, low)
			}
		}
		out = append(out, t)
	}
	return out, nil
}

func (r *run) evalOptions() eval.Options {
	return eval.Options{FromEpoch: r.config.Evaluate.FromEpoch, Resamples: r.config.Evaluate.Bootstrap,
		Seed: stream.Seed(r.config.Seed, "bootstrap"), Workers: r.workers()}
}

// scoreVariant adds a variant's rows.
func (r *run) scoreVariant(s *scored, vi int) {
	name, out, o := r.config.Variants[vi].Name, s.outs[vi], r.evalOptions()
	for _, target := range s.targets {
		if target == artifacts.Curve {
			rows, details := eval.CurveRows(name, s.data.curveData(r.config.Evaluate.GroupBy, out.Rows, out.Curve), o)
			s.rows = append(s.rows, rows...)
			s.details[name] = details
			for _, w := range details.Warnings {
				s.warnOf(name, w)
			}
			o.Resamples = -1
			floor, _ := eval.CurveRows(name, s.data.curveData(r.config.Evaluate.GroupBy, out.Rows, out.Floor), o)
			s.floor = append(s.floor, floor...)
			o = r.evalOptions()
			continue
		}
		rows, details := eval.CostRows(name, target, s.costData(vi, target, r.config.Evaluate.GroupBy), o)
		s.countFalling(rows, out, target)
		s.rows = append(s.rows, rows...)
		for _, w := range details.Warnings {
			s.warnOf(name, target+": "+w)
		}
	}
}

// warnOf adds a warning about one variant. What holds for several is one line.
func (s *scored) warnOf(variant, text string) {
	if i, same := s.warned[text]; same {
		s.warnings[i] = strings.TrimSuffix(s.warnings[i], ": "+text) + ", " + variant + ": " + text
		return
	}
	s.warned[text] = len(s.warnings)
	s.warnings = append(s.warnings, variant+": "+text)
}

// countFalling adds the trials whose predicted cost falls from one epoch to a later one to the impossible ones of "all".
func (s *scored) countFalling(rows []eval.Row, out *outOfFold, target string) {
	n := 0
	for _, i := range s.data.labelled(target, out.Rows) {
		if out.Falls[i] {
			n++
		}
	}
	for k := range rows {
		if rows[k].Group == eval.GroupAll && rows[k].Metric == eval.MetricImpossible {
			rows[k].Value += float64(n)
		}
	}
}

// costData arranges held-out costs for the metrics: the trials that have the label, in dataset order of the folds.
func (s *scored) costData(vi int, target, groupBy string) eval.CostData {
	var d eval.CostData
	col := targetColumn(target)
	for _, i := range s.data.labelled(target, s.outs[vi].Rows) {
		t := &s.data.Trials[i]
		d.Truth = append(d.Truth, label(target, t))
		d.Pred = append(d.Pred, s.outs[vi].Cost[i][col])
		d.Clusters = append(d.Clusters, t.Group)
		if groupBy != "" {
			d.Groups = append(d.Groups, s.data.slice(i, groupBy))
		}
	}
	return d
}

// targetColumn is a target's place in foldOutput.Cost.
func targetColumn(target string) int {
	for k, t := range Targets {
		if t == target {
			return k
		}
	}
	if target == artifacts.TimeTotal {
		return len(Targets)
	}
	panic("pipeline: no such target")
}
