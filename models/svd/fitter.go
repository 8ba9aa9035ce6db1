package svd

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"eahas/models"
	"eahas/models/grid"
)

const (
	DefaultComponents = 6 // that a Fitter keeps at most where it names none
	defaultPoints     = 101
	negligible        = 1e-12 // components whose singular value is below this share of the first one are left out
)

// Fitter learns a Basis from curves. The zero value is the recipe of NAS-Bench-x11.
type Fitter struct {
	// k at most; 0 means 6, or Points where that is less. Fewer when the curves span fewer directions, never fewer than
	// 1
	Components int
	Points     int     // G, grid points, 2..10000; 0 means 101
	Warp       float64 // spacing of the grid, see grid.Fitter; 0 is even in time
}

var _ models.Fitter = Fitter{}

// Fit returns a *Basis. Curves may differ in length; each counts once. The errors are ErrNoCurves, ErrComponents,
// ErrCurve, ErrNoConvergence, and those of grid.New.
func (f Fitter) Fit(curves []models.Curve) (models.Representation, error) {
	b, err := f.Basis(curves)
	if err != nil {
		return nil, err // not a typed nil
	}
	return b, nil
}

// Basis is Fit with the concrete type.
func (f Fitter) Basis(curves []models.Curve) (*Basis, error) {
	if f.Points == 0 {
		f.Points = defaultPoints
	}
	if f.Components == 0 {
		f.Components = min(DefaultComponents, max(f.Points, 1))
	}
	g, err := grid.New(f.Points, f.Warp)
	switch {
	case err != nil:
		return nil, err
	case f.Components < 0 || f.Components > f.Points:
		return nil, fmt.Errorf("%w: %d of %d points", ErrComponents, f.Components, f.Points)
	case len(curves) == 0:
		return nil, ErrNoCurves
	}
	rows := &rows{grid: g, curves: curves, block: blockRows}
	mean, err := rows.center()
	if err != nil {
		return nil, err
	}
	var d mat.SVD
	if !d.Factorize(rows.sameDirections(), mat.SVDThinV) {
		return nil, ErrNoConvergence
	}
	s := d.Values(nil)
	k := 1
	for k < min(f.Components, len(s)) && s[k] > negligible*s[0] {
		k++
	}
	var v mat.Dense
	d.VTo(&v)
	b := &Basis{grid: g, k: k, mean: mean, components: make([]float64, f.Points*k)}
	for c := range k {
		sign := sign(&v, c)
		for p := range f.Points {
			// rounding may leave the unit sphere, the format does not
			b.components[p*k+c] = min(max(sign*v.At(p, c), -1), 1)
		}
	}
	return b, nil
}

// sign returns -1 if the entry of largest magnitude of column c is negative (the first such entry on a tie), else 1.
func sign(v *mat.Dense, c int) float64 {
	n, _ := v.Dims()
	best := 0.0
	for p := range n {
		if x := v.At(p, c); math.Abs(x) > math.Abs(best) {
			best = x
		}
	}
	if best < 0 {
		return -1
	}
	return 1
}
