package gbdt

import (
	"math/bits"

	"eahas/internal/pages"
)

// maskRun finds leaves by bitmasks, one bit per leaf (QuickScorer, Lucchese et al., SIGIR 2015, by bin instead of by
// threshold): the mask of a tree for one bin of one group of features has a 0 for each leaf that a row in that bin
// cannot reach. The AND over the groups leaves one bit.
type maskRun struct {
	kind   runKind
	words  int      // mask words per bin
	table  []uint64 // bins of all groups x stride; this run's words of a bin stand from at on
	at     int
	stride int           // words per bin of all runs together: what one row needs lies side by side
	use    []int32       // groups that these trees test
	leaves [][64]float64 // one output: the values of the word's one or two trees
	small  []float64     // one output, masks8: the values of the trees x most, in place of leaves
	most   int           // masks8: leaves of the largest tree
	values []float64     // several outputs: trees x leaves (of the kind) x width
	trees  int
	first  int // first output that is added to
	width  int // outputs per leaf
}

// newMaskRun leaves table and stride to share.
func newMaskRun(trees []Tree, b *binner, kind runKind, output, width int) *maskRun {
	r := &maskRun{kind: kind, trees: len(trees), first: output, width: width}
	leaves := kind.leaves()
	each := blockLeaves / leaves // trees a word
	r.words = (len(trees) + each - 1) / each
	if width == 1 && kind == masks8 {
		for t := range trees {
			r.most = max(r.most, len(trees[t].Values))
		}
		r.small = make([]float64, len(trees)*r.most+blockLeaves) // the end of the last tree is that of a slice of 8
		for t := range trees {
			copy(r.small[t*r.most:], trees[t].Values)
		}
	} else if width == 1 {
		r.leaves = make([][64]float64, r.words)
		for t := range trees {
			copy(r.leaves[t/each][t%each*leaves:], trees[t].Values)
		}
	} else {
		r.values = make([]float64, len(trees)*leaves*width)
		for t := range trees {
			copy(r.values[t*leaves*width:], trees[t].Values)
		}
	}
	return r
}

// share makes the table of all mask runs and lets them fill it.
func share(runs []treeRun, b *binner) {
	stride := 0
	for _, r := range runs {
		if r.masks != nil {
			r.masks.at = stride
			stride += r.masks.words
		}
	}
	// An odd number of cache lines a bin: with a power of two the bins would share few sets of the caches.
	stride = (stride+7)/8*8 | 8
	table := make([]uint64, b.total*stride)
	pages.Large(table) // a row reads from hundreds of places of it
	f := newFiller(b)
	for _, r := range runs {
		if r.masks != nil {
			r.masks.table, r.masks.stride = table, stride
			f.fill(r.masks, r.trees)
		}
	}
}

// add adds the trees' values for a row with these bins to dst.
func (r *maskRun) add(dst []float64, bins []int32, scratch []uint64) {
	m := scratch[:r.words]
	switch {
	case r.width > 1:
		r.and(m, r.use, bins)
		r.sumVectors(dst[r.first:r.first+r.width], m)
	case r.kind == masks8:
		dst[r.first] = r.sumEights(dst[r.first], bins, m)
	case r.kind == masks64:
		r.and(m, r.use, bins)
		sum := dst[r.first]
		for t, w := range m {
			sum += r.leaves[t][bits.TrailingZeros64(w)&63]
		}
		dst[r.first] = sum
	default:
		dst[r.first] = r.sumPairs(dst[r.first], bins, m)
	}
}

// sumEights adds the leaves of trees of 8 leaves, eight masks a word, in the order of the trees. Their values lie as
// near to each other as the largest of the trees allows: what one row needs of thousands of trees must fit the cache.
func (r *maskRun) sumEights(sum float64, bins []int32, m []uint64) float64 {
	rows, _ := r.rows(bins, m)
	full := r.trees / 8
	sum = eights6(sum, r.most, [6][]uint64{rows[0][:full], rows[1], rows[2], rows[3], rows[4], rows[5]}, r.small)
	if rest := r.trees % 8; rest > 0 {
		w, v := ^uint64(0), r.small[full*8*r.most:]
		for _, row := range rows {
			w &= row[full]
		}
		for range rest {
			sum += v[bits.TrailingZeros8(uint8(w))&7]
			w, v = w>>8, v[r.most:]
		}
	}
	return sum
}

// eights6 adds the leaves of eight trees for each word of the rows' intersection; a tree's values begin n behind those
// of the one before. Behind the last value lie blockLeaves others.
func eights6(sum float64, n int, rows [6][]uint64, v []float64) float64 {
	a := rows[0]
	b, c, d, e, f := rows[1][:len(a)], rows[2][:len(a)], rows[3][:len(a)], rows[4][:len(a)], rows[5][:len(a)]
	for i := range a {
		w, p := a[i]&b[i]&c[i]&(d[i]&e[i]&f[i]), (*[blockLeaves]float64)(v)
		sum += p[bits.TrailingZeros8(uint8(w))&(blockLeaves-1)]
		sum += p[(n+bits.TrailingZeros8(uint8(w>>8)))&(blockLeaves-1)]
		sum += p[(2*n+bits.TrailingZeros8(uint8(w>>16)))&(blockLeaves-1)]
		sum += p[(3*n+bits.TrailingZeros8(uint8(w>>24)))&(blockLeaves-1)]
		sum += p[(4*n+bits.TrailingZeros8(uint8(w>>32)))&(blockLeaves-1)]
		sum += p[(5*n+bits.TrailingZeros8(uint8(w>>40)))&(blockLeaves-1)]
		sum += p[(6*n+bits.TrailingZeros8(uint8(w>>48)))&(blockLeaves-1)]
		sum += p[(7*n+bits.TrailingZeros8(uint8(w>>56)))&(blockLeaves-1)]
		v = v[8*n:]
	}
	return sum
}

// sumPairs adds the leaves of trees of 32 leaves, two masks a word, in the order of the trees. The last up to six rows
// of masks are intersected while the leaves are added: the additions wait for each other, and the processor does the
// rest meanwhile.
func (r *maskRun) sumPairs(sum float64, bins []int32, m []uint64) float64 {
	rows, n := r.rows(bins, m)
	pairs := r.leaves[:r.trees/2]
	if n <= 3 {
		sum = sum3(sum, rows[0], rows[1], rows[2], pairs)
	} else {
		sum = sum6(sum, rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], pairs)
	}
	if last := len(pairs); last < r.words { // half a pair
		w := ^uint64(0)
		for _, row := range rows {
			w &= row[last]
		}
		sum += r.leaves[last][bits.TrailingZeros32(uint32(w))&31]
	}
	return sum
}

// rows returns six rows of masks, whose intersection is that of all groups in use, and how many of them differ; m holds
// the first where there are more groups.
func (r *maskRun) rows(bins []int32, m []uint64) (rows [6][]uint64, n int) {
	use := r.use
	if len(use) > len(rows) {
		rows[0], n = m, 1
		r.and(m, use[:len(use)-len(rows)+1], bins)
		use = use[len(use)-len(rows)+1:]
	}
	for _, j := range use {
		rows[n] = r.row(bins[j])
		n++
	}
	if n == 0 { // no tree tests anything
		rows[0], n = m, 1
		r.and(m, nil, bins)
	}
	for k := n; k < len(rows); k++ {
		rows[k] = rows[0]
	}
	return rows, n
}

func sum3(sum float64, a, b, c []uint64, leaves [][64]float64) float64 {
	a, b, c = a[:len(leaves)], b[:len(leaves)], c[:len(leaves)]
	for i := range leaves {
		w, v := a[i]&b[i]&c[i], &leaves[i]
		sum += v[bits.TrailingZeros32(uint32(w))&31]
		sum += v[32+bits.TrailingZeros32(uint32(w>>32))&31]
	}
	return sum
}

func sum6(sum float64, a, b, c, d, e, f []uint64, leaves [][64]float64) float64 {
	a, b, c = a[:len(leaves)], b[:len(leaves)], c[:len(leaves)]
	d, e, f = d[:len(leaves)], e[:len(leaves)], f[:len(leaves)]
	for i := range leaves {
		w, v := a[i]&b[i]&c[i]&(d[i]&e[i]&f[i]), &leaves[i]
		sum += v[bits.TrailingZeros32(uint32(w))&31]
		sum += v[32+bits.TrailingZeros32(uint32(w>>32))&31]
	}
	return sum
}

// sumVectors adds leaves of several outputs.
func (r *maskRun) sumVectors(dst []float64, m []uint64) {
	leaves := r.kind.leaves()
	each := blockLeaves / leaves
	for t := range r.trees {
		leaf := t*leaves + bits.TrailingZeros64(m[t/each]>>(t%each*leaves))
		for k, v := range r.values[leaf*r.width : (leaf+1)*r.width] {
			dst[k] += v
		}
	}
}

// row returns the masks of a bin.
func (r *maskRun) row(bin int32) []uint64 {
	return r.table[int(bin)*r.stride+r.at:][:r.words]
}

// and intersects the masks of the groups in use, four a pass.
func (r *maskRun) and(m []uint64, use, bins []int32) {
	row := func(j int32) []uint64 { return r.row(bins[j])[:len(m)] }
	switch len(use) % 4 {
	case 0:
		for i := range m {
			m[i] = ^uint64(0)
		}
	case 1:
		copy(m, row(use[0]))
	case 2:
		a, b := row(use[0]), row(use[1])
		for i := range m {
			m[i] = a[i] & b[i]
		}
	case 3:
		a, b, c := row(use[0]), row(use[1]), row(use[2])
		for i := range m {
			m[i] = a[i] & b[i] & c[i]
		}
	}
	for use = use[len(use)%4:]; len(use) > 0; use = use[4:] {
		a, b, c, d := row(use[0]), row(use[1]), row(use[2]), row(use[3])
		a, b, c, d = a[:len(m)], b[:len(m)], c[:len(m)], d[:len(m)]
		for i := range m {
			m[i] &= a[i] & b[i] & (c[i] & d[i])
		}
	}
}
