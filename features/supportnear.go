package features

import "math/bits"

// neighbours holds the kept configurations of a Support so that "is one of them near?" is answered fast: the codes of
// categorical axes packed eight to a word, where one XOR and a count of bytes give eight axes' mismatches, and the
// codes of numeric axes, which are looked at only where the mismatches leave room.
type neighbours struct {
	cats, nums []int    // the axes of either sort
	words      []uint64 // n x ceil(len(cats)/8), row-major
	codes      []uint8  // n x len(nums), row-major
	n          int
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
		for k, q := range codes {
			sum += numericCost(q, kept[k])
		}
		if sum <= s.threshold {
			return true
		}
	}
	return false
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
