package gbdt

import (
	"eahas/features"
)

// matrix holds the binned training rows twice: row-major for histograms, column-major for partitions.
type matrix struct {
	n        int
	features []feature
	total    int       // bins of all features
	words    int       // uint64s per row
	rows     []uint64  // n x words: four uint16 global bin ids a word, the first feature in the low bits
	cols     [][]uint8 // per feature: n local bins
}

// newMatrix bins the frame. The result does not depend on workers.
func newMatrix(x *features.Frame, fs []feature, workers int) *matrix {
	m := &matrix{n: x.N, features: fs, words: (len(fs) + 3) / 4}
	for _, f := range fs {
		m.total += f.bins
	}
	m.cols = make([][]uint8, len(fs))
	parallel(len(fs), workers, func(j int) { m.cols[j] = fs[j].column(x) })
	m.rows = make([]uint64, x.N*m.words)
	const block = 4096
	parallel((x.N+block-1)/block, workers, func(b int) { m.pack(b*block, min(x.N, (b+1)*block)) })
	return m
}

// pack fills rows first..last-1 from the columns.
func (m *matrix) pack(first, last int) {
	for j := range m.features {
		word, shift, offset := j/4, uint(j%4)*16, uint64(m.features[j].offset)
		for i, b := range m.cols[j][first:last] {
			m.rows[(first+i)*m.words+word] |= (offset + uint64(b)) << shift
		}
	}
	if nf := len(m.features); nf%2 == 1 { // a bin behind all others, for kernels that take features by twos
		word, shift := nf/4, uint(nf%4)*16
		for i := first; i < last; i++ {
			m.rows[i*m.words+word] |= uint64(m.total) << shift
		}
	}
}

// column returns the local bins of all rows.
func (f *feature) column(x *features.Frame) []uint8 {
	out := make([]uint8, x.N)
	p := x.P()
	if f.kind == oneHot {
		for i := range out {
			out[i] = uint8(f.hot(x.Data[i*p : (i+1)*p]))
		}
		return out
	}
	c := f.columns[0]
	last, bin := 0.0, f.bin(0)
	for i := range out {
		v := x.Data[i*p+c]
		if v != last {
			last, bin = v, f.bin(v)
		}
		out[i] = uint8(bin)
	}
	return out
}

// hot returns the local bin of a row of a one-hot group that is one-hot, all zero or all NaN.
func (f *feature) hot(row []float64) int {
	for b, c := range f.columns {
		if row[c] == 1 {
			return b
		}
	}
	if v := row[f.columns[0]]; v != v {
		return f.missing
	}
	return f.rest
}
