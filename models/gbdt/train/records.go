package train

import "math"

// record is one row of a stream: its bins (matrix.rows, one word) and its residual.
type record struct {
	bins uint64
	res  float64
}

// records keeps the rows of the growing tree as records that lie leaf by leaf in memory, instead of row numbers that point
// into the matrix: every pass reads and writes memory in order. It serves the squared loss on all rows of equal weight,
// and tables of at most eight bundles. The order of rows inside a leaf is of no account, because sums are exact; it is
// kept from tree to tree as it happens to be.
//
// There are two buffers. A split moves the rows of a leaf from the one to the other, to the same range of positions, so
// nothing has to be copied back. The pass that moves the residuals by the leaf values brings all rows into the first
// buffer, and counts the next tree's root histogram while they are in the cache.
type records struct {
	m      *matrix
	cells  *unitCells
	rows   [2][]record
	filled bool // cells.scratch holds the histogram of all rows
	left   [256]uint8
}

// of returns the records of a leaf.
func (s *records) of(l *leaf) []record { return s.rows[l.side][l.first:l.end] }

// count adds the rows to cells.scratch.
func (s *records) count(rows []record) {
	h := (*[wordCells]int64)(s.cells.scratch)
	recordKernels[len(s.m.bundles)-1](h, rows, s.cells.scale)
}

// fill counts the rows of a leaf in histogram h.
func (s *records) fill(h []int64, l *leaf) {
	if !s.filled {
		s.count(s.of(l))
	}
	s.filled = false
	s.m.expand(h, s.cells.scratch, 1)
}

// divide moves the rows of leaf l that go left by its best split to the front of its range and the others to the end, in
// the other buffer, and returns the number of the former. It has no branch that depends on the data.
func (s *records) divide(l *leaf) int {
	shift := s.m.table(&l.best, &s.left)
	from, to := s.of(l), s.rows[1-l.side][l.first:l.end]
	nl, last := 0, len(from)-1
	for i := range from {
		r := from[i]
		to[nl] = r
		to[last-i+nl] = r
		nl += int(s.left[uint8(r.bins>>(shift&63))])
	}
	return nl
}

// chunk is the number of records that are moved and then counted: they stay in the first-level cache in between.
const chunk = 1024

// move lowers the residuals of the leaves' rows by the leaf values and prepares the next tree.
func (s *records) move(leaves []leaf, values []float64) {
	var sumAbs int64
	for k := range leaves {
		l := &leaves[k]
		from, to := s.of(l), s.rows[0][l.first:l.end]
		for len(from) > 0 {
			n := min(len(from), chunk)
			sumAbs += s.step(to[:n], from[:n], values[k])
			s.count(to[:n])
			from, to = from[n:], to[n:]
		}
	}
	s.filled = true
	if sumAbs < 1<<28 || sumAbs > 1<<30 {
		clear(s.cells.scratch)
		s.filled = false
		s.rescale()
	}
}

// step copies records with their residuals lowered by v; it returns the sum of their new absolute fixed-point gradients.
func (s *records) step(to, from []record, v float64) (sumAbs int64) {
	scale := s.cells.scale
	to = to[:len(from)]
	for i := range from {
		r := from[i].res - v
		to[i] = record{from[i].bins, r}
		k := fixed(r * scale)
		sign := k >> 31
		sumAbs += int64((k ^ sign) - sign)
	}
	return sumAbs
}

// rescale chooses the fixed-point scale anew.
func (s *records) rescale() {
	sum := 0.0
	for i := range s.rows[0] {
		sum += math.Abs(s.rows[0][i].res)
	}
	s.cells.scale = fixedScale(sum, 30)
}
