package guess

import (
	"fmt"
	"math"

	"eahas/trial/names"
)

// judgeStrays decides what the few texts are in a column of numbers. In a run that has numbers too they are broken
// cells, of which reading the log makes rejections by line and column; a text that stands for a whole run is a value of
// its own ("auto"), and the column one of texts. Of what is measured by its name it is a broken cell there, too.
func (c *column) judgeStrays() {
	if c.Strays == 0 {
		return
	}
	own := !c.FewStrays
	for i := range c.runs {
		r := &c.runs[i]
		own = own || !r.stray.IsMissing() && r.n == 0 && r.first.IsMissing()
	}
	if !own || c.isMeasured() {
		return
	}
	c.Strays, c.Kind, c.Suffix = 0, "text", ""
	c.Min, c.Max, c.Whole = math.NaN(), math.NaN(), false
	for i := range c.runs {
		r := &c.runs[i]
		switch {
		case r.stray.IsMissing():
		case r.first.IsMissing():
			r.first, c.counted = r.stray, false
		case !r.changed:
			r.changed = true
			c.changes++
		}
	}
}

// isMeasured reports whether the name is that of a metric, a cost or another result, of which no word is a value.
func (c *column) isMeasured() bool {
	if prefixOf(c.Name) != "" || names.IsLimit(c.Name) || names.IsPlanned(c.Name) {
		return false
	}
	_, cost := names.CostOf(c.Name)
	return cost || names.Metric(c.Name) != "" || names.IsMeasured(c.Name) || names.IsObjective(c.Name)
}

// saysStrays adds to the reason for a column's role that some of its cells are no numbers.
func (c *column) saysStrays() string {
	if c.Strays == 0 {
		return c.why
	}
	for i := range c.runs {
		if v := c.runs[i].stray; !v.IsMissing() {
			return fmt.Sprintf("%s; cells that are no numbers, such as %q, are broken: %d", c.why, v.String(), c.Strays)
		}
	}
	return c.why
}
