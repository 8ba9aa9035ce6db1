package train

// recordKernels holds the kernel for i+1 bundles at i: the kernels of hist.go for records in a row, which quantise the
// residuals on the way (see fixed).
var recordKernels = [8]func(h *[wordCells]int64, rows []record, scale float64){
	record1, record2, record3, record4, record5, record6, record7, record8,
}

func record1(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
		h[uint8(x)] += c
	}
}

func record2(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
	}
}

func record3(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
	}
}

func record4(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
	}
}

func record5(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
		h[4<<8+int(uint8(x>>32))] += c
	}
}

func record6(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
		h[4<<8+int(uint8(x>>32))] += c
		h[5<<8+int(uint8(x>>40))] += c
	}
}

func record7(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
		h[uint8(x)] += c
		h[1<<8+int(uint8(x>>8))] += c
		h[2<<8+int(uint8(x>>16))] += c
		h[3<<8+int(uint8(x>>24))] += c
		h[4<<8+int(uint8(x>>32))] += c
		h[5<<8+int(uint8(x>>40))] += c
		h[6<<8+int(uint8(x>>48))] += c
	}
}

func record8(h *[wordCells]int64, rows []record, scale float64) {
	for i := range rows {
		c, x := unitCell(rows[i].res*scale), rows[i].bins
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
