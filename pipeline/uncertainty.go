package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/models"
	"eahas/models/interval"
	"eahas/report"
)

// intervalParts is how many parts the trials are cut into to check the intervals: each part is scored by intervals that
// were made from the held-out residuals of the other parts.
const intervalParts = 5

// uncertainty is what the held-out residuals of one variant say about how sure it is.
type uncertainty struct {
	Targets []string                 // those with enough trials, in the order of the report
	Models  map[string][]byte        // interval.Model of each, from all held-out residuals
	Checks  map[string][]sourceCheck // of each: the source in use, and every other that was tried
	Few     []string                 // why a target has none
}

// intervalTargets lists what gets intervals: the targets, and where the length of a run is predicted the totals that follow
// from a cost per epoch, because such a total is less sure than that cost. Totals that too few logs state are left out.
func (s *scored) intervalTargets() []string {
	out := slices.Clone(s.targets)
	if s.data.Epochs.Length != artifacts.LengthHead {
		return out
	}
	for _, t := range []struct{ perEpoch, total string }{
		{artifacts.EnergyPerEpoch, artifacts.EnergyTotal}, {artifacts.TimePerEpoch, artifacts.TimeTotal}} {
		if s.has(t.perEpoch) && !s.has(t.total) && len(s.data.labelled(t.total, s.data.all())) >= interval.MinTrials {
			out = append(out, t.total)
		}
	}
	return out
}

// sourceCheck is the honest check of one source: each part by the intervals of the others.
type sourceCheck struct {
	Source interval.Source
	Chosen bool // this one is in use
	Auto   bool // it was chosen by its score; for the check of a part on the other parts alone, which may choose another
	Levels []eval.Coverage
}

// uncertain gives the intervals of a variant, from the store or by making them.
func (r *run) uncertain(ctx context.Context, s *scored, vi int) (*uncertainty, error) {
	v := &r.config.Variants[vi]
	u := new(uncertainty)
	if v.Intervals == noIntervals {
		return u, nil
	}
	source := interval.Source(v.Intervals)
	tried := source
	if r.allSources {
		tried = interval.Auto
	}
	parts := []any{r.dataKey, v, source, tried, s.heads, s.targets, r.config.Seed, r.config.Evaluate.FromEpoch}
	err := r.stage(ctx, "intervals "+v.Name, parts, u, func(o models.Options) error {
		u.Models, u.Checks = map[string][]byte{}, map[string][]sourceCheck{}
		for _, target := range s.intervalTargets() {
			err := u.add(ctx, target, source, tried, s.residuals(vi, target, r.config.Evaluate.FromEpoch), o)
			if errors.Is(err, interval.ErrFew) || errors.Is(err, interval.ErrSource) {
				u.Few = append(u.Few, fmt.Sprintf("no intervals for %s: %v", target, err))
				continue
			}
			if err != nil {
				return fmt.Errorf("%s: %w", target, err)
			}
		}
		return nil
	})
	return u, err
}

// residuals is what one target's held-out predictions missed.
type residuals struct {
	trials []interval.Trial
	truth  [][]float64 // of each trial, at its times; costs: logarithms
	low    float64     // bounds of the values
	high   float64
}

// residuals gathers what the variant's held-out predictions missed.
func (s *scored) residuals(vi int, target string, fromEpoch float64) residuals {
	d, out := s.data, s.outs[vi]
	part := d.intervalPart()
	res := residuals{low: math.Inf(-1), high: math.Inf(1)}
	if target != artifacts.Curve {
		col := targetColumn(target)
		for _, i := range d.labelled(target, out.Rows) {
			truth, pred := math.Log(label(target, &d.Trials[i])), math.Log(out.Cost[i][col])
			if math.IsNaN(pred) || math.IsInf(pred, 0) {
				continue
			}
			t := interval.Trial{X: d.X.Row(i), Guess: []float64{pred}, Time: []float64{0},
				Residual: []float64{truth - pred}, Group: d.Group[i], Fold: part[i]}
			if s := out.CostSpread[i]; s != nil && !math.IsNaN(s[col]) {
				t.Spread = s[col : col+1]
			}
			res.trials = append(res.trials, t)
			res.truth = append(res.truth, []float64{truth})
		}
		return res
	}
	if d.Metric.Unit == "percent" {
		res.low, res.high = 0, 100
	}
	for _, i := range d.labelled(target, out.Rows) {
		c, pred := d.Trials[i].Curve, out.Curve[i]
		if len(pred) != len(c.Epochs) {
			continue
		}
		t := interval.Trial{X: d.X.Row(i), Spread: out.CurveSpread[i], Group: d.Group[i], Fold: part[i]}
		first, last := c.Epochs[0], c.Epochs[len(c.Epochs)-1]
		for _, u := range interval.CurveKnots {
			t.Guess = append(t.Guess, interpolate(c.Epochs, pred, first+u*(last-first)))
		}
		var truth []float64
		for j, e := range c.Epochs {
			if e < fromEpoch {
				continue
			}
			u := 0.0
			if last > first {
				u = (e - first) / (last - first)
			}
			t.Time, t.Residual, t.Pred = append(t.Time, u), append(t.Residual, c.Values[j]-pred[j]), append(t.Pred, pred[j])
			truth = append(truth, c.Values[j])
		}
		if len(truth) > 0 {
			res.trials, res.truth = append(res.trials, t), append(res.truth, truth)
		}
	}
	return res
}

// intervalPart returns the part of every trial: its fold where there are enough folds, else the number of its group.
func (d *Dataset) intervalPart() []int {
	out := make([]int, len(d.Trials))
	for i := range out {
		out[i] = max(0, d.Fold[i]) % intervalParts
		if d.Folds < 3 {
			out[i] = d.Group[i] % intervalParts
		}
	}
	return out
}

// interpolate returns the value at x between the points (xs increasing), constant beyond the ends.
func interpolate(xs, ys []float64, x float64) float64 {
	if x <= xs[0] {
		return ys[0]
	}
	for j := 1; j < len(xs); j++ {
		if x <= xs[j] {
			w := (x - xs[j-1]) / (xs[j] - xs[j-1])
			return ys[j-1] + w*(ys[j]-ys[j-1])
		}
	}
	return ys[len(ys)-1]
}

// settings are those of a target's intervals.
func (res residuals) settings(target string, source interval.Source) interval.Settings {
	if target != artifacts.Curve {
		return interval.Settings{Source: source, Knots: interval.CostKnots}
	}
	s := interval.Settings{Source: source, Knots: interval.CurveKnots}
	if !math.IsInf(res.low, 0) {
		s.Range = []float64{res.low, res.high}
	}
	return s
}

// add makes the intervals of one target and checks them. Those of source are used; more may be tried, to be compared.
func (u *uncertainty) add(ctx context.Context, target string, source, tried interval.Source, res residuals, o models.Options) error {
	fit, err := interval.FitNested(ctx, res.trials, res.settings(target, tried), o)
	if err != nil {
		return err
	}
	use := func(f *interval.Family) *interval.Model {
		if source == interval.Auto {
			return f.Chosen()
		}
		return f.Of(source)
	}
	whole := use(fit.Whole)
	if whole == nil {
		return fmt.Errorf("%w: %s: the model does not say how sure it is", interval.ErrSource, source)
	}
	b, err := whole.AppendBinary(nil)
	if err != nil {
		return err
	}
	checks := []sourceCheck{{whole.Source(), true, source == interval.Auto, res.check(fit, use)}}
	for _, m := range fit.Whole.Models {
		if s := m.Source(); s != source {
			of := func(f *interval.Family) *interval.Model { return f.Of(s) }
			checks = append(checks, sourceCheck{Source: s, Levels: res.check(fit, of)})
		}
	}
	u.Targets = append(u.Targets, target)
	u.Models[target], u.Checks[target] = b, checks
	return nil
}

// check returns how often truths lie inside intervals that were made from the other parts' residuals, by the model that use
// takes of those.
func (res residuals) check(fit *interval.Nested, use func(*interval.Family) *interval.Model) []eval.Coverage {
	type ends struct{ truth, low, high []float64 }
	byLevel := make([]ends, len(interval.DefaultLevels))
	for part, f := range fit.Parts {
		m := use(f)
		if m == nil { // too few of the others have what the source needs
			continue
		}
		for i, t := range res.trials {
			if fit.Part[i] != part {
				continue
			}
			local := m.At(t.X, t.Guess, t.Spread)
			for j, u := range t.Time {
				pred := res.truth[i][j] - t.Residual[j]
				for l := range byLevel {
					low, high, _ := local.Bounds(interval.DefaultLevels[l], u) // the levels are those of every model
					e := &byLevel[l]
					e.truth = append(e.truth, res.truth[i][j])
					e.low = append(e.low, max(res.low, min(res.high, pred+low)))
					e.high = append(e.high, max(res.low, min(res.high, pred+high)))
				}
			}
		}
	}
	var out []eval.Coverage
	for l, e := range byLevel {
		out = append(out, eval.IntervalCoverage(interval.DefaultLevels[l], e.truth, e.low, e.high))
	}
	return out
}

// costSpread returns how unsure the models behind the costs of the last answer are, in the order of Targets, and of the
// total time; NaN where they do not say, and for the curve.
func costSpread(s *artifacts.Surrogate, a *artifacts.Answer) []float64 {
	out := make([]float64, len(Targets)+1)
	for k, target := range slices.Concat(Targets, []string{artifacts.TimeTotal}) {
		out[k] = math.NaN()
		if target == artifacts.Curve {
			continue
		}
		if v := s.Spread(a, target, nil); v != nil {
			out[k] = v[0]
		}
	}
	return out
}

// gauge learns how sure the given variants are.
func (r *run) gauge(ctx context.Context, s *scored, variants ...*Variant) error {
	for vi := range r.config.Variants {
		v := &r.config.Variants[vi]
		if !slices.Contains(variants, v) {
			continue
		}
		u, err := r.uncertain(ctx, s, vi)
		if err != nil {
			return err
		}
		s.sure[v.Name] = u
		for _, w := range u.Few {
			s.warnOf(v.Name, w)
		}
	}
	return nil
}

// everyVariant lists all variants.
func (r *run) everyVariant() []*Variant {
	var out []*Variant
	for vi := range r.config.Variants {
		out = append(out, &r.config.Variants[vi])
	}
	return out
}

func (r *run) addCalibration(rep *report.Report, s *scored) {
	for vi := range r.config.Variants {
		v := &r.config.Variants[vi]
		if u := s.sure[v.Name]; u != nil {
			rep.Calibration = append(rep.Calibration, u.calibration(v, shortUnit(s.data.Metric.Unit), r.allSources)...)
		}
	}
}

// calibration is the part of the report about one variant's intervals: those in use, or all that were tried.
func (u *uncertainty) calibration(v *Variant, curveUnit string, all bool) []report.Calibration {
	var out []report.Calibration
	for _, t := range u.Targets {
		unit := "ln"
		if t == artifacts.Curve {
			unit = curveUnit
		}
		for _, c := range u.Checks[t] {
			name := string(c.Source)
			if c.Auto {
				name = fmt.Sprintf("%s (%s)", interval.Auto, name)
			}
			if c.Chosen || all {
				out = append(out, report.Calibration{Variant: v.Name, Target: t, Source: name, Chosen: c.Chosen, Unit: unit, Levels: c.Levels})
			}
		}
	}
	return out
}

// intervals decodes the models for the frozen surrogate.
func (u *uncertainty) intervals() ([]artifacts.TargetInterval, error) {
	var out []artifacts.TargetInterval
	for _, t := range u.Targets {
		m, err := interval.Decode(u.Models[t])
		if err != nil {
			return nil, err
		}
		out = append(out, artifacts.TargetInterval{Target: t, Model: m})
	}
	return out, nil
}
