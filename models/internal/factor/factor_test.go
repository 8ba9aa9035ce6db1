package factor

import (
	"math"
	"slices"
	"testing"

	"eahas/internal/stream"
)

// product returns FᵀF, entry by entry.
func product(f []float64, k int) []float64 {
	out := make([]float64, k*k)
	for a := range k {
		for b := range k {
			for i := 0; i < len(f); i += k {
				out[a*k+b] += f[i+a] * f[i+b]
			}
		}
	}
	return out
}

func TestAppendKeepsTheCovariance(t *testing.T) {
	rng := stream.New(1, "factor")
	for _, c := range []struct{ s, k, rank int }{{1, 3, 1}, {3, 3, 3}, {40, 1, 1}, {40, 4, 4}, {40, 5, 2}, {7, 6, 3}} {
		basis := make([]float64, c.rank*c.k)
		for i := range basis {
			basis[i] = rng.NormFloat64() * math.Pow(10, float64(i%c.k))
		}
		rows := make([]float64, c.s*c.k)
		for i := range c.s {
			for r := range c.rank {
				u := rng.NormFloat64()
				for j := range c.k {
					rows[i*c.k+j] += u * basis[r*c.k+j]
				}
			}
		}
		before := slices.Clone(rows)
		got := Append([]float64{7}, rows, c.k)
		if got[0] != 7 || !slices.Equal(rows, before) {
			t.Errorf("%+v: dst or rows changed", c)
		}
		got = got[1:]
		if len(got)%c.k != 0 || len(got) > c.k*c.k {
			t.Errorf("%+v: %d numbers", c, len(got))
		}
		if c.s > c.k && len(got)/c.k != c.rank {
			t.Errorf("%+v: %d rows, the rank is %d", c, len(got)/c.k, c.rank)
		}
		want, have := product(rows, c.k), product(got, c.k)
		for a := range c.k {
			for b := range c.k {
				scale := math.Sqrt(want[a*c.k+a] * want[b*c.k+b])
				if d := math.Abs(have[a*c.k+b] - want[a*c.k+b]); !(d <= 1e-5*scale) {
					t.Errorf("%+v: covariance of %d and %d is %v, want %v", c, a, b, have[a*c.k+b], want[a*c.k+b])
				}
			}
		}
	}
}

func TestZerosAndNothing(t *testing.T) {
	if got := Append(nil, nil, 2); len(got) != 0 {
		t.Errorf("nothing became %v", got)
	}
	if got := Append(nil, make([]float64, 10), 2); !slices.Equal(got, []float64{0, 0}) {
		t.Errorf("five rows of zeros became %v", got)
	}
	if got := Diagonal([]float64{9}, []float64{1, 2}); !slices.Equal(got, []float64{9, 1, 0, 0, 2}) {
		t.Errorf("a diagonal is %v", got)
	}
}
