package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"eahas/internal/synthtask"
)

// testCells returns each kind of cells on the same rows.
func testCells(t *testing.T) (*matrix, map[string]cells) {
	m, unit := benchMatrix(t, 700)
	m.index()
	d := synthtask.Make(700, 1)
	w := make([]float64, m.n)
	for i := range w {
		w[i] = float64(1 + i%3)
	}
	pair := newPairCells(m, limits{})
	g := column(d.Y, d.K, 7)
	pair.quantise(g, nil, w)
	out := map[string]cells{"unit": unit, "pair": pair}
	unitOf := make([]float64, d.K)
	for k := range unitOf {
		unitOf[k] = 1
	}
	for name, weights := range map[string][]float64{"vector": nil, "weighted vector": w} {
		v := newVectorCells(m, limits{}, d.K, weights != nil, unitOf)
		v.quantise(d.Y, weights)
		out[name] = v
	}
	return m, out
}

// rowCell returns the cell of one row.
func rowCell(c cells, i int) []int64 {
	switch c := c.(type) {
	case *unitCells:
		return []int64{int64(c.q[i])<<32 + 1}
	case *pairCells:
		return []int64{c.g[i], c.h[i]}
	case *vectorCells:
		return c.rows[i*c.words : (i+1)*c.words]
	}
	return nil
}

func TestHistogramsAreDirectSums(t *testing.T) {
	m, all := testCells(t)
	rng := rand.New(rand.NewPCG(1, 2))
	idx, tmp := make([]int32, m.n), make([]int32, m.n)
	draw(rng, idx, tmp, 260)
	for name, c := range all {
		w := c.width()
		direct := func(rows []int32) []int64 {
			h := make([]int64, m.total*w)
			for _, i := range rows {
				for j := range m.features {
					at := (m.features[j].offset + int(m.cols[j][i])) * w
					for k, v := range rowCell(c, int(i)) {
						h[at+k] += v
					}
				}
			}
			return h
		}
		parent, child := make([]int64, m.total*w), make([]int64, m.total*w)
		c.fill(parent, idx)
		c.fill(child, idx[:260])
		if i := firstDiff(parent, direct(idx)); i >= 0 {
			t.Fatalf("%s: word %d of the histogram differs from the direct sum", name, i)
		}
		subtract(parent, child)
		if i := firstDiff(parent, direct(idx[260:])); i >= 0 {
			t.Fatalf("%s: word %d of parent minus child differs from the other child's direct sum", name, i)
		}
	}
}

func firstDiff(a, b []int64) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}

func TestVectorCellsKeepEachOutput(t *testing.T) {
	m, all := testCells(t)
	c := all["vector"].(*vectorCells)
	d := synthtask.Make(700, 1)
	sum := make([]int64, c.words)
	want, got := make([]float64, d.K), make([]float64, d.K)
	for i := range m.n {
		for k, v := range rowCell(c, i) {
			sum[k] += v
		}
		for k := range want {
			want[k] += d.Y[i*d.K+k]
		}
	}
	c.open(got, sum)
	for k := range want { // each of 700 roundings is at most half a unit of the last place
		if tol := 350 / c.scale[k]; math.Abs(got[k]-want[k]) > tol {
			t.Errorf("output %d: sum %v, want %v within %v", k, got[k], want[k], tol)
		}
	}
	if n := c.count(sum); n != m.n {
		t.Errorf("count %d, want %d", n, m.n)
	}
}

func TestKernelsOfEveryWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for bundles := 1; bundles <= 19; bundles++ {
		const n = 50
		words := (bundles + 7) / 8
		rows, q, idx := make([]uint64, n*words), make([]int32, n), make([]int32, 0, n)
		want := make([]int64, words*wordCells)
		for i := range n {
			q[i] = int32(rng.IntN(2000) - 1000)
			if rng.IntN(3) > 0 {
				idx = append(idx, int32(i))
			}
			for j := range bundles {
				id := rng.IntN(256)
				rows[i*words+j/8] |= uint64(id) << (j % 8 * 8)
				if len(idx) > 0 && idx[len(idx)-1] == int32(i) {
					want[j<<8+id] += int64(q[i])<<32 + 1
				}
			}
		}
		h := make([]int64, words*wordCells)
		unitFill(h, rows, words, bundles, q, idx)
		if i := firstDiff(h, want); i >= 0 {
			t.Fatalf("%d bundles: cell %d is %d, want %d", bundles, i, h[i], want[i])
		}
	}
}

// Many binary columns: combined bins must fit a byte, and each feature must be in a bundle.
func TestBundlesStayInRange(t *testing.T) {
	for _, n := range []int{3, 40, 3000, 20000} {
		fs := make([]feature, n)
		for j := range fs {
			fs[j].bins, fs[j].offset = 2, 2*j
		}
		m := newMatrixShape(fs)
		seen := 0
		for _, b := range m.bundles {
			if b.bins > 256 {
				t.Errorf("%d binary features: %d combined bins", n, b.bins)
			}
			seen += len(b.features)
		}
		if seen != n {
			t.Errorf("%d binary features: %d in bundles", n, seen)
		}
	}
}
