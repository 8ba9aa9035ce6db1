package eval

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// naiveTauB counts all pairs. It is the definition, and what KendallTauB must agree with.
func naiveTauB(x, y []float64) float64 {
	var concordant, discordant, onlyX, onlyY float64
	for i := range x {
		for j := range i {
			dx, dy := x[i]-x[j], y[i]-y[j]
			switch {
			case dx == 0 && dy == 0:
			case dx == 0:
				onlyX++
			case dy == 0:
				onlyY++
			case dx*dy > 0:
				concordant++
			default:
				discordant++
			}
		}
	}
	return (concordant - discordant) / math.Sqrt((concordant+discordant+onlyX)*(concordant+discordant+onlyY))
}

func same(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || a == b || math.Abs(a-b) <= 1e-12*max(1, math.Abs(a), math.Abs(b))
}

func TestKendallTauBAgreesWithAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 80).Draw(t, "n")
		distinct := rapid.IntRange(1, 60).Draw(t, "distinct")
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = float64(rapid.IntRange(0, distinct).Draw(t, "x"))
			y[i] = float64(rapid.IntRange(0, distinct).Draw(t, "y"))
		}
		got, want := KendallTauB(x, y), naiveTauB(x, y)
		if n < 2 {
			want = math.NaN()
		}
		if !same(got, want) {
			t.Fatalf("tau(%v, %v) = %v, want %v", x, y, got, want)
		}
		if back := KendallTauB(y, x); !same(back, got) {
			t.Fatalf("tau is not symmetric: %v and %v", got, back)
		}
	})
}

func TestKendallTauBOfManyAgreesWithAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, 3000), make([]float64, 3000)
	for i := range x {
		x[i] = rng.NormFloat64()
		y[i] = math.Round(4 * (x[i] + rng.NormFloat64()))
	}
	if got, want := KendallTauB(x, y), naiveTauB(x, y); !same(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSpearmanIsPearsonOfRanks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 50).Draw(t, "n")
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = float64(rapid.IntRange(0, 9).Draw(t, "x"))
			y[i] = float64(rapid.IntRange(0, 9).Draw(t, "y"))
		}
		if got, want := Spearman(x, y), Pearson(naiveRanks(x), naiveRanks(y)); !same(got, want) {
			t.Fatalf("spearman(%v, %v) = %v, want %v", x, y, got, want)
		}
	})
}

func naiveRanks(x []float64) []float64 {
	ranks := make([]float64, len(x))
	for i := range x {
		less, equal := 0., 0.
		for j := range x {
			if x[j] < x[i] {
				less++
			} else if x[j] == x[i] {
				equal++
			}
		}
		ranks[i] = less + (equal+1)/2
	}
	return ranks
}

func BenchmarkKendallTauB(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, 10_000), make([]float64, 10_000)
	for i := range x {
		x[i], y[i] = rng.Float64(), rng.Float64()
	}
	for b.Loop() {
		KendallTauB(x, y)
	}
}
