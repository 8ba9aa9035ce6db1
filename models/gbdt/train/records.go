package train

import (
	"math"
	"math/bits"
)

// record is one row of a stream: its bins (matrix.rows, one word) and its residual.
type record struct {
	bins uint64
	res  float64
}

// records keeps the rows of the growing tree as records that lie leaf by leaf in memory, instead of row numbers that
// point into the matrix: every pass reads and writes memory in order. It serves the squared loss on all rows of equal
// weight, and tables of at most eight bundles.
//
// The rows are dealt to as many shards as there are goroutines. Each shard holds its part of every leaf and does to it
// what is done to the leaf; only counts are added up, and they are integers. So neither the number of shards nor the
// order of rows inside a leaf is of any account.
//
// A shard has two buffers. A split moves the rows of its smaller side from the one to the other, to the same range of
// positions, so nothing has to be copied back. The pass that moves the residuals by the leaf values brings all rows
// into the first buffer, and counts the next tree's root histogram while they are in the cache.
type records struct {
	m        *matrix
	cells    *unitCells
	shards   []shard
	team     *team
	rows     *[2][]record // the memory of all shards
	counted  int          // the leaf whose rows have been counted; -1: none
	apart    bool         // they are counted in the shards' scratch, each its own
	division division
}

// shard is a share of the rows.
type shard struct {
	rows    [2][]record
	leaves  []part
	scratch []int64 // as unitCells.scratch
	sumAbs  int64
	_       [64]byte
}

// part is a shard's rows of a leaf: rows[side][first:end].
type part struct{ first, end, side int }

// of returns the records of leaf k.
func (s *shard) of(k int) []record {
	p := &s.leaves[k]
	return s.rows[p.side][p.first:p.end]
}

const (
	// dealt is the number of neighbouring rows that one shard gets at a time: tables are often sorted, and each shard
	// shall have its share of each leaf.
	dealt = 64
	// shared is the number of rows from which on a leaf is worth waking the others for.
	shared = 4096
)

// newRecords deals the rows of m with their residuals to the parts of the team, in the memory that is given (2 x n).
func newRecords(m *matrix, c *unitCells, t *team, memory *[2][]record, residual func(i int) float64) *records {
	s := &records{m: m, cells: c, team: t, rows: memory, counted: -1, shards: make([]shard, t.parts)}
	at := 0
	for k := range s.shards {
		sh := &s.shards[k]
		begin := at
		for first := k * dealt; first < m.n; first += dealt * t.parts {
			for i := first; i < min(first+dealt, m.n); i++ {
				memory[0][at] = record{m.rows[i], residual(i)}
				at++
			}
		}
		for side := range sh.rows {
			sh.rows[side] = memory[side][begin:at:at]
		}
		sh.scratch = c.scratch
		if k > 0 {
			sh.scratch = m.scratch(1)
		}
	}
	s.rescale()
	return s
}

// begin puts all rows into leaf 0.
func (s *records) begin() {
	for k := range s.shards {
		sh := &s.shards[k]
		sh.leaves = append(sh.leaves[:0], part{end: len(sh.rows[0])})
	}
}

// each calls do for every shard: at once where rows are many, else one after the other.
func (s *records) each(rows int, do func(sh *shard, scratch []int64)) {
	s.apart = len(s.shards) > 1 && rows >= shared
	if !s.apart {
		for k := range s.shards {
			do(&s.shards[k], s.cells.scratch)
		}
		return
	}
	s.team.do(func(k int) { do(&s.shards[k], s.shards[k].scratch) })
}

// count adds the rows to a histogram of combined bins.
func (s *records) count(scratch []int64, rows []record) {
	recordKernels[len(s.m.bundles)-1]((*[wordCells]int64)(scratch), rows, s.cells.scale)
}

// fill writes the histogram of leaf l.
func (s *records) fill(h []int64, l *leaf) {
	if s.counted != l.id {
		s.each(l.rows(), func(sh *shard, scratch []int64) { s.count(scratch, sh.of(l.id)) })
	}
	s.counted = -1
	for k := 1; s.apart && k < len(s.shards); k++ {
		s.m.gather(s.cells.scratch, s.shards[k].scratch, 1)
	}
	s.m.expand(h, s.cells.scratch, 1)
}

// split divides leaf l by its best split: its left rows stay its own and the right ones become those of leaf right. The
// rows of small, one of the two, are moved and, if they are to be, counted on the way.
func (s *records) split(l, right, small *leaf, counted bool) {
	d := &s.division
	shift := s.m.table(&l.best, &d.stays)
	d.leaf, d.at, d.leftStays, d.counted = l.id, byteAt(int(shift/8)), small == right, counted
	if !d.leftStays {
		for bin := range d.stays {
			d.stays[bin] ^= 1
		}
	}
	s.each(l.rows(), func(sh *shard, scratch []int64) { s.divide(sh, d, scratch) })
	s.counted = -1
	if counted {
		s.counted = small.id
	}
}

// chunk is the number of records that are moved and then counted: they stay in the first-level cache in between.
const chunk = 1024

// move lowers the residuals of the leaves' rows by the leaf values and prepares the next tree.
func (s *records) move(values []float64) {
	s.each(s.m.n, func(sh *shard, scratch []int64) {
		sh.sumAbs = 0
		for k, v := range values {
			from, to := sh.of(k), sh.rows[0][sh.leaves[k].first:sh.leaves[k].end]
			for len(from) > 0 {
				n := min(len(from), chunk)
				sh.sumAbs += s.step(to[:n], from[:n], v)
				s.count(scratch, to[:n])
				from, to = from[n:], to[n:]
			}
		}
	})
	s.counted = 0
	sumAbs := int64(0)
	for k := range s.shards {
		sumAbs += s.shards[k].sumAbs
	}
	if sumAbs < 1<<28 || sumAbs > 1<<30 {
		for k := range s.shards {
			clear(s.shards[k].scratch)
		}
		s.counted = -1
		s.rescale()
	}
}

// step copies records with their residuals lowered by v; it returns the sum of their new absolute fixed-point
// gradients.
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
	s.cells.scale = fixedScale(s.sumAbs(), 30)
}

// sumAbs returns the sum of the absolute residuals, to about sixty bits of the largest, in any order of rows the same.
func (s *records) sumAbs() float64 {
	largest := 0.0
	for k := range s.shards {
		for i := range s.shards[k].rows[0] {
			largest = max(largest, math.Abs(s.shards[k].rows[0][i].res))
		}
	}
	if largest == 0 || math.IsInf(largest, 0) {
		return largest
	}
	_, exp := math.Frexp(largest)
	unit := 62 - exp // the largest is below 2^62 units
	var high, low, carry uint64
	for k := range s.shards {
		for i := range s.shards[k].rows[0] {
			low, carry = bits.Add64(low, uint64(math.Ldexp(math.Abs(s.shards[k].rows[0][i].res), unit)), 0)
			high += carry
		}
	}
	return math.Ldexp(float64(high), 64-unit) + math.Ldexp(float64(low), -unit)
}
