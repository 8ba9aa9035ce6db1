package train

// cells is what a histogram holds per bin, and what splits and leaves are worth by it. A cell is width int64 words;
// words of rows are summed, so histograms are exact, do not depend on the order of summation, and the histogram of one
// child is the parent's minus the other's.
type cells interface {
	// width returns the words per cell.
	width() int
	// fill counts the rows idx in histogram h, which holds matrix.total cells and may hold anything before.
	fill(h []int64, idx []int32)
	// count returns the rows in a cell.
	count(cell []int64) int
	// score returns what a leaf with this cell gains over the value 0, with its value kept inside lo..hi.
	score(cell []int64, lo, hi float64) float64
	// try returns score(left) + score(right), or ok false when a child is too small or the feature's direction is
	// violated.
	try(left, right []int64, l *leaf, monotone int8) (score float64, ok bool)
	// value writes the leaf's values (one per output of the tree) before the learning rate.
	value(dst []float64, cell []int64, lo, hi float64)
	// fast searches a numeric feature without missing values or a one-hot feature, if it has a way that is quicker
	// than trying every candidate; it updates l.best and reports whether it did the job.
	fast(j int, f *feature, h []int64, l *leaf) bool
}

// limits are the parameters that decide which splits are allowed and what leaves are worth.
type limits struct {
	lambda, alpha float64
	minWeight     float64
	minCount      int
}

// shrink is the soft threshold of the L1 penalty.
func (l *limits) shrink(g float64) float64 {
	switch {
	case g > l.alpha:
		return g - l.alpha
	case g < -l.alpha:
		return g + l.alpha
	}
	return 0
}

// leafValue returns the minimum of -g*v + (h+lambda)*v^2/2 + alpha*|v| over lo <= v <= hi.
func (l *limits) leafValue(g, h, lo, hi float64) float64 {
	d := h + l.lambda
	if d <= 0 {
		return max(lo, min(hi, 0))
	}
	return max(lo, min(hi, l.shrink(g)/d))
}

// leafScore returns minus twice that minimum.
func (l *limits) leafScore(g, h, lo, hi float64) float64 {
	d := h + l.lambda
	if d <= 0 {
		return 0
	}
	t := l.shrink(g)
	if v := t / d; v < lo || v > hi {
		v = max(lo, min(hi, v))
		return 2*float64(t*v) - float64(d*v)*v
	}
	return t * t / d
}

// scalarTry is try for cells of one gradient and one hessian.
func (l *limits) scalarTry(gl, hl, gr, hr float64, nl, nr int, leaf *leaf, monotone int8) (float64, bool) {
	if nl < l.minCount || nr < l.minCount || hl < l.minWeight || hr < l.minWeight {
		return 0, false
	}
	if monotone != 0 {
		d := l.leafValue(gr, hr, leaf.lo, leaf.hi) - l.leafValue(gl, hl, leaf.lo, leaf.hi)
		if d*float64(monotone) < 0 {
			return 0, false
		}
	}
	return l.leafScore(gl, hl, leaf.lo, leaf.hi) + l.leafScore(gr, hr, leaf.lo, leaf.hi), true
}
