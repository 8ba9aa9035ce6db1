package train

import "math/rand/v2"

// search finds the best split of a leaf by its histogram.
type search struct {
	m     *matrix
	cells cells
	p     *Params
	rng   *rand.Rand // extra-trees mode
	left  []int64    // scratch cells
	right []int64
	order []int // scratch for category order
	ratio []float64
}

func newSearch(m *matrix, c cells, p *Params) *search {
	return &search{m: m, cells: c, p: p, left: make([]int64, c.width()), right: make([]int64, c.width())}
}

// run fills l.best and l.left. Features are tried in order and the first best candidate wins.
func (s *search) run(l *leaf, h []int64, use []int) {
	s.begin(l)
	for _, j := range use {
		s.feature(j, &s.m.features[j], h, l)
	}
	s.end(l, h)
}

func (s *search) begin(l *leaf) {
	l.best = split{feature: -1, gain: max(s.p.MinGain*2, l.score*1e-12)}
}

// feature tries the splits by feature j.
func (s *search) feature(j int, f *feature, h []int64, l *leaf) {
	simple := f.kind != categorical && (f.missing < 0 || s.cells.count(s.cell(h, f, f.missing)) == 0)
	if simple && (!s.p.ExtraTrees || f.kind == oneHot) && f.regular > 0 && s.cells.fast(j, f, h, l) {
		return
	}
	switch {
	case f.kind == categorical:
		s.categories(j, f, h, l)
	case f.kind == oneHot:
		s.oneHot(j, f, h, l)
	case s.p.ExtraTrees:
		s.random(j, f, h, l)
	default:
		s.numeric(j, f, h, l)
	}
}

// end decides where missing values go if the leaf has none of the best feature.
func (s *search) end(l *leaf, h []int64) {
	if l.best.feature < 0 {
		l.best.gain = 0
		return
	}
	f := &s.m.features[l.best.feature]
	// no missing value in the leaf: they follow the crowd
	if f.missing < 0 || s.cells.count(s.cell(h, f, f.missing)) == 0 {
		l.best.missingLeft = 2*s.cells.count(l.left) >= s.cells.count(l.sum)
	}
}

// cell returns the cell of local bin b.
func (s *search) cell(h []int64, f *feature, b int) []int64 {
	w := len(s.left)
	at := (f.offset + b) * w
	return h[at : at+w : at+w]
}

// try compares s.left with the best split so far.
func (s *search) try(l *leaf, j int, f *feature, bin int, missingLeft bool) bool {
	for k, v := range l.sum {
		s.right[k] = v - s.left[k]
	}
	score, ok := s.cells.try(s.left, s.right, l, f.monotone)
	if !ok || score-l.score <= l.best.gain {
		return false
	}
	l.best = split{gain: score - l.score, feature: j, bin: bin, missingLeft: missingLeft}
	copy(l.left, s.left)
	return true
}

func (s *search) start(from []int64) {
	clear(s.left)
	if from != nil {
		copy(s.left, from)
	}
}

func (s *search) add(cell []int64, sign int64) {
	for k, v := range cell {
		s.left[k] += sign * v
	}
}

// sides calls scan for missing values on the right, and also on the left when the leaf has some.
func (s *search) sides(f *feature, h []int64, scan func(missing []int64, missingLeft bool)) {
	scan(nil, false)
	if f.missing >= 0 {
		if c := s.cell(h, f, f.missing); s.cells.count(c) > 0 {
			scan(c, true)
		}
	}
}

// numeric tries every cut, with the missing values on either side; the cut after the last bin separates them alone.
func (s *search) numeric(j int, f *feature, h []int64, l *leaf) {
	s.sides(f, h, func(missing []int64, missingLeft bool) {
		s.start(missing)
		for b := range f.regular {
			c := s.cell(h, f, b)
			if s.cells.count(c) == 0 {
				continue
			}
			s.add(c, 1)
			s.try(l, j, f, b, missingLeft)
		}
	})
}

// random tries one cut drawn evenly between the first and the last bin that hold rows.
func (s *search) random(j int, f *feature, h []int64, l *leaf) {
	first, last := s.ends(f, h)
	if first < 0 {
		return
	}
	cut := last
	if first < last {
		cut = first + s.rng.IntN(last-first)
	}
	s.sides(f, h, func(missing []int64, missingLeft bool) {
		s.start(missing)
		if len(s.left) == 1 {
			for _, cell := range h[f.offset+first : f.offset+cut+1] {
				s.left[0] += cell
			}
		} else {
			for b := first; b <= cut; b++ {
				s.add(s.cell(h, f, b), 1)
			}
		}
		s.try(l, j, f, cut, missingLeft)
	})
}

// ends returns the first and the last regular bin that hold rows; first < 0: none does.
func (s *search) ends(f *feature, h []int64) (first, last int) {
	for first = range f.regular {
		if s.cells.count(s.cell(h, f, first)) == 0 {
			continue
		}
		for last = f.regular - 1; s.cells.count(s.cell(h, f, last)) == 0; last-- {
		}
		return first, last
	}
	return -1, -1
}

// oneHot tries each column of the group against the others. Rows of the rest bin go left: they are 0 in every column.
func (s *search) oneHot(j int, f *feature, h []int64, l *leaf) {
	for b := range f.regular {
		s.hot(j, f, h, l, b)
	}
}

// hot tries column b of the group.
func (s *search) hot(j int, f *feature, h []int64, l *leaf, b int) {
	s.start(l.sum)
	s.add(s.cell(h, f, b), -1)
	s.try(l, j, f, b, true)
	if f.missing >= 0 {
		if m := s.cell(h, f, f.missing); s.cells.count(m) > 0 {
			s.add(m, -1)
			s.try(l, j, f, b, false)
		}
	}
}
