package knn

import (
	"sync"

	"eahas/models"
	"eahas/models/dense"
)

// Model is the frozen predictor. It is immutable and safe for concurrent use.
type Model struct {
	scaler    *dense.Scaler
	outputs   int
	k         int
	weighting Weighting
	sites     *matrix
	y         []float64 // sites x outputs
	weight    []float64 // sites
	scratch   sync.Pool // of *scratch
}

var _ models.Predictor = (*Model)(nil)

type scratch struct {
	dense, query []float64
	near         nearest
}

func freeze(s *dense.Scaler, all *sites, axes []dense.Axis, c choice) *Model {
	return &Model{
		scaler: s, outputs: all.outputs, k: c.k, weighting: c.weighting,
		sites: scaled(all, axes, c.scales), y: all.y, weight: all.weight,
	}
}

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return m.outputs }

// Predict implements models.Predictor. It panics on wrong lengths.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(dst) != m.outputs || len(x) != m.scaler.Inputs() {
		panic("knn: wrong length")
	}
	w := m.find(x)
	average(dst, w.near.list[:w.near.n], m.weighting, m.y, m.weight)
	m.scratch.Put(w)
	return dst
}

// find takes scratch from the pool and gathers the neighbours of x in it.
func (m *Model) find(x []float64) *scratch {
	w, ok := m.scratch.Get().(*scratch)
	if !ok {
		n := m.scaler.Width()
		all := make([]float64, n+m.sites.width) // one allocation for both
		w = &scratch{dense: all[:n:n], query: all[n:]}
	}
	m.scaler.Apply(w.dense, x)
	for c, j := range m.sites.column {
		w.query[c] = w.dense[j] * m.sites.factor[c]
	}
	w.near.n, w.near.k = 0, m.k
	for i := range m.sites.n {
		if square := m.sites.distance(w.query, i, w.near.bound()); square < w.near.bound() {
			w.near.offer(i, square)
		}
	}
	return w
}
