package search

import (
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
)

// unitAxes are a number of 0..1, a whole number of 0..10 and a choice among three texts.
func unitAxes(t *testing.T) []Axis {
	t.Helper()
	d, err := NewDomain(features.Space{Name: "unit", Params: []features.Param{
		{Name: "x", Kind: features.Linear, Low: 0, High: 1},
		{Name: "k", Kind: features.Integer, Low: 0, High: 10},
		{Name: "c", Kind: features.Choice, Choices: []features.Value{features.Text("a"), features.Text("b"),
			features.Text("c")}},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d.Axes()
}

// TestParzenOptuna holds the density against Optuna 5.0.0: _ParzenEstimator(observations, space,
// parameters).log_pdf(queries) with the default weights, FloatDistribution(0, 1), IntDistribution(0, 10),
// CategoricalDistribution of three. Our whole numbers lie at k/10, which changes no probability.
func TestParzenOptuna(t *testing.T) {
	axes := unitAxes(t)
	queries := [][]float64{{.12, .2, 0}, {.5, .7, 1}, {.99, 1, 2}, {0, 0, 0}}
	x30 := []float64{0.549, 0.715, 0.603, 0.545, 0.424, 0.646, 0.438, 0.892, 0.964, 0.383, 0.792, 0.529, 0.568, 0.926,
		0.071, 0.087, 0.02, 0.833, 0.778,
		0.87, 0.979, 0.799, 0.461, 0.781, 0.118, 0.64, 0.143, 0.945, 0.522, 0.415}
	c30 := []float64{0, 1, 2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 2, 1, 1, 1, 0, 1, 1, 1, 0, 1, 2, 0, 1, 2, 0, 2}
	var many [][]float64
	for i := range x30 {
		many = append(many, []float64{x30[i], c30[i]})
	}
	// Of equal points Optuna's sort, which is not stable, decides which has which width: 30 points have no equal
	// numbers.
	z := newParzen([]Axis{axes[0], axes[2]}, many, nil)
	for i, want := range []float64{-2.6092325309469415, -2.6794728835026107, -1.6324880993868074, -3.122746721259094} {
		if got := z.logDensity([]float64{queries[i][0], queries[i][2]}); math.Abs(got-want) > 1e-9 {
			t.Errorf("30 points, query %d: %.12f, Optuna has %.12f", i, got, want)
		}
	}
	for name, c := range map[string]struct{ points, want any }{
		"no point": {[][]float64{}, []float64{-3.5242607424996653, -3.431413810897082, -3.6381809241717358,
			-3.643130924171736}},
		"4 points": {[][]float64{{.1, .2, 0}, {.15, .3, 1}, {.8, 1, 0}, {.4, 0, 2}},
			[]float64{-2.05262435058996, -3.8818420199953514, -4.669093477324809, -2.6137113429272625}},
	} {
		z := newParzen(axes, c.points.([][]float64), nil)
		for i, q := range queries {
			// The cells of narrow kernels are a series to the second term: equal to a millionth.
			if got, want := z.logDensity(q), c.want.([]float64)[i]; math.Abs(got-want) > 1e-6 {
				t.Errorf("%s, query %d: %.9f, Optuna has %.9f", name, i, got, want)
			}
		}
	}
}

// TestParzenDraws: what is drawn has the density: the mean of 1/density over draws of the number and the whole number
// is the measure of the domain.
func TestParzenDraws(t *testing.T) {
	axes := unitAxes(t)
	z := newParzen(axes, [][]float64{{.1, .2, 0}, {.15, .3, 1}, {.8, 1, 0}, {.4, 0, 2}}, nil)
	rng := stream.New(1)
	const n = 100_000
	sum := 0.0
	for range n {
		sum += math.Exp(-z.logDensity(z.draw(rng)))
	}
	if got := sum / n; math.Abs(got-33) > 0.7 { // 1 x 11 x 3
		t.Errorf("mean of 1/density %g, wanted 33", got)
	}
}

// TestKernelsStatsmodels holds the density against statsmodels 0.14: KDEMultivariate(data, var_type="cu",
// bw="normal_reference"), its bw and pdf. All three values of the choice are in the data, so that K is the same.
func TestKernelsStatsmodels(t *testing.T) {
	axes := unitAxes(t)
	axes = []Axis{axes[0], axes[2]}
	k := newKernels(axes, [][]float64{{.1, 0}, {.15, 1}, {.8, 0}, {.4, 2}, {.55, 0}})
	for j, want := range []float64{0.20982067, 0.64848637} {
		if math.Abs(k.width[j]-want) > 1e-7 {
			t.Errorf("width %d: %.9f, statsmodels has %.9f", j, k.width[j], want)
		}
	}
	for _, c := range []struct {
		u    []float64
		want float64
	}{{[]float64{.2, 0}, 0.35294273}, {[]float64{.9, 1}, 0.14825394}} {
		if got := math.Exp(k.logDensity(c.u)); math.Abs(got-c.want) > 1e-7 {
			t.Errorf("%v: %.9f, statsmodels has %.9f", c.u, got, c.want)
		}
	}
	// Points that agree on an axis do not forbid its other values (HpBandSter's issue 100).
	if l := newKernels(axes, [][]float64{{.5, 1}, {.5, 1}}).logDensity([]float64{.9, 2}); math.IsInf(l, 0) ||
		math.IsNaN(l) {
		t.Errorf("agreeing points give %v", l)
	}
}

// TestLogEI holds the logarithm against scipy 1.17's norm: (b-m) cdf(z) + s pdf(z), and far below, where that cancels,
// against a quadrature of the definition.
func TestLogEI(t *testing.T) {
	for _, c := range []struct{ mean, sd, best, want float64 }{
		{1, .5, 1.2, -1.1544863160631473}, {0, 1, -3, -7.869686059603018}, {2, .1, 1.9, -4.787706118706689},
	} {
		if got := logEI(c.mean, c.sd, c.best); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v: %.12f", c, got)
		}
	}
	for _, z := range []float64{-4.9, -5.1, -8, -20, -35} {
		// The integral over x > 0 of x phi(x - z), with phi(z) taken out.
		sum, h := 0.0, 1e-4
		for i := 1; i < 400_000; i++ {
			x := float64(i) * h
			sum += x * math.Exp(x*z-x*x/2) * h
		}
		want := math.Log(sum) - z*z/2 - halfLog2Pi
		if got := logEI(0, 1, z); math.Abs(got-want) > 2e-5 {
			t.Errorf("z = %g: %.9f, by quadrature %.9f", z, got, want)
		}
	}
	if logEI(1, 0, 3) != math.Log(2) || !math.IsInf(logEI(3, 0, 1), -1) {
		t.Error("without uncertainty the improvement is the difference")
	}
}

// TestRampWeights: 30 points, as Optuna's default_weights(30).
func TestRampWeights(t *testing.T) {
	for i, want := range []float64{0.03333333333333333, 0.275, 0.5166666666666667, 0.7583333333333333, 1, 1} {
		if got := rampWeights(30)[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("weight %d is %g", i, got)
		}
	}
}
