package train

import "math"

// featureKind says how a feature's values become bins.
type featureKind uint8

const (
	numeric     featureKind = iota // bins are intervals of one column
	oneHot                         // bins are the columns of one one-hot group
	categorical                    // bins are category codes of one column
)

// feature is what a tree may split on: one column, or a whole one-hot group.
// Its local bins are, in order: the regular bins, the rest bin if there is one, the missing bin if there is one.
type feature struct {
	kind     featureKind
	columns  []int     // numeric and categorical: one column; oneHot: column of bin b
	cuts     []float64 // numeric: bin b holds cuts[b-1] < x <= cuts[b], ascending, finite but for -Inf at the start
	lo, hi   []float64 // numeric: smallest and largest training value of bin b
	codes    []float64 // categorical: code of bin b, ascending
	regular  int       // number of regular bins
	rest     int       // local bin of rare categories or of an all-zero group; -1: none
	missing  int       // local bin of NaN; -1: no NaN in training
	bins     int       // all bins
	offset   int       // global id of local bin 0
	monotone int8
}

// close numbers the special bins.
func (f *feature) close(regular int, rest, missing bool) {
	f.regular, f.bins, f.rest, f.missing = regular, regular, -1, -1
	if rest {
		f.rest = f.bins
		f.bins++
	}
	if missing {
		f.missing = f.bins
		f.bins++
	}
}

// cut returns the threshold after bin b; after the last regular bin it is +Inf, which only NaN does not pass.
func (f *feature) cut(b int) float64 {
	if b >= len(f.cuts) {
		return math.Inf(1)
	}
	return f.cuts[b]
}
