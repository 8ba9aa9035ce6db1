package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"eahas/internal/nullable"
	"eahas/pipeline/recipe"
	"eahas/trial/target"
)

// writeTable writes Markdown: what following the default variant and every competitor loses by size, and below it a
// line for each set, size and target, means over the draws: the default variant, the best single one of ours in
// hindsight, the one that a comparison would recommend, every peer, the mean of the group, and the seconds of a fold.
func writeTable(w io.Writer, cells []Cell) error {
	b := new(strings.Builder)
	fmt.Fprintf(b, "%d cells (a target of a subsample).\n\n", len(cells))
	autos := autosOf(cells)
	writeRegrets(b, partsOf(cells), autos, namesOf(cells))
	writeView(b, cells, slices.ContainsFunc(cells, func(c Cell) bool { return len(c.Logs) > 0 }), byLogs,
		"by RMSE alone, of costs that of logarithms, which one run far off does not decide")
	writeView(b, cells, slices.ContainsFunc(cells, func(c Cell) bool { return c.Draw != cells[0].Draw }), overDraws,
		"of the means over the draws of each target of a set at one size")
	peers := peersOf(cells)
	if len(autos) > 0 && len(peers) > 0 {
		writeBeside(b, cells, autos, peers)
	}
	b.WriteString("\n| set, split, runs | target | draws |")
	for _, name := range autos {
		fmt.Fprintf(b, " `%s` |", name)
	}
	b.WriteString(" best of ours in hindsight | recommended |")
	for _, name := range peers {
		fmt.Fprintf(b, " `%s` |", name)
	}
	b.WriteString(" mean of the group | s a fold |\n|---|---|---|")
	b.WriteString(strings.Repeat("---|", len(autos)+len(peers)+4) + "\n")
	for _, line := range linesOf(cells) {
		line.write(b, autos, peers)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeRegrets writes, for each part, what following the default variant's forms loses, and then what every other
// competitor loses on average.
func writeRegrets(b io.Writer, parts []part, autos, names []string) {
	fmt.Fprint(b, "| split, runs | variant | cells | regret: mean | median | p90 | worst | rank lost | over 1 % "+
		"worse than the mean of the group |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, p := range parts {
		for _, name := range autos {
			if r := regretOf(p.cells, name); r.cells > 0 {
				fmt.Fprintf(b, "| %s | `%s` | %d | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.3f | %d |\n", p.name, name,
					r.cells, r.mean, r.median, r.p90, r.worst, r.rank, r.worse)
			}
		}
	}
	fmt.Fprint(b, "\n| mean regret, % |")
	others := slices.DeleteFunc(slices.Clone(names), isAuto)
	for _, name := range others {
		fmt.Fprintf(b, " `%s` |", name)
	}
	fmt.Fprintf(b, "\n|---|%s\n", strings.Repeat("---|", len(others)))
	for _, p := range parts {
		fmt.Fprintf(b, "| %s |", p.name)
		for _, name := range others {
			if r := regretOf(p.cells, name); r.cells > 0 {
				fmt.Fprintf(b, " %.1f", r.mean)
			}
			fmt.Fprint(b, " |")
		}
		fmt.Fprintln(b)
	}
}

// writeView writes the regrets again, of what a view makes of the cells of each part, if there is anything to see.
func writeView(b io.Writer, cells []Cell, seen bool, view func([]*Cell) []*Cell, what string) {
	if !seen {
		return
	}
	parts := partsOf(cells)
	for i := range parts {
		parts[i].cells = view(parts[i].cells)
	}
	fmt.Fprintf(b, "\nThe same %s:\n\n", what)
	writeRegrets(b, parts, autosOf(cells), namesOf(cells))
}

// behind is the share of a peer's error by which another is not worse.
const behind = 0.02

// writeBeside writes, for each split and size, in how many cells each form of the default variant has a smaller error
// than each peer and than all of them, and in how many its error is larger than the best peer's by more than a share.
func writeBeside(b io.Writer, cells []Cell, autos, peers []string) {
	fmt.Fprintf(b, "\n| split, runs | variant | cells | over %g %% worse than the best peer | better than all |",
		100*behind)
	for _, p := range peers {
		fmt.Fprintf(b, " than `%s` |", p)
	}
	fmt.Fprintf(b, "\n|---|---|---|---|---|%s\n", strings.Repeat("---|", len(peers)))
	for _, p := range partsOf(cells) {
		for _, name := range autos {
			n, worse, best, better := beside(p.cells, name, peers)
			if n == 0 {
				continue
			}
			fmt.Fprintf(b, "| %s | `%s` | %d | %d | %d |", p.name, name, n, worse, best)
			for _, k := range better {
				fmt.Fprintf(b, " %d |", k)
			}
			fmt.Fprintln(b)
		}
	}
}

// beside counts the cells that a variant has an error in, those in which it is behind the best peer, those in which it
// is before all peers, and before each.
func beside(cells []*Cell, name string, peers []string) (n, worse, best int, better []int) {
	better = make([]int, len(peers))
	for _, c := range cells {
		own, least := c.held(c.of(name)), math.Inf(1)
		if math.IsNaN(own) {
			continue
		}
		n++
		for i, peer := range peers {
			e := c.held(c.of(peer))
			if own < e {
				better[i]++
			}
			if e < least { // no NaN
				least = e
			}
		}
		if own < least {
			best++
		}
		if own > (1+behind)*least {
			worse++
		}
	}
	return n, worse, best, better
}

// line is the draws of one target of a set at one size.
type line struct {
	cells       []*Cell
	recommended []string // of each draw
}

func linesOf(cells []Cell) []line {
	all := make([]*Cell, len(cells))
	for i := range cells {
		all[i] = &cells[i]
	}
	var out []line
	chosen := recommendations(cells)
	for _, draws := range drawsOf(all) {
		one := line{cells: draws}
		for _, c := range draws {
			one.recommended = append(one.recommended, chosen[c.name()])
		}
		out = append(out, one)
	}
	return out
}

func (l *line) write(b *strings.Builder, autos, peers []string) {
	c := l.cells[0]
	digits := func(x float64) string {
		switch {
		case math.IsNaN(x):
			return ""
		case c.Target != target.Curve && c.Relative:
			return fmt.Sprintf("%.1f %%", 100*x)
		}
		return fmt.Sprintf("%.3g", x)
	}
	fmt.Fprintf(b, "| %s, %s, %s | %s | %d |", c.Set, c.Split, size(c.Runs), c.Target, len(l.cells))
	for _, name := range autos {
		fmt.Fprintf(b, " %s |", digits(l.mean(func(c *Cell, _ int) float64 { return c.of(name) })))
	}
	best := l.mean(func(c *Cell, _ int) float64 {
		least := math.NaN()
		for name := range c.Error {
			if e := c.of(name); c.ours(name) && !math.IsNaN(e) && !(e >= least) {
				least = e
			}
		}
		return least
	})
	rec := l.mean(func(c *Cell, draw int) float64 { return c.of(l.recommended[draw]) })
	fmt.Fprintf(b, " %s | %s |", digits(best), digits(rec))
	for _, name := range peers {
		fmt.Fprintf(b, " %s |", digits(l.mean(func(c *Cell, _ int) float64 { return c.of(name) })))
	}
	group := digits(l.mean(func(c *Cell, _ int) float64 { return c.groupMean() }))
	seconds := ""
	if len(autos) > 0 {
		if s := l.mean(func(c *Cell, _ int) float64 { return orNaN(c.Seconds, autos[0]) }); !math.IsNaN(s) {
			seconds = fmt.Sprintf("%.1f", s)
		}
	}
	fmt.Fprintf(b, " %s | %s |\n", group, seconds)
}

// mean is the mean over the draws that have a number.
func (l *line) mean(of func(c *Cell, draw int) float64) float64 {
	sum, n := 0.0, 0.0
	for i, c := range l.cells {
		if x := of(c, i); !math.IsNaN(x) && !math.IsInf(x, 0) {
			sum, n = sum+x, n+1
		}
	}
	return sum / n
}

func orNaN(m map[string]float64, name string) float64 {
	if x, ok := m[name]; ok {
		return x
	}
	return math.NaN()
}

// of is the error of a competitor, NaN where it has none.
func (c *Cell) of(name string) float64 {
	return nullable.Value(c.Error[name])
}

// ours reports whether a competitor is a variant of ours, but for the default one's forms and trivial answers.
func (c *Cell) ours(name string) bool {
	return !recipe.IsTrivial(name) && !isAuto(name) && !slices.Contains(c.Peers, name)
}

func isAuto(name string) bool { return strings.HasPrefix(name, recipe.Default) }

// recommendations names, for each draw, the variant that loses least over errors and ranks, as the first rule of a
// comparison has it (experiment.Recommend); sizes of bundles are not known here.
func recommendations(cells []Cell) map[string]string {
	draws := map[string][]*Cell{}
	for i := range cells {
		draws[cells[i].name()] = append(draws[cells[i].name()], &cells[i])
	}
	out := map[string]string{}
	for name, draw := range draws {
		least := math.Inf(1)
		for _, variant := range namesOf(cells) {
			if recipe.IsTrivial(variant) || slices.Contains(draw[0].Peers, variant) {
				continue
			}
			sum := 0.0
			for _, c := range draw {
				sum += c.lossOf(variant)
			}
			if sum < least {
				least, out[name] = sum, variant
			}
		}
	}
	return out
}

// lossOf is what is lost by a variant, half in error and half in rank, each held to 0..1.
func (c *Cell) lossOf(variant string) float64 {
	least, most := math.Inf(1), math.Inf(-1)
	for name := range c.Error {
		if recipe.IsTrivial(name) || slices.Contains(c.Peers, name) {
			continue
		}
		if e := c.of(name); !math.IsNaN(e) {
			least = min(least, e)
		}
		if tau := nullable.Value(c.Rank[name]); !math.IsNaN(tau) {
			most = max(most, tau)
		}
	}
	held := func(x float64) float64 {
		if math.IsNaN(x) {
			return 1
		}
		return max(0, min(1, x))
	}
	loss := 0.0
	if e := c.of(variant); e != least {
		loss += held(e/least-1) / 2
	}
	if !math.IsInf(most, -1) {
		tau := math.NaN()
		if r, ok := c.Rank[variant]; ok {
			tau = nullable.Value(r)
		}
		loss += held(most-tau) / 2
	}
	return loss
}
