package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"text/tabwriter"

	"eahas/internal/gather"
	"eahas/internal/nullable"
	"eahas/pipeline/recipe"
)

// summarise writes, for each split and size, what following one competitor loses against the best single one in
// hindsight: the share by which its error is larger, mean, 90th percentile and worst over the cells, in percent; the
// mean of what its rank correlation is smaller than the best one's; and in how many cells it is more than 1 % worse
// than the mean of the group (of all runs where there are no groups). Trivial answers and auto itself are not among the
// singles that hindsight chooses from. Relative errors below leastError count as that.
func summarise(w io.Writer, cells []Cell) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "split, runs\tcompetitor\tcells\tregret mean %\tp90 %\tworst %\trank lost\tworse than mean")
	for _, p := range partsOf(cells) {
		for _, name := range namesOf(cells) {
			if r := regretOf(p.cells, name); r.cells > 0 {
				fmt.Fprintf(t, "%s\t%s\t%d\t%.1f\t%.1f\t%.1f\t%.3f\t%d of %d\n", p.name, name, r.cells, r.mean,
					r.p90, r.worst, r.rank, r.worse, r.cells)
			}
		}
	}
	return t.Flush()
}

// part is the cells of one split and size.
type part struct {
	name  string
	cells []*Cell
}

// fewConfigs is the number of configurations, and of runs that have the target, below which cells stand apart: which
// competitor is best there is luck.
const fewConfigs = 30

var few = fmt.Sprintf(", under %d configurations", fewConfigs)

func partsOf(cells []Cell) []part {
	var out []part
	for i := range cells {
		c := &cells[i]
		name := c.Split + " " + size(c.Runs)
		if c.Configs > 0 && min(c.Configs, c.N) < fewConfigs {
			name += few
		}
		k := slices.IndexFunc(out, func(p part) bool { return p.name == name })
		if k < 0 {
			k = len(out)
			out = append(out, part{name: name})
		}
		out[k].cells = append(out[k].cells, c)
	}
	return out
}

// byLogs gives the cells with the RMSE of logarithms in place of relative errors; those that lack it are left out.
func byLogs(cells []*Cell) []*Cell {
	var out []*Cell
	for _, c := range cells {
		one := *c
		if c.Relative {
			if len(c.Logs) == 0 {
				continue
			}
			one.Error, one.Relative = c.Logs, false
		}
		out = append(out, &one)
	}
	return out
}

// overDraws makes one cell of the draws of each target of a set at one size that stand in one part: the means of the
// errors and of the rank correlations, of those competitors that have a figure in all of them. The best single one in
// hindsight is then the best over all of these draws, which is less a matter of luck than the best of each.
func overDraws(cells []*Cell) []*Cell {
	var out []*Cell
	for _, of := range drawsOf(cells) {
		mean := *of[0]
		mean.Error = meansOf(of, func(c *Cell) map[string]*float64 { return c.Error })
		mean.Rank = meansOf(of, func(c *Cell) map[string]*float64 { return c.Rank })
		out = append(out, &mean)
	}
	return out
}

// drawsOf gathers the draws of each target of a set at one size, in the order of their first ones.
func drawsOf(cells []*Cell) [][]*Cell {
	return gather.By(slices.Values(cells), func(c *Cell) string {
		return fmt.Sprintf("%s %s %d %s", c.Set, c.Split, c.Runs, c.Target)
	})
}

// meansOf averages what the cells have by competitor; one that a cell lacks is left out.
func meansOf(cells []*Cell, of func(c *Cell) map[string]*float64) map[string]*float64 {
	out := map[string]*float64{}
	for name := range of(cells[0]) {
		sum := 0.0
		for _, c := range cells {
			sum += nullable.Value(of(c)[name]) / float64(len(cells))
		}
		if !math.IsNaN(sum) {
			out[name] = &sum
		}
	}
	return out
}

// namesOf lists the competitors that have a figure anywhere, sorted.
func namesOf(cells []Cell) []string {
	seen := map[string]bool{}
	for i := range cells {
		for name := range cells[i].Error {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// autosOf and peersOf list the forms of the default variant, and the regressors of other tools.
func autosOf(cells []Cell) []string {
	return slices.DeleteFunc(namesOf(cells), func(name string) bool { return !isAuto(name) })
}

func peersOf(cells []Cell) []string {
	return slices.DeleteFunc(namesOf(cells), func(name string) bool {
		return !slices.ContainsFunc(cells, func(c Cell) bool { return slices.Contains(c.Peers, name) })
	})
}

func size(runs int) string {
	if runs == 0 {
		return "all"
	}
	return fmt.Sprint(runs)
}

// leastError is the relative error below which errors count as equal: no meter, and no clock of a shared machine, knows
// better. Otherwise a memory that is told to .04 or to .4 % would decide the mean of a size.
const leastError = 0.01

// held is an error as it counts in regrets.
func (c *Cell) held(e float64) float64 {
	if c.Relative && e < leastError {
		return leastError
	}
	return e
}

// loss is what a competitor loses over some cells; errors in percent of the best single one's.
type loss struct {
	cells, worse                   int
	mean, median, p90, worst, rank float64
}

// regretOf sums up the cells that a competitor has a figure in.
func regretOf(cells []*Cell, name string) loss {
	var out loss
	var regrets []float64
	for _, c := range cells {
		own := c.held(nullable.Value(c.Error[name]))
		best, most := c.hindsight()
		best = c.held(best)
		if math.IsNaN(own) || !(best > 0) || math.IsInf(best, 0) {
			continue
		}
		regrets = append(regrets, 100*(own/best-1))
		if tau := nullable.Value(c.Rank[name]); !math.IsNaN(tau) {
			out.rank += most - tau
		} else {
			out.rank += most
		}
		if own > 1.01*c.held(c.groupMean()) {
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
	out.median, out.p90 = regrets[(len(regrets)-1)/2], regrets[int(math.Ceil(0.9*n))-1]
	out.worst = regrets[len(regrets)-1]
	return out
}

// hindsight returns the smallest error and the largest rank correlation of the single competitors.
func (c *Cell) hindsight() (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for name, e := range c.Error {
		if recipe.IsTrivial(name) || isAuto(name) {
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
	for _, name := range []string{ofGroup, recipe.TrivialPrefix + "mean"} {
		if e, ok := c.Error[name]; ok {
			return nullable.Value(e)
		}
	}
	return math.Inf(1)
}
