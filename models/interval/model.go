package interval

import (
	"fmt"
	"math"
	"slices"

	"eahas/models/gbdt"
)

// Model holds bounds and noise of one target. It is immutable and safe for concurrent use. Fit or Decode makes one.
type Model struct {
	levels    []float64 // L, increasing, in 0..1
	knots     []float64 // K, increasing, in 0..1
	scale     *gbdt.Compiled
	columns   int       // of the encoded row; the scale sees columns + K numbers
	low, high []float64 // L x K: signed quantiles of the scores, low <= 0 <= high
	noise     Noise
}

// Levels returns the levels for which there are bounds, increasing. Callers must not change them.
func (m *Model) Levels() []float64 { return m.levels }

// Knots returns the normalised times at which a prediction has to be given, increasing. Callers must not change them.
func (m *Model) Knots() []float64 { return m.knots }

// Columns returns p, the length of the encoded rows.
func (m *Model) Columns() int { return m.columns }

// Noise returns the noise model.
func (m *Model) Noise() Noise { return m.noise }

// Local is how large residuals are for one configuration. Model.At makes one.
type Local struct {
	model *Model
	log   []float64 // K: natural logarithm of the scale at each knot
}

// At looks at one configuration: x is the encoded row (length p, NaN = missing), guess the prediction at each knot (length
// K, in the unit of the residuals). It panics when a length is wrong.
func (m *Model) At(x, guess []float64) Local {
	if len(x) != m.columns || len(guess) != len(m.knots) {
		panic("interval: At: wrong length of x or guess")
	}
	row := append(append(make([]float64, 0, len(x)+len(guess)), x...), guess...)
	return Local{m, m.scale.Predict(nil, row)}
}

// Bounds returns the ends of the interval of a level around a prediction at normalised time u (limited to 0..1), as
// differences to the prediction: low <= 0 <= high. It returns ErrLevel for a level that is not one of Levels.
func (l Local) Bounds(level, u float64) (low, high float64, err error) {
	k := slices.Index(l.model.levels, level)
	if k < 0 {
		return 0, 0, fmt.Errorf("%w: %g, there are %v", ErrLevel, level, l.model.levels)
	}
	n := len(l.model.knots)
	i, w := place(l.model.knots, u)
	s := l.scale(i, w)
	return s * between(l.model.low[k*n:(k+1)*n], i, w), s * between(l.model.high[k*n:(k+1)*n], i, w), nil
}

// maxLogScale keeps exp in range whatever a frozen model says.
const maxLogScale = 300

func (l Local) scale(i int, w float64) float64 {
	return math.Exp(max(-maxLogScale, min(maxLogScale, between(l.log, i, w))))
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
