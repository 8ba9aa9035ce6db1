package train

import (
	"math"
	"slices"

	"eahas/features"
	"eahas/internal/par"
)

// newFeatures decides how the columns of x become bins: one-hot groups first, then each other column.
// The result is sorted by first column. Offsets are numbered so that all global bin ids fit uint16.
func newFeatures(x *features.Frame, p *Params, workers int) ([]feature, error) {
	taken := make([]bool, x.P())
	isCat := make([]bool, x.P())
	for _, c := range p.Categorical {
		taken[c], isCat[c] = true, true
	}
	for c, d := range p.Monotone {
		taken[c] = taken[c] || d != 0
	}
	stats := columnStats(x, workers)
	var fs []feature
	for _, g := range oneHotGroups(x, stats, taken, workers) {
		fs = append(fs, oneHotFeature(g))
		for _, c := range g.columns {
			taken[c] = true
		}
	}
	merged := make([]bool, x.P())
	for _, f := range fs {
		for _, c := range f.columns {
			merged[c] = true
		}
	}
	for c := range x.P() {
		if !merged[c] {
			fs = append(fs, feature{columns: []int{c}})
		}
	}
	slices.SortFunc(fs, func(a, b feature) int { return a.columns[0] - b.columns[0] })
	for limit := p.Bins; limit >= 2; limit /= 2 {
		par.For(len(fs), workers, func(j int) {
			f := &fs[j]
			switch c := f.columns[0]; {
			case f.kind == oneHot:
			case isCat[c]:
				categoricalFeature(f, x, stats[c].nan, limit)
			default:
				numericFeature(f, x, stats[c].nan, limit)
				if p.Monotone != nil {
					f.monotone = p.Monotone[c]
				}
			}
		})
		if numberBins(fs) <= 1<<16 {
			return fs, nil
		}
	}
	return nil, ErrData
}

// numberBins gives each feature the global id of its first bin, and returns how many bins there are.
func numberBins(fs []feature) int {
	total := 0
	for j := range fs {
		fs[j].offset = total
		total += fs[j].bins
	}
	return total
}

// oneHotFeature makes the feature of a one-hot group.
func oneHotFeature(g group) feature {
	f := feature{kind: oneHot, columns: g.columns}
	f.close(len(g.columns), g.rest, g.missing)
	return f
}

// numericFeature chooses cuts between the distinct values of the column: all of them when they are at most limit,
// else so that bins hold about equally many rows and a value with more than its share has a bin of its own.
func numericFeature(f *feature, x *features.Frame, missing bool, limit int) {
	distinct, counts := columnValues(x, f.columns[0])
	f.kind, f.cuts, f.lo, f.hi = numeric, nil, nil, nil
	first, have := 0, 0 // the open bin's first distinct value and count
	rows, big, bigs := 0, 0, 0
	for _, n := range counts {
		rows += n
	}
	share := func(left int) float64 { return float64(left) / float64(max(1, limit-len(f.cuts))) }
	mean := share(rows)
	isBig := make([]bool, len(distinct))
	if len(distinct) > limit {
		for i, n := range counts {
			if float64(n) >= mean {
				isBig[i] = true
				big += n
				bigs++
			}
		}
	}
	left := rows - big // rows of small values not yet in a closed bin
	smallBins := max(1, limit-bigs)
	for i := range distinct {
		have += counts[i]
		if !isBig[i] {
			left -= counts[i]
		}
		if i == len(distinct)-1 {
			f.lo, f.hi = append(f.lo, distinct[first]), append(f.hi, distinct[i])
			break
		}
		target := float64(rows-big) / float64(smallBins)
		shut := len(distinct) <= limit || isBig[i] || float64(have) >= target || isBig[i+1] && float64(have) >= target/2
		if shut && len(f.cuts) < limit-1 {
			f.cuts = append(f.cuts, between(distinct[i], distinct[i+1]))
			f.lo, f.hi = append(f.lo, distinct[first]), append(f.hi, distinct[i])
			first, have = i+1, 0
		}
	}
	f.close(len(f.cuts)+1, false, missing)
}

// between returns a threshold t with a <= t < b: the middle, as a float32 if one fits. Where a and b differ as float32
// numbers, the largest float32 up to t lies below the rounded b too, so that exports in single precision separate the
// same values. Infinite neighbours give a itself.
func between(a, b float64) float64 {
	t := a/2 + b/2
	s := float32(t)
	if upper := float32(b); s >= upper && float32(a) < upper && !math.IsInf(t, 0) {
		below := math.Nextafter32(upper, float32(math.Inf(-1)))
		return max(a, float64(below)) // below < b: b rounds to upper
	}
	if r := float64(s); r >= a && r < b {
		t = r
	}
	if t >= a && t < b && !math.IsInf(t, 0) {
		return t
	}
	return a
}

// categoricalFeature gives the most frequent codes a bin each (ties: the smaller code first) and the others the rest
// bin.
func categoricalFeature(f *feature, x *features.Frame, missing bool, limit int) {
	distinct, counts := columnValues(x, f.columns[0])
	order := make([]int, len(distinct))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return counts[b] - counts[a] })
	keep := min(len(order), min(limit, maxBins-2))
	order = order[:keep]
	slices.Sort(order)
	f.kind, f.codes = categorical, make([]float64, keep)
	for b, i := range order {
		f.codes[b] = distinct[i]
	}
	f.close(keep, keep < len(distinct) || x.N > sampleRows, missing)
}

// bin returns the local bin of value v of a numeric or categorical feature.
func (f *feature) bin(v float64) int {
	if v != v {
		return f.missing
	}
	if f.kind == categorical {
		if b, ok := slices.BinarySearch(f.codes, v); ok {
			return b
		}
		return f.rest
	}
	lo, n := 0, len(f.cuts) // first b with v <= cuts[b]
	for n > 0 {
		half := n / 2
		if f.cuts[lo+half] < v {
			lo += half + 1
			n -= half + 1
		} else {
			n = half
		}
	}
	return lo
}
