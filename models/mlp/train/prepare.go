package train

import (
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/models"
	"eahas/models/dense"
	"eahas/models/mlp"
)

// problem is the data as the networks see them. It is shared by the members and never changed.
type problem struct {
	n, p, k int           // rows with weight > 0, scaled inputs, outputs
	scaler  *dense.Scaler // encoded row -> scaled row
	x       []float64     // n x p, scaled
	t       []float64     // n x k, targets in output units: (y - Shift)/Scale, 0 where the target is constant
	weights []float64     // n, mean 1; nil when all are equal
	groups  []int         // n; nil means all different
	outputs []mlp.Output
	columns [][]int   // scaled inputs per branch
	loss    []float64 // k x k, row-major: the residual in output units times loss is what is squared
}

// constant reports whether there is nothing to learn: no varying input or no varying target.
func (q *problem) constant() bool {
	varies := func(o mlp.Output) bool { return o.Scale != 0 }
	return q.p == 0 || !slices.ContainsFunc(q.outputs, varies)
}

func prepare(d models.Data, p Params) (*problem, error) {
	rows := used(d)
	if len(rows) == 0 {
		return nil, models.ErrNoRows
	}
	frame := d.X.Select(rows)
	q := &problem{n: len(rows), k: d.K, scaler: dense.Fit(&frame)}
	q.p = q.scaler.Width()
	q.x = q.scaler.Matrix(&frame)
	q.weights = scaledWeights(d.Weights, rows)
	if d.Groups != nil {
		for _, r := range rows {
			q.groups = append(q.groups, d.Groups[r])
		}
	}
	y := make([]float64, 0, q.n*q.k)
	for _, r := range rows {
		y = append(y, d.Y[r*d.K:(r+1)*d.K]...)
	}
	if err := q.scaleTargets(y, rows, p.Bounded); err != nil {
		return nil, err
	}
	branches := p.Branches
	if len(branches) == 0 { // of LBFGS
		branches = []Branch{{}}
	}
	var err error
	if q.columns, err = deal(frame.Columns, q.scaler, branches); err != nil {
		return nil, err
	}
	q.loss = q.lossMatrix(y, p.Basis)
	return q, nil
}

// used returns the rows of positive weight.
func used(d models.Data) []int {
	rows := make([]int, 0, d.X.N)
	for i := range d.X.N {
		if d.Weights == nil || d.Weights[i] > 0 {
			rows = append(rows, i)
		}
	}
	return rows
}

// scaledWeights returns the rows' weights divided by their mean, nil when they are all equal.
func scaledWeights(all []float64, rows []int) []float64 {
	if all == nil {
		return nil
	}
	sum, equal := 0.0, true
	for _, r := range rows {
		sum += all[r]
		equal = equal && all[r] == all[rows[0]]
	}
	if equal {
		return nil
	}
	w := make([]float64, len(rows))
	for i, r := range rows {
		w[i] = all[r] / (sum / float64(len(rows)))
	}
	return w
}

// scaleTargets chooses the outputs' transforms and fills t. A constant target is predicted exactly: scale 0.
func (q *problem) scaleTargets(y []float64, rows, bounded []int) error {
	q.outputs = make([]mlp.Output, q.k)
	q.t = make([]float64, len(y))
	for j := range q.outputs {
		column := features.Frame{Columns: make([]features.Column, 1), N: q.n}
		for i := range q.n {
			v := y[i*q.k+j]
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("mlp/train: row %d, output %d: target %v is not finite", rows[i], j, v)
			}
			column.Data = append(column.Data, v)
		}
		if slices.Min(column.Data) == slices.Max(column.Data) {
			q.outputs[j] = mlp.Output{Shift: y[j]}
			continue
		}
		if slices.Contains(bounded, j) {
			if i := slices.IndexFunc(column.Data, func(v float64) bool { return v < 0 || v > 100 }); i >= 0 {
				return fmt.Errorf("mlp/train: row %d, output %d: target %v outside its declared bounds 0..100", rows[i],
					j, column.Data[i])
			}
			q.outputs[j] = mlp.Output{Bounded: true, Scale: 100}
		} else {
			mean, sd := moments(column.Data)
			q.outputs[j] = mlp.Output{Shift: mean, Scale: sd}
		}
		for i, v := range column.Data {
			q.t[i*q.k+j] = (v - q.outputs[j].Shift) / q.outputs[j].Scale
		}
	}
	return nil
}

// moments returns the mean and the standard deviation (divisor n) of values that are not all equal.
func moments(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, math.Sqrt(sd)
}
