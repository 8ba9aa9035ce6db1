package svd

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"eahas/models"
	"eahas/models/grid"
	"eahas/models/internal/curve"
)

// blockRows is how many curves lie on the grid at a time where there are many.
const blockRows = 4096

// rows are the curves on the grid, less their mean: the matrix that is decomposed, a curve a row. It is never whole
// in memory, since a million curves would take a gigabyte.
type rows struct {
	grid   *grid.Codec
	curves []models.Curve
	block  int // curves that lie on the grid at a time
	mean   []float64
	all    *mat.Dense // the rows, where one block holds them; else nil
}

// center finds the mean curve. Dividing before adding keeps huge curves finite.
func (r *rows) center() ([]float64, error) {
	n, g := len(r.curves), r.grid.Width()
	r.mean = make([]float64, g)
	row := make([]float64, g)
	if n <= r.block {
		r.all = mat.NewDense(n, g, nil)
	}
	for i, c := range r.curves {
		if r.all != nil {
			row = r.all.RawRowView(i)
		}
		if _, err := r.grid.Encode(row, c.Epochs, c.Values); err != nil {
			return nil, fmt.Errorf("curve %d: %w", i, err)
		}
		for p, y := range row {
			r.mean[p] += y / float64(n)
		}
	}
	for p, y := range r.mean {
		r.mean[p] = curve.Clip(y)
	}
	return r.mean, nil
}

// fill writes as many of the rows from number i on as m holds, which center has looked at before.
func (r *rows) fill(m *mat.Dense, i int) {
	n, _ := m.Dims()
	for k := range n {
		row := m.RawRowView(k)
		c := r.curves[i+k]
		if _, err := r.grid.Encode(row, c.Epochs, c.Values); err != nil {
			panic(err) // center would have returned it
		}
		floats.Sub(row, r.mean)
	}
}

// sameDirections returns a matrix with the singular values and the right singular vectors of the rows: up to one block
// the rows themselves, beyond that the factor R of their QR decomposition, which grows out of that of the blocks before
// it and the next block (Demmel et al., "Communication-optimal parallel and sequential QR and LU factorizations", SIAM
// J. Sci. Comput. 34, 2012, section 4). Unlike the rows' products it loses no digits.
func (r *rows) sameDirections() mat.Matrix {
	n, g := len(r.curves), r.grid.Width()
	if r.all != nil {
		for i := range n {
			floats.Sub(r.all.RawRowView(i), r.mean)
		}
		return r.all
	}
	room := mat.NewDense(g+r.block, g, nil) // R of what came before, then a block
	for i := 0; i < n; i += r.block {
		rest := min(r.block, n-i)
		r.fill(room.Slice(g, g+rest, 0, g).(*mat.Dense), i)
		var qr mat.QR
		qr.Factorize(room.Slice(0, g+rest, 0, g))
		var upper mat.Dense
		qr.RTo(&upper)
		room.Slice(0, g, 0, g).(*mat.Dense).Copy(upper.Slice(0, g, 0, g))
	}
	return room.Slice(0, g, 0, g)
}
