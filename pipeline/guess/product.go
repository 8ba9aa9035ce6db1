package guess

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"eahas/internal/paste"
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
		logs = append(logs, l)
	}
	if s.runs < leakRuns {
		return
	}
	slices.SortStableFunc(logs, func(a, b logged) int { return b.runs - a.runs })
	logs = logs[:min(len(logs), maxProducts)]
	for _, o := range s.outcomes() {
		y := make([]float64, len(o.of))
		for i := range y {
			y[i] = math.Log(o.of[i])
		}
		for _, c := range logs {
			if c.role != RoleAxis || c.values < leakValues {
				continue
			}
			if with := c.gives(y, logs); with != "" {
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
}

// maxProducts is how many columns are tried with each other, those that most runs have: the work grows with the third
// power, and a table of thousands of columns is none of settings.
const maxProducts = 64

// gives names the columns of fewer values with which c gives y, a product of them or their inverses; "" when none do.
func (c logged) gives(y []float64, others []logged) string {
	for _, sign := range []float64{1, -1} {
		t := plus(y, c.of, sign)
		for a := range others {
			if others[a].column == c.column || others[a].values >= c.values {
				continue
			}
			for _, sa := range []float64{1, -1} {
				u := plus(t, others[a].of, sa)
				if constant(u) {
					return others[a].Name
				}
				for b := range others[:a] {
					if others[b].column == c.column || others[b].values >= c.values {
						continue
					}
					if constant(plus(u, others[b].of, 1)) || constant(plus(u, others[b].of, -1)) {
						return others[b].Name + " and " + others[a].Name
					}
				}
			}
		}
	}
	return ""
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
	if len(known) < 8 {
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
