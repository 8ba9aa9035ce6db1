package order

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The number at every place is that of the sorted list, also of lists with many equal numbers and in order.
func TestNthIsThatOfTheSortedList(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 31, 33, 100, 5000} {
		for name, next := range map[string]func(i int) float64{
			"normal":  func(int) float64 { return r.NormFloat64() },
			"equal":   func(int) float64 { return 3 },
			"few":     func(int) float64 { return float64(r.IntN(3)) },
			"rising":  func(i int) float64 { return float64(i) },
			"falling": func(i int) float64 { return float64(-i) },
			"edges": func(i int) float64 {
				return []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0}[i%4]
			},
		} {
			v := make([]float64, n)
			for i := range v {
				v[i] = next(i)
			}
			sorted := slices.Clone(v)
			slices.Sort(sorted)
			for _, k := range []int{0, 1, n / 40, n / 2, n - 2, n - 1} {
				if k < 0 || k >= n {
					continue
				}
				got := Nth(v, k)
				if got != sorted[k] && !(math.IsNaN(got) && math.IsNaN(sorted[k])) {
					t.Errorf("%s, %d numbers: at place %d %g, wanted %g", name, n, k, got, sorted[k])
				}
			}
		}
	}
}
