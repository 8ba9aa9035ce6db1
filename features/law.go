package features

import (
	"math"
	"math/rand/v2"
)

// maxTabled is the longest grid whose points and probabilities a Sampler keeps as tables.
const maxTabled = 1 << 14

// zeroChance is how often 0 is drawn on an axis by the logarithm that has it as a value of its own.
const zeroChance = 0.1

// lawAxis is the law by which one axis is sampled.
type lawAxis struct {
	p      *Param
	log    bool
	n      int       // choices or grid points; 0 means a continuous range
	lo, hi float64   // ends of the range that is drawn from, as logarithms with log
	grid   []float64 // the grid points; nil when there are none or too many
	cum    []float64 // cumulated probabilities of the n values; nil means equal ones, or too many for a table
	guide  []int32   // guide[i] is the first k with cum[k] > i/n, where a search may start
}

func newLaw(p *Param) lawAxis {
	l := lawAxis{p: p, n: len(p.Choices)}
	if !p.Numeric() {
		l.tabulate(p.Weights)
		return l
	}
	l.log = p.Logarithmic()
	l.n = p.points()
	l.lo, l.hi = p.Low, p.High
	if l.log {
		// A grid point stands for the values up to it: f is drawn from (low - min(step, low/2), high] and rounded up,
		// which is the law of pycls' sweeps (log_uniform).
		if l.n > 0 {
			l.lo -= min(p.Spacing(), p.Low/2)
		}
		l.lo, l.hi = math.Log(l.lo), math.Log(l.hi)
	}
	if l.n <= maxTabled {
		l.list()
	}
	return l
}

// list makes the tables of a grid.
func (l *lawAxis) list() {
	weights := make([]float64, 0, l.n)
	below := l.lo
	for k := range l.n {
		x := l.p.gridPoint(k)
		l.grid = append(l.grid, x)
		if l.log {
			weights = append(weights, math.Log(x)-below)
			below = math.Log(x)
		}
	}
	l.tabulate(weights)
}

// tabulate makes the cumulated probabilities of weights; none means equal ones.
func (l *lawAxis) tabulate(weights []float64) {
	if len(weights) == 0 {
		return
	}
	sum := 0.0
	for _, w := range weights {
		sum += w
		l.cum = append(l.cum, sum)
	}
	for k := range l.cum {
		l.cum[k] /= sum
	}
	l.guide = make([]int32, l.n)
	for i, k := 0, 0; i < l.n; i++ {
		for k < l.n-1 && l.cum[k] <= float64(i)/float64(l.n) {
			k++
		}
		l.guide[i] = int32(k)
	}
}

// index draws which of the n values.
func (l *lawAxis) index(rng *rand.Rand) int {
	if l.cum == nil {
		return rng.IntN(l.n)
	}
	u := rng.Float64()
	k := int(l.guide[int(u*float64(l.n))])
	for k < l.n-1 && l.cum[k] <= u {
		k++
	}
	return k
}

// number draws a number of an axis whose values are numbers.
func (l *lawAxis) number(rng *rand.Rand) float64 {
	switch {
	case !l.p.Numeric():
		return l.p.Choices[l.index(rng)].num
	case l.grid != nil:
		return l.grid[l.index(rng)]
	case l.n > 0 && !l.log:
		return l.p.gridPoint(rng.IntN(l.n))
	}
	if l.p.Zero && rng.Float64() < zeroChance {
		return 0
	}
	f := l.lo + rng.Float64()*(l.hi-l.lo)
	if l.log {
		f = math.Exp(f)
	}
	if l.n > 0 {
		k := int(math.Ceil((f - l.p.Low) / l.p.Spacing()))
		return l.p.gridPoint(min(max(k, 0), l.n-1))
	}
	return min(max(f, l.p.Low), l.p.High)
}

// value draws a value.
func (l *lawAxis) value(rng *rand.Rand) Value {
	switch {
	case l.p.Numeric():
		return Number(l.number(rng))
	case l.p.Kind == Graph:
		return l.p.sampleGraph(rng)
	}
	return l.p.Choices[l.index(rng)]
}
