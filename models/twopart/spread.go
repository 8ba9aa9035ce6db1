package twopart

import (
	"math"

	"eahas/models"
	"eahas/models/internal/factor"
)

var _ models.Spreader = (*Model)(nil)

// Spread implements models.Spreader: the covariance of a run that fails with the chance p (see Failure) and else does
// not, by the law of total variance. Its rows are sqrt(p(1-p)) times the difference of the two predictions, and what
// the parts know of themselves, times sqrt(p) and sqrt(1-p). Where the run surely goes on it is what that part knows,
// possibly nothing; where it surely fails, and that part knows nothing, it is a row of zeros: such runs stand still
// where others did. Without a gate it is what the one part knows.
//
// Note: p without Low and High, on the DeepOBS logs, ranks the errors of the last epoch worse (Spearman .43 against
// .67), because the many runs that surely fail then count as unsure.
func (m *Model) Spread(dst, x []float64) []float64 {
	p := m.Failure(x)
	if p == 0 || p == 1 {
		part := m.alive
		if p == 1 {
			part = m.failed
		}
		rows := appendOwn(nil, part, x, 1)
		if len(rows) == 0 && p == 1 && m.gate != nil {
			rows = make([]float64, m.outputs)
		}
		return append(dst, rows...)
	}
	rows := m.alive.Predict(nil, x)
	for j, v := range m.failed.Predict(nil, x) {
		rows[j] = math.Sqrt(float64(p*(1-p))) * (v - rows[j])
	}
	rows = appendOwn(rows, m.alive, x, 1-p)
	rows = appendOwn(rows, m.failed, x, p)
	return factor.Append(dst, rows, m.outputs)
}

// appendOwn appends what the part knows about itself, if anything, times the root of the share.
func appendOwn(dst []float64, part models.Predictor, x []float64, share float64) []float64 {
	s, ok := part.(models.Spreader)
	if !ok {
		return dst
	}
	at := len(dst)
	dst = s.Spread(dst, x)
	for i := at; i < len(dst); i++ {
		dst[i] *= math.Sqrt(share)
	}
	return dst
}
