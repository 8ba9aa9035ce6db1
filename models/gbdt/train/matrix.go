package train

import (
	"sync"

	"eahas/features"
	"eahas/internal/par"
)

// matrix holds the binned training rows twice: row-major for histograms, column-major for partitions.
type matrix struct {
	n        int
	features []feature
	total    int // bins of all features
	bundles  []bundle
	places   []place  // per feature
	words    int      // uint64s per row
	rows     []uint64 // n x words: the combined bins of eight bundles a word, the first bundle in the low bits
	once     sync.Once
	cols     [][]uint8 // per feature: n local bins; made by index for those who partition row numbers
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

// binBlock is the number of rows that are binned together: they stay in the cache while feature after feature reads
// them.
const binBlock = 512

// newMatrix bins the frame. The result does not depend on workers.
func newMatrix(x *features.Frame, fs []feature, workers int) *matrix {
	m := newMatrixShape(fs)
	m.n = x.N
	m.rows = make([]uint64, x.N*m.words)
	finders := make([]*finder, len(fs))
	for j := range fs {
		finders[j] = newFinder(&fs[j])
	}
	par.For((x.N+binBlock-1)/binBlock, workers, func(k int) {
		m.bin(x, finders, k*binBlock, min(x.N, (k+1)*binBlock))
	})
	return m
}

// bin fills rows first..last-1.
func (m *matrix) bin(x *features.Frame, finders []*finder, first, last int) {
	var local [binBlock]uint8
	bins := local[:last-first]
	for i := range m.bundles {
		b := &m.bundles[i]
		word, shift := m.rows[first*m.words+i/8:], uint(i%8)*8
		for k, j := range b.features {
			finders[j].column(x, first, bins)
			stride := uint64(b.strides[k])
			for r, bin := range bins {
				word[r*m.words] += stride * uint64(bin) << shift
			}
		}
	}
}

// index makes cols. It may be called more than once and by several goroutines.
func (m *matrix) index() {
	m.once.Do(func() {
		m.cols = make([][]uint8, len(m.features))
		for i := range m.bundles {
			b := &m.bundles[i]
			shift := uint(i%8) * 8
			for k, j := range b.features {
				var own [256]uint8
				for id := range b.bins {
					own[id] = uint8(b.local(id, k, &m.features[j]))
				}
				col := make([]uint8, m.n)
				for r := range col {
					col[r] = own[uint8(m.rows[r*m.words+i/8]>>shift)]
				}
				m.cols[j] = col
			}
		}
	})
}
