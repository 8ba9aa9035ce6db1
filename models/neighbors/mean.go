package neighbors

// Mean adds up the answer of K nearest neighbours from points given in increasing order of their number.
// The zero value is not ready; use Start.
type Mean struct {
	dst   []float64
	total float64
	radius,
	share float64 // weight factor of a point at the radius itself
}

// Start begins an answer in dst (length k, overwritten): closer points lie inside the radius, tied ones at it, and
// k - closer places are shared by the tied.
func Start(dst []float64, k, closer, tied int, radius float64) Mean {
	clear(dst)
	return Mean{dst: dst, radius: radius, share: float64(k-closer) / float64(tied)}
}

// Add adds a point with its distance, weight and targets; points outside the radius are ignored.
func (m *Mean) Add(distance, weight float64, targets []float64) {
	switch {
	case distance > m.radius:
		return
	case distance == m.radius:
		weight *= m.share
	}
	m.total += weight
	for j, y := range targets {
		m.dst[j] += float64(weight * y)
	}
}

// Finish divides by the weights and returns the answer.
func (m *Mean) Finish() []float64 {
	for j := range m.dst {
		m.dst[j] /= m.total
	}
	return m.dst
}
