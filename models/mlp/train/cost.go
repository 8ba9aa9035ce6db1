package train

import (
	"math"

	"eahas/models/mlp"
)

// rootWeight returns the square root of a row's weight.
func (q *problem) rootWeight(row int) float64 {
	if q.weights == nil {
		return 1
	}
	return math.Sqrt(q.weights[row])
}

// cost returns the mean over the rows of the weighted loss, by the frozen forward pass: the same number that the graph
// computes for these rows as a batch.
func (q *problem) cost(net *mlp.Network, rows []int) float64 {
	total := 0.0
	z, r := make([]float64, q.k), make([]float64, q.k)
	for _, row := range rows {
		net.Raw(z, q.x[row*q.p:(row+1)*q.p])
		for j, o := range q.outputs {
			f := z[j]
			if o.Bounded {
				f = 1 / (1 + math.Exp(-f))
			}
			r[j] = q.t[row*q.k+j] - f
		}
		w := q.rootWeight(row)
		for j := range q.k {
			v := 0.0
			for a := range q.k {
				v += r[a] * q.loss[a*q.k+j]
			}
			total += (w * v) * (w * v)
		}
	}
	return total / float64(len(rows))
}
