package train

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eahas/features"
	"eahas/models"
)

// naive boosts squared loss on dense numeric columns without bins, histograms or fixed point: it is the definition that
// the fast trainer must meet. Cuts lie between neighbouring distinct values of the whole column.
type naive struct {
	d    models.Data
	p    Params
	cuts [][]float64
	res  []float64
}

type naiveLeaf struct {
	rows        []int
	gain, cut   float64
	column      int
	missingLeft bool
}

func newNaive(d models.Data, p Params) *naive {
	v := &naive{d: d, p: p}
	m := mean(d.Y, nil)
	for _, y := range d.Y {
		v.res = append(v.res, y-m)
	}
	for c := range d.X.P() {
		var xs []float64
		for i := range d.X.N {
			if x := d.X.Row(i)[c]; x == x {
				xs = append(xs, x)
			}
		}
		slices.Sort(xs)
		xs = slices.Compact(xs)
		var cuts []float64
		for i := 1; i < len(xs); i++ {
			cuts = append(cuts, between(xs[i-1], xs[i]))
		}
		v.cuts = append(v.cuts, append(cuts, math.Inf(1)))
	}
	return v
}

func (v *naive) score(rows []int) float64 {
	g := 0.0
	for _, i := range rows {
		g += v.res[i]
	}
	return g * g / (float64(len(rows)) + v.p.Lambda)
}

// sides divides rows by a candidate.
func (v *naive) sides(rows []int, column int, cut float64, missingLeft bool) (l, r []int) {
	for _, i := range rows {
		x := v.d.X.Row(i)[column]
		if x <= cut || x != x && missingLeft {
			l = append(l, i)
		} else {
			r = append(r, i)
		}
	}
	return l, r
}

// search finds the best split of rows.
func (v *naive) search(rows []int) naiveLeaf {
	best := naiveLeaf{rows: rows}
	parent := v.score(rows)
	for c := range v.cuts {
		for _, missingLeft := range []bool{false, true} {
			for _, cut := range v.cuts[c] {
				l, r := v.sides(rows, c, cut, missingLeft)
				if len(l) < v.p.MinChildCount || len(r) < v.p.MinChildCount {
					continue
				}
				if gain := v.score(l) + v.score(r) - parent; gain > best.gain+1e-9*parent {
					best.gain, best.cut, best.column, best.missingLeft = gain, cut, c, missingLeft
				}
			}
		}
	}
	return best
}

// round grows one tree and moves the residuals.
func (v *naive) round() {
	all := make([]int, v.d.X.N)
	for i := range all {
		all[i] = i
	}
	leaves := []naiveLeaf{v.search(all)}
	for len(leaves) < v.p.Leaves {
		best := 0
		for k := range leaves {
			if leaves[k].gain > leaves[best].gain {
				best = k
			}
		}
		b := leaves[best]
		if b.gain <= 0 {
			break
		}
		l, r := v.sides(b.rows, b.column, b.cut, b.missingLeft)
		leaves[best] = v.search(l)
		leaves = append(leaves, v.search(r))
	}
	for _, l := range leaves {
		g := 0.0
		for _, i := range l.rows {
			g += v.res[i]
		}
		for _, i := range l.rows {
			v.res[i] -= v.p.Rate * g / (float64(len(l.rows)) + v.p.Lambda)
		}
	}
}

// plain returns n rows of p numeric columns with about values distinct values each and some missing cells.
func plain(t *rapid.T, n, p int) models.Data {
	d := models.Data{X: features.Frame{N: n}, K: 1}
	for c := range p {
		d.X.Columns = append(d.X.Columns, features.Column{Name: string(rune('a' + c)), Group: -1})
	}
	cell := rapid.Custom(func(t *rapid.T) float64 {
		if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
			return math.NaN()
		}
		return float64(rapid.IntRange(-20, 20).Draw(t, "x")) / 4
	})
	for i := range n {
		for range p {
			d.X.Data = append(d.X.Data, cell.Draw(t, "cell"))
		}
		// The golden ratio's multiples keep sums of different rows apart: of two splits that tie, either may be taken,
		// and later rounds differ.
		_, noise := math.Modf(float64(i) * math.Phi)
		d.Y = append(d.Y, rapid.Float64Range(-100, 100).Draw(t, "y")+10*noise)
	}
	return d
}

func TestNaiveTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := plain(t, rapid.IntRange(1, 60).Draw(t, "n"), rapid.IntRange(1, 3).Draw(t, "p"))
		p := Params{Rounds: 3, Leaves: 6, Rate: 0.5, MinChildCount: rapid.IntRange(1, 5).Draw(t, "min"),
			Lambda: float64(rapid.IntRange(0, 2).Draw(t, "lambda"))}
		m, err := Fit(t.Context(), d, p, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v := newNaive(d, p)
		for range p.Rounds {
			v.round()
		}
		// Equal training error, not equal trees: candidates that tie may be taken in another order. Fixed point keeps
		// about 24 bits of a residual here.
		var fast, slow float64
		for i, y := range d.Y {
			r := y - m.Predict(nil, d.X.Row(i))[0]
			fast += r * r
			slow += v.res[i] * v.res[i]
		}
		if math.Abs(fast-slow) > 1e-5*(1+slow) {
			t.Fatalf("squared error %v, naive %v", fast, slow)
		}
	})
}
