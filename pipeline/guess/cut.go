package guess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial/arrowio"
)

// Thresholds of what was cut from outside.
const (
	fewestCut = 5 // runs that end early, at least
	// of the runs that went on, those that are better than a run where it ends; the mean over runs
	worseShare = 0.8
	wholeShare = 0.1 // of all runs reach the longest end, where the ends are no rungs
	mostRungs  = 9   // ends of halving, at most
	rungRatio  = 1.5 // of the ends of neighbouring rungs, at least
	// of the early ends, those as many epochs behind the best value: the runs stopped by themselves
	patient     = 0.5
	mostPoints  = 1 << 24 // of all curves that are looked at
	mostByGroup = 64      // values of an axis that sorts runs into groups
	mostRivals  = 2000    // runs that went on, the longest ones
)

// errTooMany ends a scan.
var errTooMany = errors.New("guess: too many points")

// ending is the curve of a run, for its end.
type ending struct {
	epochs, values []float64 // by epoch, increasing
}

func (e *ending) last() float64 { return e.epochs[len(e.epochs)-1] }

// at is the value at an epoch, the last one at or before it; NaN before the first.
func (e *ending) at(epoch float64) float64 {
	k, found := slices.BinarySearch(e.epochs, epoch)
	if found {
		k++
	}
	if k == 0 {
		return math.NaN()
	}
	return e.values[k-1]
}

// cut is what a log's curves say about how long its runs were meant to be.
type cut struct {
	planned float64
	why     string
}

// findCut looks for runs that were cut, in the one log that holds curves.
func (g *Guess) findCut(ctx context.Context, dir string) error {
	var of *survey
	for _, s := range g.surveys {
		if s.has(RoleCurve) {
			if of != nil {
				return nil
			}
			of = s
		}
	}
	if of == nil {
		return nil
	}
	var err error
	if g.cut, err = of.findCut(ctx, dir); g.cut != nil {
		of.of(RoleCurve).why += "; " + g.cut.why
	}
	return err
}

// findCut tells runs that a search cut from outside (halving, median rule) from runs of planned lengths and runs that
// stop by themselves, where no column says it: those that end early are worse, where they end, than those that went on.
// Nil where the curves do not say so.
func (s *survey) findCut(ctx context.Context, dir string) (*cut, error) {
	c := s.of(RoleCurve)
	if c == nil || s.has(RolePlanned) || s.has(RoleEnded) ||
		slices.ContainsFunc(s.columns, func(c *column) bool { return c.as == planned }) {
		return nil, nil
	}
	runs, err := s.curves(ctx, dir, c)
	if err != nil || runs == nil {
		return nil, err
	}
	kind, _, _ := strings.Cut(c.as, ", ")
	lower := kind == "loss" || kind == "error"
	longest, early, reached := math.Inf(-1), []int(nil), 0
	for _, r := range runs {
		if len(r.epochs) > 0 {
			longest = max(longest, r.last())
		}
	}
	var stops []float64
	for i, r := range runs {
		switch {
		case len(r.epochs) == 0:
		case r.last() < longest:
			early = append(early, i)
			stops = append(stops, r.last())
		default:
			reached++
		}
	}
	slices.Sort(stops)
	stops = slices.Compact(stops)
	rungs := 3*len(stops) <= len(early) && areRungs(append(stops[:len(stops):len(stops)], longest))
	if len(early) < fewestCut || s.lengthSaid(runs) || !rungs &&
		(float64(reached) < wholeShare*float64(len(runs)) || stopped(runs, early, lower) >= patient) {
		return nil, nil
	}
	share, by := s.worse(runs, early, lower)
	if !(share >= worseShare) {
		return nil, nil
	}
	where := ""
	if rungs {
		where = ", at " + listed(stops)
	}
	return &cut{longest, fmt.Sprintf("%d of %d runs end before%s; there %.0f %% of the runs that went on are "+
		"better%s: they were cut by a search", len(early), len(runs), where, 100*share, by)}, nil
}

// areRungs reports whether the ends (increasing) are few and grow by a factor, as those of halving do.
func areRungs(ends []float64) bool {
	for k := 1; k < len(ends); k++ {
		if ends[k] < rungRatio*ends[k-1] {
			return false
		}
	}
	return len(ends) <= mostRungs
}

// lengthSaid reports whether an axis states how long runs are: all of one value end at one epoch.
func (s *survey) lengthSaid(runs []ending) bool {
	for _, c := range s.columns {
		values, n := c.distinct()
		if c.role != RoleAxis || values < 2 || 2*values > n || len(c.runs) != len(runs) {
			continue
		}
		end, one := map[features.Value]float64{}, true
		for i, r := range runs {
			if v := c.runs[i].first; len(r.epochs) > 0 {
				e, seen := end[v]
				one = one && (!seen || e == r.last())
				end[v] = r.last()
			}
		}
		if one {
			return true
		}
	}
	return false
}

// stopped is the largest share of the runs that end the same number of points, at least one, behind their best value:
// with patience all do.
func stopped(runs []ending, early []int, lower bool) float64 {
	behind := map[int]int{}
	most := 0
	for _, i := range early {
		v := runs[i].values
		best := 0
		for k := range v {
			if better(v[k], v[best], lower) {
				best = k
			}
		}
		if d := len(v) - 1 - best; d > 0 {
			behind[d]++
			most = max(most, behind[d])
		}
	}
	return float64(most) / float64(len(early))
}

func better(a, b float64, lower bool) bool {
	if lower {
		return a < b
	}
	return a > b
}

// worse is the mean share of the runs that went on which are better than an early run where it ends, and in words among
// which runs: all, or those of one value of an axis, whichever tells most.
func (s *survey) worse(runs []ending, early []int, lower bool) (share float64, by string) {
	share = outlived(runs, early, nil, lower)
	for _, c := range s.columns {
		values, _ := c.distinct()
		if c.role != RoleAxis || values < 2 || values > mostByGroup || len(c.runs) != len(runs) {
			continue
		}
		if x := outlived(runs, early, c, lower); x > share {
			share, by = x, " (of one "+c.Name+")"
		}
	}
	return share, by
}

// outlived compares each early run with those that went on, of the same value of a column if one is given; equal values
// count half. NaN where fewer than half of the early runs have any to be compared with.
func outlived(runs []ending, early []int, c *column, lower bool) float64 {
	order := make([]int, 0, len(runs)) // by end, the longest first
	for i, r := range runs {
		if len(r.epochs) > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(runs[b].last(), runs[a].last()) })
	sum, n := 0.0, 0
	for _, i := range early {
		e := runs[i].last()
		mine := runs[i].at(e)
		won, of := 0.0, 0
		for _, j := range order[:min(len(order), mostRivals)] {
			if runs[j].last() <= e {
				break
			}
			theirs := runs[j].at(e)
			if c != nil && c.runs[j].first != c.runs[i].first || theirs != theirs {
				continue
			}
			of++
			switch {
			case mine != mine || better(theirs, mine, lower):
				won++
			case theirs == mine:
				won += 0.5
			}
		}
		if of > 0 {
			sum += won / float64(of)
			n++
		}
	}
	if 2*n < len(early) {
		return math.NaN()
	}
	return sum / float64(n)
}

func listed(xs []float64) string {
	var out []string
	for _, x := range xs {
		out = append(out, fmt.Sprintf("%g", x))
	}
	return strings.Join(out, ", ")
}

// curves reads the curve of each run; nil where there are too many points, or epochs that do not rise.
func (s *survey) curves(ctx context.Context, dir string, c *column) ([]ending, error) {
	ask := []string{c.Name}
	id, epoch := -1, -1
	if s.epoch != "" {
		epoch, ask = len(ask), append(ask, s.epoch)
	}
	if s.long {
		if s.id == "" || epoch < 0 {
			return nil, nil
		}
		id, ask = len(ask), append(ask, s.id)
	}
	var runs []ending
	runOf := map[string]int{}
	total := 0
	err := arrowio.ScanAll(ctx, s.paths, dir, ask, func(r *arrowio.Rows) error {
		for row := range r.Len() {
			if s.long {
				key := r.Text(id, row)
				k, ok := runOf[key]
				if !ok {
					k = len(runs)
					runOf[key], runs = k, append(runs, ending{})
				}
				if r.Null(0, row) || r.Null(epoch, row) {
					continue
				}
				runs[k].epochs = append(runs[k].epochs, r.Float(epoch, row))
				runs[k].values = append(runs[k].values, r.Float(0, row))
				total++
				continue
			}
			one := ending{values: r.Floats(nil, 0, row)}
			if epoch >= 0 {
				one.epochs = r.Floats(nil, epoch, row)
			}
			for k := len(one.epochs); k < len(one.values); k++ {
				one.epochs = append(one.epochs, float64(k+1))
			}
			one.epochs = one.epochs[:len(one.values)]
			runs = append(runs, one)
			total += len(one.values)
		}
		if total > mostPoints {
			return errTooMany
		}
		return nil
	})
	if err == errTooMany {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range runs {
		runs[i].sort()
	}
	return runs, nil
}

// sort puts the points in the order of their epochs and leaves out what has no number for one.
func (e *ending) sort() {
	order := make([]int, 0, len(e.epochs))
	for k, x := range e.epochs {
		if x-x == 0 {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(e.epochs[a], e.epochs[b]) })
	var out ending
	for _, k := range order {
		out.epochs, out.values = append(out.epochs, e.epochs[k]), append(out.values, e.values[k])
	}
	*e = out
}
