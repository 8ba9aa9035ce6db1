package train

import (
	"math"
	"math/bits"
)

// pairCells are cells of two words for weighted rows and losses with curvature: the sum of fixed-point gradients, and
// the sum of fixed-point hessians above the number of rows.
type pairCells struct {
	limits
	m       *matrix
	scratch []int64
	g, h    []int64 // per row: gradient, and hessian<<shift + 1
	gscale  float64
	hscale  float64
	shift   uint // bits of the row count
}

var _ cells = (*pairCells)(nil)

func newPairCells(m *matrix, l limits) *pairCells {
	return &pairCells{limits: l, m: m, scratch: m.scratch(2), g: make([]int64, m.n), h: make([]int64, m.n),
		shift: uint(bits.Len(uint(m.n)))}
}

func (c *pairCells) width() int { return 2 }

func (c *pairCells) count(cell []int64) int { return int(cell[1] & (1<<c.shift - 1)) }

func (c *pairCells) open(cell []int64) (g, h float64, n int) {
	return float64(cell[0]) / c.gscale, float64(cell[1]>>c.shift) / c.hscale, c.count(cell)
}

func (c *pairCells) score(cell []int64, lo, hi float64) float64 {
	g, h, _ := c.open(cell)
	return c.leafScore(g, h, lo, hi)
}

func (c *pairCells) value(dst []float64, cell []int64, lo, hi float64) {
	g, h, _ := c.open(cell)
	dst[0] = c.leafValue(g, h, lo, hi)
}

func (c *pairCells) mean(cell []int64, smooth float64) float64 {
	g, h, _ := c.open(cell)
	return g / (h + smooth)
}

func (c *pairCells) try(left, right []int64, l *leaf, monotone int8) (float64, bool) {
	gl, hl, nl := c.open(left)
	gr, hr, nr := c.open(right)
	return c.scalarTry(gl, hl, gr, hr, nl, nr, l, monotone)
}

func (c *pairCells) fast(int, *feature, []int64, *leaf) bool { return false }

func (c *pairCells) fill(h []int64, idx []int32) {
	for _, i := range idx {
		c.addRow(int(i))
	}
	c.m.expand(h, c.scratch, 2)
}

// addRow adds the cell of row i at each of its bins.
func (c *pairCells) addRow(i int) {
	g, h := c.g[i], c.h[i]
	left := len(c.m.bundles)
	for w, x := range c.m.rows[i*c.m.words : (i+1)*c.m.words] {
		hist := (*[2 * wordCells]int64)(c.scratch[w*2*wordCells:])
		for b := range min(8, left) {
			at := (b<<8 + int(uint8(x))) * 2
			hist[at] += g
			hist[at+1] += h
			x >>= 8
		}
		left -= 8
	}
}

// quantise writes gradients and hessians (nil: all 1) times weights (nil: all 1) in fixed point.
func (c *pairCells) quantise(g, h, w []float64) {
	var gsum, hsum float64
	at := func(s []float64, i int) float64 {
		if s == nil {
			return 1
		}
		return s[i]
	}
	for i, x := range g {
		gsum += math.Abs(x * at(w, i))
		hsum += at(h, i) * at(w, i)
	}
	c.gscale = fixedScale(gsum, 61)
	c.hscale = fixedScale(hsum, 61-int(c.shift))
	for i, x := range g {
		u := at(w, i)
		c.g[i] = int64(math.Round(x * u * c.gscale))
		c.h[i] = int64(math.Round(at(h, i)*u*c.hscale))<<c.shift + 1
	}
}
