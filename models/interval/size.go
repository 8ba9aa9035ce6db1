package interval

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/models"
	"eahas/models/gbdt"
)

// segmentSizes returns, for every trial and knot (row-major), the mean absolute residual of the points nearest to that
// knot; NaN where the trial has no such point.
func segmentSizes(trials []Trial, knots []float64) []float64 {
	n := len(knots)
	out := make([]float64, len(trials)*n)
	count := make([]float64, n)
	for i := range trials {
		row := out[i*n : (i+1)*n]
		clear(count)
		for j, u := range trials[i].Time {
			k := nearest(knots, u)
			row[k] += math.Abs(trials[i].Residual[j])
			count[k]++
		}
		for k := range row {
			row[k] /= count[k] // 0/0: no point
		}
	}
	return out
}

// floorShare is the part of the median residual that is added before taking logarithms, so that a lucky prediction does
// not count as an infinitely small residual.
const floorShare = 0.25

// tiny keeps logarithms finite where every residual is zero.
const tiny = 1e-12

// fitSize learns the logarithm of the residuals' size at each knot from row and guess, and from the spread when asked.
func (p *problem) fitSize(ctx context.Context, rows []int, withSpread bool, o models.Options) (*gbdt.Compiled, error) {
	knots := len(p.knots)
	d := models.Data{K: knots, Y: make([]float64, len(rows)*knots)}
	for k := range knots {
		logSizes(d.Y, p.sizes, rows, knots, k)
	}
	for _, i := range rows {
		t := &p.trials[i]
		d.X.Data = append(append(d.X.Data, t.X...), t.Guess...)
		if withSpread {
			d.X.Data = appendLogSpread(d.X.Data, t.Spread, knots)
		}
		d.Groups = append(d.Groups, t.Group)
	}
	d.X.N, d.X.Columns = len(rows), numbered(len(d.X.Data)/len(rows))
	return p.Grow(ctx, nil, d, o)
}

// logSizes writes the targets of knot k. A trial without a point there takes the median of the others.
func logSizes(y, sizes []float64, rows []int, knots, k int) {
	var known []float64
	for _, i := range rows {
		if s := sizes[i*knots+k]; !math.IsNaN(s) {
			known = append(known, s)
		}
	}
	median := 0.0
	if len(known) > 0 {
		slices.Sort(known)
		median = known[len(known)/2]
	}
	floor := floorShare*median + tiny
	for j, i := range rows {
		s := sizes[i*knots+k]
		if math.IsNaN(s) {
			s = median
		}
		y[j*knots+k] = math.Log(s + floor)
	}
}

// appendLogSpread appends K columns: the logarithm of the spread at each knot, NaN (missing) where it is not known.
func appendLogSpread(row, spread []float64, knots int) []float64 {
	for k := range knots {
		if spread == nil {
			row = append(row, math.NaN())
		} else {
			row = append(row, math.Log(spread[k]+tiny))
		}
	}
	return row
}

// numbered names p columns.
func numbered(p int) []features.Column {
	out := make([]features.Column, p)
	for j := range out {
		out[j] = features.Column{Name: fmt.Sprintf("x%d", j), Group: -1}
	}
	return out
}
