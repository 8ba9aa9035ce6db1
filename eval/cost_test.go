package eval

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"eahas/trial/target"
)

func sampleCosts(n int, seed uint64, noise float64) CostData {
	rng := rand.New(rand.NewPCG(seed, 1))
	var d CostData
	for i := range n {
		y := math.Exp(10 + 2*rng.NormFloat64())
		d.Truth = append(d.Truth, y)
		d.Pred = append(d.Pred, y*math.Exp(noise*rng.NormFloat64()))
		d.Groups = append(d.Groups, []string{"a100", "v100"}[i%2])
	}
	return d
}

func TestCostRows(t *testing.T) {
	d := sampleCosts(300, 1, .1)
	rows, details := CostRows("v", target.EnergyPerEpoch, d, Options{})
	if len(rows) != 3*9 || details.Trials != 300 || details.Clusters != 300 {
		t.Fatalf("%d rows, %+v", len(rows), details)
	}
	for metric, f := range map[string]func(a, b []float64) float64{MetricR2: R2, MetricLogR2: LogR2,
		MetricTau:      KendallTauB,
		MetricSpearman: Spearman, MetricRMSE: RMSE, MetricMAE: MAE, MetricMAPE: MAPE, MetricMedianAPE: MedianAPE} {
		r, ok := Find(rows, "v", target.EnergyPerEpoch, GroupAll, metric)
		if !ok || r.Value != f(d.Truth, d.Pred) || r.N != 300 || !(r.CILow < r.Value && r.Value < r.CIHigh) {
			t.Errorf("%s: %+v, want %v inside its interval", metric, r, f(d.Truth, d.Pred))
		}
	}
	again, _ := CostRows("v", target.EnergyPerEpoch, d, Options{Workers: 5})
	if fmt.Sprint(rows) != fmt.Sprint(again) {
		t.Error("the number of workers matters")
	}
}

func TestCostEdges(t *testing.T) {
	find := func(rows []Row, metric string) Row {
		r, _ := Find(rows, "v", target.EnergyTotal, GroupAll, metric)
		return r
	}
	rows, details := CostRows("v", target.EnergyTotal, CostData{}, Options{})
	if len(rows) != 9 || details.Trials != 0 || !math.IsNaN(find(rows, MetricRMSE).Value) {
		t.Errorf("no trials: %v", rows)
	}
	rows, details = CostRows("v", target.EnergyTotal, CostData{Truth: []float64{1, math.NaN(), 3, 4},
		Pred: []float64{-1, 5, 3, math.Inf(1)}}, Options{})
	if details.Empty != 1 || details.Trials != 3 || details.Impossible != (Impossible{Trials: 2, NonFinite: 1,
		NotPositive: 1}) || len(details.Warnings) != 2 {
		t.Errorf("details: %+v", details)
	}
	if r := find(rows, MetricImpossible); r.Value != 2 || r.N != 3 {
		t.Errorf("impossible: %+v", r)
	}
	if r := find(rows, MetricLogR2); !math.IsInf(r.Value, -1) {
		t.Errorf("log_r2 with a negative prediction: %v, want -Inf", r.Value)
	}
	rows, _ = CostRows("v", target.EnergyTotal, CostData{Truth: []float64{5, 5, 5}, Pred: []float64{4, 5, 6}},
		Options{})
	if r := find(rows, MetricR2); !math.IsNaN(r.Value) || !math.IsNaN(r.CILow) {
		t.Errorf("R2 of a constant target: %+v", r)
	}
}

func TestPairedCosts(t *testing.T) {
	a, b := sampleCosts(300, 1, .3), sampleCosts(300, 1, .1)
	diffs, err := PairedCosts(target.EnergyPerEpoch, "a", a, "b", b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(diffs) != 3*8 {
		t.Fatalf("%d differences", len(diffs))
	}
	for _, d := range diffs {
		better := d.Difference > 0
		if d.Metric == MetricMAPE || d.Metric == MetricMedianAPE {
			if better || !d.Real() {
				t.Errorf("three times the noise, but %+v", d)
			}
		}
		if d.Difference != d.ValueB-d.ValueA {
			t.Errorf("%+v", d)
		}
	}
	same, err := PairedCosts(target.EnergyPerEpoch, "a", a, "a again", a, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range same {
		if d.Difference != 0 || d.CILow != 0 || d.CIHigh != 0 || d.Real() {
			t.Errorf("a variant differs from itself: %+v", d)
		}
	}
	b.Truth[7]++
	if _, err := PairedCosts(target.EnergyPerEpoch, "a", a, "b", b, Options{}); !errors.Is(err, ErrDifferentTrials) {
		t.Errorf("different truths: %v", err)
	}
}

func TestPairedCurves(t *testing.T) {
	a := sampleCurves(120, 1)
	b := sampleCurves(120, 1)
	for _, tr := range b.Trials {
		for k := range tr.Pred {
			tr.Pred[k] = (tr.Pred[k] + tr.Truth[k]) / 2
		}
	}
	diffs, err := PairedCurves("a", a, "b", b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		worse := d.Difference < 0
		if d.Metric == MetricRMSE || d.Metric == MetricMAE || d.Metric == MetricRunRMSE {
			worse = !worse
		}
		if d.Group == GroupAll && (worse || !d.Real() || !(d.CILow <= d.Difference && d.Difference <= d.CIHigh)) {
			t.Errorf("half the error, but %+v", d)
		}
	}
	b.Trials[3].Group = "elsewhere"
	if _, err := PairedCurves("a", a, "b", b, Options{}); !errors.Is(err, ErrDifferentTrials) {
		t.Errorf("different groups: %v", err)
	}
	b.Trials = b.Trials[:4]
	if _, err := PairedCurves("a", a, "b", b, Options{}); !errors.Is(err, ErrDifferentTrials) {
		t.Errorf("fewer trials: %v", err)
	}
}

func TestIntervalCoverage(t *testing.T) {
	nan := math.NaN()
	c := IntervalCoverage(.8, []float64{1, 2, 3, 4, nan}, []float64{0, 2, 4, nan, 0}, []float64{2, 3, 5, 9, 1})
	if math.Abs(c.Score-14./3) > 1e-12 { // widths 2, 1, 1, and the third truth is 1 below: 10 more
		t.Errorf("score %g", c.Score)
	}
	c.Score = 0
	if c != (Coverage{Level: .8, Observed: 2. / 3, Width: 4. / 3, N: 3}) {
		t.Errorf("%+v", c)
	}
	if c := IntervalCoverage(.5, nil, nil, nil); !math.IsNaN(c.Observed) || c.N != 0 {
		t.Errorf("empty: %+v", c)
	}
}

// For a standard normal truth and the interval between its own quantiles, -z..z, the expected score is 4 phi(z)/alpha:
// 2z + 2/alpha * 2 (phi(z) - z alpha/2). Any other symmetric interval scores higher.
func TestIntervalScoreOfTheNormalDistribution(t *testing.T) {
	quantile := func(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
	for _, level := range []float64{.5, .8, .95} {
		z := quantile((1 + level) / 2)
		mean := func(end float64) float64 {
			const n = 200_000
			sum := 0.0
			for i := range n {
				sum += IntervalScore(level, quantile((float64(i)+.5)/n), -end, end)
			}
			return sum / n
		}
		if got, want := mean(z), 4*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)/(1-level); math.Abs(got-want) > 1e-3 {
			t.Errorf("level %g: the score is %g, in closed form %g", level, got, want)
		}
		if best := mean(z); mean(.9*z) <= best || mean(1.1*z) <= best {
			t.Errorf("level %g: the interval between the quantiles is not the best", level)
		}
	}
	if !math.IsNaN(IntervalScore(.8, math.NaN(), 0, 1)) {
		t.Error("a NaN has a score")
	}
}

func TestImpossible(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name      string
		got, want Impossible
	}{
		{"good curve", ImpossibleCurve([]float64{0, 50, 100}, 0, 100), Impossible{}},
		{"bad curve", ImpossibleCurve([]float64{-1, -2, 101, nan}, 0, 100), Impossible{1, 1, 0, 1, 1, 0}},
		{"loss without bounds", ImpossibleCurve([]float64{-1, 1e30}, 0, 0), Impossible{}},
		{"loss above zero", ImpossibleCurve([]float64{-1, 1e30}, 0, inf), Impossible{Trials: 1, Below: 1}},
		{"no energy", ImpossibleCost(0), Impossible{Trials: 1, NotPositive: 1}},
		{"energy", ImpossibleCost(1e-300), Impossible{}},
		{"infinite energy", ImpossibleCost(inf), Impossible{Trials: 1, NonFinite: 1}},
		{"rising", ImpossibleCumulative([]float64{1, 2, 2, 3}), Impossible{}},
		{"falling", ImpossibleCumulative([]float64{1, 3, nan, 2}), Impossible{Trials: 1, NonFinite: 1, Falling: 1}},
		{"negative start", ImpossibleCumulative([]float64{-1, 3}), Impossible{Trials: 1, NotPositive: 1}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, c.got, c.want)
		}
	}
	if s := (Impossible{Trials: 2, NonFinite: 1,
		Falling: 2}).String(); s != "1 not finite, 2 cumulative cost that falls" {
		t.Error(s)
	}
	if s := (Impossible{}).String(); s != "none" {
		t.Error(s)
	}
}

// Three configurations, two of them repeated. Pooled variance by hand: last values (1, 3) and (10, 10, 13) have
// SS 2 and 6 with 1 and 2 degrees of freedom.
func TestNoiseFloor(t *testing.T) {
	tr := func(cluster string, last float64) CurveTrial {
		return CurveTrial{Group: "g", Cluster: cluster, Epochs: []float64{0, 1}, Truth: []float64{0, last},
			Pred: []float64{0, 0}}
	}
	d := CurveData{Trials: []CurveTrial{tr("a", 1), tr("a", 3), tr("b", 10), tr("b", 10), tr("b", 13), tr("c", 20),
		tr("", 20)}}
	n := NoiseFloor(d, 0)
	if n.Configurations != 2 || n.Trials != 5 || !same(n.FinalSD, math.Sqrt(8./3)) ||
		!same(n.CurveSD, math.Sqrt(8./6)) {
		t.Errorf("%+v", n)
	}
	if !same(n.FinalSDLow, math.Sqrt2) || !same(n.FinalSDHigh, math.Sqrt(3)) || !same(n.BestRMSE, n.CurveSD) {
		t.Errorf("%+v", n)
	}
	if want := 1 - (8./3)/(332./6); !same(n.BestFinalR2, want) { // variance of 1 3 10 10 13 20 20 is 332/6
		t.Errorf("best R2 %v, want %v", n.BestFinalR2, want)
	}
	if n := NoiseFloor(CurveData{Trials: d.Trials[4:]}, 0); n.Configurations != 0 || !math.IsNaN(n.FinalSD) {
		t.Errorf("without repeats: %+v", n)
	}
}
