package complete

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// estimate finds the second moments of the increments by expectation maximisation. The hidden increments begin as
// nothing, so that a place which no run has reached keeps no more than the ridge.
func (f *field) estimate() {
	k := len(f.at)
	f.moments = mat.NewSymDense(k, nil)
	for j := range k {
		sum, n := 0.0, 0
		for i := range f.inc {
			if f.seen[i] > j {
				sum += f.inc[i][j] * f.inc[i][j]
				n++
			}
		}
		f.moments.SetSym(j, j, sum/float64(max(n, 1))+ridge)
	}
	parts := f.parts()
	for range rounds {
		if !f.next(parts) {
			return
		}
	}
}

// part is the runs of which as many places were seen.
type part struct {
	seen     int
	runs     float64
	products *mat.SymDense // seen x seen: the sums of the products of their visible increments
}

// parts sums up the runs: what a round costs does not depend on their number.
func (f *field) parts() []part {
	of := make([]part, len(f.at)+1)
	for i, m := range f.seen {
		p := &of[m]
		if p.products == nil {
			p.seen, p.products = m, mat.NewSymDense(m, nil)
		}
		p.runs++
		p.products.SymRankOne(p.products, 1, mat.NewVecDense(m, f.inc[i][:m]))
	}
	return slices.DeleteFunc(of, func(p part) bool { return p.products == nil })
}

// next is one round: the expected products of all increments under the present moments. It reports whether they moved.
func (f *field) next(parts []part) bool {
	k := len(f.at)
	sum := make([]float64, k*k) // of which the upper triangle counts
	for _, p := range parts {
		p.addTo(sum, k, f.expect(p.seen))
	}
	moved := false
	for a := range k {
		for b := a; b < k; b++ {
			x := sum[a*k+b] / float64(len(f.inc))
			if a == b {
				x += ridge
			}
			moved = moved || math.Abs(x-f.moments.At(a, b)) > still
			f.moments.SetSym(a, b, x)
		}
	}
	return moved
}

// addTo adds the products of the visible increments and those that are expected of the hidden ones to sum, k x k.
func (p *part) addTo(sum []float64, k int, e expected) {
	m := p.seen
	for a := range m {
		for b := a; b < m; b++ {
			sum[a*k+b] += p.products.At(a, b)
		}
	}
	if e.by == nil {
		return
	}
	var across, hidden mat.Dense
	across.Mul(p.products, e.by)
	hidden.Mul(e.by.T(), &across)
	for a := range m {
		for b := range k - m {
			sum[a*k+m+b] += across.At(a, b)
		}
	}
	for a := range k - m {
		for b := a; b < k-m; b++ {
			sum[(m+a)*k+m+b] += (hidden.At(a, b)+hidden.At(b, a))/2 + p.runs*e.rest.At(a, b)
		}
	}
}

// expected is what the first m increments say about the others.
type expected struct {
	m    int
	by   *mat.Dense    // m x (k-m): hidden = visible x by; nil where nothing is hidden
	rest *mat.SymDense // (k-m) x (k-m): the second moments that are left
}

// expect conditions the moments on the first m increments, 1 <= m <= k.
func (f *field) expect(m int) expected {
	k := len(f.at)
	e := expected{m: m}
	if m == k {
		return e
	}
	seen := f.moments.SliceSym(0, m)
	across := mat.DenseCopyOf(f.moments).Slice(0, m, m, k)
	var chol mat.Cholesky
	e.by = mat.NewDense(m, k-m, nil)
	if !chol.Factorize(seen) || chol.SolveTo(e.by, across) != nil && !finite(e.by) {
		e.by.Zero() // nothing is known: the last level is held
	}
	var explained mat.Dense
	explained.Mul(across.T(), e.by)
	e.rest = mat.NewSymDense(k-m, nil)
	for a := range k - m {
		for b := a; b < k-m; b++ {
			e.rest.SetSym(a, b, f.moments.At(m+a, m+b)-(explained.At(a, b)+explained.At(b, a))/2)
		}
	}
	return e
}

// apply writes the expected hidden increments into row, length k.
func (e expected) apply(row []float64) {
	if e.by == nil {
		return
	}
	hidden := mat.NewVecDense(len(row)-e.m, row[e.m:])
	hidden.MulVec(e.by.T(), mat.NewVecDense(e.m, row[:e.m]))
}

// finite reports whether all entries are numbers.
func finite(m *mat.Dense) bool {
	x := mat.Sum(m)
	return x-x == 0
}
