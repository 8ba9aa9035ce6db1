package knn

import (
	"math"

	"eahas/models"
	"eahas/models/internal/factor"
)

var _ models.Spreader = (*Model)(nil)

// Spread implements models.Spreader: the covariance of the neighbours' targets about their mean, weighted as the mean
// is. On a site whose distance is 0 it is 0 unless the weighting is Uniform. Of one neighbour nothing is known, and
// nothing is appended. It panics when x has the wrong length.
func (m *Model) Spread(dst, x []float64) []float64 {
	if len(x) != m.scaler.Inputs() {
		panic("knn: wrong length")
	}
	w := m.find(x)
	defer m.scratch.Put(w)
	list := w.near.list[:w.near.n]
	if len(list) < 2 {
		return dst
	}
	mean := make([]float64, m.outputs)
	average(mean, list, m.weighting, m.y, m.weight)
	total := 0.0
	for _, nb := range list {
		total += m.weighting.factor(nb.square, list[0].square) * m.weight[nb.site]
	}
	rows := make([]float64, 0, len(list)*m.outputs)
	for _, nb := range list {
		root := math.Sqrt(m.weighting.factor(nb.square, list[0].square) * m.weight[nb.site] / total)
		for j, v := range m.y[nb.site*m.outputs : (nb.site+1)*m.outputs] {
			rows = append(rows, root*(v-mean[j]))
		}
	}
	return factor.Append(dst, rows, m.outputs)
}
