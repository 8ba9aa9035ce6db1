package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"eahas/features"
	"eahas/internal/pages"
	"eahas/models/gbdt"
)

// booster boosts the trees of one output.
type booster struct {
	p       *Params
	m       *matrix
	ys      []float64 // targets of all outputs, n x outputs
	outputs int
	base    float64    // score before the first tree, where no start is given
	spare   *sync.Pool // of *[2][]record, shared by the boosters of a run
	workers int        // goroutines for this output
	y, w    []float64  // w nil: all 1
	output  int
	seed    uint64
	first   int         // number of the first round; > 0 when a model is continued
	valid   *validation // nil: no early stopping
	tick    func()      // called after each round
	score   []float64   // squared loss without weights: y - score
	g, h    []float64   // scratch of other losses
	res     []float64   // likewise: residuals of a leaf
	byIndex bool        // never keep records: the twin that tests compare
	byBins  bool        // never search leaves by their rows: likewise
	unit    *unitCells  // exactly one of unit and pair is set
	pair    *pairCells
	grow    *grower
	rng     *rand.Rand
}

// run boosts up to p.Rounds trees, starting from the raw scores in start (length n, overwritten; nil: b.base
// everywhere).
func (b *booster) run(ctx context.Context, start []float64) ([]gbdt.Tree, error) {
	b.prepare(start)
	if b.grow.records != nil {
		defer b.spare.Put(b.grow.records.rows)
		defer b.grow.records.team.dismiss()
	}
	trees := make([]gbdt.Tree, 0, b.p.Rounds)
	for r := range b.p.Rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := b.sample(r)
		if err := b.grow.grow(ctx, n); err != nil {
			return nil, err
		}
		t := b.apply(n)
		trees = append(trees, t)
		b.tick()
		if b.valid != nil && b.valid.stop(&trees[r]) {
			return trees[:b.valid.best], nil
		}
	}
	if b.valid != nil {
		trees = trees[:b.valid.best]
	}
	return trees, nil
}

// prepare chooses the cells and computes the first gradients.
func (b *booster) prepare(start []float64) {
	l := limits{b.p.Lambda, b.p.Alpha, b.p.MinChildWeight, b.p.MinChildCount}
	var c cells
	if b.w == nil && b.p.Loss.unitHessian() {
		b.unit = &unitCells{limits: l, m: b.m, scratch: b.m.scratch(1)}
		c = b.unit
	} else {
		b.pair = newPairCells(b.m, l)
		b.h = make([]float64, b.m.n)
		c = b.pair
	}
	b.grow = newGrower(b.m, b.p, c)
	if b.byBins {
		b.grow.few = nil
	}
	if b.streams() {
		b.grow.records = b.newRecords(start)
		return
	}
	b.y, b.score = column(b.ys, b.outputs, b.output), start
	if start == nil {
		b.score = make([]float64, b.m.n)
		for i := range b.score {
			b.score[i] = b.base
		}
	}
	b.grow.index()
	if b.unit != nil {
		b.unit.q = make([]int32, b.m.n)
	}
	if b.fused() {
		for i, y := range b.y {
			b.score[i] = y - b.score[i]
		}
		b.unit.quantise(b.score)
		return
	}
	b.g = make([]float64, b.m.n)
	b.gradients()
}

// fused reports whether score holds residuals that leaf updates requantise at once.
func (b *booster) fused() bool { return b.unit != nil && b.p.Loss.Kind == Squared }

// newRecords makes the records of all rows.
func (b *booster) newRecords(start []float64) *records {
	memory, ok := b.spare.Get().(*[2][]record)
	if !ok {
		both := make([]record, 2*b.m.n)
		pages.Large(both)
		memory = &[2][]record{both[:b.m.n:b.m.n], both[b.m.n:]}
	}
	team := newTeam(max(1, min(b.workers, b.m.n/shared)))
	return newRecords(b.m, b.unit, team, memory, func(i int) float64 {
		score := b.base
		if start != nil {
			score = start[i]
		}
		return b.ys[i*b.outputs+b.output] - score
	})
}

// streams reports whether the rows of the growing tree are kept as records.
func (b *booster) streams() bool {
	return b.fused() && b.m.words == 1 && b.p.RowSample == 1 && !b.byIndex
}

// gradients computes the derivatives of all rows and writes them in fixed point.
func (b *booster) gradients() {
	if b.unit != nil {
		b.p.Loss.pullAll(b.g, b.y, b.score)
		b.unit.quantise(b.g)
		return
	}
	for i, y := range b.y {
		b.g[i], b.h[i] = b.p.Loss.pull(y, b.score[i])
	}
	b.pair.quantise(b.g, b.h, b.w)
}

// sample puts the rows of round r's tree first in grow.idx and returns their number.
func (b *booster) sample(r int) int {
	g, n := b.grow, b.m.n
	if b.p.RowSample < 1 || b.p.ColSample < 1 || b.p.ExtraTrees {
		b.rng = treeRand(b.seed, b.output, b.first+r)
		g.search.rng = b.rng
	}
	if b.p.ColSample < 1 {
		g.use = drawFeatures(b.rng, g.use, len(b.m.features), b.p.ColSample)
	}
	if b.p.RowSample < 1 {
		if k := max(1, int(math.Round(b.p.RowSample*float64(n)))); k < n {
			draw(b.rng, g.idx, g.tmp, k)
			return k
		}
	}
	for i := range g.idx {
		g.idx[i] = int32(i)
	}
	return n
}

// apply gives the leaves of the grown tree their values, moves the scores, and prepares the next gradients.
// The rows from n on in grow.idx did not take part in the growth.
func (b *booster) apply(n int) gbdt.Tree {
	g := b.grow
	values := make([]float64, len(g.leaves))
	var sumAbs int64
	for k := range g.leaves {
		l := &g.leaves[k]
		values[k] = b.leafValue(l) * b.p.Rate
		if g.records == nil {
			sumAbs += b.move(g.idx[l.first:l.end], values[k])
		}
	}
	if g.records != nil {
		g.records.move(values)
		return g.tree(values, 1, b.output)
	}
	for j, i := range g.idx[n:] {
		sumAbs += b.move(g.idx[n+j:n+j+1], values[g.leafOf(i)])
	}
	switch {
	case !b.fused():
		b.gradients()
	case sumAbs < 1<<28 || sumAbs > 1<<30:
		b.unit.quantise(b.score)
	}
	return g.tree(values, 1, b.output)
}

// leafValue returns a leaf's value before the learning rate.
func (b *booster) leafValue(l *leaf) float64 {
	q, ok := b.p.Loss.renew()
	if !ok {
		var v [1]float64
		b.grow.cells.value(v[:], l.sum, l.lo, l.hi)
		return v[0]
	}
	rows := b.grow.idx[l.first:l.end]
	b.res = slices.Grow(b.res[:0], len(rows))[:len(rows)]
	for j, i := range rows {
		b.res[j] = b.y[i] - b.score[i]
	}
	if b.w == nil {
		return max(l.lo, min(l.hi, quantileOf(b.res, q)))
	}
	w := make([]float64, len(rows))
	for j, i := range rows {
		w[j] = b.w[i]
	}
	return max(l.lo, min(l.hi, quantile(b.res, w, q)))
}

// move adds v to the scores of rows; with the fused pass it returns the new sum of |q| over them.
func (b *booster) move(rows []int32, v float64) int64 {
	if b.fused() {
		return b.unit.step(b.score, rows, v)
	}
	for _, i := range rows {
		b.score[i] += v
	}
	return 0
}

// validation follows the loss of one output on rows that do not train.
type validation struct {
	x       *features.Frame
	y, w    []float64
	score   []float64
	loss    Loss
	rounds  int // patience
	best    int // trees of the best round
	seen    int
	minimum float64
}

func newValidation(x *features.Frame, y, w, score []float64, p *Params) *validation {
	v := &validation{x: x, y: y, w: w, score: score, loss: p.Loss, rounds: p.EarlyStop.Rounds}
	v.minimum = v.mean()
	return v
}

// mean returns the weighted mean loss.
func (v *validation) mean() float64 {
	loss := make([]float64, len(v.y))
	for i, y := range v.y {
		loss[i] = v.loss.value(y, v.score[i])
	}
	return mean(loss, v.w)
}

// stop adds a tree and reports whether the loss has stopped falling.
func (v *validation) stop(t *gbdt.Tree) bool {
	for i := range v.score {
		v.score[i] += t.Values[t.Leaf(v.x.Row(i))]
	}
	v.seen++
	if m := v.mean(); m < v.minimum {
		v.minimum, v.best = m, v.seen
	}
	return v.rounds > 0 && v.seen-v.best >= v.rounds
}
