package features

import (
	"math"
	"slices"
)

// Configs returns the kept configurations as far as the support remembers them: numbers to 1/254 of the axis' range, on
// its grid where it has one. They are in no order of meaning.
func (s *Support) Configs(space Space) []Config {
	m := len(s.axes)
	if m == 0 {
		return nil
	}
	var out []Config
	for row := range slices.Chunk(s.rows, m) {
		c := Config{}
		for j, a := range s.axes {
			if p := space.Param(a.name); p != nil && row[j] != codeMissing {
				c[a.name] = p.decoded(row[j])
			}
		}
		out = append(out, space.Canonical(c))
	}
	return out
}

// decoded is the value that a byte of a support stands for.
func (p *Param) decoded(code uint8) Value {
	if p.Kind == Choice {
		return p.Choices[min(int(code), len(p.Choices)-1)]
	}
	s := p.Scale()
	x := s.Low + s.Span*float64(code)/levels
	if s.Log {
		x = math.Pow(10, x)
	}
	if !p.Numeric() {
		best, least := 0, math.Inf(1)
		for i, v := range p.Choices {
			at, _ := v.Float()
			if s.Ranks {
				at = float64(i)
			}
			if off := math.Abs(at - x); off < least {
				best, least = i, off
			}
		}
		return p.Choices[best]
	}
	if step := p.Spacing(); step > 0 {
		x = p.gridPoint(max(0, min(p.points()-1, int(math.Round((x-p.Low)/step)))))
	}
	return Number(max(p.Low, min(p.High, x)))
}

// Adapted returns the support for a wider space with one more category of an axis: f holds rows of the known categories
// as the wider space encodes them, to the precision of Configs, and then, runs of them, rows of the new category. Where
// a configuration was known with any category it counts as known with the new one. moves says by axis how the numbers
// of before follow from those of the wider space, shift + scale * x, so that the ends of what was seen stay exact.
func (s *Support) Adapted(f Frame, runs int, axis string, category int, moves map[string][2]float64) *Support {
	out := &Support{p: f.P(), axes: supportAxes(f.Columns), threshold: s.threshold}
	for i := f.N - runs; i < f.N; i++ {
		for j := range out.axes {
			out.axes[j].see(f.Row(i))
		}
	}
	for j := range min(len(out.axes), len(s.axes)) {
		was, is := &s.axes[j], &out.axes[j]
		is.missing = is.missing || was.missing
		if move := moves[is.name]; is.cats == 0 && was.low <= was.high {
			is.low, is.high = min(is.low, (was.low-move[0])/move[1]), max(is.high, (was.high-move[0])/move[1])
		}
		for k, seen := range was.seen {
			is.seen[k] = is.seen[k] || seen
		}
	}
	out.keep(f)
	at := slices.IndexFunc(out.axes, func(a supportAxis) bool { return a.name == axis })
	m := len(out.axes)
	if at < 0 || m == 0 {
		return out
	}
	rows := distinctRows{seen: map[string]bool{}}
	for row := range slices.Chunk(out.rows, m) {
		rows.add(row)
		as := slices.Clone(row)
		as[at] = uint8(min(category, levels))
		rows.add(as)
	}
	out.rows = rows.thinned(m)
	out.index = newNeighbours(out)
	return out
}
