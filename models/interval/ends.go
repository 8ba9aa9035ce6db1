package interval

import (
	"context"
	"math"

	"eahas/models"
	"eahas/models/gbdt"
)

// maxEndTrials and maxEndRows bound how many trials the quantile trees learn from, and how many rows these make; of
// more, evenly chosen ones. All calibrate.
const (
	maxEndTrials = 5000
	maxEndRows   = 14_000
)

// fitEnds learns the residuals' quantiles at every knot: for each level the trees of its lower end, then for each those
// of its upper end. One row a trial and knot, the time being a column, so that knots learn from each other: the encoded
// row, the guess at all knots, the knot, the guess there. The residual is that of the point nearest to the knot.
func (p *problem) fitEnds(ctx context.Context, rows []int, o models.Options) (*gbdt.Compiled, error) {
	d := models.Data{K: 1}
	use := min(len(rows), maxEndTrials, maxEndRows/len(p.knots))
	for j := range use {
		t := &p.trials[rows[j*len(rows)/use]]
		for k, knot := range p.knots {
			best := -1
			for m, u := range t.Time {
				if nearest(p.knots, u) == k && (best < 0 || math.Abs(u-knot) < math.Abs(t.Time[best]-knot)) {
					best = m
				}
			}
			if best >= 0 {
				d.X.Data = appendEndRow(d.X.Data, t.X, t.Guess, knot, k)
				d.Y = append(d.Y, t.Residual[best])
				d.Groups = append(d.Groups, t.Group)
			}
		}
	}
	d.X.N, d.X.Columns = len(d.Y), numbered(len(d.X.Data)/len(d.Y))
	var quantiles []float64
	for _, level := range p.levels {
		quantiles = append(quantiles, (1-level)/2)
	}
	for _, level := range p.levels {
		quantiles = append(quantiles, (1+level)/2)
	}
	return p.Grow(ctx, quantiles, d, o)
}

// appendEndRow appends the columns that the quantile trees see at knot k.
func appendEndRow(row, x, guess []float64, knot float64, k int) []float64 {
	return append(append(append(row, x...), guess...), knot, guess[k])
}

// maxEnd bounds what the quantile trees say, so that sums with it are finite whatever a frozen model holds.
const maxEnd = 1e150

// endsAt asks the quantile trees at every knot: 2L x K, lower ends first, by level. They nest: an outer level's end
// that lies further in than an inner one's takes the inner one's place.
func (m *Model) endsAt(x, guess []float64) []float64 {
	levels, knots := len(m.levels), len(m.knots)
	out := make([]float64, 2*levels*knots)
	q := make([]float64, 2*levels)
	var row []float64
	for k, knot := range m.knots {
		row = appendEndRow(row[:0], x, guess, knot, k)
		m.parts.ends.Predict(q, row)
		for l, v := range q {
			if math.IsNaN(v) {
				v = 0
			}
			q[l] = max(-maxEnd, min(maxEnd, v))
		}
		nest(q[:levels], q[levels:])
		for l, v := range q {
			out[l*knots+k] = v
		}
	}
	return out
}

// nest moves the ends of increasing levels so that low <= high and every level holds the one before. Where the ends of
// the first are the wrong way round both become their middle.
func nest(low, high []float64) {
	if low[0] > high[0] {
		middle := low[0] + (high[0]-low[0])/2
		low[0], high[0] = middle, middle
	}
	for l := 1; l < len(low); l++ {
		low[l], high[l] = min(low[l], low[l-1]), max(high[l], high[l-1])
	}
}
