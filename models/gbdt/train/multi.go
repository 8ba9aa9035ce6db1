package train

import (
	"context"
	"math"

	"eahas/features"
	"eahas/models/gbdt"
)

// vectorCells are cells for trees with one value per output and rows of equal or unequal weight. Word 0 is the sum of
// the first output's fixed-point residuals above the row count, as in unitCells; each further word holds two outputs,
// 32 bits each; with weights one more word holds their sum. Each output has its own scale. The gain is the sum over the
// outputs of squared residual sums over weights, each output divided by its deviation.
type vectorCells struct {
	limits
	m        *matrix
	k        int
	words    int
	weighted bool
	rows     []int64   // n x words
	scale    []float64 // per output: fixed point = standardised residual * scale
	unit     []float64 // per output: standardised residual = residual / unit
	wscale   float64
	scratch  []int64
	gl, gr   []float64 // scratch
}

var _ cells = (*vectorCells)(nil)

func newVectorCells(m *matrix, l limits, k int, weighted bool, unit []float64) *vectorCells {
	c := &vectorCells{limits: l, m: m, k: k, words: 1 + k/2, weighted: weighted, unit: unit, wscale: 1}
	if weighted {
		c.words++
	}
	c.rows, c.scratch = make([]int64, m.n*c.words), m.scratch(c.words)
	c.scale = make([]float64, k)
	c.gl, c.gr = make([]float64, k), make([]float64, k)
	return c
}

func (c *vectorCells) width() int { return c.words }

func (c *vectorCells) count(cell []int64) int { return int(uint32(cell[0])) }

// weight returns the sum of weights.
func (c *vectorCells) weight(cell []int64) float64 {
	if c.weighted {
		return float64(cell[c.words-1]) / c.wscale
	}
	return float64(uint32(cell[0]))
}

// open writes the standardised residual sums.
func (c *vectorCells) open(dst []float64, cell []int64) {
	dst[0] = float64(cell[0]>>32) / c.scale[0]
	for k := 1; k < c.k; k += 2 {
		w := cell[(k+1)/2]
		low := int32(w)
		dst[k] = float64(low) / c.scale[k]
		if k+1 < c.k {
			dst[k+1] = float64((w-int64(low))>>32) / c.scale[k+1]
		}
	}
}

// quantise writes the cells of all rows from the residuals res (n x k) and weights w (nil: all 1).
func (c *vectorCells) quantise(res, w []float64) {
	sum := make([]float64, c.k)
	wsum := 0.0
	for i := range c.m.n {
		u := 1.0
		if w != nil {
			u = w[i]
		}
		wsum += u
		for k, r := range res[i*c.k : (i+1)*c.k] {
			sum[k] += math.Abs(r / c.unit[k] * u)
		}
	}
	f := make([]float64, c.k)
	for k := range sum {
		c.scale[k] = fixedScale(sum[k], 30)
		f[k] = c.scale[k] / c.unit[k]
	}
	if w != nil {
		c.wscale = fixedScale(wsum, 61)
	}
	for i := range c.m.n {
		cell, r, u := c.rows[i*c.words:(i+1)*c.words], res[i*c.k:(i+1)*c.k], 1.0
		if w != nil {
			u = w[i]
			cell[c.words-1] = int64(math.Round(u * c.wscale))
		}
		cell[0] = int64(fixed(r[0]*f[0]*u))<<32 + 1
		for k := 1; k < c.k; k += 2 {
			v := int64(fixed(r[k] * f[k] * u))
			if k+1 < c.k {
				v += int64(fixed(r[k+1]*f[k+1]*u)) << 32
			}
			cell[(k+1)/2] = v
		}
	}
}

func (c *vectorCells) score(cell []int64, _, _ float64) float64 {
	c.open(c.gl, cell)
	return c.sum(c.gl, c.weight(cell))
}

// sum returns the score of a leaf with residual sums g and weight h.
func (c *vectorCells) sum(g []float64, h float64) float64 {
	if h+c.lambda <= 0 {
		return 0
	}
	s := 0.0
	if c.alpha == 0 {
		for _, x := range g {
			s += x * x
		}
	} else {
		for _, x := range g {
			x = c.shrink(x)
			s += x * x
		}
	}
	return s / (h + c.lambda)
}

func (c *vectorCells) try(left, right []int64, _ *leaf, _ int8) (float64, bool) {
	hl, hr := c.weight(left), c.weight(right)
	if c.count(left) < c.minCount || c.count(right) < c.minCount || hl < c.minWeight || hr < c.minWeight {
		return 0, false
	}
	c.open(c.gl, left)
	c.open(c.gr, right)
	return c.sum(c.gl, hl) + c.sum(c.gr, hr), true
}

func (c *vectorCells) value(dst []float64, cell []int64, _, _ float64) {
	c.open(dst, cell)
	d := c.weight(cell) + c.lambda
	for k, g := range dst {
		dst[k] = 0
		if d > 0 {
			dst[k] = c.shrink(g) / d * c.unit[k]
		}
	}
}

func (c *vectorCells) fast(int, *feature, []int64, *leaf) bool { return false }

func (c *vectorCells) fill(h []int64, idx []int32) {
	for _, i := range idx {
		c.addRow(c.scratch, int(i))
	}
	c.m.expand(h, c.scratch, c.words)
}

// addRow adds the cell of row i at each of its bins.
func (c *vectorCells) addRow(h []int64, i int) {
	cell := c.rows[i*c.words : (i+1)*c.words]
	left := len(c.m.bundles)
	for w, x := range c.m.rows[i*c.m.words : (i+1)*c.m.words] {
		for b := range min(8, left) {
			at := h[((8*w+b)<<8+int(uint8(x)))*len(cell):][:len(cell)]
			for k, v := range cell {
				at[k] += v
			}
			x >>= 8
		}
		left -= 8
	}
}

// vectorBooster boosts trees with one value per output, squared loss.
type vectorBooster struct {
	booster
	k     int
	cells *vectorCells
}

// boostVector trains one booster for all outputs.
func (r *run) boostVector(ctx context.Context) (*gbdt.Model, error) {
	m, k := r.model(), r.d.K
	r.total = r.p.Rounds
	b := &vectorBooster{k: k, booster: booster{p: &r.p, m: r.m, w: r.d.Weights, output: -1, seed: r.o.Seed,
		tick: r.tick}}
	res := r.residuals(m, &r.d.X, r.d.Y)
	l := limits{b.p.Lambda, b.p.Alpha, b.p.MinChildWeight, b.p.MinChildCount}
	b.cells = newVectorCells(r.m, l, k, b.w != nil, r.units())
	b.grow = newGrower(r.m, b.p, b.cells).index()
	var valid *vectorValidation
	if r.valid != nil && r.p.EarlyStop.Rounds > 0 {
		valid = &vectorValidation{x: &r.valid.X, w: r.valid.Weights, k: k, unit: b.cells.unit,
			res: r.residuals(m, &r.valid.X, r.valid.Y)}
		valid.minimum = valid.mean()
	}
	if r.from != nil {
		b.first = rounds(r.from, 0)
		m.Trees = append(m.Trees, r.from.Trees()...)
	}
	trees := make([]gbdt.Tree, 0, r.p.Rounds)
	for round := range r.p.Rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b.cells.quantise(res, b.w)
		n := b.sample(round)
		if err := b.grow.grow(ctx, n); err != nil {
			return nil, err
		}
		trees = append(trees, b.applyVector(res, n))
		r.tick()
		if valid != nil && valid.stop(&trees[round], r.p.EarlyStop.Rounds) {
			break
		}
	}
	if valid != nil {
		trees = trees[:valid.best]
	}
	m.Trees = append(m.Trees, trees...)
	return gbdt.New(*m)
}

// residuals returns y minus the raw scores before the first new tree, n x k.
func (r *run) residuals(m *gbdt.Parts, x *features.Frame, y []float64) []float64 {
	out := make([]float64, len(y))
	for k := range r.d.K {
		for i, s := range r.start(m, x, k) {
			out[i*r.d.K+k] = y[i*r.d.K+k] - s
		}
	}
	return out
}

// units returns the standard deviation of each output, 1 for a constant one or if targets are to stay as they are.
func (r *run) units() []float64 {
	out := make([]float64, r.d.K)
	for k := range out {
		y := column(r.d.Y, r.d.K, k)
		m := mean(y, r.d.Weights)
		for i, v := range y {
			y[i] = (v - m) * (v - m)
		}
		out[k] = math.Sqrt(mean(y, r.d.Weights))
		if r.p.RawTargets || out[k] == 0 {
			out[k] = 1
		}
	}
	return out
}

// applyVector gives the leaves their values and moves the residuals.
func (b *vectorBooster) applyVector(res []float64, n int) gbdt.Tree {
	g := b.grow
	values := make([]float64, len(g.leaves)*b.k)
	for j := range g.leaves {
		l := &g.leaves[j]
		v := values[j*b.k : (j+1)*b.k]
		b.cells.value(v, l.sum, l.lo, l.hi)
		for k := range v {
			v[k] *= b.p.Rate
		}
		for _, i := range g.idx[l.first:l.end] {
			moveBy(res[int(i)*b.k:][:b.k], v)
		}
	}
	for _, i := range g.idx[n:] {
		leaf := g.leafOf(i)
		moveBy(res[int(i)*b.k:][:b.k], values[leaf*b.k:][:b.k])
	}
	return g.tree(values, b.k, -1)
}

func moveBy(res, v []float64) {
	for k := range res {
		res[k] -= v[k]
	}
}

// vectorValidation follows the mean squared standardised residual of rows that do not train.
type vectorValidation struct {
	x       *features.Frame
	w       []float64
	k       int
	unit    []float64
	res     []float64
	best    int
	seen    int
	minimum float64
}

func (v *vectorValidation) mean() float64 {
	loss := make([]float64, v.x.N)
	for i := range loss {
		for k, r := range v.res[i*v.k : (i+1)*v.k] {
			r /= v.unit[k]
			loss[i] += r * r
		}
	}
	return mean(loss, v.w)
}

func (v *vectorValidation) stop(t *gbdt.Tree, patience int) bool {
	for i := range v.x.N {
		moveBy(v.res[i*v.k:(i+1)*v.k], t.Values[t.Leaf(v.x.Row(i))*v.k:][:v.k])
	}
	v.seen++
	if m := v.mean(); m < v.minimum {
		v.minimum, v.best = m, v.seen
	}
	return v.seen-v.best >= patience
}
