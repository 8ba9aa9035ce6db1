package mlp

import (
	"math"

	"eahas/models"
)

var _ models.Spreader = (*Model)(nil)

// Spread implements models.Spreader: the sample covariance of the members' predictions, a row (member -
// mean)/sqrt(members - 1) for each. Of fewer than two members nothing is known, and nothing is appended. It panics when
// x has the wrong length.
func (m *Model) Spread(dst, x []float64) []float64 {
	n, k := len(m.members), len(m.outputs)
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	m.scaler.Apply(s.input, x)
	if n < 2 {
		return dst
	}
	mean := make([]float64, k)
	m.average(mean, s)
	root := math.Sqrt(float64(n - 1))
	for i := range m.members {
		z := m.members[i].forward(s)
		for j, o := range m.outputs {
			dst = append(dst, (o.value(z[j])-mean[j])/root)
		}
	}
	return dst
}
