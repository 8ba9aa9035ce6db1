package train

// The kernels below are bound by one load, one add and one store per row and bundle. Three things keep them there:
// eight 8-bit bins come with each 64-bit load; h has exactly 8 x 256 cells, so that no index needs a check;
// and the bundles of a row are unrolled, because a loop over them costs 40 % more.
// The row count is put into a cell by "| 1", because the compiler would add a "+ 1" anew in every update.

// wordCells is the number of cells of the bundles of one word: cell b*256 + bin belongs to bin of the word's bundle b.
const wordCells = 8 << 8

// unitFill adds the cell q<<32 | 1 of each row in idx at each of its bins. Rows are words uint64s long.
func unitFill(h []int64, rows []uint64, words, bundles int, q, idx []int32) {
	for w := range words {
		kernel := unitKernels[min(bundles-8*w, 8)-1]
		kernel((*[wordCells]int64)(h[w*wordCells:]), rows[w:], words, q, idx)
	}
}

// unitKernels holds the kernel for i+1 bundles at i.
var unitKernels = [8]func(h *[wordCells]int64, rows []uint64, words int, q, idx []int32){
	unit1, unit2, unit3, unit4, unit5, unit6, unit7, unit8,
}

func unit1(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
	}
}

func unit2(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
	}
}

func unit3(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
	}
}

func unit4(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
	}
}

func unit5(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
		h[4<<8+int(uint8(x>>32))] += c
	}
}

func unit6(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
		h[4<<8+int(uint8(x>>32))] += c
		h[5<<8+int(uint8(x>>40))] += c
	}
}

func unit7(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
		h[4<<8+int(uint8(x>>32))] += c
		h[5<<8+int(uint8(x>>40))] += c
		h[6<<8+int(uint8(x>>48))] += c
	}
}

func unit8(h *[wordCells]int64, rows []uint64, words int, q, idx []int32) {
	for _, i := range idx {
		c, x := int64(q[i])<<32|1, rows[int(i)*words]
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
		h[4<<8+int(uint8(x>>32))] += c
		h[5<<8+int(uint8(x>>40))] += c
		h[6<<8+int(uint8(x>>48))] += c
		h[7<<8+int(uint8(x>>56))] += c
	}
}

// subtract turns the parent's histogram into that of the child that was not filled.
func subtract(parent, child []int64) {
	child = child[:len(parent)]
	for i, c := range child {
		parent[i] -= c
	}
}
