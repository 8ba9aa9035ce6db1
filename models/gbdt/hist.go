package gbdt

// The kernels below are bound by one load, one add and one store per row and feature. Three things keep them there:
// four 16-bit global bin ids come with each 64-bit load; h has exactly 1<<16 cells, so that no index needs a check;
// and the features of a row are unrolled, because a loop over them costs 40 % more (0.67 against 0.47 ns per update).

// blockFeatures is the largest number of features that one kernel unrolls.
const blockFeatures = 12

// unitFill adds the cell q<<32 + 1 of each row in idx at each of its bins. Rows are words uint64s long; an odd number of
// features is padded to an even one by a bin that nobody reads.
func unitFill(h *[1 << 16]int64, rows []uint64, words, features int, q, idx []int32) {
	for first := 0; first < features; first += blockFeatures {
		at := rows[first/4:]
		switch min(features-first, blockFeatures) {
		case 1, 2:
			unit2(h, at, words, q, idx)
		case 3, 4:
			unit4(h, at, words, q, idx)
		case 5, 6:
			unit6(h, at, words, q, idx)
		case 7, 8:
			unit8(h, at, words, q, idx)
		case 9, 10:
			unit10(h, at, words, q, idx)
		default:
			unit12(h, at, words, q, idx)
		}
	}
}

func unit2(h *[1 << 16]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c := int64(q[i])<<32 + 1
		r := (*[1]uint64)(rows[int(i)*words:])
		x := r[0]
		h[uint16(x)] += c
		h[uint16(x>>16)] += c
	}
}

func unit4(h *[1 << 16]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c := int64(q[i])<<32 + 1
		r := (*[1]uint64)(rows[int(i)*words:])
		x := r[0]
		h[uint16(x)] += c
		h[uint16(x>>16)] += c
		h[uint16(x>>32)] += c
		h[uint16(x>>48)] += c
	}
}

func unit6(h *[1 << 16]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c := int64(q[i])<<32 + 1
		r := (*[2]uint64)(rows[int(i)*words:])
		x, y := r[0], r[1]
		h[uint16(x)] += c
		h[uint16(x>>16)] += c
		h[uint16(x>>32)] += c
		h[uint16(x>>48)] += c
		h[uint16(y)] += c
		h[uint16(y>>16)] += c
	}
}

func unit8(h *[1 << 16]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c := int64(q[i])<<32 + 1
		r := (*[2]uint64)(rows[int(i)*words:])
		x, y := r[0], r[1]
		h[uint16(x)] += c
		h[uint16(x>>16)] += c
		h[uint16(x>>32)] += c
		h[uint16(x>>48)] += c
		h[uint16(y)] += c
		h[uint16(y>>16)] += c
		h[uint16(y>>32)] += c
		h[uint16(y>>48)] += c
	}
}

func unit10(h *[1 << 16]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c := int64(q[i])<<32 + 1
		r := (*[3]uint64)(rows[int(i)*words:])
		x, y, z := r[0], r[1], r[2]
		h[uint16(x)] += c
		h[uint16(x>>16)] += c
		h[uint16(x>>32)] += c
		h[uint16(x>>48)] += c
		h[uint16(y)] += c
		h[uint16(y>>16)] += c
		h[uint16(y>>32)] += c
		h[uint16(y>>48)] += c
		h[uint16(z)] += c
		h[uint16(z>>16)] += c
	}
}

func unit12(h *[1 << 16]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c := int64(q[i])<<32 + 1
		r := (*[3]uint64)(rows[int(i)*words:])
		x, y, z := r[0], r[1], r[2]
		h[uint16(x)] += c
		h[uint16(x>>16)] += c
		h[uint16(x>>32)] += c
		h[uint16(x>>48)] += c
		h[uint16(y)] += c
		h[uint16(y>>16)] += c
		h[uint16(y>>32)] += c
		h[uint16(y>>48)] += c
		h[uint16(z)] += c
		h[uint16(z>>16)] += c
		h[uint16(z>>32)] += c
		h[uint16(z>>48)] += c
	}
}

// subtract turns the parent's histogram into that of the child that was not filled.
func subtract(parent, child []int64) {
	child = child[:len(parent)]
	for i, c := range child {
		parent[i] -= c
	}
}
