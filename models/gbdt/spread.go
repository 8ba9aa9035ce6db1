package gbdt

import (
	"math"

	"eahas/models"
	"eahas/models/internal/factor"
)

var (
	_ models.Spreader = (*Model)(nil)
	_ models.Spreader = (*Compiled)(nil)
)

// Forest reports whether the model is a forest: its answers are means over trees, and Spread knows how far these
// disagree.
func (m *Model) Forest() bool { return m.forest }

// Spread implements models.Spreader. For a forest of two trees and more it is the sample covariance of the trees'
// answers, at most k rows. It is not divided by the number of trees: one tree's answer is about as far from their mean
// as a measurement is. Forests of one output each are grown independently, so their covariance is diagonal. Of boosted
// trees, of a single tree and of a forest whose bytes are of the first version nothing is known, and nothing is
// appended. It walks every tree and allocates. It panics when x has the wrong length.
func (m *Model) Spread(dst, x []float64) []float64 {
	if len(x) != m.columns {
		panic("gbdt: Spread: wrong length of x")
	}
	if m.forest && len(m.trees) > 0 {
		if m.trees[0].Output >= 0 {
			return m.spreadEach(dst, x)
		}
		return m.spreadVectors(dst, x)
	}
	return dst
}

// spreadVectors appends the factor of trees whose leaves hold all outputs.
func (m *Model) spreadVectors(dst, x []float64) []float64 {
	n, k := len(m.trees), m.outputs
	if n < 2 {
		return dst
	}
	rows, mean := make([]float64, 0, n*k), make([]float64, k)
	for i := range m.trees {
		t := &m.trees[i]
		leaf := t.Leaf(x)
		rows = append(rows, t.Values[leaf*k:(leaf+1)*k]...)
		for j, v := range rows[i*k:] {
			mean[j] += v / float64(n)
		}
	}
	scale := treeScale(n)
	for i := range rows {
		rows[i] = scale * (rows[i] - mean[i%k])
	}
	return factor.Append(dst, rows, k)
}

// spreadEach appends one row per output, each with a forest of its own.
func (m *Model) spreadEach(dst, x []float64) []float64 {
	n := len(m.trees) / m.outputs
	if n < 2 {
		return dst
	}
	deviations, values := make([]float64, m.outputs), make([]float64, n)
	for k := range deviations {
		mean, square := 0.0, 0.0
		for i := range values {
			t := &m.trees[k*n+i]
			values[i] = t.Values[t.Leaf(x)]
			mean += values[i] / float64(n)
		}
		for _, v := range values {
			square += float64((v - mean) * (v - mean))
		}
		deviations[k] = treeScale(n) * math.Sqrt(square)
	}
	return factor.Diagonal(dst, deviations)
}

// treeScale turns deviations of leaf values, which are a share 1/n of a tree's answer, into rows of a factor.
func treeScale(n int) float64 { return float64(n) / math.Sqrt(float64(n-1)) }

// Spread implements models.Spreader, see Model.Spread. The rows of several models follow each other; outputs of a model
// that knows nothing stay at 0 where another knows something.
func (c *Compiled) Spread(dst, x []float64) []float64 {
	if len(c.models) == 1 {
		return c.models[0].Spread(dst, x)
	}
	at := 0
	for _, m := range c.models {
		own := m.Spread(nil, x)
		for ; len(own) > 0; own = own[m.outputs:] {
			row := make([]float64, c.outputs)
			copy(row[at:], own[:m.outputs])
			dst = append(dst, row...)
		}
		at += m.outputs
	}
	return dst
}

// isForest reports whether the trees are laid out as those of a forest: all with every output, or equally many for one
// output after the other.
func (m *Model) isForest() bool {
	each := len(m.trees) / m.outputs
	if len(m.trees) == 0 || m.trees[0].Output >= 0 && each*m.outputs != len(m.trees) {
		return false
	}
	for i := range m.trees {
		want := -1
		if m.trees[0].Output >= 0 {
			want = i / each
		}
		if m.trees[i].Output != want {
			return false
		}
	}
	return true
}
