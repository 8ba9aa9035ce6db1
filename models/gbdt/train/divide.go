package train

import (
	"encoding/binary"
	"unsafe"
)

// division says how the rows of a leaf are divided.
type division struct {
	leaf      int
	leftStays bool
	stays     [256]uint8 // by combined bin: 1: the row is of the side that stays, 0: it leaves
	at        int        // byte of a record that holds the combined bin
	counted   bool       // rows that leave are counted
}

// divide divides the rows of a leaf. Those of the side that stays, the larger one, move together within the buffer that
// they are in; those that leave go to the same range of the other buffer. So the rows of a tree take little more of the
// cache than one buffer. They are counted a chunk at a time, while they are in the first-level cache.
func (s *records) divide(sh *shard, d *division, scratch []int64) {
	p := sh.leaves[d.leaf]
	from, to := sh.of(d.leaf), sh.rows[1-p.side][p.first:p.end]
	left := 0 // rows that left
	for done := 0; done < len(from); {
		n, before := min(chunk, len(from)-done), left
		if d.leftStays {
			left += leaveUp(from, to, done, n, left, &d.stays, d.at)
		} else {
			left += leaveDown(from, to, done, n, left, &d.stays, d.at)
		}
		done += n
		switch {
		case d.counted && d.leftStays:
			s.count(scratch, to[len(to)-left:len(to)-before])
		case d.counted:
			s.count(scratch, to[before:left])
		}
	}
	nl, sides := len(from)-left, [2]int{p.side, 1 - p.side}
	if !d.leftStays {
		nl, sides = left, [2]int{1 - p.side, p.side}
	}
	sh.leaves[d.leaf] = part{p.first, p.first + nl, sides[0]}
	sh.leaves = append(sh.leaves, part{p.first + nl, p.end, sides[1]})
}

// whole is a record that is copied as it is, in one register.
type whole [unsafe.Sizeof(record{})]byte

// leaveUp divides from[done:done+n] when left of the rows before have left: rows that stay move down, behind those that
// stayed before; the others fill to from its end downwards. It returns how many left now.
//
// Each row is stored to both places, and the next one overwrites the wrong store: that takes the place of a branch that
// depends on the data. The bin is read before the stores: one of them may be to the row itself, and what has just been
// stored is read late. With indices that are checked it takes half as long again. 0 <= left <= done, and from[done:]
// has n rows, to as many as from.
func leaveUp(from, to []record, done, n, left int, stays *[256]uint8, at int) int {
	const size = int(unsafe.Sizeof(record{}))
	rows, end := unsafe.Pointer(&from[done : done+n][0]), unsafe.Pointer(&to[:len(from)][len(from)-1])
	gone := -left * size
	for i := 0; i < n*size; i += size {
		row := unsafe.Add(rows, i)
		move := int(stays[*(*uint8)(unsafe.Add(row, at))])*size - size
		*(*whole)(unsafe.Add(end, gone)) = *(*whole)(row)
		*(*whole)(unsafe.Add(row, gone)) = *(*whole)(row)
		gone += move
	}
	return -gone/size - left
}

// leaveDown is leaveUp from the end: it divides the n rows before the last done, those that stay move up, and the
// others fill to from its front.
func leaveDown(from, to []record, done, n, left int, stays *[256]uint8, at int) int {
	const size = int(unsafe.Sizeof(record{}))
	rows, front := unsafe.Pointer(&from[len(from)-done-n:][:n][0]), unsafe.Pointer(&to[:len(from)][0])
	gone := left * size
	for i := (n - 1) * size; i >= 0; i -= size {
		row := unsafe.Add(rows, i)
		move := size - int(stays[*(*uint8)(unsafe.Add(row, at))])*size
		*(*whole)(unsafe.Add(front, gone)) = *(*whole)(row)
		*(*whole)(unsafe.Add(row, gone)) = *(*whole)(row)
		gone += move
	}
	return gone/size - left
}

// byteAt returns where byte k of a uint64, counted from its low end, lies in memory.
func byteAt(k int) int {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return k
	}
	return 7 - k
}
