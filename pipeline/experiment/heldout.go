package experiment

import "slices"

// maxHeldOut is how many held-out trials are predicted and scored at most: with so many, the standard error of a rank
// correlation is below 0.004 and that of a mean below a three-hundredth of the spread; more only take time and room.
const maxHeldOut = 100_000

// HeldOut is how many of n held-out trials are predicted and scored.
func HeldOut(n int) int { return min(n, maxHeldOut) }

// heldOut are the rows of a fold that are predicted and scored: all, or of very many an even choice, in which the fold
// keeps its share of all held-out trials.
func (p Plan) heldOut(fold int) []int {
	rows, all := p.Table.In(fold), 0
	for _, f := range p.Table.Fold {
		if f >= 0 {
			all++
		}
	}
	return evenly(rows, all, HeldOut(all))
}

// evenly chooses from rows, a part of all, their share of use, one at least: with as many rows between any two
// neighbours, or one more.
func evenly(rows []int, all, use int) []int {
	if use >= all {
		return rows
	}
	out := make([]int, min(len(rows), max(1, len(rows)*use/all)))
	for j := range out {
		out[j] = rows[j*len(rows)/len(out)]
	}
	return out
}

// Gather copies the true curves that are scored out of the log's columns, where they are less than half of all: in
// mapped files they lie far apart, and the figures go through them once an epoch. Nobody else may use the table
// meanwhile.
func (p Plan) Gather(cs []Competitor) {
	if len(cs) == 0 || 2*len(cs[0].first().Rows) >= len(p.Table.Trials) {
		return
	}
	for _, i := range cs[0].first().Rows {
		one := &p.Table.Trials[i]
		one.Curve.Values = slices.Clone(one.Curve.Values)
		one.Curves = slices.Clone(one.Curves)
		for k := range one.Curves {
			one.Curves[k].Values = slices.Clone(one.Curves[k].Values)
		}
	}
}
