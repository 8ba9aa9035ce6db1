package physical

import (
	"math"
	"slices"

	"eahas/features"
)

// term is one number of the context: a column's value, or the product of two.
type term struct{ a, b int } // b is -1 for a column alone

// maxTerms bounds the context; beyond it pairs of categories are left out.
const maxTerms = 2000

// far limits what a column says about the context; columns lie in 0..1 inside the space.
const far = 10

// value returns the term of a row; what is missing counts 0.
func (t term) value(x []float64) float64 {
	v := column(x, t.a)
	if t.b >= 0 {
		v *= column(x, t.b)
	}
	return v
}

func column(x []float64, j int) float64 {
	v := x[j]
	if math.IsNaN(v) {
		return 0
	}
	return max(-far, min(far, v))
}

// terms lists the context of a frame: all columns but those of the axes, then the pairs of categories that occur and
// say something new.
func terms(x *features.Frame, axes ...int) []term {
	var out []term
	for j := range x.Columns {
		if !slices.Contains(axes, j) {
			out = append(out, term{j, -1})
		}
	}
	columns := len(out)
	seen := map[string]bool{}
	for _, t := range out {
		seen[signature(x, t)] = true
	}
	for i, s := range out[:columns] {
		for _, t := range out[i+1 : columns] {
			g, h := x.Columns[s.a].Group, x.Columns[t.a].Group
			if g < 0 || h < 0 || g == h {
				continue
			}
			pair := term{s.a, t.a}
			w := signature(x, pair)
			if w == "" || seen[w] {
				continue
			}
			if seen[w] = true; len(out) == maxTerms {
				return out[:columns]
			}
			out = append(out, pair)
		}
	}
	return out
}

// signature tells terms apart by the rows in which they are not 0; empty when there is none.
func signature(x *features.Frame, t term) string {
	var b []byte
	any := false
	for i := range x.N {
		one := t.value(x.Row(i)) != 0
		any = any || one
		if i%8 == 0 {
			b = append(b, 0)
		}
		if one {
			b[i/8] |= 1 << (i % 8)
		}
	}
	if !any {
		return ""
	}
	return string(b)
}
