package features

import (
	"errors"
	"math"
	"testing"

	"eahas/internal/stream"
)

// chiSquare draws n values of one axis and compares them with the law's probabilities. The statistic has k-1 degrees of
// freedom; its mean is k-1 and its standard deviation sqrt(2(k-1)): five of them are never met by chance.
func chiSquare(t *testing.T, p *Param, want []float64) {
	t.Helper()
	const n = 200_000
	l := newLaw(p)
	rng := stream.New(1, p.Name)
	counts := map[Value]int{}
	for range n {
		counts[l.value(rng)]++
	}
	x, values := 0.0, p.Values()
	for k, v := range values {
		d := float64(counts[v]) - n*want[k]
		x += d * d / (n * want[k])
		delete(counts, v)
	}
	if len(counts) > 0 {
		t.Errorf("%s: values beside the grid: %v", p.Name, counts)
	}
	if df := float64(len(values) - 1); x > df+5*math.Sqrt(2*df) {
		t.Errorf("%s: chi-square %.1f with %g degrees of freedom", p.Name, x, df)
	}
}

// TestLaws holds the laws of the built-in space against those of pycls' sweeps (facebookresearch/pycls at 5719de64,
// pycls/sweep/random.py): uniform; log_uniform(low, high, q) = q*ceil(f/q), f log-uniform in (low-min(q, low/2), high];
// power2_or_log_uniform(1, 32, 8).
func TestLaws(t *testing.T) {
	s := mustBuiltin(t, "eahas-cifar10")
	uniform := make([]float64, 10)
	for k := range uniform {
		uniform[k] = 0.1
	}
	chiSquare(t, s.Param("depth"), uniform)
	chiSquare(t, s.Param("lr"), uniform)
	logUniform := func(low, high, q float64, n int) []float64 {
		total := math.Log(high / (low - min(q, low/2)))
		out := make([]float64, n)
		for k := range out {
			v := low + float64(k)*q
			below := v - q
			if k == 0 {
				below = low - min(q, low/2)
			}
			out[k] = math.Log(v/below) / total
		}
		return out
	}
	chiSquare(t, s.Param("w0"), logUniform(48, 128, 8, 11))
	chiSquare(t, s.Param("wa"), logUniform(8, 32, 0.1, 241))
	chiSquare(t, s.Param("wm"), logUniform(2.5, 3, 0.001, 501))
	l3 := math.Log(8)
	chiSquare(t, s.Param("group_w"), []float64{1. / 6, 1. / 6, 1. / 6,
		math.Log(2) / l3 / 2, math.Log(2) / l3 / 2, math.Log(1.5) / l3 / 2, math.Log(4./3) / l3 / 2})
}

func TestContinuousLaws(t *testing.T) {
	rng := stream.New(2)
	lin, log := newLaw(&Param{Kind: Linear, Low: -1, High: 3}), newLaw(&Param{Kind: Log, Low: 1e-4, High: 1})
	const n = 20_000
	var below, decade int
	for range n {
		if lin.number(rng) < 0 {
			below++
		}
		if log.number(rng) < 1e-3 {
			decade++
		}
	}
	// A quarter each; the standard deviation of the count is 61.
	if math.Abs(float64(below)-n/4) > 310 || math.Abs(float64(decade)-n/4) > 310 {
		t.Errorf("%d and %d of %d in the first quarter", below, decade, n)
	}
}

func TestSampleGivesUp(t *testing.T) {
	s := mustBuiltin(t, "eahas-cifar10")
	s.Constraints = []Constraint{{Quantity: "params", Low: 1, High: 2}}
	if _, err := s.Sample(stream.New(1)); !errors.Is(err, ErrConstraints) {
		t.Errorf("impossible constraint: %v", err)
	}
}

func TestSampleIsDeterministic(t *testing.T) {
	s := mustBuiltin(t, "eahas-cifar10")
	a, errA := s.Sample(stream.New(9))
	b, errB := s.Sample(stream.New(9))
	if errA != nil || errB != nil || a.Key() != b.Key() {
		t.Errorf("%s (%v), %s (%v)", a.Key(), errA, b.Key(), errB)
	}
}
