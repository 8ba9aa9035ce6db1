package train

import (
	"math/bits"
	"slices"
)

// few searches leaves of few rows by the rows themselves: a histogram of all bins costs more than the rows that it
// counts. Cells are sums of integers and random numbers are drawn in the same order, so trees are those of a search by
// histograms, bit for bit.
type few struct {
	m      *matrix
	search *search
	local  [][]uint8 // per feature: its bin by the combined bin of its bundle; nil where it is alone in it
	hist   []int64   // one feature's cells at a time are filled
	sum    [256]int64
	bins   []uint64 // of the rows looked at: as matrix.rows, but word by word
	cells  []int64  // and their cells
	own    []uint8  // and their bins of one feature
}

// newFew returns nil where leaves are searched by histograms alone: where cells are more than a word, or categories are
// to be ordered.
func newFew(m *matrix, p *Params, c cells, s *search) *few {
	if _, unit := c.(*unitCells); !unit {
		return nil
	}
	f := &few{m: m, search: s, local: make([][]uint8, len(m.features)), hist: make([]int64, m.total)}
	for j := range m.features {
		if m.features[j].kind == categorical {
			return nil
		}
		at := m.places[j]
		if b := &m.bundles[at.bundle]; len(b.features) > 1 {
			f.local[j] = make([]uint8, 256)
			for id := range b.bins {
				f.local[j][id] = uint8(b.local(id, at.k, &m.features[j]))
			}
		}
	}
	return f
}

// fits reports whether the rows of a leaf are few: looking at each of them for each feature takes less than looking at
// all bins.
func (f *few) fits(l *leaf) bool {
	return f != nil && l.rows()*len(f.m.features) <= f.m.total
}

// take looks at the rows of a leaf.
func (f *few) take(g *grower, l *leaf) {
	n, words := l.rows(), f.m.words
	f.bins = slices.Grow(f.bins[:0], n*words)[:n*words]
	f.cells = slices.Grow(f.cells[:0], n)[:n]
	unit := g.cells.(*unitCells)
	if r := g.records; r != nil {
		at := 0
		for k := range r.shards {
			for _, one := range r.shards[k].of(l.id) {
				f.bins[at], f.cells[at] = one.bins, unitCell(one.res*unit.scale)
				at++
			}
		}
		return
	}
	idx := g.idx[l.first:l.end]
	for w := range words {
		for r, i := range idx {
			f.bins[w*n+r] = f.m.rows[int(i)*words+w]
		}
	}
	for r, i := range idx {
		f.cells[r] = int64(unit.q[i])<<32 | 1
	}
}

// feature returns the bins of feature j of the rows that take looked at.
func (f *few) feature(j int) []uint8 {
	n, bundle := len(f.cells), f.m.places[j].bundle
	f.own = slices.Grow(f.own[:0], n)[:n]
	own, shift := f.own, uint(bundle%8*8)
	for r, x := range f.bins[bundle/8*n:][:len(own)] {
		own[r] = uint8(x >> (shift & 63))
	}
	if table := f.local[j]; table != nil {
		table := (*[256]uint8)(table)
		for r, id := range own {
			own[r] = table[id]
		}
	}
	return own
}

// withdraw takes the rows of a leaf out of the histogram h.
func (f *few) withdraw(h []int64, g *grower, l *leaf) {
	f.take(g, l)
	for j := range f.m.features {
		ft := &f.m.features[j]
		cells := h[ft.offset : ft.offset+ft.bins]
		for r, b := range f.feature(j) {
			cells[b] -= f.cells[r]
		}
	}
}

// run is search.run for the rows of a leaf.
func (f *few) run(g *grower, l *leaf) {
	f.take(g, l)
	s := f.search
	s.begin(l)
	for _, j := range g.use {
		ft := &f.m.features[j]
		own := f.feature(j)
		if ft.kind == numeric && s.p.ExtraTrees {
			f.random(j, ft, own, l)
			continue
		}
		if ft.kind == numeric && ft.missing < 0 && f.prefixes(j, ft, own, l) {
			continue
		}
		cells := f.hist[ft.offset : ft.offset+ft.bins]
		clear(cells)
		for r, b := range own {
			cells[b] += f.cells[r]
		}
		s.feature(j, ft, f.hist, l)
	}
	s.end(l, f.hist)
}

// random is search.random by rows. It leaves the cell of the missing values in f.hist.
func (f *few) random(j int, ft *feature, own []uint8, l *leaf) {
	first, last := uint8(255), uint8(0)
	missing, any := int64(0), true
	if ft.missing < 0 {
		for _, b := range own {
			first, last = min(first, b), max(last, b)
		}
	} else {
		missing, first, last, any = f.known(ft, own)
		f.hist[ft.offset+ft.missing] = missing
	}
	if !any {
		return
	}
	cut := int(last)
	if first < last {
		cut = int(first) + f.search.rng.IntN(int(last)-int(first))
	}
	s, sum, behind := f.search, int64(0), int64(cut)+1
	for r, b := range own {
		sum += f.cells[r] & ((int64(b) - behind) >> 63) // all ones where b <= cut
	}
	s.left[0] = sum
	s.try(l, j, ft, cut, false)
	if missing != 0 {
		s.left[0] = sum + missing
		s.try(l, j, ft, cut, true)
	}
}

// known returns the sum of the cells of missing values, and the first and the last bin of the others, if there are any.
func (f *few) known(ft *feature, own []uint8) (missing int64, first, last uint8, any bool) {
	first = 255
	for r, b := range own {
		if int(b) == ft.missing {
			missing += f.cells[r]
			continue
		}
		first, last, any = min(first, b), max(last, b), true
	}
	return missing, first, last, any
}

// prefixes is unitCells.fast for a numeric feature by rows: it goes through the bins that hold some.
func (f *few) prefixes(j int, ft *feature, own []uint8, l *leaf) bool {
	c := f.search.cells.(*unitCells)
	if !c.plain(ft, l) {
		return false
	}
	var seen [4]uint64
	for r, b := range own {
		seen[b>>6] |= 1 << (b & 63)
		f.sum[b] += f.cells[r]
	}
	unit := c.scale * c.scale
	best, bin, left := f.cut(&seen, l.sum[0], c.fewest(), c.lambda, (l.best.gain+l.score)*unit)
	for _, b := range own {
		f.sum[b] = 0
	}
	if bin >= 0 {
		l.best = split{gain: best/unit - l.score, feature: j, bin: bin}
		l.left[0] = left
	}
	return true
}

// cut finds the best cut between the bins that are seen, as prefixes does between all. An empty bin's candidate is that
// of the bin before; where rounding makes it better than itself, prefixes takes the last of the empty bins, and so does
// this.
func (f *few) cut(seen *[4]uint64, sum, minRows int64, lambda, best float64) (score float64, bin int, under int64) {
	n, g := int64(uint32(sum)), float64(sum>>32)
	both := float64(n) + 2*lambda
	bin = -1
	left, num, den := int64(0), 0.0, 0.0
	for w, word := range seen {
		for ; word != 0; word &= word - 1 {
			b := w<<6 + bits.TrailingZeros64(word)
			if den > 0 && empty(seen, b-1) && num > best*den {
				best, bin, under = num/den, b-1, left
			}
			left += f.sum[b]
			nl := int64(uint32(left))
			if nl > n-minRows {
				return best, bin, under
			}
			if nl < minRows {
				continue
			}
			gl := float64(left >> 32)
			gr := g - gl
			dl := float64(nl) + lambda
			dr := both - dl
			num, den = gl*gl*dr+gr*gr*dl, dl*dr
			if num > best*den {
				best, bin, under = num/den, b, left
			}
		}
	}
	return best, bin, under
}

func empty(seen *[4]uint64, b int) bool { return seen[b>>6]>>(b&63)&1 == 0 }
