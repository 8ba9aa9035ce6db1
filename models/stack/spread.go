package stack

import (
	"math"

	"eahas/models"
	"eahas/models/internal/factor"
)

var _ models.Spreader = (*Model)(nil)

// Spread implements models.Spreader: the covariance of an answer that is each member's with the chance of its weight
// (equal chances under a median without weights), by the law of total variance. A member gives its answer minus the
// joined one, and what it knows of itself; a member's own spread is decoded with its representation at the stack's
// times. Rows are times the root of the weight, at most Outputs of them. One member that knows nothing of itself leaves
// nothing.
//
// Where lines guide the answer it is what the lines know (see local.Model.Spread): how far apart the measured
// neighbours of a run are is the sign of a cliff between them.
//
// Note: on the DeepOBS logs the spread along the lines ranks the errors of the guided answer's last epoch by .82
// (Spearman, 5 folds), the members' by .48, both together by .64: members disagree most where the neighbours agree and
// the answer is exact.
func (m *Model) Spread(dst, x []float64) []float64 {
	if m.lines != nil && m.lines.OnLine(x) {
		return m.lines.Spread(dst, x)
	}
	k := m.outputs
	answers, joined := make([]float64, len(m.members)*k), make([]float64, k)
	m.answers(answers, x)
	m.join(joined, answers, make([]float64, 2*len(m.members)))
	var rows []float64
	for i := range m.members {
		c, own := &m.members[i], answers[i*k:(i+1)*k]
		root := m.chance(i)
		if len(m.members) > 1 {
			for j, v := range own {
				rows = append(rows, root*(v-joined[j]))
			}
		}
		rows = m.appendSpread(rows, c, own, x, root)
	}
	return factor.Append(dst, rows, k)
}

// Scatter appends to dst a factor of how far the members are from the joined answer for the row x, each with the chance
// of its weight: Spread without what the members know of themselves, which can take a hundred times as long. Where
// lines guide the answer it is what the lines know. The joined answer is the one before it is guided. With an answer
// given (length Outputs), it writes what Predict says there: members are asked once for both.
func (m *Model) Scatter(dst, answer, x []float64) []float64 {
	onLine := m.lines != nil && m.lines.OnLine(x)
	if onLine && answer == nil {
		return m.lines.Spread(dst, x)
	}
	k := m.outputs
	answers, joined := make([]float64, len(m.members)*k), make([]float64, k)
	m.answers(answers, x)
	m.join(joined, answers, make([]float64, 2*len(m.members)))
	if answer != nil {
		copy(answer, joined)
		if m.lines != nil {
			m.lines.Guide(answer, x)
		}
	}
	if onLine {
		return m.lines.Spread(dst, x)
	}
	if len(m.members) == 1 {
		return dst
	}
	var rows []float64
	for i := range m.members {
		root := m.chance(i)
		for j, v := range answers[i*k : (i+1)*k] {
			rows = append(rows, root*(v-joined[j]))
		}
	}
	return factor.Append(dst, rows, k)
}

// chance is the root of the chance of member i.
func (m *Model) chance(i int) float64 {
	if m.joined == byMedian {
		return 1 / math.Sqrt(float64(len(m.members)))
	}
	return math.Sqrt(m.members[i].weight)
}

// appendSpread appends what the member c knows about itself, times the scale; own is its answer.
func (m *Model) appendSpread(rows []float64, c *member, own, x []float64, scale float64) []float64 {
	s, ok := c.predictor.(models.Spreader)
	if !ok {
		return rows
	}
	if c.representation == nil {
		at := len(rows)
		rows = s.Spread(rows, x)
		for i := at; i < len(rows); i++ {
			rows[i] *= scale
		}
		return rows
	}
	targets := c.predictor.Predict(nil, x)
	moved, curve := make([]float64, len(targets)), make([]float64, len(m.times))
	for f := s.Spread(nil, x); len(f) > 0; f = f[len(targets):] {
		for j, v := range targets {
			moved[j] = v + f[j]
		}
		c.representation.Decode(curve, moved, m.times, m.times[0], m.times[len(m.times)-1])
		m.hold(curve)
		for j, v := range curve {
			rows = append(rows, scale*(v-own[j]))
		}
	}
	return rows
}
