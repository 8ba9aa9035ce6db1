// Package unchosen tells by their values alone which numbers of a table of runs nobody chose, where their names say
// nothing. Settings are chosen from few values, or drawn at random and each for itself; what came of a run has many
// digits, is hardly ever twice the same, and follows the settings and the other results.
//
//	unchosen.go   [Among]: decimals of which most runs have their own, and that follow another column
//	follows.go    the tests of that: ranks within groups, and against ranks
package unchosen

import (
	"math"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/trial/names"
)

// Column is what may have been chosen or measured: one value a run, the missing one where a run has none. All columns
// of a table have one length.
type Column struct {
	Name   string
	Of     []features.Value
	Chosen bool // whoever wrote the log says that it is a setting
	Early  bool // it stands before all known results: an architecture's drawn numbers follow each other a little, too
}

const (
	fewestRuns = 8    // runs that have a column before its values say anything
	mostRuns   = 2000 // runs that are looked at, evenly over the table
)

// Among marks the columns that nobody chose: decimals of several digits of which most runs have their own, and that
// follow another column. Where a hyperparameter was drawn at random, every other number may have been drawn, too: then
// nothing is marked, but beside columns that the log itself calls settings.
func Among(columns []Column) []bool {
	out := make([]bool, len(columns))
	if len(columns) < 2 {
		return out
	}
	looked := make([]*values, len(columns))
	said, drawn := false, false
	for i, c := range columns {
		v := look(c.Of)
		looked[i] = v
		said = said || c.Chosen
		drawn = drawn || !c.Chosen && !names.IsMean(c.Name) && v.own && names.IsUsuallyDrawn(c.Name)
	}
	if drawn && !said {
		return out
	}
	for i, c := range columns {
		if !looked[i].own || c.Chosen ||
			!names.IsMean(c.Name) && (names.IsUsualSetting(c.Name) || names.IsLimit(c.Name)) {
			continue
		}
		for k, other := range looked {
			if k != i && looked[i].follows(other, len(columns), c.Early) {
				out[i] = true
				break
			}
		}
	}
	return out
}

// values are those of a column in the runs that are looked at.
type values struct {
	numbers []float64 // NaN where there is none; nil for a column with texts
	codes   []int     // which of the distinct values; -1 where there is none
	groups  int       // distinct values
	runs    int       // that have one
	own     bool      // decimals of several digits, and most runs have their own
}

func look(of []features.Value) *values {
	n := min(len(of), mostRuns)
	v := &values{numbers: make([]float64, n), codes: make([]int, n)}
	seen := map[features.Value]int{}
	texts, long, whole := false, 0, true
	for k := range n {
		x := of[at(k, n, len(of))]
		v.numbers[k], v.codes[k] = math.NaN(), -1
		if x.IsMissing() {
			continue
		}
		v.runs++
		code, ok := seen[x]
		if !ok {
			code = len(seen)
			seen[x] = code
		}
		v.codes[k] = code
		y, ok := x.Float()
		if !ok {
			texts = true
			continue
		}
		v.numbers[k] = y
		whole = whole && y == math.Trunc(y)
		if digits(y) >= 3 {
			long++
		}
	}
	v.groups = len(seen)
	if texts {
		v.numbers = nil
	}
	v.own = !texts && !whole && v.runs >= fewestRuns && 2*v.groups > v.runs && 2*long >= v.runs
	return v
}

// at is the k-th of n places that are spread over a table, not in step with what repeats in it.
func at(k, n, all int) int {
	if n == all {
		return k
	}
	from, to := k*all/n, (k+1)*all/n
	return from + int(uint32(k)*2654435761>>16)%(to-from)
}

// digits counts the digits of a number that count: 2 of 0.0012.
func digits(x float64) int {
	s := strconv.FormatFloat(math.Abs(x), 'e', -1, 64)
	mantissa, _, _ := strings.Cut(s, "e")
	return len(strings.TrimRight(strings.ReplaceAll(mantissa, ".", ""), "0"))
}
