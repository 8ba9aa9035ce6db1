package guess

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"

	"eahas/internal/paste"
	"eahas/trial/names"
)

// What the leak guard asks for before it speaks: this many runs, this many values, and this share of the variance of a
// result's ranks that one column alone explains.
const (
	leakRuns   = 20
	leakValues = 10
	leakShare  = 0.995
)

// outcome is something measured of each run that a setting must not foretell.
type outcome struct {
	name   string
	of     []float64 // by run; NaN where it is not known
	learnt bool      // what is learnt of the run, by its role
	part   bool      // another cost than the run's: a setting such as the operations may well foretell it
}

// outcomes lists the results that the roles name.
func (s *survey) outcomes() []outcome {
	var out []outcome
	for _, c := range s.columns {
		switch c.role {
		case RoleCurve, RoleFinal, RoleResult:
			if c.Kind == "text" || c.role == RoleResult && names.Metric(c.Name) == "" && !isCost(c.Name) {
				continue // what is foretold of a result that nobody asks for, such as memory, is no leak
			}
			o := outcome{name: c.Name, learnt: c.role != RoleResult,
				part: c.role == RoleResult && names.Metric(c.Name) == ""}
			for i := range c.runs {
				o.of = append(o.of, c.runs[i].last)
			}
			out = append(out, o)
		case RoleEnergy, RoleTime:
			o := outcome{name: "the run's " + string(c.role) + " (" + c.Name + ")", learnt: true}
			per := len(c.as) > 3 && c.as[:3] == "per"
			for i := range c.runs {
				x := c.runs[i].last
				if per && c.runs[i].n > 0 {
					x = c.runs[i].sum
				}
				o.of = append(o.of, x)
			}
			out = append(out, o)
		}
	}
	return out
}

func isCost(name string) bool {
	_, ok := names.CostOf(name)
	return ok
}

// guard takes settings out again that alone foretell an outcome almost exactly, but those that the user calls settings
// (axes). The test is one of the data: neighbours in the column's order foretell the outcome of the run between them,
// as ranks.
func (s *survey) guard(axes *regexp.Regexp) {
	outcomes := slices.DeleteFunc(s.outcomes(), func(o outcome) bool { return o.part })
	for _, c := range s.columns {
		if c.role != RoleAxis || c.as == planned || c.Kind == "text" {
			continue
		}
		if values, _ := c.distinct(); values < leakValues {
			continue
		}
		x := make([]float64, len(c.runs))
		for i := range c.runs {
			x[i] = c.runs[i].last
		}
		for _, o := range outcomes {
			share := foretold(x, o.of)
			if share < leakShare {
				continue
			}
			why := fmt.Sprintf("foretells %s alone almost exactly (%.2f %% of the variance of its ranks): it looks "+
				"like a result", o.name, 100*share)
			if axes != nil && axes.MatchString(c.Name) {
				c.why += "; " + why + ", but -axis calls it a setting"
			} else {
				c.take(RoleLeft, "", "%s. If it is a setting, add it to params and space, and to the key settings; "+
					"or -axis %s", why, paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
			}
			break
		}
	}
}

// foretold is the share of the variance of y's ranks that x explains: each run's rank is told from the runs next to it
// in the order of x, by a straight line. NaN values are left out; 0 when there are too few.
func foretold(x, y []float64) float64 {
	var at []int
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			at = append(at, i)
		}
	}
	n := len(at)
	if n < leakRuns {
		return 0
	}
	rank := ranks(y, at)
	if rank == nil {
		return 0
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	mean, sst, sse := 0.0, 0.0, 0.0
	for _, i := range at {
		mean += rank[i] / float64(n)
	}
	for k := 1; k < n-1; k++ {
		i, before, after := at[k], at[k-1], at[k+1]
		told := (rank[before] + rank[after]) / 2
		if d := x[after] - x[before]; d > 0 {
			w := (x[i] - x[before]) / d
			told = rank[before]*(1-w) + rank[after]*w
		}
		sse += (rank[i] - told) * (rank[i] - told)
		sst += (rank[i] - mean) * (rank[i] - mean)
	}
	if !(sst > 0) {
		return 0
	}
	return 1 - sse/sst
}

// ranks gives the ranks of the values at the given places, ties the mean of theirs; nil when fewer than leakValues
// differ.
func ranks(y []float64, at []int) map[int]float64 {
	order := slices.Clone(at)
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(y[a], y[b]) })
	out := map[int]float64{}
	values := 0
	for lo := 0; lo < len(order); {
		hi := lo
		for hi < len(order) && y[order[hi]] == y[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			out[i] = float64(lo+hi-1) / 2
		}
		values++
		lo = hi
	}
	if values < leakValues {
		return nil
	}
	return out
}
