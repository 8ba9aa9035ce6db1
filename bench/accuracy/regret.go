package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"eahas/internal/nullable"
	"eahas/pipeline/recipe"
)

// summarise writes, for each split and size, what following one competitor loses against the best single one in
// hindsight: the share by which its error is larger, mean, 90th percentile and worst over the cells, in percent; the
// mean of what its rank correlation is smaller than the best one's; and in how many cells it is more than 1 % worse
// than the mean of the group (of all runs where there are no groups). Trivial answers and auto itself are not among the
// singles that hindsight chooses from.
func summarise(w io.Writer, cells []Cell) error {
	var parts []string
	in := map[string][]*Cell{}
	var names []string
	for i := range cells {
		c := &cells[i]
		part := c.Split + " " + size(c.Runs)
		if in[part] == nil {
			parts = append(parts, part)
		}
		in[part] = append(in[part], c)
		for name := range c.Error {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "split, runs\tcompetitor\tcells\tregret mean %\tp90 %\tworst %\trank lost\tworse than mean")
	for _, part := range parts {
		for _, name := range names {
			if r := regretOf(in[part], name); r.cells > 0 {
				fmt.Fprintf(t, "%s\t%s\t%d\t%.1f\t%.1f\t%.1f\t%.3f\t%d of %d\n", part, name, r.cells, r.mean, r.p90,
					r.worst, r.rank, r.worse, r.cells)
			}
		}
	}
	return t.Flush()
}

func size(runs int) string {
	if runs == 0 {
		return "all"
	}
	return fmt.Sprint(runs)
}

// loss is what a competitor loses over some cells; errors in percent of the best single one's.
type loss struct {
	cells, worse           int
	mean, p90, worst, rank float64
}

// regretOf sums up the cells that a competitor has a figure in.
func regretOf(cells []*Cell, name string) loss {
	var out loss
	var regrets []float64
	for _, c := range cells {
		own := nullable.Value(c.Error[name])
		best, most := c.hindsight()
		if math.IsNaN(own) || !(best > 0) || math.IsInf(best, 0) {
			continue
		}
		regrets = append(regrets, 100*(own/best-1))
		if tau := nullable.Value(c.Rank[name]); !math.IsNaN(tau) {
			out.rank += most - tau
		} else {
			out.rank += most
		}
		if own > 1.01*c.groupMean() {
			out.worse++
		}
	}
	if out.cells = len(regrets); out.cells == 0 {
		return out
	}
	n := float64(out.cells)
	for _, r := range regrets {
		out.mean += r / n
	}
	out.rank /= n
	slices.Sort(regrets)
	out.p90, out.worst = regrets[int(math.Ceil(0.9*n))-1], regrets[len(regrets)-1]
	return out
}

// hindsight returns the smallest error and the largest rank correlation of the single competitors.
func (c *Cell) hindsight() (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for name, e := range c.Error {
		if recipe.IsTrivial(name) || strings.HasPrefix(name, "auto") {
			continue
		}
		if e := nullable.Value(e); !math.IsNaN(e) {
			least = min(least, e)
		}
		if tau := nullable.Value(c.Rank[name]); !math.IsNaN(tau) {
			most = max(most, tau)
		}
	}
	return least, most
}

// groupMean is the error of the mean of the group, or of all runs where there is no such row.
func (c *Cell) groupMean() float64 {
	for name, e := range c.Error {
		if strings.HasPrefix(name, recipe.TrivialPrefix+"mean by ") {
			return nullable.Value(e)
		}
	}
	if e, ok := c.Error[recipe.TrivialPrefix+"mean"]; ok {
		return nullable.Value(e)
	}
	return math.Inf(1)
}
