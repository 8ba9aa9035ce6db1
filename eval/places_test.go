package eval

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"eahas/trial/target"
)

// irregularCurves draws runs of one or more pools with lengths and epochs of their own.
func irregularCurves(trials, pools int, seed uint64) CurveData {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := CurveData{Low: math.Inf(-1), High: math.Inf(1)}
	for i := range trials {
		n := 1 + rng.IntN(30)
		t := CurveTrial{ID: fmt.Sprint(i), Group: fmt.Sprint(n, " points"), Cluster: fmt.Sprint(i / 2),
			Pool: fmt.Sprint("p", i%pools)}
		e := 0.0
		for range n {
			e += float64(1 + rng.IntN(3))
			y := 50 + 30*rng.Float64()
			t.Epochs, t.Truth, t.Pred = append(t.Epochs, e), append(t.Truth, y), append(t.Pred, y+5*rng.NormFloat64())
		}
		d.Trials = append(d.Trials, t)
	}
	return d
}

// valueAt interpolates a curve at an epoch, by a loop over its pieces.
func valueAt(epochs, values []float64, e float64) float64 {
	for k := 1; k < len(epochs); k++ {
		if e <= epochs[k] {
			return values[k-1] + (values[k]-values[k-1])*(e-epochs[k-1])/(epochs[k]-epochs[k-1])
		}
	}
	return values[len(values)-1]
}

// naivePlaceMetrics computes the place metrics of curves whose pools all have at least ten runs and unlike epochs, by
// loops.
func naivePlaceMetrics(d CurveData) map[string]float64 {
	pools := map[string][]CurveTrial{}
	for _, t := range d.Trials {
		pools[t.Pool] = append(pools[t.Pool], t)
	}
	var residual, squares, endResidual, endSquares, tau, endTau, mse float64
	for _, runs := range pools {
		for k := -1; k <= 20; k++ { // -1: the end
			var y, p []float64
			for _, t := range runs {
				first, last := t.Epochs[0], t.Epochs[len(t.Epochs)-1]
				e := first + float64(max(k, 0))/20*(last-first)
				if k < 0 {
					e = last
				}
				y, p = append(y, valueAt(t.Epochs, t.Truth, e)), append(p, valueAt(t.Epochs, t.Pred, e))
			}
			mean, n := 0.0, float64(len(y))
			for _, x := range y {
				mean += x / n
			}
			var r, s float64
			for i := range y {
				r += (y[i] - p[i]) * (y[i] - p[i])
				s += (y[i] - mean) * (y[i] - mean)
			}
			if k < 0 {
				endResidual, endSquares, endTau = endResidual+r, endSquares+s, endTau+n*naiveTauB(y, p)
				continue
			}
			residual, squares, tau, mse = residual+r, squares+s, tau+n/21*naiveTauB(y, p), mse+r/21
		}
	}
	n := float64(len(d.Trials))
	return map[string]float64{MetricPlaceR2: 1 - residual/squares, MetricPlaceTau: tau / n,
		MetricEndR2:  1 - endResidual/endSquares,
		MetricEndTau: endTau / n, MetricRunRMSE: math.Sqrt(mse / n)}
}

func TestPlaceMetricsEqualLoops(t *testing.T) {
	d := irregularCurves(90, 3, 4)
	rows, details := CurveRows("v", d, Options{Resamples: -1})
	for metric, want := range naivePlaceMetrics(d) {
		if r, ok := Find(rows, "v", target.Curve, GroupAll, metric); !ok ||
			math.Abs(r.Value-want) > 1e-12*math.Abs(want) {
			t.Errorf("%s: %+v, want %v", metric, r, want)
		}
	}
	if details.FewGroups != 0 || details.EqualPlaces != 0 {
		t.Errorf("%+v", details)
	}
}

// run is a run of one pool at epochs 1, 2, ...
func placed(pool string, truth, pred []float64) CurveTrial {
	t := CurveTrial{Pool: pool, Group: fmt.Sprint(len(truth)), Truth: truth, Pred: pred}
	for k := range truth {
		t.Epochs = append(t.Epochs, float64(k+1))
	}
	return t
}

// By hand: at epoch 1 all truths are 5, which has no part; at epoch 2 they are 1, 2, 3 (squares 2) with errors 1, 0, 0.
func TestPlaceMetricsByHand(t *testing.T) {
	d := CurveData{Trials: []CurveTrial{placed("", []float64{5, 1}, []float64{6, 2}),
		placed("", []float64{5, 2}, []float64{5, 2}),
		placed("", []float64{5, 3}, []float64{5, 3})}}
	rows, details := CurveRows("v", d, Options{Resamples: -1})
	for metric, want := range map[string]float64{MetricPlaceR2: 1 - 1./2, MetricEndR2: 1 - 1./2,
		MetricPlaceTau: 2 / math.Sqrt(3*2), MetricEndTau: 2 / math.Sqrt(3*2),
		MetricRunRMSE: math.Sqrt((1. + 0 + 0) / 3)} {
		if r, _ := Find(rows, "v", target.Curve, GroupAll, metric); math.Abs(r.Value-want) > 1e-15 {
			t.Errorf("%s is %v, want %v", metric, r.Value, want)
		}
	}
	if details.EqualPlaces != 1 {
		t.Errorf("%d places of equal truths", details.EqualPlaces)
	}
}

// Every epoch is its own place where epochs are equal; where they are not, a run half as long is at the same share at
// half the epoch.
func TestUnlikeLengthsMeetAtShares(t *testing.T) {
	long, short := []float64{0, 1, 2, 3, 4}, []float64{10, 12, 14}
	got := placed("", short, short).atShares()
	if len(got.Epochs) != 21 || got.Truth[0] != 10 || got.Truth[10] != 12 || got.Truth[20] != 14 ||
		math.Abs(got.Truth[5]-11) > 1e-14 || got.Epochs[20] != 1 {
		t.Errorf("%+v", got)
	}
	if got = placed("", long, long).atShares(); got.Truth[10] != 2 || got.Truth[20] != 4 {
		t.Errorf("%+v", got)
	}
	if got = placed("", []float64{7}, []float64{8}).atShares(); got.Truth[3] != 7 || got.Pred[20] != 8 {
		t.Errorf("one point: %+v", got)
	}
}

func TestSmallPoolsAreJoinedOrLeftOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	curves := func(sizes ...int) (d CurveData) {
		for p, n := range sizes {
			for range n {
				y := []float64{rng.Float64(), rng.Float64()}
				d.Trials = append(d.Trials, placed(fmt.Sprint("p", p), y, []float64{y[0], y[0]}))
			}
		}
		return d
	}
	for _, c := range []struct {
		d                 CurveData
		few, joined, lone int
		words             string
	}{
		{curves(10, 10), 0, 0, 0, ""},
		{curves(12, 9, 3), 2, 12, 0, "2 groups of fewer than 10 runs (12 runs) are one group"},
		{curves(12, 2), 1, 2, 2, "2 runs are in groups of fewer than 10 runs and too few"},
		{curves(4), 0, 0, 0, ""},
	} {
		_, got := CurveRows("v", c.d, Options{Resamples: -1})
		if got.FewGroups != c.few || got.FewRuns != c.joined || got.AloneRuns != c.lone ||
			!strings.Contains(strings.Join(got.Warnings, "\n"), c.words) {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// Where runs hardly differ at one epoch avg_r2 reads whatever it likes, and the pooled figure what is true.
func TestOneEpochDoesNotDecide(t *testing.T) {
	var d CurveData
	for i := range 20 {
		y := float64(i)
		d.Trials = append(d.Trials, placed("", []float64{1e-6 * y, y, y}, []float64{.1, y, y}))
	}
	rows, _ := CurveRows("v", d, Options{Resamples: -1})
	old, _ := Find(rows, "v", target.Curve, GroupAll, MetricAvgR2)
	pooled, _ := Find(rows, "v", target.Curve, GroupAll, MetricPlaceR2)
	if old.Value > -1e6 || pooled.Value < .999 {
		t.Errorf("avg_r2 %v, place_r2 %v", old.Value, pooled.Value)
	}
}

// The bound of CurveRows: runs answered with the mean of their pool in other folds, on data of every size of spread.
func TestTheGroupMeanIsBounded(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for round := range 300 {
		folds, pools := 2+rng.IntN(9), 1+rng.IntN(3)
		var d CurveData
		place := map[string][][]float64{}
		for p := range pools {
			n := folds * (5 + rng.IntN(4)) // equal folds: q is 1/folds
			length := 1 + rng.IntN(6)
			name := fmt.Sprint("p", p)
			for range n {
				y := make([]float64, length)
				for k := range y {
					y[k] = math.Exp(20*rng.NormFloat64()) * []float64{1, 1e-12, 0}[rng.IntN(3)]
					if round%3 == 0 {
						y[k] = 1 + 1e-9*rng.Float64()
					}
				}
				place[name] = append(place[name], y)
			}
			for i, y := range place[name] {
				pred, others := make([]float64, length), 0.0
				for j, other := range place[name] {
					if j%folds != i%folds {
						others++
						for k := range pred {
							pred[k] += (other[k] - pred[k]) / others
						}
					}
				}
				d.Trials = append(d.Trials, placed(name, y, pred))
			}
		}
		rows, _ := CurveRows("v", d, Options{Resamples: -1})
		q := 1 / float64(folds)
		bound := 1 - 1/((1-q)*(1-q))
		for _, metric := range []string{MetricPlaceR2, MetricEndR2} {
			if r, _ := Find(rows, "v", target.Curve, GroupAll, metric); r.Value < bound-1e-6 {
				t.Fatalf("round %d: %s is %v with %d folds, less than %v", round, metric, r.Value, folds, bound)
			}
		}
	}
}

func TestNotANumberMakesPlacesUndefined(t *testing.T) {
	d := irregularCurves(40, 1, 9)
	d.Trials[7].Pred[0] = math.NaN()
	rows, _ := CurveRows("v", d, Options{})
	for _, metric := range placeMetrics {
		if r, _ := Find(rows, "v", target.Curve, GroupAll, metric); !math.IsNaN(r.Value) || !math.IsNaN(r.CILow) {
			t.Errorf("%+v", r)
		}
	}
}

// The cheap comparison says what the whole one says.
func TestPairedErrorsAreThoseOfTheWholeComparison(t *testing.T) {
	a, b := irregularCurves(80, 2, 5), irregularCurves(80, 2, 5)
	for i := range b.Trials {
		for k := range b.Trials[i].Pred {
			b.Trials[i].Pred[k] += 3
		}
	}
	all, err := PairedCurves("a", a, "b", b, Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	one, err := PairedRunErrors("a", a, "b", b, Options{Seed: 3})
	i := slices.IndexFunc(all, func(d Diff) bool { return d.Group == GroupAll && d.Metric == MetricRunRMSE })
	if err != nil || math.Abs(one.Difference-all[i].Difference) > 1e-12 || math.Abs(one.CILow-all[i].CILow) > 1e-12 ||
		one.N != all[i].N || !(one.CILow > 0) {
		t.Errorf("%+v, %v; want %+v", one, err, all[i])
	}
	b.Trials[3].Truth[0]++
	if _, err := PairedRunErrors("a", a, "b", b, Options{}); !errors.Is(err, ErrDifferentTrials) {
		t.Errorf("other truths: %v", err)
	}

	x := CostData{Truth: []float64{1, 2, 4, math.NaN(), 8, 9}, Pred: []float64{1.5, 2, 5, 1, 7, 9},
		Clusters: []string{"a", "a", "b", "c", "d", "e"}}
	y := x
	y.Pred = []float64{1, 3, 5, 1, 9, 2}
	costs, err := PairedCosts(target.EnergyPerEpoch, "a", x, "b", y, Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	cheap, err := PairedErrors(target.EnergyPerEpoch, "a", x, "b", y, Options{Seed: 3})
	i = slices.IndexFunc(costs, func(d Diff) bool { return d.Group == GroupAll && d.Metric == MetricMAPE })
	if err != nil || math.Abs(cheap.Difference-costs[i].Difference) > 1e-12 ||
		math.Abs(cheap.CIHigh-costs[i].CIHigh) > 1e-12 || cheap.N != 5 {
		t.Errorf("%+v, %v; want %+v", cheap, err, costs[i])
	}
}
