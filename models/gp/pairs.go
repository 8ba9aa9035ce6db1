package gp

// maxPairNumbers is how many numbers pairs hold at most, 32 MB; a search on more rows works them out again and again.
const maxPairNumbers = 1 << 22

// pairs is what a search keeps of every two rows i <= j, a row's pairs side by side: the squared distances along each
// axis, which no step changes, and of the step at hand each component's kernel with its slope, which the covariance
// matrix and the gradient both need.
type pairs struct {
	squares []float64 // axes a pair
	kernels []float64 // component by component (value, slope) a pair
}

// keepPairs works out the squared distances, where they are not too many.
func (l *likelihood) keepPairs() {
	n := l.in.n
	count := n * (n + 1) / 2
	if count*(l.axes()+2*l.components) > maxPairNumbers {
		return
	}
	p := &pairs{squares: make([]float64, count*l.axes()), kernels: make([]float64, count*2*l.components)}
	l.rows(func(i int, _ []float64) {
		for j := i; j < n; j++ {
			l.in.squares(p.of(p.squares, l, i, j), l.in.row(i), l.in.row(j))
		}
	})
	l.pairs = p
}

// of returns what numbers, squares or kernels, hold of a pair.
func (p *pairs) of(numbers []float64, l *likelihood, i, j int) []float64 {
	n := l.in.n
	size := len(numbers) / (n * (n + 1) / 2)
	at := (i*n - i*(i-1)/2 + j - i) * size
	return numbers[at : at+size : at+size]
}

// fill writes the kernels of a pair under c and returns its covariance, with the bits of covariance.at.
func (c *covariance) fill(kernels, squares []float64) float64 {
	sum := 0.0
	for m, inverse := range c.inverse {
		value, slope := c.kernel.at(weighted(squares, inverse))
		kernels[2*m], kernels[2*m+1] = value, slope
		sum += c.variance[m] * value
	}
	return sum
}
