package train

import "slices"

// maxProduct is the largest number of bins of a bundle of several features: above it, clearing and expanding a
// histogram costs more than the updates that it saves in the nodes of a small table.
const maxProduct = 256

// bundle is a set of features with few bins that are counted together: one bin per combination of their bins, so that a
// row makes one histogram update for all of them. The sums over the other features give each feature's own histogram
// back, exactly. On the encoded columns of a search space this halves the work.
type bundle struct {
	features []int
	strides  []int // combined bin = sum of local bin times stride
	bins     int
	global   []uint16 // bins x features: the global bin of each feature
}

// newBundles packs the features from the smallest on into bundles of at most product bins, so that a combined
// bin fits a byte.
func newBundles(fs []feature, product int) (bundles []bundle) {
	order := make([]int, len(fs))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return fs[a].bins - fs[b].bins })
	for _, j := range order {
		last := len(bundles) - 1
		if last < 0 || bundles[last].bins*fs[j].bins > product {
			bundles = append(bundles, bundle{bins: 1})
			last++
		}
		b := &bundles[last]
		b.features = append(b.features, j)
		b.strides = append(b.strides, b.bins)
		b.bins *= fs[j].bins
	}
	for i := range bundles {
		b := &bundles[i]
		for id := range b.bins {
			for k, j := range b.features {
				b.global = append(b.global, uint16(fs[j].offset+id/b.strides[k]%fs[j].bins))
			}
		}
	}
	return bundles
}

// local returns the bin of feature f, number k of the bundle, in combined bin id.
func (b *bundle) local(id, k int, f *feature) int {
	return int(b.global[id*len(b.features)+k]) - f.offset
}

// scratch returns an empty histogram of combined bins: 256 cells per bundle, cells of width words.
func (m *matrix) scratch(width int) []int64 { return make([]int64, m.words*wordCells*width) }

// gather adds the histogram of combined bins from to that in into, and clears the former. Cells are width words wide.
func (m *matrix) gather(into, from []int64, width int) {
	for i := range m.bundles {
		at := i << 8 * width
		end := at + m.bundles[i].bins*width
		cells := into[at:end]
		for j, v := range from[at:end] {
			cells[j] += v
		}
		clear(from[at:end])
	}
}

// expand writes the histogram of combined bins as that of the features' own bins, and clears the former. Cells are
// width words wide.
func (m *matrix) expand(h, combined []int64, width int) {
	if width > 1 {
		clear(h)
	}
	for i := range m.bundles {
		b := &m.bundles[i]
		cells := combined[i<<8*width:][:b.bins*width]
		if width == 1 {
			b.expandWords(h, cells)
		} else {
			b.expandCells(h, cells, width)
		}
		clear(cells)
	}
}

// expandWords sums out the features from the last to the first: its bins are equal pieces of the cells, one after the
// other. What remains for the other features is the sum of the pieces.
func (b *bundle) expandWords(h, cells []int64) {
	for k := len(b.features) - 1; k > 0; k-- {
		stride := b.strides[k]
		own := h[b.global[k]:]
		rest := cells[:stride]
		own[0] = 0
		for _, c := range rest {
			own[0] += c
		}
		for bin := 1; bin < len(cells)/stride; bin++ {
			sum := int64(0)
			for i, c := range cells[bin*stride:][:len(rest)] {
				sum += c
				rest[i] += c
			}
			own[bin] = sum
		}
		cells = rest
	}
	copy(h[b.global[0]:], cells)
}

func (b *bundle) expandCells(h, cells []int64, width int) {
	n := len(b.features)
	for i := range b.bins {
		cell := cells[i*width : (i+1)*width]
		for _, g := range b.global[i*n : (i+1)*n] {
			at := h[int(g)*width:][:width]
			for k, v := range cell {
				at[k] += v
			}
		}
	}
}
