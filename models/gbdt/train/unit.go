package train

import "math"

// unitCells are cells of one word for losses whose second derivative is 1 and rows of equal weight:
// the sum of fixed-point gradients in the upper 32 bits and the number of rows in the lower 32.
type unitCells struct {
	limits
	m       *matrix
	scratch []int64 // histogram of bundles, zero between fills
	q       []int32 // fixed-point gradients, sum of |q| below 2^31
	scale   float64 // q = gradient * scale, a power of two
}

var _ cells = (*unitCells)(nil)

func (c *unitCells) width() int { return 1 }

func (c *unitCells) count(cell []int64) int { return int(uint32(cell[0])) }

func (c *unitCells) open(cell []int64) (g, n float64) {
	return float64(cell[0]>>32) / c.scale, float64(uint32(cell[0]))
}

func (c *unitCells) score(cell []int64, lo, hi float64) float64 {
	g, n := c.open(cell)
	return c.leafScore(g, n, lo, hi)
}

func (c *unitCells) value(dst []float64, cell []int64, lo, hi float64) {
	g, n := c.open(cell)
	dst[0] = c.leafValue(g, n, lo, hi)
}

func (c *unitCells) try(left, right []int64, l *leaf, monotone int8) (float64, bool) {
	gl, nl := c.open(left)
	gr, nr := c.open(right)
	return c.scalarTry(gl, nl, gr, nr, int(nl), int(nr), l, monotone)
}

// fast scans one feature with one division per candidate. Sums stay in fixed point: gains are scale^2 times too large
// until the end, which is exact.
func (c *unitCells) fast(j int, f *feature, h []int64, l *leaf) bool {
	if !c.plain(f, l) {
		return false
	}
	minRows := c.fewest()
	unit := c.scale * c.scale
	best, bin := (l.best.gain+l.score)*unit, -1
	cellsOf := h[f.offset : f.offset+f.regular]
	if f.kind == oneHot {
		best, bin = oneAgainstRest(cellsOf, l.sum[0], minRows, c.lambda, best)
	} else {
		best, bin = prefixes(cellsOf[:f.regular-1], l.sum[0], minRows, c.lambda, best)
	}
	if bin >= 0 {
		l.best = split{gain: best/unit - l.score, feature: j, bin: bin}
		if f.kind == oneHot {
			copy(l.left, l.sum)
			l.left[0] -= cellsOf[bin]
			return true
		}
		l.left[0] = 0
		for _, cell := range cellsOf[:bin+1] {
			l.left[0] += cell
		}
	}
	return true
}

// plain reports whether a split is worth what the sums of its sides say, and nothing else.
func (c *unitCells) plain(f *feature, l *leaf) bool {
	return c.alpha == 0 && !l.bounded() && f.monotone == 0
}

// fewest returns the rows that a child must have.
func (c *unitCells) fewest() int64 { return int64(max(c.minCount, int(math.Ceil(c.minWeight)), 1)) }

// prefixes finds the best cut of a numeric feature: the bins up to and including bin go left.
// A candidate's score is num/den; it divides only for a new best.
func prefixes(h []int64, sum, minRows int64, lambda, best float64) (float64, int) {
	n, g := int64(uint32(sum)), float64(sum>>32)
	most := n - minRows
	both := float64(n) + 2*lambda
	bin := -1
	var left int64
	for b, cell := range h {
		left += cell
		nl := int64(uint32(left))
		if nl < minRows {
			continue
		}
		if nl > most {
			break
		}
		gl := float64(left >> 32)
		gr := g - gl
		dl := float64(nl) + lambda
		dr := both - dl
		num, den := gl*gl*dr+gr*gr*dl, dl*dr
		if num > best*den {
			best, bin = num/den, b
		}
	}
	return best, bin
}

// oneAgainstRest finds the best bin of a one-hot group: that bin alone goes right.
func oneAgainstRest(h []int64, sum, minRows int64, lambda, best float64) (float64, int) {
	n, g := int64(uint32(sum)), float64(sum>>32)
	bin := -1
	for b, cell := range h {
		nr := int64(uint32(cell))
		if nr < minRows || n-nr < minRows {
			continue
		}
		gr := float64(cell >> 32)
		gl := g - gr
		dl, dr := float64(n-nr)+lambda, float64(nr)+lambda
		num, den := gl*gl*dr+gr*gr*dl, dl*dr
		if num > best*den {
			best, bin = num/den, b
		}
	}
	return best, bin
}

func (c *unitCells) fill(h []int64, idx []int32) {
	unitFill(c.scratch, c.m.rows, c.m.words, len(c.m.bundles), c.q, idx)
	c.m.expand(h, c.scratch, 1)
}

// fixedScale returns the power of two that brings the sum of absolute values just below 2^bits.
func fixedScale(sumAbs float64, bits int) float64 {
	if sumAbs == 0 || math.IsInf(sumAbs, 0) || math.IsNaN(sumAbs) {
		return 1
	}
	_, exp := math.Frexp(sumAbs) // sumAbs < 2^exp
	return math.Ldexp(1, max(-1000, min(1000, bits-exp)))
}

// quantise writes the gradients in fixed point and returns the sum of their absolute values in it.
func (c *unitCells) quantise(g []float64) {
	sum := 0.0
	for _, x := range g {
		sum += math.Abs(x)
	}
	c.scale = fixedScale(sum, 30)
	for i, x := range g {
		c.q[i] = fixed(x * c.scale)
	}
}

// fixed rounds x, |x| < 2^31, to the nearest integer (ties to even) by adding 1.5*2^52, which leaves the integer in the
// low bits of the sum; the compiler has no rounding conversion that is as quick.
func fixed(x float64) int32 {
	return int32(math.Float64bits(x + 3<<51))
}

// unitCell returns the cell of a row with gradient x, |x| < 2^31, in fixed point.
func unitCell(x float64) int64 {
	return int64(math.Float64bits(x+3<<51)<<32 | 1)
}

// step moves the residuals of rows idx by -v and requantises them; it returns the sum of |q| of these rows.
// This is leaf update, residual and gradient of the squared loss in one pass.
func (c *unitCells) step(res []float64, idx []int32, v float64) (sumAbs int64) {
	scale, q := c.scale, c.q
	for _, i := range idx {
		r := res[i] - v
		res[i] = r
		k := fixed(r * scale)
		q[i] = k
		s := k >> 31
		sumAbs += int64((k ^ s) - s)
	}
	return sumAbs
}
