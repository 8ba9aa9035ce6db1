package knn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/dense"
)

// grouped returns n rows of the given numbers of numeric columns and of one-hot groups of four; some rows are equal.
func grouped(n, numbers, groups int) models.Data {
	rng := rand.New(rand.NewPCG(uint64(n), 5))
	d := models.Data{X: features.Frame{N: n}, K: 2}
	for range numbers {
		d.X.Columns = append(d.X.Columns, features.Column{Name: "x", Group: -1})
	}
	for g := range groups {
		for range 4 {
			d.X.Columns = append(d.X.Columns, features.Column{Name: "h", Group: g})
		}
	}
	for i := range n {
		if i%7 == 6 {
			d.X.Data = append(d.X.Data, d.X.Row(i-1)...)
			d.Y = append(d.Y, d.Y[2*i-2:]...)
			continue
		}
		sum := 0.0
		for c := range numbers {
			x := rng.NormFloat64()
			sum += x / float64(1+c*c)
			d.X.Data = append(d.X.Data, x)
		}
		for g := range groups {
			hot := make([]float64, 4)
			at := rng.IntN(4)
			hot[at] = 1
			sum += float64(at) / float64(1+g)
			d.X.Data = append(d.X.Data, hot...)
		}
		d.Y = append(d.Y, sum, sum*sum)
	}
	return d
}

// searched returns the sites and the evaluator of a search.
func searched(d models.Data) (*sites, []dense.Axis, *evaluator) {
	scaler := dense.Fit(&d.X)
	s, axes := mergeSites(&d, scaler), scaler.Axes(d.X.Columns, false)
	return s, axes, newEvaluator(Trainer{}, s, axes, 1)
}

// The twin works every distance out anew.
func TestHalvingAgreesWithDirectDistances(t *testing.T) {
	for _, keep := range []bool{true, false} {
		s, axes, _ := searched(grouped(60, 5, 4))
		h := newHalving(s, axes)
		if h == nil || h.along == nil {
			t.Fatal("distances along axes are not kept")
		}
		if !keep {
			h.along = nil
		}
		rng := rand.New(rand.NewPCG(3, 4))
		best := result{choice: choice{scales: slices.Repeat([]float64{1}, len(axes))}}
		turns := 0
		_, err := h.pass(best, nil, func(best result, a int, _ []float64, at func(float64) distances) (result, error) {
			if a != turns {
				t.Fatalf("axis %d has turn %d", a, turns)
			}
			turns++
			scales := slices.Clone(best.scales)
			scales[a] = []float64{0, 0.3, 1, 8}[rng.IntN(4)]
			got, want := at(scales[a]).(*changed), scaled(s, axes, scales)
			for i := range s.n {
				for j := range s.n {
					d := got.rest[i*s.n+j] + got.square*got.along[i*s.n+j]
					if w := want.distance(want.row(i), j, math.Inf(1)); math.Abs(d-w) > 1e-12*w {
						t.Fatalf("axis %d: sites %d and %d are %v apart, want %v", a, i, j, d, w)
					}
				}
			}
			best.scales = scales
			return best, nil
		})
		if err != nil || turns != len(axes) {
			t.Fatalf("%d turns, %v", turns, err)
		}
	}
}

// Both ways must find the same.
func TestSearchByHalvingAgreesWithDirectSearch(t *testing.T) {
	for _, n := range []int{3, 40, 150} {
		s, axes, e := searched(grouped(n, 4, 3))
		got, err := Trainer{}.searchBy(t.Context(), e, newHalving(s, axes), models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := Trainer{}.searchBy(t.Context(), e, nil, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.scales, want.scales) || got.k != want.k || got.weighting != want.weighting {
			t.Errorf("%d rows: %+v, want %+v", n, got, want)
		}
	}
}

// Many sites leave no room for the distances between all of them.
func TestHalvingKnowsItsRoom(t *testing.T) {
	axes := make([]dense.Axis, 70)
	for n, want := range map[int][2]bool{100: {true, true}, 1000: {true, false}, 5000: {false, false}} {
		h := newHalving(&sites{n: n}, axes)
		if (h != nil) != want[0] || h != nil && (h.along != nil) != want[1] {
			t.Errorf("%d sites: %v", n, h)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, c := range []struct {
		name                  string
		rows, numbers, groups int
	}{{"100 rows 18 axes", 100, 14, 4}, {"300 rows 72 axes", 300, 30, 42}} {
		s, axes, e := searched(grouped(c.rows, c.numbers, c.groups))
		for way, h := range map[string]func() *halving{"halving": func() *halving { return newHalving(s, axes) },
			"direct": func() *halving { return nil }} {
			b.Run(c.name+"/"+way, func(b *testing.B) {
				for b.Loop() {
					if _, err := (Trainer{}).searchBy(b.Context(), e, h(), models.Options{Workers: 1}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
