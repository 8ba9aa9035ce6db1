package eval

import (
	"math"
	"testing"

	"eahas/internal/stream"
)

// TestFriedmanScipy holds the test against scipy 1.17.1: scipy.stats.friedmanchisquare(*numpy.array(table).T).
func TestFriedmanScipy(t *testing.T) {
	table := [][]float64{{1.2, 3.4, 2.2, 5}, {2, 2, 1, 4}, {3.1, 4.1, 5.9, 2.6}, {5.3, 5.8, 9.7, 9.3}, {1, 2, 2, 3},
		{2.7, 1.8, 2.8, 1.9}}
	s, p := Friedman(table)
	if math.Abs(s-3.775862068965523) > 1e-12 || math.Abs(p-0.28670628867233666) > 1e-12 {
		t.Errorf("%v, %v", s, p)
	}
	if s, p := Friedman(table[:1]); !math.IsNaN(s) || !math.IsNaN(p) {
		t.Error("one block has a statistic")
	}
}

// TestWilcoxonScipy holds the test against scipy 1.17.1: scipy.stats.wilcoxon(x, y), and with ties method="asymptotic",
// correction=False.
func TestWilcoxonScipy(t *testing.T) {
	x := []float64{1.83, .5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3}
	y := []float64{.878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	if p := Wilcoxon(x, y); math.Abs(p-0.0390625) > 1e-12 {
		t.Errorf("without ties: %v", p)
	}
	x = []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	y = []float64{2, 1, 3, 6, 7, 8, 6, 9, 9, 13, 15}
	if p := Wilcoxon(x, y); math.Abs(p-0.03580275438553691) > 1e-12 {
		t.Errorf("with ties: %v", p)
	}
	if p := Wilcoxon(x, x); p != 1 {
		t.Errorf("a sample against itself: %v", p)
	}
}

func TestHolm(t *testing.T) {
	// By hand: .01 x 3, .02 x 2 = .04, then .03 x 1 raised to .04.
	got := Holm([]float64{.02, .01, .03})
	for i, want := range []float64{.04, .03, .04} {
		if math.Abs(got[i]-want) > 1e-15 {
			t.Errorf("%v", got)
		}
	}
}

// TestCriticalDifference repeats the example of Demšar (2006), section 3.2.2: 4 classifiers, 14 data sets, .05: 1.25.
func TestCriticalDifference(t *testing.T) {
	cd, err := CriticalDifference(4, 14)
	if err != nil || math.Abs(cd-1.25) > .005 {
		t.Errorf("%v, %v", cd, err)
	}
	if _, err := CriticalDifference(40, 14); err == nil {
		t.Error("40 treatments have a critical difference")
	}
}

func TestBootstrapMedianDifference(t *testing.T) {
	rng := stream.New(1)
	a, b := make([]float64, 30), make([]float64, 30)
	for i := range a {
		a[i] = rng.NormFloat64()
		b[i] = a[i] + 1 // the same luck, one worse
	}
	d, low, high := BootstrapMedianDifference(a, b, 1)
	if math.Abs(d-1) > 1e-12 || math.Abs(low-1) > 1e-12 || math.Abs(high-1) > 1e-12 {
		t.Errorf("%v in %v..%v", d, low, high)
	}
}
