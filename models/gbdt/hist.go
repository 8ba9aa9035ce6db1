package gbdt

// The kernels below are bound by one load, one add and one store per row and feature. Two things keep them there:
// four 16-bit global bin ids come with each 64-bit load, and h has exactly 1<<16 cells, so that no index needs a check.

// unitAll adds every row: cell q<<32 + 1 at each of its bins.
func unitAll(h *[1 << 16]int64, rows []uint64, words, features int, q []int32) {
	full, tail := features/4, features%4
	for i, g := range q {
		c := int64(g)<<32 + 1
		row := rows[i*words : (i+1)*words]
		for _, x := range row[:full] {
			h[uint16(x)] += c
			h[uint16(x>>16)] += c
			h[uint16(x>>32)] += c
			h[uint16(x>>48)] += c
		}
		if tail > 0 {
			x := row[full]
			h[uint16(x)] += c
			if tail > 1 {
				h[uint16(x>>16)] += c
			}
			if tail > 2 {
				h[uint16(x>>32)] += c
			}
		}
	}
}

// unitRows is unitAll for the rows idx.
func unitRows(h *[1 << 16]int64, rows []uint64, words, features int, q []int32, idx []int32) {
	full, tail := features/4, features%4
	for _, i := range idx {
		c := int64(q[i])<<32 + 1
		row := rows[int(i)*words : (int(i)+1)*words]
		for _, x := range row[:full] {
			h[uint16(x)] += c
			h[uint16(x>>16)] += c
			h[uint16(x>>32)] += c
			h[uint16(x>>48)] += c
		}
		if tail > 0 {
			x := row[full]
			h[uint16(x)] += c
			if tail > 1 {
				h[uint16(x>>16)] += c
			}
			if tail > 2 {
				h[uint16(x>>32)] += c
			}
		}
	}
}

// subtract turns the parent's histogram into that of the child that was not filled.
func subtract(parent, child []int64) {
	child = child[:len(parent)]
	for i, c := range child {
		parent[i] -= c
	}
}
