package neighbors

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"eahas/models"
	"eahas/models/dense"
)

// ErrShape is returned (wrapped) by New and Decode when a model's parts do not fit together.
var ErrShape = errors.New("neighbors: the model's parts do not fit")

// Model is a frozen nearest-neighbour model. It is immutable and safe for concurrent use; make it with New or Decode.
type Model struct {
	scaler  *dense.Scaler
	k       int       // neighbours
	points  []float64 // n x scaler.Width(), scaled
	targets []float64 // n x outputs
	weights []float64 // n, > 0
	outputs int

	pool sync.Pool // of *scratch
}

type scratch struct {
	input, distances, nearest []float64
}

var _ models.Predictor = (*Model)(nil)

// New makes a model of n points (n x scaler.Width(), scaled) with targets (n x outputs) and weights (n, positive), and
// keeps the slices. K neighbours are asked, 1 <= k <= n. The error wraps ErrShape.
func New(scaler *dense.Scaler, k int, points, targets, weights []float64, outputs int) (*Model, error) {
	n := len(weights)
	if outputs < 1 || k < 1 || k > n || len(points) != n*scaler.Width() || len(targets) != n*outputs {
		return nil, fmt.Errorf("%w: %d neighbours of %d points with %d numbers and %d targets for %d outputs",
			ErrShape, k, n, len(points), len(targets), outputs)
	}
	if i := slices.IndexFunc(weights, func(w float64) bool { return !(w > 0) }); i >= 0 {
		return nil, fmt.Errorf("%w: point %d has the weight %v", ErrShape, i, weights[i])
	}
	m := &Model{scaler: scaler, k: k, points: points, targets: targets, weights: weights, outputs: outputs}
	m.pool.New = func() any {
		return &scratch{make([]float64, scaler.Width()), make([]float64, n), make([]float64, 0, k)}
	}
	return m, nil
}

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return m.outputs }

// Predict writes the predictions for the encoded row x (length p, NaN = missing) into dst and returns it; a nil dst is
// allocated. It panics when a length is wrong.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(dst) != m.outputs {
		panic("neighbors: dst has a wrong length")
	}
	s := m.pool.Get().(*scratch)
	m.scaler.Apply(s.input, x)
	radius, closer, tied := m.search(s)
	mean := Start(dst, m.k, closer, tied, radius)
	for i, d := range s.distances {
		mean.Add(d, m.weights[i], m.targets[i*m.outputs:(i+1)*m.outputs])
	}
	mean.Finish()
	m.pool.Put(s)
	return dst
}

// search fills s.distances and returns the K-th smallest, how many are below it, and how many equal it.
func (m *Model) search(s *scratch) (radius float64, closer, tied int) {
	w := m.scaler.Width()
	s.nearest = s.nearest[:0]
	for i := range s.distances {
		d := Distance(s.input, m.points[i*w:(i+1)*w])
		s.distances[i] = d
		if len(s.nearest) == m.k && d >= s.nearest[m.k-1] {
			continue
		}
		at, _ := slices.BinarySearch(s.nearest, d)
		if len(s.nearest) == m.k {
			s.nearest = s.nearest[:m.k-1]
		}
		s.nearest = slices.Insert(s.nearest, at, d)
	}
	radius = s.nearest[m.k-1]
	for _, d := range s.distances {
		switch {
		case d < radius:
			closer++
		case d == radius:
			tied++
		}
	}
	return radius, closer, tied
}

// Distance is the Euclidean distance, summed from the first coordinate to the last without fused operations: golearn's
// bits.
func Distance(a, b []float64) float64 {
	sum := 0.0
	for j, v := range a {
		d := v - b[j]
		sum += float64(d * d)
	}
	return math.Sqrt(sum)
}
