package unchosen

import (
	"slices"

	"eahas/features"
	"eahas/trial/names"
)

const (
	// runs, and cells of a grid, before a design says anything: draws fill 12 cells once each by no chance
	fewestCells  = 12
	manyValues   = 10 // that nobody works out before the runs of a grid
	fewestGroups = 3  // configurations with repetitions
)

// Beyond marks the columns that are no part of the plan by which runs were made. Where the columns that are called as
// settings, with the number of the repetition, tell all runs apart, two plans leave no room for others: repetitions of
// each configuration, between which nothing differs but what was measured; and a grid of which each cell was run once,
// where all else followed or was measured. What follows from a part of a grid may have been worked out before, and is
// kept. again numbers the repetitions (a seed, a fold), one value a run; nil where nothing does.
func Beyond(columns []Column, again []features.Value) []bool {
	out := make([]bool, len(columns))
	beyondGrid(columns, again, out)
	p := planOf(columns, again, byName)
	if p == nil {
		return out
	}
	groups := p.split(nil, -1)
	repeated := p.again != nil && groups.n >= fewestGroups && 2*groups.n <= p.runs && fewestGroups*p.again.n <= p.runs
	grid := p.isGrid(95)
	for i := range columns {
		if columns[i].Chosen || slices.Contains(p.in, i) || p.of[i].n < 2 || isSure(columns[i]) {
			continue
		}
		out[i] = out[i] || repeated && p.variesWithin(groups, i) || grid && p.needsAll(i)
	}
	return out
}

// beyondGrid marks what differs beside a whole grid of the columns of fewest values: in one without a hole no other
// setting has a place, whatever it is called.
func beyondGrid(columns []Column, again []features.Value, out []bool) {
	p := planOf(columns, again, byValues)
	if p == nil || p.runs < 2*fewestCells || !p.isGrid(100) {
		return
	}
	most := 0
	for _, i := range p.in {
		most = max(most, p.of[i].n)
	}
	for i := range columns {
		room := columns[i].Chosen || slices.Contains(p.in, i) || p.of[i].n <= most || isText(columns[i]) ||
			names.IsKnownBefore(columns[i].Name)
		out[i] = !room && (p.needsAll(i) || p.of[i].n >= manyValues)
	}
}

// The orders in which columns are tried for a plan.
const (
	byName   = iota // what is called a setting, words, numbers of few values, others
	byValues        // what has fewest values
)

// plan is the columns that tell all runs apart.
type plan struct {
	runs  int
	of    []codes // by column
	in    []int   // the columns of the plan
	again *codes
}

// codes number the distinct values of a column, or of several together, by run.
type codes struct {
	of []int
	n  int
}

// planOf finds the plan of a table; nil where there is none, or too few runs.
func planOf(columns []Column, again []features.Value, order int) *plan {
	if len(columns) == 0 || len(columns[0].Of) < fewestCells {
		return nil
	}
	p := &plan{runs: len(columns[0].Of), of: make([]codes, len(columns))}
	for i, c := range columns {
		p.of[i] = code(c.Of)
	}
	if again != nil {
		if a := code(again); a.n > 1 {
			p.again = &a
		}
	}
	all := codes{of: make([]int, p.runs), n: 1}
	if p.again != nil {
		all = *p.again
	}
	for _, i := range p.order(columns, order) {
		if all.n == p.runs {
			break
		}
		if next := all.with(p.of[i]); next.n > all.n {
			all, p.in = next, append(p.in, i)
		}
	}
	if all.n < p.runs {
		return nil
	}
	for k := len(p.in) - 1; k >= 0; k-- { // what the plan does not need
		if i := p.in[k]; (order == byValues || !isSure(columns[i])) && p.split(p.again, i).n == p.runs {
			p.in = slices.Delete(p.in, k, k+1)
		}
	}
	return p
}

// order lists the columns as they are tried for the plan.
func (p *plan) order(columns []Column, by int) []int {
	out := make([]int, len(columns))
	rank := make([]int, len(columns))
	for i, c := range columns {
		out[i] = i
		switch {
		case by == byValues:
			rank[i] = p.of[i].n
		case isSure(c):
		case isText(c):
			rank[i] = 1
		case 2*p.of[i].n <= p.runs:
			rank[i] = 2
		default:
			rank[i] = 3
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return rank[a] - rank[b] })
	return out
}

// isSure reports whether a column is a setting by its name, or as the log says.
func isSure(c Column) bool {
	return c.Chosen || names.IsUsualSetting(c.Name) && !names.IsMean(c.Name) || names.IsLimit(c.Name) ||
		names.IsPlanned(c.Name)
}

func isText(c Column) bool {
	return slices.ContainsFunc(c.Of, func(v features.Value) bool { _, text := v.Str(); return text })
}

// split numbers the combinations of the plan's columns but one (-1: of all), beside those that are given.
func (p *plan) split(given *codes, but int) codes {
	out := codes{of: make([]int, p.runs), n: 1}
	if given != nil {
		out = *given
	}
	for _, i := range p.in {
		if i != but {
			out = out.with(p.of[i])
		}
	}
	return out
}

// isGrid reports whether the plan's columns, two or more, are a grid of which that share of the cells is there,
// percent.
func (p *plan) isGrid(percent int) bool {
	product, axes := 1, 0
	add := func(c codes) bool {
		axes++
		product *= c.n
		return product <= 2*p.runs
	}
	if p.again != nil && !add(*p.again) {
		return false
	}
	for _, i := range p.in {
		if !add(p.of[i]) {
			return false
		}
	}
	return axes >= 2 && 100*p.runs >= percent*product
}

// variesWithin reports whether a column differs between the repetitions of a quarter of the configurations or
// more.
func (p *plan) variesWithin(groups codes, column int) bool {
	first := make([]int, groups.n) // 1 + the first value of a group
	size, differs := make([]int, groups.n), make([]bool, groups.n)
	for run, g := range groups.of {
		v := p.of[column].of[run] + 1
		if size[g]++; size[g] == 1 {
			first[g] = v
		}
		differs[g] = differs[g] || first[g] != v
	}
	several, varied := 0, 0
	for g := range size {
		if size[g] > 1 {
			several++
		}
		if differs[g] {
			varied++
		}
	}
	return several >= fewestGroups && 4*varied >= several
}

// needsAll reports whether a column follows from no part of the plan's columns.
func (p *plan) needsAll(column int) bool {
	follows := func(part codes) bool { return part.with(p.of[column]).n == part.n }
	if p.again != nil && follows(p.split(nil, -1)) {
		return false
	}
	return !slices.ContainsFunc(p.in, func(i int) bool { return follows(p.split(p.again, i)) })
}

// with numbers the combinations of both.
func (c codes) with(d codes) codes {
	return number(len(c.of), func(run int) [2]int { return [2]int{c.of[run], d.of[run]} })
}

// code numbers the values; the missing one is one of them.
func code(of []features.Value) codes {
	return number(len(of), func(run int) features.Value { return of[run] })
}

// number numbers keys in the order in which they first come.
func number[K comparable](runs int, key func(run int) K) codes {
	out := codes{of: make([]int, runs)}
	seen := map[K]int{}
	for run := range out.of {
		k, ok := seen[key(run)]
		if !ok {
			k = len(seen)
			seen[key(run)] = k
		}
		out.of[run] = k
	}
	out.n = len(seen)
	return out
}
