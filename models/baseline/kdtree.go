package baseline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sjwhitworth/golearn/kdtree"
	"github.com/sjwhitworth/golearn/metrics/pairwise"

	"eahas/models"
	"eahas/models/dense"
	"eahas/models/neighbors"
)

// ErrParams is returned (wrapped) by Train when a hyperparameter is out of its range.
var ErrParams = errors.New("baseline: bad hyperparameter")

// DefaultK is the number of neighbours where a KDTree names none.
const DefaultK = 3

// KDTree trains the nearest-neighbour baseline on golearn's kd-tree.
type KDTree struct {
	K int // neighbours, at most the number of rows is used; 0 means DefaultK
}

var _ models.Trainer = KDTree{}

// Search is a trained KDTree: every prediction goes through golearn's kd-tree. It is safe for concurrent use, allocates
// on every call, and is a models.Freezer.
type Search struct {
	scaler  *dense.Scaler
	tree    *kdtree.Tree
	k       int
	points  []float64 // n x width, scaled
	targets []float64 // n x outputs
	weights []float64 // n
	outputs int
}

var (
	_ models.Predictor = (*Search)(nil)
	_ models.Freezer   = (*Search)(nil)
)

// Train builds the tree. It honours Data.Weights (a weighted mean of the neighbours) and has no use for Groups, the
// seed or workers: nothing is drawn.
func (t KDTree) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t.K < 0 {
		return nil, fmt.Errorf("%w: %d neighbours", ErrParams, t.K)
	}
	s := &Search{outputs: d.K, k: t.K}
	if s.k == 0 {
		s.k = DefaultK
	}
	var rows []int
	for i := range d.X.N {
		w := 1.0
		if d.Weights != nil {
			w = d.Weights[i]
		}
		if w > 0 {
			rows = append(rows, i)
			s.weights = append(s.weights, w)
			s.targets = append(s.targets, d.Y[i*d.K:(i+1)*d.K]...)
		}
	}
	if len(rows) == 0 {
		return nil, models.ErrNoRows
	}
	s.k = min(s.k, len(rows))
	frame := d.X.Select(rows)
	s.scaler = dense.Fit(&frame)
	s.points = s.scaler.Matrix(&frame)
	if err := s.build(len(rows)); err != nil {
		return nil, err
	}
	if o.Progress != nil {
		o.Progress(1, 1)
	}
	return s, nil
}

// guard is a coordinate that all points and queries share, so that it adds exactly 0 to every distance.
// Note: golearn's search treats the missing child of a node as the point at the origin with the row number 0. The guard
// puts that phantom beyond every real point.
const guard = 1e150

func guarded(point []float64) []float64 { return append(slices.Clone(point), guard) }

// build makes golearn's tree over the scaled points.
func (s *Search) build(n int) error {
	w := s.scaler.Width()
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = guarded(s.points[i*w : (i+1)*w])
	}
	s.tree = kdtree.New()
	if err := s.tree.Build(rows); err != nil {
		return fmt.Errorf("baseline: golearn's kd-tree: %w", err)
	}
	return nil
}

// Outputs returns the number of targets.
func (s *Search) Outputs() int { return s.outputs }

// Predict writes the predictions for the encoded row x (length p, NaN = missing) into dst and returns it; a nil dst is
// allocated.
//
// golearn breaks ties at the K-th distance by the order of its walk. So that the answer does not depend on that order,
// more neighbours are asked for until one lies beyond, and the tied share the places that are left.
func (s *Search) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, s.outputs)
	}
	query := guarded(s.scaler.Apply(nil, x))
	n := len(s.weights)
	var rows []int
	var distances []float64
	for ask := min(n, s.k+1); ; ask = min(n, 2*ask) {
		var err error
		if rows, distances, err = s.tree.Search(ask, pairwise.NewEuclidean(), query); err != nil {
			panic("baseline: golearn's kd-tree refuses a search of the right shape")
		}
		if ask == n || distances[ask-1] > distances[s.k-1] {
			break
		}
	}
	return s.mean(dst, rows, distances)
}

// mean averages the found rows, given in increasing order of distance.
func (s *Search) mean(dst []float64, rows []int, distances []float64) []float64 {
	radius := distances[s.k-1]
	closer, _ := slices.BinarySearch(distances, radius)
	tied := closer
	for tied < len(distances) && distances[tied] == radius {
		tied++
	}
	within := make([]int, tied)
	for i := range within {
		within[i] = i
	}
	slices.SortFunc(within, func(a, b int) int { return rows[a] - rows[b] })
	mean := neighbors.Start(dst, s.k, closer, tied-closer, radius)
	for _, i := range within {
		r := rows[i]
		mean.Add(distances[i], s.weights[r], s.targets[r*s.outputs:(r+1)*s.outputs])
	}
	return mean.Finish()
}

// Freeze returns the model that answers with the same bits without golearn.
func (s *Search) Freeze() (models.Predictor, error) {
	return neighbors.New(s.scaler, s.k, slices.Clone(s.points), slices.Clone(s.targets), slices.Clone(s.weights),
		s.outputs)
}
