package gbdt

import (
	"eahas/features"
)

// matrix holds the binned training rows twice: row-major for histograms, column-major for partitions.
type matrix struct {
	n        int
	features []feature
	total    int // bins of all features
	bundles  []bundle
	places   []place   // per feature
	words    int       // uint64s per row
	rows     []uint64  // n x words: the combined bins of eight bundles a word, the first bundle in the low bits
	cols     [][]uint8 // per feature: n local bins
}

// place says that a feature is number k of a bundle.
type place struct{ bundle, k int }

// newMatrixShape returns the matrix without rows.
func newMatrixShape(fs []feature) *matrix {
	m := &matrix{features: fs}
	for i := range fs {
		m.total += fs[i].bins
	}
	m.bundles = newBundles(fs, maxProduct)
	m.places = make([]place, len(fs))
	for i := range m.bundles {
		for k, j := range m.bundles[i].features {
			m.places[j] = place{i, k}
		}
	}
	m.words = (len(m.bundles) + 7) / 8
	return m
}

// newMatrix bins the frame. The result does not depend on workers.
func newMatrix(x *features.Frame, fs []feature, workers int) *matrix {
	m := newMatrixShape(fs)
	m.n = x.N
	m.cols = make([][]uint8, len(fs))
	parallel(len(fs), workers, func(j int) { m.cols[j] = fs[j].column(x) })
	m.rows = make([]uint64, x.N*m.words)
	const block = 4096
	parallel((x.N+block-1)/block, workers, func(b int) { m.pack(b*block, min(x.N, (b+1)*block)) })
	return m
}

// pack fills rows first..last-1 from the columns.
func (m *matrix) pack(first, last int) {
	for i := range m.bundles {
		b := &m.bundles[i]
		word, shift := i/8, uint(i%8)*8
		for k, j := range b.features {
			stride := uint64(b.strides[k])
			for r, bin := range m.cols[j][first:last] {
				m.rows[(first+r)*m.words+word] += stride * uint64(bin) << shift
			}
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
