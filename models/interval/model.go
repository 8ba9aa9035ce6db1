package interval

import (
	"fmt"
	"math"
	"slices"
)

// Model holds bounds and noise of one target. It is immutable and safe for concurrent use. Fit or Decode makes one.
type Model struct {
	source    Source
	levels    []float64 // L, increasing, in 0..1
	knots     []float64 // K, increasing, in 0..1
	columns   int       // of the encoded row
	parts     parts     // those of the source, and the size of residuals for the noise
	low, high []float64 // L x K: factors of the scale, low <= 0 <= high; for Quantiles what is added to the trees' ends
	noise     Noise
}

// Source says what the bounds are made from.
func (m *Model) Source() Source { return m.source }

// Levels returns the levels for which there are bounds, increasing. Callers must not change them.
func (m *Model) Levels() []float64 { return m.levels }

// Knots returns the normalised times at which a prediction has to be given, increasing. Callers must not change them.
func (m *Model) Knots() []float64 { return m.knots }

// Columns returns p, the length of the encoded rows.
func (m *Model) Columns() int { return m.columns }

// Local is what a Model says about one configuration. Model.At makes one.
type Local struct {
	model     *Model
	size      []float64 // K: natural logarithm of the residuals' size at each knot
	bounds    []float64 // K: natural logarithm of the scale of the bounds at each knot; nil for Quantiles
	quantiles []float64 // 2L x K: what the quantile trees say; nil for other sources
}

// At looks at one configuration: x is the encoded row (length p, NaN = missing), guess the prediction at each knot
// (length K, in the unit of the residuals), spread how unsure the predictor is at each knot (length K, same unit, >= 0;
// nil where it does not say, or where the source does not need it). It panics when a length is wrong.
func (m *Model) At(x, guess, spread []float64) Local {
	if len(x) != m.columns || len(guess) != len(m.knots) || spread != nil && len(spread) != len(m.knots) {
		panic("interval: At: wrong length of x, guess or spread")
	}
	row := append(append(make([]float64, 0, len(x)+2*len(guess)), x...), guess...)
	l := Local{model: m, size: m.parts.size.Predict(nil, row)}
	switch m.source {
	case Quantiles:
		l.quantiles = m.endsAt(x, guess)
	case Spread:
		l.bounds = make([]float64, len(m.knots))
		for k, s := range cleanSpread(spread, m.parts.usual) {
			l.bounds[k] = math.Log(s + m.parts.floor[k])
		}
	case ResidualSpread:
		l.bounds = m.parts.informed.Predict(nil, appendLogSpread(row, spread, len(m.knots)))
	default:
		l.bounds = l.size
	}
	return l
}

// with returns the same view of a configuration under another model's calibration; both have one source and one form.
func (l Local) with(m *Model) Local {
	l.model = m
	return l
}

// Bounds returns the ends of the interval of a level around a prediction at normalised time u (limited to 0..1), as
// differences to the prediction: low <= high, and a larger level's interval holds a smaller one's. The prediction lies
// inside (low <= 0 <= high), but for Quantiles, which say so when predictions like this one are all too low or too
// high. It returns ErrLevel for a level that is not one of Levels.
func (l Local) Bounds(level, u float64) (low, high float64, err error) {
	k := slices.Index(l.model.levels, level)
	if k < 0 {
		return 0, 0, fmt.Errorf("%w: %g, there are %v", ErrLevel, level, l.model.levels)
	}
	low, high = l.ends(k, u)
	return low, high, nil
}

// ends is Bounds for the level of number k.
func (l Local) ends(k int, u float64) (low, high float64) {
	m := l.model
	n := len(m.knots)
	i, w := place(m.knots, u)
	at := func(v []float64, k int) float64 { return between(v[k*n:(k+1)*n], i, w) }
	if l.quantiles == nil {
		s := scale(l.bounds, i, w)
		return s * at(m.low, k), s * at(m.high, k)
	}
	for inner := range k + 1 {
		a := at(l.quantiles, inner) + at(m.low, inner)
		b := at(l.quantiles, len(m.levels)+inner) + at(m.high, inner)
		switch {
		case inner > 0:
			low, high = min(low, a), max(high, b)
		case a > b:
			low = a + (b-a)/2
			high = low
		default:
			low, high = a, b
		}
	}
	return low, high
}

// maxLogScale keeps exp in range whatever a frozen model says.
const maxLogScale = 300

// scale returns the exponential of the logarithms v at a place between knots.
func scale(v []float64, i int, w float64) float64 {
	return math.Exp(max(-maxLogScale, min(maxLogScale, between(v, i, w))))
}

// place finds the knots i and i+1 that u lies between, and the weight of the second.
func place(knots []float64, u float64) (i int, w float64) {
	n := len(knots)
	if n == 1 || !(u > knots[0]) {
		return 0, 0
	}
	if u >= knots[n-1] {
		return n - 1, 0
	}
	i, found := slices.BinarySearch(knots, u)
	if found {
		return i, 0
	}
	i--
	return i, (u - knots[i]) / (knots[i+1] - knots[i])
}

func between(v []float64, i int, w float64) float64 {
	if w == 0 {
		return v[i]
	}
	return v[i] + w*(v[i+1]-v[i])
}

// nearest returns the knot that is nearest to u; of two the earlier.
func nearest(knots []float64, u float64) int {
	i, w := place(knots, u)
	if w > 0.5 {
		return i + 1
	}
	return i
}

// standardise divides deviations at normalised times by the local size of residuals.
func (l Local) standardise(times, deviations []float64) []float64 {
	out := make([]float64, len(deviations))
	for j, r := range deviations {
		i, w := place(l.model.knots, times[j])
		out[j] = r / scale(l.size, i, w)
	}
	return out
}
