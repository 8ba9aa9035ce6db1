package search

import (
	"math"
	"math/rand/v2"

	"eahas/internal/stream"
)

// forest is a regression of one number on configurations: extremely randomised trees, whose scatter says how unsure
// they are. Geurts, Ernst, Wehenkel, "Extremely randomized trees" (Machine Learning 2006): the whole sample for every
// tree, one random threshold a column and node, leaves of one row or of equal targets.
//
// Note: models/gbdt grows the same trees for tables of millions of rows by histograms; on the few hundred rows that a
// search has, filling those took ten times as long as this. It is the twin in the test.
type forest struct {
	nodes []forestNode
	roots []int32
}

// forestNode is an inner node (x < threshold goes left) or, with column -1, a leaf with the value.
type forestNode struct {
	column      int32
	left, right int32
	threshold   float64 // of a leaf: its value
}

// forestTrees is how many trees a forest has.
const forestTrees = 30

// absent stands for NaN, an axis that does not exist: encoded columns lie in 0..1.
const absent = -1

// fitForest grows a forest on rows of p columns (n x p, row-major) and n >= 1 targets.
func fitForest(p int, rows, y []float64, seed uint64) *forest {
	g := &forestGrower{p: p, y: y, columns: make([][]float64, p), order: make([]int32, len(y)), rng: stream.New(seed)}
	for j := range p {
		g.columns[j] = make([]float64, len(y))
		for i := range y {
			if v := rows[i*p+j]; v == v {
				g.columns[j][i] = v
			} else {
				g.columns[j][i] = absent
			}
		}
	}
	for range forestTrees {
		for i := range g.order {
			g.order[i] = int32(i)
		}
		g.roots = append(g.roots, g.grow(g.order))
	}
	return &g.forest
}

type forestGrower struct {
	forest
	p       int
	y       []float64
	columns [][]float64
	order   []int32
	rng     *rand.Rand
}

// grow returns the node for the rows.
func (g *forestGrower) grow(rows []int32) int32 {
	sum, same := 0.0, true
	for _, i := range rows {
		sum += g.y[i]
		same = same && g.y[i] == g.y[rows[0]]
	}
	at := int32(len(g.nodes))
	g.nodes = append(g.nodes, forestNode{column: -1, threshold: sum / float64(len(rows))})
	if same {
		g.nodes[at].threshold = g.y[rows[0]]
		return at
	}
	column, threshold := g.split(rows, sum)
	if column < 0 {
		return at
	}
	k := 0
	for i, r := range rows {
		if g.columns[column][r] < threshold {
			rows[i], rows[k] = rows[k], r
			k++
		}
	}
	left := g.grow(rows[:k])
	right := g.grow(rows[k:])
	g.nodes[at] = forestNode{int32(column), left, right, threshold}
	return at
}

// split draws one threshold for each column that varies and returns the one that leaves the least sum of squares; -1
// when none varies.
func (g *forestGrower) split(rows []int32, sum float64) (column int, threshold float64) {
	column = -1
	best := math.Inf(-1)
	n := float64(len(rows))
	for j, x := range g.columns {
		lo, hi := x[rows[0]], x[rows[0]]
		for _, i := range rows {
			lo, hi = min(lo, x[i]), max(hi, x[i])
		}
		if lo == hi {
			continue
		}
		t := hi - g.rng.Float64()*(hi-lo) // in (lo, hi], so that neither side is empty
		left, count := 0.0, 0.0
		for _, i := range rows {
			if x[i] < t {
				left += g.y[i]
				count++
			}
		}
		if count == 0 || count == n {
			continue
		}
		if gain := left*left/count + (sum-left)*(sum-left)/(n-count); gain > best {
			best, column, threshold = gain, j, t
		}
	}
	return column, threshold
}

// predict returns the mean and the standard deviation of the trees' answers for a row of p columns.
func (f *forest) predict(row []float64) (mean, sd float64) {
	sum, squares, first := 0.0, 0.0, 0.0
	for k, at := range f.roots {
		n := &f.nodes[at]
		for n.column >= 0 {
			x := row[n.column]
			if x != x {
				x = absent
			}
			if x < n.threshold {
				n = &f.nodes[n.left]
			} else {
				n = &f.nodes[n.right]
			}
		}
		if k == 0 {
			first = n.threshold
		}
		d := n.threshold - first
		sum += d
		squares += d * d
	}
	n := float64(len(f.roots))
	return first + sum/n, math.Sqrt(max(0, (squares-sum*sum/n)/(n-1)))
}
