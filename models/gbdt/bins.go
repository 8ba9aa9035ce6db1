package gbdt

import (
	"math"
	"slices"
)

// maxServedBins is the largest number of bins for which mask tables are built; beyond it, trees are walked.
const maxServedBins = 1 << 14

// servedKind says how a feature's values become bins.
type servedKind uint8

const (
	numeric     servedKind = iota // bins are intervals of one column
	oneHot                        // bins are the columns of one one-hot group
	categorical                   // bins are categories of one column
)

// binner turns a row into one bin per group of features that the trees use. A feature with few bins shares its group
// with others: one bin per combination of their bins, so that a row needs one row of masks for all of them.
type binner struct {
	features []served
	groups   int  // features[i].group is below
	total    int  // bins of all groups
	off      bool // the columns cannot be binned: every tree is walked
}

// maxProduct is the largest number of combined bins of a group of several features: more make tables larger than the
// rows saved are worth.
const maxProduct = 256

// served is one feature of the serving form.
// Numeric: bin b < len(cuts) holds cuts[b-1] < x <= cuts[b], then come x > all cuts and NaN.
// Categorical: bin b < len(cuts) holds x == cuts[b], then come any other value and NaN.
// One-hot: bin b holds rows in which columns[b] is 1 and the others are 0, then come all 0 and all NaN.
type served struct {
	kind    servedKind
	columns []int
	cuts    []float64
	other   float64 // categorical: a value that is no category
	group   int
	stride  int // bin of the group = offset + sum over its features of stride x bin
	offset  int // of bin 0 of the group among all bins; the same for all features of a group
	size    int // bins of the group
}

func (f *served) regular() int {
	if f.kind == oneHot {
		return len(f.columns)
	}
	return len(f.cuts)
}

func (f *served) bins() int { return f.regular() + 2 }

// newBinner collects the groups, thresholds and categories that the trees of ms with masks test.
func newBinner(ms []*Model, columns int) binner {
	use := make([]served, columns)
	used := make([]bool, columns)
	var b binner
	for _, m := range ms {
		for i := range m.trees {
			if kindOf(&m.trees[i]) == walked {
				continue
			}
			for j := range m.trees[i].Nodes {
				n := &m.trees[i].Nodes[j]
				f, kind := &use[n.Column], numeric
				if n.Kind == Set {
					kind = categorical
					f.cuts = append(f.cuts, m.trees[i].Set(n)...)
				} else {
					f.cuts = append(f.cuts, n.Threshold)
				}
				b.off = b.off || used[n.Column] && f.kind != kind
				f.kind, used[n.Column] = kind, true
			}
		}
	}
	for _, g := range ms[0].groups {
		if f, ok := groupOf(g, ms, use, used); ok {
			b.features = append(b.features, f)
		}
	}
	for c := range use {
		if f := &use[c]; used[c] {
			f.columns = []int{c}
			slices.Sort(f.cuts)
			f.cuts = slices.Clone(slices.Compact(f.cuts)) // of many trees most thresholds are those of others
			f.other = stranger(f.cuts)
			b.features = append(b.features, *f)
		}
	}
	b.join()
	if b.off || b.total > maxServedBins || b.groups > maxInline {
		return binner{off: true}
	}
	return b
}

// join puts the features into groups, from the smallest on.
func (b *binner) join() {
	order := make([]*served, len(b.features))
	for i := range order {
		order[i] = &b.features[i]
	}
	slices.SortStableFunc(order, func(f, g *served) int { return f.bins() - g.bins() })
	for first := 0; first < len(order); b.groups++ {
		size, last := 1, first
		for ; last < len(order) && (last == first || size*order[last].bins() <= maxProduct); last++ {
			order[last].stride = size
			size *= order[last].bins()
		}
		for _, f := range order[first:last] {
			f.group, f.offset, f.size = b.groups, b.total, size
		}
		b.total, first = b.total+size, last
	}
}

// groupOf makes the feature of a one-hot group that all models share, and marks its columns as not used any more.
func groupOf(g []int, ms []*Model, use []served, used []bool) (served, bool) {
	any := false
	for _, c := range g {
		if used[c] && use[c].kind != numeric {
			return served{}, false
		}
		any = any || used[c]
	}
	for _, m := range ms[1:] {
		if !slices.ContainsFunc(m.groups, func(h []int) bool { return slices.Equal(g, h) }) {
			return served{}, false
		}
	}
	if any {
		for _, c := range g {
			used[c] = false
		}
	}
	return served{kind: oneHot, columns: g}, any
}

// stranger returns a value that is not in the sorted list.
func stranger(list []float64) float64 {
	for v := math.Inf(1); ; v = math.Nextafter(v, math.Inf(-1)) {
		if _, ok := slices.BinarySearch(list, v); !ok {
			return v
		}
	}
}

func (b *binner) len() int { return b.groups }

// value returns what column c holds in a row of bin b.
func (f *served) value(c, b int) float64 {
	n := f.regular()
	switch {
	case b == n+1:
		return math.NaN()
	case f.kind == oneHot:
		if b < n && f.columns[b] == c {
			return 1
		}
		return 0
	case b < n:
		return f.cuts[b]
	case f.kind == categorical:
		return f.other
	}
	return math.Inf(1)
}

// bin writes the bin of each group, counted over all groups, for row x. It returns false when the row cannot be
// told by bins: a one-hot group of it is not one-hot.
func (b *binner) bin(bins []int32, x []float64) bool {
	clear(bins)
	for i := range b.features {
		f := &b.features[i]
		var at int
		switch f.kind {
		case numeric:
			at = f.interval(x[f.columns[0]])
		case oneHot:
			if at = f.hot(x); at < 0 {
				return false
			}
		default:
			at = f.category(x[f.columns[0]])
		}
		if f.stride == 1 { // the first of its group
			at += f.offset
		}
		bins[f.group] += int32(f.stride * at)
	}
	return true
}

// interval finds the first cut that is not below v, without branching on v.
func (f *served) interval(v float64) int {
	if v != v {
		return len(f.cuts) + 1
	}
	cuts := f.cuts
	lo := 0
	for n := len(cuts); n > 0; {
		half := n / 2
		next := lo + n - half
		if cuts[lo+(n-half)-1] < v {
			lo = next
		}
		n = half
	}
	return lo
}

func (f *served) category(v float64) int {
	if v != v {
		return len(f.cuts) + 1
	}
	if b, ok := slices.BinarySearch(f.cuts, v); ok {
		return b
	}
	return len(f.cuts)
}

// hot returns the bin of a one-hot, all-zero or all-NaN row, else -1. It does not branch on where the 1 stands.
func (f *served) hot(x []float64) int {
	const bitsOfOne = 0x3ff << 52
	var bad uint64
	ones, at := 0, 0
	for b, c := range f.columns {
		u := math.Float64bits(x[c])
		one := u >> 61 & 1 // of the bits of 0 and 1 only those of 1 have it
		bad |= u ^ one*bitsOfOne
		ones += int(one)
		at += b * int(one)
	}
	switch {
	case bad == 0 && ones == 1:
		return at
	case bad == 0 && ones == 0:
		return len(f.columns)
	}
	for _, c := range f.columns {
		if x[c] == x[c] {
			return -1
		}
	}
	return len(f.columns) + 1
}
