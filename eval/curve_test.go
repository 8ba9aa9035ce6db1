package eval

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"eahas/trial/target"
)

// sampleCurves draws trials in groups of different lengths; every third configuration has repeats.
func sampleCurves(trials int, seed uint64) CurveData {
	rng := rand.New(rand.NewPCG(seed, 0))
	d := CurveData{Low: 0, High: 100}
	for i := range trials {
		length := 20 + 30*(i%4)
		top, rate := 20+70*rng.Float64(), .02+.2*rng.Float64()
		t := CurveTrial{ID: fmt.Sprint(i), Group: fmt.Sprintf("problem %d", i%4), Cluster: fmt.Sprint("c", i/24, i%4)}
		if i%3 != 0 {
			t.Cluster = ""
		}
		off := 6 * rng.NormFloat64()
		for e := range length {
			y := top * (1 - math.Exp(-rate*float64(e)))
			t.Epochs = append(t.Epochs, float64(e))
			t.Truth = append(t.Truth, y)
			t.Pred = append(t.Pred, min(100, max(0, y+off+rng.NormFloat64())))
		}
		d.Trials = append(d.Trials, t)
	}
	return d
}

// naiveCurveMetrics computes the values of CurveRows for "all" by loops over epochs and trials.
func naiveCurveMetrics(d CurveData, from float64) map[string]float64 {
	groups := map[string][]CurveTrial{}
	for _, t := range d.Trials {
		groups[t.Group] = append(groups[t.Group], t)
	}
	sums := map[string]float64{}
	for _, trials := range groups {
		last := trials[0].Epochs[len(trials[0].Epochs)-1]
		var r2, tau, n, squared, absolute, points float64
		for e := from; e <= last; e++ {
			var y, p []float64
			for _, t := range trials {
				for k, at := range t.Epochs {
					if at == e {
						y, p = append(y, t.Truth[k]), append(p, t.Pred[k])
						squared += (t.Truth[k] - t.Pred[k]) * (t.Truth[k] - t.Pred[k])
						absolute += math.Abs(t.Truth[k] - t.Pred[k])
						points++
					}
				}
			}
			r2, tau, n = r2+R2(y, p), tau+naiveTauB(y, p), n+1
			if e == last {
				sums[MetricFinalR2] += R2(y, p)
				sums[MetricFinalTau] += naiveTauB(y, p)
			}
		}
		sums[MetricAvgR2] += r2 / n
		sums[MetricAvgTau] += tau / n
		sums[MetricRMSE] += math.Sqrt(squared / points)
		sums[MetricMAE] += absolute / points
	}
	for m := range sums {
		sums[m] /= float64(len(groups))
	}
	return sums
}

func TestCurveRowsEqualLoops(t *testing.T) {
	d := sampleCurves(60, 1)
	rows, details := CurveRows("v", d, Options{FromEpoch: 1, Resamples: -1})
	for metric, want := range naiveCurveMetrics(d, 1) {
		r, ok := Find(rows, "v", target.Curve, GroupAll, metric)
		if !ok || !same(r.Value, want) || r.N != 60 || !math.IsNaN(r.CILow) {
			t.Errorf("%s: %+v, want %v", metric, r, want)
		}
	}
	if len(rows) != 5*12 || details.Trials != 60 || len(details.ByEpoch) != 19+49+79+109 ||
		details.Points != 15*(19+49+79+109) || len(details.Warnings) != 0 {
		t.Errorf("%d rows, %d epochs, details %+v", len(rows), len(details.ByEpoch), details.Warnings)
	}
}

func TestIntervalsBracketTheValueAndDoNotDependOnWorkers(t *testing.T) {
	d := sampleCurves(200, 2)
	rows, details := CurveRows("v", d, Options{Workers: 1, Seed: 5})
	for _, r := range rows {
		if slices.Contains(placeMetrics, r.Metric) && r.Group != GroupAll {
			continue
		}
		if r.Metric != MetricImpossible && !(r.CILow < r.Value && r.Value < r.CIHigh && r.CIHigh <= max(1, r.Value*2)) {
			t.Errorf("odd interval: %+v", r)
		}
	}
	again, _ := CurveRows("v", d, Options{Workers: 7, Seed: 5})
	if a, b := fmt.Sprint(rows), fmt.Sprint(again); a != b {
		t.Errorf("1 and 7 workers differ:\n%s\n%s", a, b)
	}
	if details.Clusters >= 200 || details.Clusters < 100 || details.IntervalResamples != 200 ||
		details.IntervalEpochs < 20 || details.IntervalEpochs > 25 {
		t.Errorf("clusters %d, resamples %d, epochs %d", details.Clusters, details.IntervalResamples,
			details.IntervalEpochs)
	}
	other, _ := CurveRows("v", d, Options{Seed: 6})
	if fmt.Sprint(rows) == fmt.Sprint(other) {
		t.Error("the seed has no effect")
	}
}

// A bootstrap on all epochs and the one on chosen epochs must give about the same width.
func TestChosenEpochsGiveTheWidthOfAllEpochs(t *testing.T) {
	d := sampleCurves(120, 3)
	o := Options{FromEpoch: 1}.withDefaults()
	s := newCurveScore(d, o)
	some := s.bootstrap(o)
	for g, group := range s.groups {
		s.chosen[g] = spread(len(group.cells), len(group.cells))
	}
	all := s.bootstrap(o)
	for m := range curveMetrics {
		j := len(s.groups)*len(curveMetrics) + m
		l1, h1 := interval(some, j, .95, 0)
		l2, h2 := interval(all, j, .95, 0)
		if ratio := (h1 - l1) / (h2 - l2); ratio < .8 || ratio > 1.25 {
			t.Errorf("%s: width %v on chosen epochs, %v on all", curveMetrics[m], h1-l1, h2-l2)
		}
	}
}

// Intervals of the mean absolute error must cover the true value about as often as promised.
func TestIntervalsCover(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	truth := math.Sqrt(2 / math.Pi) // mean of |N(0,1)|
	covered := 0
	const runs = 400
	for range runs {
		var d CostData
		for range 80 {
			d.Truth, d.Pred = append(d.Truth, 100), append(d.Pred, 100+rng.NormFloat64())
		}
		rows, _ := CostRows("v", target.EnergyTotal, d, Options{})
		if r, _ := Find(rows, "v", target.EnergyTotal, GroupAll, MetricMAE); r.CILow <= truth && truth <= r.CIHigh {
			covered++
		}
	}
	if share := float64(covered) / runs; share < .91 || share > .975 {
		t.Errorf("95 %% intervals cover %.3f", share)
	}
}

func TestSpread(t *testing.T) {
	for _, n := range []int{0, 1, 4, 25, 26, 100, 351, 5000} {
		for _, limit := range []int{4, 25} {
			chosen, weight := spread(n, limit), 0.
			for i, c := range chosen {
				weight += c.weight
				if i > 0 && c.cell <= chosen[i-1].cell || c.weight <= 0 {
					t.Errorf("spread(%d, %d) = %v", n, limit, chosen)
				}
			}
			if weight != float64(n) || len(chosen) > limit || n > 0 &&
				(chosen[0].cell != 0 || chosen[len(chosen)-1].cell != n-1) {
				t.Errorf("spread(%d, %d) = %v, weight %v", n, limit, chosen, weight)
			}
		}
	}
	if c := spread(351, 25)[0]; c.weight > 1.5 {
		t.Errorf("the first epoch of 351 stands for %v", c.weight)
	}
}

func TestClustersWidenIntervals(t *testing.T) {
	d := sampleCurves(100, 4)
	for i := range d.Trials {
		d.Trials[i] = d.Trials[i-i%10+i%4%2] // copies: far fewer independent configurations than trials
		d.Trials[i].Cluster = ""
	}
	width := func() float64 {
		rows, _ := CurveRows("v", d, Options{})
		r, _ := Find(rows, "v", target.Curve, GroupAll, MetricMAE)
		return r.CIHigh - r.CILow
	}
	alone := width()
	for i := range d.Trials {
		d.Trials[i].Cluster = d.Trials[i].ID
	}
	if together := width(); together < 1.5*alone {
		t.Errorf("width %v with clusters, %v without", together, alone)
	}
}

func TestCurveEdges(t *testing.T) {
	line := func(group string, values ...float64) CurveTrial {
		c := CurveTrial{Group: group, Truth: values, Pred: append([]float64(nil), values...)}
		for e := range values {
			c.Epochs = append(c.Epochs, float64(e))
		}
		return c
	}
	value := func(rows []Row, group, metric string) float64 {
		t.Helper()
		r, ok := Find(rows, "v", target.Curve, group, metric)
		if !ok {
			t.Fatalf("no row %s of %s", metric, group)
		}
		return r.Value
	}

	rows, details := CurveRows("v", CurveData{}, Options{})
	if !math.IsNaN(value(rows, GroupAll, MetricAvgR2)) || value(rows, GroupAll, MetricImpossible) != 0 ||
		details.Trials != 0 {
		t.Errorf("no trials: %v", rows)
	}

	// Constant truth at epoch 0: undefined there, counted, left out.
	d := CurveData{Trials: []CurveTrial{line("a", 1, 2), line("a", 1, 3), line("a", 1, 4)}}
	rows, details = CurveRows("v", d, Options{})
	if value(rows, "a", MetricAvgR2) != 1 || value(rows, "a", MetricAvgTau) != 1 || details.UndefinedR2 != 1 ||
		details.UndefinedTau != 1 || len(details.Warnings) != 1 {
		t.Errorf("constant epoch: %v %+v", rows, details)
	}

	// Irregular epochs: only the shared one has three trials; the final value is each trial's own last.
	d = CurveData{Trials: []CurveTrial{
		{Group: "a", Epochs: []float64{1, 3}, Truth: []float64{1, 5}, Pred: []float64{1, 5}},
		{Group: "a", Epochs: []float64{1, 4}, Truth: []float64{2, 6}, Pred: []float64{2, 6}},
		{Group: "a", Epochs: []float64{1, 2.5}, Truth: []float64{3, 7}, Pred: []float64{4, 7}},
	}}
	rows, details = CurveRows("v", d, Options{})
	if details.SkippedEpochs != 3 || len(details.ByEpoch) != 1 || value(rows, "a", MetricAvgR2) != .5 ||
		value(rows, "a", MetricFinalR2) != 1 {
		t.Errorf("irregular epochs: %v %+v", rows, details)
	}

	// A constant prediction ranks nothing, and that is 0, not "undefined".
	d = CurveData{Trials: []CurveTrial{line("a", 1, 2), line("a", 1, 3), line("a", 1, 4)}}
	for i := range d.Trials {
		d.Trials[i].Pred = []float64{9, 9}
	}
	if rows, _ = CurveRows("v", d, Options{}); value(rows, "a", MetricAvgTau) != 0 {
		t.Errorf("constant prediction: avg_tau %v, want 0", value(rows, "a", MetricAvgTau))
	}

	// Impossible values are counted by trial, and a NaN spoils its group and the whole, not the other group.
	d = CurveData{Low: 0, High: 100, Trials: []CurveTrial{line("a", 1, 2), line("a", 1, 3), line("a", 1, 4),
		line("b", 1, 2), line("b", 1, 3), line("b", 1, 4)}}
	d.Trials[0].Pred = []float64{-1, 101}
	d.Trials[1].Pred = []float64{math.NaN(), 3}
	rows, details = CurveRows("v", d, Options{})
	if want := (Impossible{Trials: 2, NonFinite: 1, Below: 1, Above: 1}); details.Impossible != want ||
		value(rows, GroupAll, MetricImpossible) != 2 {
		t.Errorf("impossible: %+v", details.Impossible)
	}
	if !math.IsNaN(value(rows, "a", MetricRMSE)) || !math.IsNaN(value(rows, GroupAll, MetricFinalTau)) ||
		value(rows, "b", MetricFinalTau) != 1 {
		t.Errorf("NaN prediction: %v", rows)
	}

	// Trials without points from the first scored epoch on.
	d = CurveData{Trials: []CurveTrial{line("a", 1), line("b", 1, 2)}}
	if rows, details = CurveRows("v", d, Options{FromEpoch: 1}); details.Empty != 1 || details.Trials != 1 ||
		len(rows) != 24 || !strings.Contains(strings.Join(details.Warnings, ";"), "no curve point") {
		t.Errorf("empty trials: %v %+v", rows, details)
	}
}

func TestRowJSON(t *testing.T) {
	r := Row{"bezier+gbdt", target.Curve, GroupAll, MetricAvgR2, .5, math.NaN(), math.Inf(1), 7}
	b, err := json.Marshal(r)
	if want := `{"variant":"bezier+gbdt","target":"curve","group":"all","metric":"avg_r2","value":0.5,"ci_low":null,"ci_high":null,"n":7}`; err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
	for _, x := range []any{r, Diff{Target: "t", Difference: math.NaN(), CILow: 1, CIHigh: 2, N: 3},
		EpochMetrics{Group: "g", Epoch: 1, R2: math.NaN()},
		Noise{Trials: 3, FinalSD: math.NaN(), BestRMSE: 2}, Coverage{Level: .5, Observed: math.NaN()}} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		back := reflect.New(reflect.TypeOf(x))
		if err := json.Unmarshal(b, back.Interface()); err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(back.Elem().Interface()); string(again) != string(b) {
			t.Errorf("%T: %s became %s", x, b, again)
		}
	}
}

// The size of the deepobs log: 675 curves of 5 problems, 91,000 points, tau at every epoch.
func BenchmarkCurveRows(b *testing.B) {
	d := CurveData{High: 100}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 675 {
		t := CurveTrial{Group: fmt.Sprint(i % 5), Cluster: fmt.Sprint(i / 3)}
		for e := range []int{50, 100, 100, 160, 350}[i%5] {
			y := 100 * rng.Float64()
			t.Epochs, t.Truth, t.Pred = append(t.Epochs, float64(e)), append(t.Truth, y),
				append(t.Pred, (y+100*rng.Float64())/2)
		}
		d.Trials = append(d.Trials, t)
	}
	for b.Loop() {
		CurveRows("v", d, Options{})
	}
}
