package search

import (
	"slices"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/interval"
	"eahas/models/interval/trees"
	"eahas/trial/target"
)

// TestInterval: of a bundle that knows how sure it is, the interval of a loss is that of the accuracy turned over; of
// another there is none.
func TestInterval(t *testing.T) {
	plain, err := artifacts.Open("../artifacts/testdata/v1-gbdt-bezier")
	if err != nil {
		t.Fatal(err)
	}
	spec := plain.Spec()
	c, err := spec.Space.Sample(stream.New(3))
	if err != nil {
		t.Fatal(err)
	}
	if v, err := IntervalAt(plain, c); err != nil || v.Level != 0 || v.Holds(v.Loss) {
		t.Errorf("a bundle without intervals: %+v, %v", v, err)
	}
	domain, err := NewDomain(spec.Space, nil)
	if err != nil {
		t.Fatal(err)
	}
	var trials []interval.Trial
	for i := range 60 {
		trial := interval.Trial{X: make([]float64, len(domain.Columns())),
			Guess: make([]float64, len(interval.CurveKnots)), Group: i, Fold: i % 3}
		for j := range 20 {
			trial.Time = append(trial.Time, float64(j)/19)
			trial.Residual = append(trial.Residual, 0.02*float64(i%11-3))
		}
		trials = append(trials, trial)
	}
	m, err := interval.Fit(t.Context(), trials, interval.Settings{Knots: interval.CurveKnots, Grow: trees.Grow},
		models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	spec.Intervals = append(spec.Intervals, artifacts.TargetInterval{Target: artifacts.Curve, Model: m})
	sure, err := artifacts.New(spec, plain.Heads())
	if err != nil {
		t.Fatal(err)
	}
	a, err := sure.Query(c)
	if err != nil {
		t.Fatal(err)
	}
	v, err := IntervalAt(sure, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := sure.Bounds(a, v.Level); err != nil {
		t.Fatal(err)
	}
	last := len(a.Curve) - 1
	want := Interval{Level: 0.95, Loss: 100 - a.Curve[last], Low: 100 - a.Intervals.CurveHigh[last],
		High: 100 - a.Intervals.CurveLow[last]}
	if v != want || !(v.Low < v.High) {
		t.Errorf("%+v, not %+v", v, want)
	}
	byOwnCurve(t, plain, spec, m, c)
}

// byOwnCurve: of a task that searches by a further curve the interval is that curve's, and there is none where only the
// main curve has one.
func byOwnCurve(t *testing.T, plain *artifacts.Surrogate, spec artifacts.Spec, m *interval.Model, c features.Config) {
	t.Helper()
	own := *plain.Head(artifacts.Curve)
	own.Target = "val_error"
	spec.Own = target.Own{{Name: own.Target, Span: target.EveryEpoch, Direction: target.Lower, Scale: target.Linear}}
	unsure := spec
	unsure.Intervals = slices.Clone(spec.Intervals)
	spec.Intervals = append(spec.Intervals, artifacts.TargetInterval{Target: own.Target, Model: m})
	var levels []float64
	for _, spec := range []artifacts.Spec{unsure, spec} {
		s, err := artifacts.New(spec, append(slices.Clone(plain.Heads()), own))
		if err != nil {
			t.Fatal(err)
		}
		task, err := NewSurrogateTask(s, nil, BundleOptions{Cost: Epochs, Metric: string(own.Target)})
		if err != nil {
			t.Fatal(err)
		}
		v, err := task.Asker().(Sure).Interval(c)
		if err != nil {
			t.Fatal(err)
		}
		if levels = append(levels, v.Level); v.Level == 0 {
			continue
		}
		a, err := s.Query(c)
		if err == nil {
			err = s.Bounds(a, v.Level)
		}
		if err != nil {
			t.Fatal(err)
		}
		curve, bounds := a.Curves[0].Values, a.Intervals.Curves[0]
		last := len(curve) - 1
		if want := (Interval{0.95, curve[last], bounds.Low[last], bounds.High[last]}); v != want || !(v.Low < v.High) {
			t.Errorf("%+v, not %+v", v, want)
		}
	}
	if !slices.Equal(levels, []float64{0, 0.95}) {
		t.Errorf("levels without and with an interval of the curve: %v", levels)
	}
}
