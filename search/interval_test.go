package search

import (
	"testing"

	"eahas/artifacts"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/interval"
	"eahas/models/interval/trees"
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
}
