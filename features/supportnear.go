package features

import (
	"math/bits"
	"slices"
)

// neighbours holds the kept configurations of a Support so that "is one of them near?" is answered fast: the codes of
// categorical axes packed eight to a word, where one XOR and a count of bytes give eight axes' mismatches, and the
// codes of numeric axes, which are looked at only where the mismatches leave room.
type neighbours struct {
	cats, nums []int    // the axes of either sort
	words      []uint64 // n x ceil(len(cats)/8), row-major
	codes      []uint8  // n x len(nums), row-major
	n          int
	missing    bool // some kept code of a numeric axis is that of a missing value
}

func newNeighbours(s *Support) neighbours {
	var out neighbours
	for j := range s.axes {
		if s.axes[j].cats > 0 {
			out.cats = append(out.cats, j)
		} else {
			out.nums = append(out.nums, j)
		}
	}
	m := len(s.axes)
	if m == 0 || m > maxNearAxes {
		return out
	}
	out.n = len(s.rows) / m
	var words [maxNearAxes / 8]uint64
	var codes [maxNearAxes]uint8
	for i := range out.n {
		out.split(words[:], codes[:], s.rows[i*m:(i+1)*m])
		out.words = append(out.words, words[:out.width()]...)
		out.codes = append(out.codes, codes[:len(out.nums)]...)
	}
	out.missing = slices.Contains(out.codes, codeMissing)
	return out
}

// width returns the words of one row.
func (b *neighbours) width() int { return (len(b.cats) + 7) / 8 }

// split packs one coded row.
func (b *neighbours) split(words []uint64, codes, row []uint8) {
	clear(words[:b.width()])
	for i, j := range b.cats {
		words[i/8] |= uint64(row[j]) << (8 * (i % 8))
	}
	for i, j := range b.nums {
		codes[i] = row[j]
	}
}

// near reports whether some kept configuration lies within the support's threshold of the encoded row x.
func (b *neighbours) near(s *Support, x []float64) bool {
	var row, codeBuf [maxNearAxes]uint8
	var wordBuf [maxNearAxes / 8]uint64
	s.encode(row[:len(s.axes)], x)
	b.split(wordBuf[:], codeBuf[:], row[:len(s.axes)])
	words, codes := wordBuf[:b.width()], codeBuf[:len(b.nums)]
	most := int(s.threshold / (levels * levels)) // mismatches that the threshold leaves room for
	missing := b.missing || slices.Contains(codes, codeMissing)
	for i := range b.n {
		wrong := 0
		for w, q := range words {
			wrong += differing(q ^ b.words[i*len(words)+w])
		}
		if wrong > most {
			continue
		}
		sum := int32(wrong) * levels * levels
		kept := b.codes[i*len(codes) : (i+1)*len(codes)]
		if missing {
			for k, q := range codes {
				sum += numericCost(q, kept[k])
			}
		} else {
			sum = squares(sum, s.threshold, codes, kept)
		}
		if sum <= s.threshold {
			return true
		}
	}
	return false
}

// squares adds the squared differences of the codes to sum; it may stop where the sum is above enough.
func squares(sum, enough int32, a, b []uint8) int32 {
	for ; len(a) >= 4 && len(b) >= 4; a, b = a[4:], b[4:] {
		d0, d1 := int32(a[0])-int32(b[0]), int32(a[1])-int32(b[1])
		d2, d3 := int32(a[2])-int32(b[2]), int32(a[3])-int32(b[3])
		if sum += d0*d0 + d1*d1 + d2*d2 + d3*d3; sum > enough {
			return sum
		}
	}
	for k := range a {
		d := int32(a[k]) - int32(b[k])
		sum += d * d
	}
	return sum
}

// differing counts the bytes of x that are not zero.
func differing(x uint64) int {
	x |= x >> 4
	x |= x >> 2
	x |= x >> 1
	return bits.OnesCount64(x & 0x0101010101010101)
}

// numericCost returns the squared difference of two codes of a numeric axis.
func numericCost(a, b uint8) int32 {
	if a != b && (a == codeMissing || b == codeMissing) {
		return levels * levels
	}
	d := int32(a) - int32(b)
	return d * d
}
