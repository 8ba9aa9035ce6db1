// Package problem prepares a models.Data for training: shapes are checked once, and rows of weight 0 leave no trace.
package problem

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/models"
)

// ErrData is returned (wrapped) for lengths that do not fit each other, a target or a weight that is not finite, and a
// weight below 0.
var ErrData = errors.New("bad training data")

// Clean checks d and returns it without the rows of weight 0 (d itself when there are none; else a copy).
// It returns models.ErrNoRows when no row is left.
func Clean(d models.Data) (models.Data, error) {
	if err := check(d); err != nil {
		return d, err
	}
	if slices.Contains(d.Weights, 0) {
		var rows []int
		for i, w := range d.Weights {
			if w > 0 {
				rows = append(rows, i)
			}
		}
		d = Select(d, rows)
	}
	if d.X.N == 0 {
		return d, models.ErrNoRows
	}
	return d, nil
}

// Select returns a copy of the given rows of d, in that order.
func Select(d models.Data, rows []int) models.Data {
	out := models.Data{X: d.X.Select(rows), K: d.K, Y: make([]float64, 0, len(rows)*d.K)}
	for _, i := range rows {
		out.Y = append(out.Y, d.Y[i*d.K:(i+1)*d.K]...)
		if d.Weights != nil {
			out.Weights = append(out.Weights, d.Weights[i])
		}
		if d.Groups != nil {
			out.Groups = append(out.Groups, d.Groups[i])
		}
	}
	return out
}

// Weight returns the weight of row i.
func Weight(d *models.Data, i int) float64 {
	if d.Weights == nil {
		return 1
	}
	return d.Weights[i]
}

// Group returns the group of row i.
func Group(d *models.Data, i int) int {
	if d.Groups == nil {
		return i
	}
	return d.Groups[i]
}

func check(d models.Data) error {
	n := d.X.N
	switch {
	case n < 0 || len(d.X.Data) != n*d.X.P():
		return fmt.Errorf("%w: %d rows and %d columns in %d cells", ErrData, n, d.X.P(), len(d.X.Data))
	case d.K < 1 || len(d.Y) != n*d.K:
		return fmt.Errorf("%w: %d rows of %d targets in %d cells", ErrData, n, d.K, len(d.Y))
	case d.Weights != nil && len(d.Weights) != n:
		return fmt.Errorf("%w: %d weights for %d rows", ErrData, len(d.Weights), n)
	case d.Groups != nil && len(d.Groups) != n:
		return fmt.Errorf("%w: %d groups for %d rows", ErrData, len(d.Groups), n)
	}
	for i, y := range d.Y {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			return fmt.Errorf("%w: target %d of row %d is %v", ErrData, i%d.K, i/d.K, y)
		}
	}
	for i, w := range d.Weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("%w: weight of row %d is %v", ErrData, i, w)
		}
	}
	return nil
}
