package artifacts

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"eahas/models"
	"eahas/models/interval"
	"eahas/models/interval/trees"
	"eahas/trial/target"
)

// surrogateWithIntervals is the test surrogate, sure of its curve and its energy per epoch.
func surrogateWithIntervals(t testing.TB) *Surrogate {
	t.Helper()
	plain := testSurrogate(t)
	spec := plain.Spec()
	for _, of := range []target.Target{Curve, EnergyPerEpoch} {
		knots := interval.CurveKnots
		if of != Curve {
			knots = interval.CostKnots
		}
		var trials []interval.Trial
		for i := range 60 {
			trial := interval.Trial{X: make([]float64, plain.columns), Guess: make([]float64, len(knots)), Group: i,
				Fold: i % 3}
			for j := range 1 + 3*(len(knots)/2) {
				trial.Time = append(trial.Time, float64(j)/20)
				trial.Residual = append(trial.Residual, 0.02*float64(i%11-5))
			}
			trials = append(trials, trial)
		}
		m, err := interval.Fit(t.Context(), trials, interval.Settings{Knots: knots, Grow: trees.Grow},
			models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		spec.Intervals = append(spec.Intervals, TargetInterval{of, m})
	}
	s, err := New(spec, plain.Heads())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBoundsLieAroundTheAnswer(t *testing.T) {
	s := surrogateWithIntervals(t)
	a, err := s.Query(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	if a.Intervals != nil {
		t.Error("a query gave bounds unasked")
	}
	if err := s.Bounds(a, 0.8); err != nil {
		t.Fatal(err)
	}
	v := a.Intervals
	if len(v.CurveLow) != len(a.Curve) || len(v.CurveHigh) != len(a.Curve) {
		t.Fatalf("%d and %d bounds for %d points", len(v.CurveLow), len(v.CurveHigh), len(a.Curve))
	}
	for i, y := range a.Curve {
		if !(v.CurveLow[i] <= y && y <= v.CurveHigh[i] && v.CurveLow[i] >= 0 && v.CurveHigh[i] <= 100) {
			t.Fatalf("epoch %g: %g is not inside %g..%g", a.Epochs[i], y, v.CurveLow[i], v.CurveHigh[i])
		}
	}
	if !(v.EnergyLow < a.EnergyPerEpoch && a.EnergyPerEpoch < v.EnergyHigh) {
		t.Errorf("energy %g is not inside %g..%g", a.EnergyPerEpoch, v.EnergyLow, v.EnergyHigh)
	}
	if got, want := v.EnergyTotalLow/a.EnergyTotal, v.EnergyLow/a.EnergyPerEpoch; math.Abs(got-want) > 1e-12 {
		t.Errorf("the total's low end is %g of it, that of an epoch %g", got, want)
	}
	if !math.IsNaN(v.InferenceLow) {
		t.Errorf("inference energy has the bound %g, but nothing is known of it", v.InferenceLow)
	}
	if err := s.Bounds(a, 0.9); !errors.Is(err, ErrLevel) || a.Intervals != nil {
		t.Errorf("level 0.9: %v, %v", err, a.Intervals)
	}
}

func TestSamplesAreReproducibleAndOffByDefault(t *testing.T) {
	s := surrogateWithIntervals(t)
	plain, _ := s.Query(testConfig())
	one, err := s.QuerySample(testConfig(), 1)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := s.QuerySample(testConfig(), 1)
	other, _ := s.QuerySample(testConfig(), 2)
	if !reflect.DeepEqual(one.Curve, again.Curve) || one.EnergyPerEpoch != again.EnergyPerEpoch {
		t.Error("equal seeds gave different answers")
	}
	if reflect.DeepEqual(one.Curve, other.Curve) || reflect.DeepEqual(one.Curve, plain.Curve) ||
		one.EnergyPerEpoch == plain.EnergyPerEpoch {
		t.Error("seeds have no effect")
	}
	if n := len(one.Energy); n == 0 || math.Abs(one.Energy[n-1]-one.EnergyTotal) > 1e-9*one.EnergyTotal ||
		!(one.EnergyPerEpoch > 0) {
		t.Errorf("series end at %v, the total is %g", one.Energy, one.EnergyTotal)
	}
	short := new(Answer)
	if err := s.QueryInto(short, testConfig(), plain.Epochs[1]); err != nil {
		t.Fatal(err)
	}
	s.AddNoise(short, 1)
	if !reflect.DeepEqual(short.Curve, one.Curve[:len(short.Curve)]) {
		t.Errorf("the beginning %v is not that of the whole run %v", short.Curve, one.Curve)
	}
}

func TestIntervalsSurviveTheBundle(t *testing.T) {
	s := surrogateWithIntervals(t)
	dir := filepath.Join(t.TempDir(), "b")
	if err := s.Save(t.Context(), dir, testInfo()); err != nil {
		t.Fatal(err)
	}
	opened, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(opened.Levels(), interval.DefaultLevels) {
		t.Fatalf("levels %v", opened.Levels())
	}
	a, _ := s.Query(testConfig())
	b, _ := opened.Query(testConfig())
	for _, level := range s.Levels() {
		if err := errors.Join(s.Bounds(a, level), opened.Bounds(b, level)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a.Intervals.CurveLow, b.Intervals.CurveLow) ||
			a.Intervals.EnergyHigh != b.Intervals.EnergyHigh {
			t.Errorf("level %g: %+v, opened %+v", level, a.Intervals, b.Intervals)
		}
	}
	if err := os.Remove(filepath.Join(dir, string(Curve)+".interval.bin")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrChecksum) {
		t.Errorf("without the curve's intervals: %v", err)
	}
}

func TestIntervalsHaveToFit(t *testing.T) {
	s := surrogateWithIntervals(t)
	good := s.Spec().Intervals
	for name, bad := range map[string][]TargetInterval{
		"no model":      {{Target: Curve}},
		"twice":         {good[0], good[0]},
		"length":        {{Length, good[1].Model}},
		"unknown":       {{"love", good[1].Model}},
		"a curve's for": {{EnergyPerEpoch, good[0].Model}},
	} {
		spec := s.Spec()
		spec.Intervals = bad
		if _, err := New(spec, s.Heads()); !errors.Is(err, ErrSpec) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
