package train

import "eahas/models/gbdt"

// split is one way to divide the rows of a leaf.
type split struct {
	gain        float64 // reduction of the loss times two; <= 0: no split
	feature     int     // index into matrix.features
	bin         int     // numeric: the last bin that goes left; oneHot: the only bin that goes right
	missingLeft bool
	set         [4]uint64 // categorical: the bins that go left
	drawn       bool      // numeric: threshold holds a value inside the gap after bin
	threshold   float64
}

// goesLeft decides for local bin b of feature f.
func (s *split) goesLeft(f *feature, b int) bool {
	switch {
	case f.kind == categorical:
		return s.set[b>>6]>>(b&63)&1 == 1
	case b == f.missing:
		return s.missingLeft
	case f.kind == oneHot:
		return b != s.bin
	}
	return b <= s.bin
}

// table writes goesLeft of each bin as 0 or 1.
func (s *split) table(f *feature, left *[256]uint8) {
	switch {
	case f.kind == numeric:
		clear(left[s.bin+1 : f.bins])
		for b := range left[:s.bin+1] {
			left[b] = 1
		}
		if f.missing >= 0 {
			left[f.missing] = b2u(s.missingLeft)
		}
		return
	}
	for b := range f.bins {
		left[b] = b2u(s.goesLeft(f, b))
	}
}

func b2u(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// table writes goesLeft of each combined bin of the bundle of the split's feature as 0 or 1, and returns where in a row
// that bundle stands: rows[i*words]>>shift for the first eight.
func (m *matrix) table(s *split, left *[256]uint8) (shift uint) {
	f := &m.features[s.feature]
	at := m.places[s.feature]
	b := &m.bundles[at.bundle]
	if len(b.features) == 1 {
		s.table(f, left)
		return uint(at.bundle % 8 * 8)
	}
	var own [256]uint8
	s.table(f, &own)
	for id := range b.bins {
		left[id] = own[uint8(b.local(id, at.k, f))]
	}
	return uint(at.bundle % 8 * 8)
}

// partition moves the rows that go left to the front of idx, keeping the order on both sides, and returns their number.
// It has no branch that depends on the data; tmp is scratch of the same length.
func partition(idx, tmp []int32, col []uint8, left *[256]uint8) int {
	nl, nr := 0, 0
	tmp = tmp[:len(idx)]
	for _, i := range idx {
		l := int(left[col[i]])
		idx[nl] = i
		tmp[nr] = i
		nl += l
		nr += 1 - l
	}
	copy(idx[nl:], tmp[:nr])
	return nl
}

// node writes the split as it looks on real values; categories that go left are appended to those of t.
func (s *split) node(f *feature, t *gbdt.Tree) gbdt.Node {
	n := gbdt.Node{MissingLeft: s.missingLeft}
	switch f.kind {
	case numeric:
		n.Column, n.Threshold = f.columns[0], f.cut(s.bin)
		if s.drawn {
			n.Threshold = s.threshold
		}
	case oneHot:
		n.Column, n.Threshold = f.columns[s.bin], 0.5
	case categorical:
		n.Column, n.Kind, n.MissingLeft = f.columns[0], gbdt.Set, false
		n.From = int32(len(t.Categories))
		for b := range f.regular {
			if s.goesLeft(f, b) {
				t.Categories = append(t.Categories, f.codes[b])
			}
		}
		n.To = int32(len(t.Categories))
	}
	return n
}
