package train

import "slices"

// maxSet is the largest number of categories on the smaller side of a split, as in LightGBM (max_cat_threshold).
const maxSet = 32

// categories tries each category alone against the rest, and then prefixes of the categories in the order of their
// smoothed means (Fisher 1958; LightGBM's categorical splits), from both ends. Rare, unseen and missing categories go
// right. Several outputs have no common order: there each category is tried alone only.
func (s *search) categories(j int, f *feature, h []int64, l *leaf) {
	s.order = s.order[:0]
	if cap(s.ratio) < f.regular {
		s.ratio = make([]float64, maxBins)
	}
	ratio := s.ratio[:f.regular]
	var value [1]float64
	o, ordered := s.cells.(orderedCells)
	for b := range f.regular {
		c := s.cell(h, f, b)
		if s.cells.count(c) == 0 {
			continue
		}
		s.order = append(s.order, b)
		s.start(c)
		if s.try(l, j, f, 0, false) {
			l.best.set[b>>6] = 1 << (b & 63)
		}
		if ordered {
			value[0] = o.mean(c, s.p.CatSmooth)
			ratio[b] = value[0]
		}
	}
	if !ordered {
		return
	}
	slices.SortStableFunc(s.order, func(a, b int) int {
		switch {
		case ratio[a] < ratio[b]:
			return -1
		case ratio[a] > ratio[b]:
			return 1
		}
		return 0
	})
	s.sets(j, f, h, l)
	slices.Reverse(s.order)
	s.sets(j, f, h, l)
}

// orderedCells are cells whose categories have a natural order: their means.
type orderedCells interface {
	// mean returns gradient over hessian plus smooth.
	mean(cell []int64, smooth float64) float64
	// penalise adds to the L2 penalty until it is called with the negative.
	penalise(lambda float64)
}

// sets tries prefixes of s.order, of two categories at least, under the extra penalty for sets.
func (s *search) sets(j int, f *feature, h []int64, l *leaf) {
	o := s.cells.(orderedCells)
	o.penalise(s.p.CatLambda)
	defer o.penalise(-s.p.CatLambda)
	s.start(nil)
	var set [4]uint64
	for k, b := range s.order[:min(len(s.order), maxSet)] {
		s.add(s.cell(h, f, b), 1)
		set[b>>6] |= 1 << (b & 63)
		if k > 0 && s.try(l, j, f, 0, false) {
			l.best.set = set
		}
	}
}

func (l *limits) penalise(lambda float64) { l.lambda += lambda }

func (c *unitCells) mean(cell []int64, smooth float64) float64 {
	g, n := c.open(cell)
	return g / (n + smooth)
}
