package eval

import (
	"math"
	"testing"
)

type want struct{ r2, logR2, rmse, mae, mape, medape, pearson, spearman, tau float64 }

// Expected values: Python 3, scipy 1.17.1 (kendalltau, spearmanr, pearsonr), scikit-learn 1.9.1 (r2_score,
// root of mean_squared_error, mean_absolute_error, mean_absolute_percentage_error), numpy 2.4.6 (median, log).
var pinned = []struct {
	name        string
	truth, pred []float64
	want        want
}{
	{"plain", []float64{1.0, 2.0, 3.0, 4.0, 5.0}, []float64{2.0, 1.0, 4.0, 3.0, 6.0},
		want{r2: 0.5, logR2: 0.2821559683156766, rmse: 1.0, mae: 1.0, mape: 0.45666666666666667,
			medape: 0.3333333333333333, pearson: 0.8219949365267865, spearman: 0.7999999999999999, tau: 0.6}},
	{"ties in both", []float64{1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 9.0},
		[]float64{1.0, 2.0, 2.0, 2.0, 5.0, 4.0, 4.0, 4.0}, want{r2: 0.30434782608695654, logR2: 0.5522067092917152,
			rmse: 2.0, mae: 1.25, mape: 0.3611111111111111, medape: 0.3333333333333333, pearson: 0.5516772843673706,
			spearman: 0.8572151502191164, tau: 0.755742181606458}},
	{"ties in one", []float64{1.0, 1.0, 1.0, 4.0, 5.0, 6.0}, []float64{3.0, 1.0, 2.0, 6.0, 5.0, 4.0},
		want{r2: 0.5, logR2: 0.4833542005586734, rmse: 1.4719601443879744, mae: 1.1666666666666667,
			mape: 0.638888888888889, medape: 0.41666666666666663, pearson: 0.7500915695015927,
			spearman: 0.6982532518267538, tau: 0.4472135954999579}},
	{"reversed", []float64{1.0, 2.0, 3.0, 4.0}, []float64{8.0, 6.0, 4.0, 2.0},
		want{r2: -13.0, logR2: -4.620916764282346, rmse: 4.183300132670378, mae: 3.5, mape: 2.4583333333333335,
			medape: 1.25, pearson: -1.0, spearman: -1.0, tau: -1.0}},
	{"two", []float64{1.0, 2.0}, []float64{3.0, 3.5}, want{r2: -11.5, logR2: -5.327856197725803,
		rmse: 1.7677669529663689, mae: 1.75, mape: 1.375, medape: 1.375, pearson: 1.0, spearman: 0.9999999999999999,
		tau: 1.0}},
	{"scale", []float64{12.5, 900.25, 3125000.0, 47.75, 0.001, 2e-07},
		[]float64{15.0, 700.0, 2500000.0, 60.5, 0.0011, 1e-07},
		want{r2: 0.951994096896025, logR2: 0.9987888510676296, rmse: 255155.19469167356, mae: 104202.58335001666,
			mape: 0.24824231973569497, medape: 0.21121910580394337, pearson: 0.9999999999116471, spearman: 1.0,
			tau: 0.9999999999999999}},
	{"decimals", []float64{0.1, 10.0, 10.0, 55.5, 99.9, 99.9, 72.25}, []float64{1.5, 12.0, 9.0, 60.0, 95.0, 99.0, 70.0},
		want{r2: 0.9948999752749663, logR2: 0.7987340651117555, rmse: 2.8558836510914514, mae: 2.421428571428573,
			mape: 2.0671830010930354, medape: 0.08108108108108109, pearson: 0.9980382565238461,
			spearman: 0.981980506061966, tau: 0.9511897312113418}},
}

func TestMetricsEqualScipyAndScikitLearn(t *testing.T) {
	for _, c := range pinned {
		for _, m := range []struct {
			name      string
			got, want float64
		}{
			{"R2", R2(c.truth, c.pred), c.want.r2},
			{"LogR2", LogR2(c.truth, c.pred), c.want.logR2},
			{"RMSE", RMSE(c.truth, c.pred), c.want.rmse},
			{"MAE", MAE(c.truth, c.pred), c.want.mae},
			{"MAPE", MAPE(c.truth, c.pred), c.want.mape},
			{"MedianAPE", MedianAPE(c.truth, c.pred), c.want.medape},
			{"Pearson", Pearson(c.truth, c.pred), c.want.pearson},
			{"Spearman", Spearman(c.truth, c.pred), c.want.spearman},
			{"KendallTauB", KendallTauB(c.truth, c.pred), c.want.tau},
		} {
			if !(math.Abs(m.got-m.want) <= 1e-13*max(1, math.Abs(m.want))) { // a few roundings apart
				t.Errorf("%s: %s = %v, want %v", c.name, m.name, m.got, m.want)
			}
		}
	}
}

var metricFuncs = map[string]func(truth, pred []float64) float64{
	"R2": R2, "LogR2": LogR2, "RMSE": RMSE, "MAE": MAE, "MAPE": MAPE, "MedianAPE": MedianAPE,
	"Pearson": Pearson, "Spearman": Spearman, "KendallTauB": KendallTauB,
}

func TestMetricsAtTheEdges(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name        string
		truth, pred []float64
		want        map[string]float64 // metrics that are not NaN
	}{
		{"empty", nil, nil, nil},
		{"one", []float64{2}, []float64{3}, map[string]float64{"RMSE": 1, "MAE": 1, "MAPE": .5, "MedianAPE": .5}},
		{"NaN truth", []float64{1, nan, 2}, []float64{1, 2, 3}, nil},
		{"NaN prediction", []float64{1, 2, 3}, []float64{1, nan, 2}, nil},
		{"constant truth", []float64{.1, .1, .1}, []float64{.1, .1, .4},
			map[string]float64{"RMSE": math.Sqrt(.03), "MAE": .1, "MAPE": 1, "MedianAPE": 0}},
		{"constant prediction", []float64{1, 2, 3}, []float64{2, 2, 2},
			map[string]float64{"R2": 0, "LogR2": -0.04469208296347582, "RMSE": math.Sqrt(2. / 3), "MAE": 2. / 3,
				"MAPE": (1 + 1./3) / 3, "MedianAPE": 1. / 3}},
		{"zero truth", []float64{0, 2}, []float64{1, 1},
			map[string]float64{"R2": 0, "RMSE": 1, "MAE": 1, "MAPE": .5, "MedianAPE": .5}},
		{"zero prediction", []float64{1, 2}, []float64{0, 2},
			map[string]float64{"R2": -1, "LogR2": -inf, "RMSE": math.Sqrt(.5), "MAE": .5, "MAPE": .5, "MedianAPE": .5,
				"Pearson": 1, "Spearman": 1, "KendallTauB": 1}},
	} {
		for name, f := range metricFuncs {
			got := f(c.truth, c.pred)
			w, defined := c.want[name]
			switch {
			case !defined && !math.IsNaN(got):
				t.Errorf("%s: %s = %v, want NaN", c.name, name, got)
			case defined && got != w && !(math.Abs(got-w) <= 1e-4):
				t.Errorf("%s: %s = %v, want %v", c.name, name, got, w)
			}
		}
	}
	// as scipy 1.17.1
	if got := KendallTauB([]float64{-inf, 1, 2, inf}, []float64{1, 2, 4, 3}); math.Abs(got-2./3) > 1e-15 {
		t.Errorf("tau with infinities = %v, want 2/3", got)
	}
}

func TestMetricsPanicOnDifferentLengths(t *testing.T) {
	for name, f := range metricFuncs {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s took slices of different lengths", name)
				}
			}()
			f([]float64{1, 2}, []float64{1})
		}()
	}
}

func TestMetricsLeaveInputsAlone(t *testing.T) {
	for name, f := range metricFuncs {
		x, y := []float64{3, 1, 2, 2}, []float64{9, 8, 8, 7}
		f(x, y)
		if x[0] != 3 || x[1] != 1 || y[0] != 9 || y[3] != 7 {
			t.Errorf("%s changed its inputs: %v %v", name, x, y)
		}
	}
}
