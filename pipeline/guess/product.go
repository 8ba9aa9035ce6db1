package guess

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"eahas/internal/paste"
	"eahas/trial/names"
)

// exact is how far the logarithm of a product of columns may lie from a constant, in the median over the runs: what is
// measured never fits that well, what was computed always does, but for rounding.
const exact = 1e-3

// guardProducts takes numbers out again that were computed from a result and a setting, so that no column alone
// foretells it: an efficiency is operations / (seconds x peak). With two other columns such a number gives the result
// to the letter. Of the columns of such an identity the one with most values was computed; columns that are called as
// it is and something behind (HEF, HEF_attention) are its kin.
func (s *survey) guardProducts(axes *regexp.Regexp) {
	var logs []logged
	for _, c := range s.columns {
		if c.role != RoleAxis || c.as == planned || c.Kind == "text" || c.Kind == "boolean" || !(c.Min > 0) {
			continue
		}
		values, runs := c.distinct()
		l := logged{column: c, values: values, runs: runs}
		for i := range c.runs {
			l.of = append(l.of, math.Log(c.runs[i].last))
		}
		l.is = finite(l.of)
		logs = append(logs, l)
	}
	if s.runs < leakRuns {
		return
	}
	slices.SortStableFunc(logs, func(a, b logged) int { return b.runs - a.runs })
	logs = logs[:min(len(logs), maxProducts)]
	outcomes := s.outcomes()
	slices.SortStableFunc(outcomes, func(a, b outcome) int { return cmp.Compare(a.rank(), b.rank()) })
	cells := s.cells()
	for _, o := range outcomes[:min(len(outcomes), maxOutcomes)] {
		y := make([]float64, len(o.of))
		for i := range y {
			y[i] = math.Log(o.of[i])
		}
		for _, c := range logs {
			if c.role != RoleAxis || c.values < leakValues {
				continue
			}
			with := c.gives(y, logs)
			if with == "" && !names.IsUsualSetting(c.Name) && c.givesWithin(y, cells) {
				with = "the settings that are words"
			}
			if with != "" {
				s.computed(c.column, fmt.Sprintf("with %s it gives %s to the letter: computed from a result", with,
					o.name), axes)
			}
		}
	}
}

// logged is a column of positive numbers, as logarithms.
type logged struct {
	*column
	values int
	runs   int // that have one
	of     []float64
	is     []uint64 // a bit a run: it has a number
}

// finite sets a bit for each number that is one.
func finite(x []float64) []uint64 {
	out := make([]uint64, (len(x)+63)/64)
	for i, v := range x {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out[i/64] |= 1 << (i % 64)
		}
	}
	return out
}

// both counts the runs that both have, and puts them into dst.
func both(dst, a, b []uint64) int {
	n := 0
	for i := range dst {
		dst[i] = a[i] & b[i]
		n += bits.OnesCount64(dst[i])
	}
	return n
}

// maxProducts is how many columns are tried with each other, those that most runs have: the work grows with the third
// power, and a table of thousands of columns is none of settings.
const maxProducts = 64

// maxOutcomes is how many results the columns are tried with, those that are learnt first.
const maxOutcomes = 32

// rank orders outcomes: what is learnt, other metrics, other costs.
func (o outcome) rank() int {
	switch {
	case o.part:
		return 2
	case o.learnt:
		return 0
	}
	return 1
}

// cells numbers the combinations of the settings that are words, by run; nil where there are none, or where most have
// too few runs to tell a product from chance.
func (s *survey) cells() []int {
	out := make([]int, s.runs)
	keys := map[string]int{}
	var words []*column
	for _, c := range s.columns {
		if c.role == RoleAxis && c.Kind == "text" {
			words = append(words, c)
		}
	}
	for i := range out {
		k := valuesOf(words, i)
		n, ok := keys[k]
		if !ok {
			n = len(keys)
			keys[k] = n
		}
		out[i] = n
	}
	if words == nil || s.runs < 4*len(keys) {
		return nil
	}
	return out
}

// givesWithin reports whether c gives y up to a factor of each cell, and differs within the cells: operations a second
// of a fixed piece of work give its seconds.
func (c logged) givesWithin(y []float64, cells []int) bool {
	if cells == nil {
		return false
	}
	for _, sign := range []float64{1, -1} {
		sums := map[int][]float64{}
		own := map[int][]float64{}
		for i, v := range plus(y, c.of, sign) {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				sums[cells[i]] = append(sums[cells[i]], v)
				own[cells[i]] = append(own[cells[i]], c.of[i])
			}
		}
		rest, runs := []float64(nil), 0
		for _, cell := range slices.Sorted(maps.Keys(sums)) {
			of := sums[cell]
			if len(of) < 3 || slices.Max(own[cell])-slices.Min(own[cell]) < 0.1 {
				continue
			}
			runs += len(of)
			slices.Sort(of)
			for _, v := range of {
				rest = append(rest, v-of[len(of)/2])
			}
		}
		if runs >= leakRuns && 2*runs >= len(y) && constant(rest) {
			return true
		}
	}
	return false
}

// gives names the columns of fewer values with which c gives y, a product of them or their inverses; "" when none do.
func (c logged) gives(y []float64, others []logged) string {
	probe := c.probe(y)
	own, first, second := make([]uint64, len(c.is)), make([]uint64, len(c.is)), make([]uint64, len(c.is))
	if both(own, c.is, finite(y)) < fewest {
		return ""
	}
	for _, sign := range []float64{1, -1} {
		t := plus(y, c.of, sign)
		for a := range others {
			if others[a].column == c.column || others[a].values >= c.values ||
				both(first, own, others[a].is) < fewest {
				continue
			}
			for _, sa := range []float64{1, -1} {
				if mayBe(probe, t, others[a].of, sa, nil, 0) && constant(plus(t, others[a].of, sa)) {
					return others[a].Name
				}
				for b := range others[:a] {
					if others[b].column == c.column || others[b].values >= c.values ||
						both(second, first, others[b].is) < fewest {
						continue
					}
					for _, sb := range []float64{1, -1} {
						if mayBe(probe, t, others[a].of, sa, others[b].of, sb) &&
							constant(plus(plus(t, others[a].of, sa), others[b].of, sb)) {
							return others[b].Name + " and " + others[a].Name
						}
					}
				}
			}
		}
	}
	return ""
}

// probe is a few runs of which both numbers are known, spread over the log: most products of columns are told from a
// constant by them.
func (c logged) probe(y []float64) []int {
	var known []int
	for i := range y {
		if v := y[i] + c.of[i]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			known = append(known, i)
		}
	}
	if len(known) <= probed {
		return known
	}
	out := make([]int, probed)
	for k := range out {
		out[k] = known[k*(len(known)-1)/(probed-1)]
	}
	return out
}

const probed = 9

// fewest is how many runs tell a constant from chance.
const fewest = 8

// mayBe reports whether the sums of a few runs may be those of a constant: two or more of them, and as many as are next
// to each other in value as a third of those that are known.
func mayBe(at []int, t, a []float64, sa float64, b []float64, sb float64) bool {
	var sums [probed]float64
	n := 0
	for _, i := range at {
		v := t[i] + sa*a[i]
		if b != nil {
			v += sb * b[i]
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			sums[n] = v
			n++
		}
	}
	if n < 3 {
		return true // too few to tell
	}
	for i := range n {
		same := 0
		for k := range n {
			if math.Abs(sums[k]-sums[i]) < 2*exact {
				same++
			}
		}
		if same >= 2 && 3*same >= n {
			return true
		}
	}
	return false
}

func plus(x, y []float64, sign float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] + sign*y[i]
	}
	return out
}

// constant reports whether the numbers lie within exact of their median, in the median. NaN values are left out.
func constant(x []float64) bool {
	// The first few decide for nearly all that are not constant.
	if len(x) > 64 && !constant(x[:16]) && !constant(x[len(x)/2:len(x)/2+16]) {
		return false
	}
	var known []float64
	for _, v := range x {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			known = append(known, v)
		}
	}
	if len(known) < fewest {
		return false
	}
	slices.Sort(known)
	middle := known[len(known)/2]
	for i := range known {
		known[i] = math.Abs(known[i] - middle)
	}
	slices.Sort(known)
	return known[len(known)/2] < exact
}

// computed takes a column and its kin out.
func (s *survey) computed(c *column, why string, axes *regexp.Regexp) {
	for _, k := range s.columns {
		kin := k != c && strings.HasPrefix(k.Name, c.Name) && len(k.Name) > len(c.Name) &&
			strings.ContainsRune("_./ -:", rune(k.Name[len(c.Name)]))
		if k.role != RoleAxis || k != c && !kin || axes != nil && axes.MatchString(k.Name) {
			continue
		}
		if kin {
			why = "called as " + c.Name + ", which was computed from a result"
		}
		k.take(RoleLeft, "", "%s. If it is a setting, -axis %s", why, paste.Word("^"+regexp.QuoteMeta(k.Name)+"$"))
	}
}
