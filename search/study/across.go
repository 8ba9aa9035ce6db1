package study

import (
	"fmt"
	"math"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/nullable"
	"eahas/internal/stream"
)

// version is the program's, as reports state it.
const version = artifacts.CodeVersion

// leastTasks is from how many tasks on methods are compared over tasks.
const leastTasks = 8

// Across compares the methods over tasks, by their median regrets at the end.
type Across struct {
	Tasks    int             `json:"tasks"`
	Ranks    nullable.Floats `json:"mean_ranks"` // per method
	Friedman Figure          `json:"friedman"`
	P        Figure          `json:"p"`
	// of mean ranks at .05 (Nemenyi, N = tasks); NaN when there are too many methods
	CD Figure `json:"critical_difference"`
	// per method: Wilcoxon over tasks against the first, adjusted by Holm; NaN for the first
	AgainstFirst nullable.Floats `json:"p_against_first"`
}

// across is nil for fewer than 8 tasks: a few tasks say nothing about tasks.
func across(s *Summary) *Across {
	n := len(s.Tasks)
	if n < leastTasks || len(s.Methods) < 2 {
		return nil
	}
	table := make([][]float64, n) // task x method
	for i, t := range s.Tasks {
		for _, sc := range t.Scores {
			table[i] = append(table[i], max(t.Floor, float64(sc.Regret.Median)))
		}
	}
	a := &Across{Tasks: n, Ranks: make([]float64, len(s.Methods)), CD: Figure(math.NaN())}
	for _, row := range table {
		for m, r := range eval.AverageRanks(row) {
			a.Ranks[m] += r / float64(n)
		}
	}
	f, p := eval.Friedman(table)
	a.Friedman, a.P = Figure(f), Figure(p)
	if cd, err := eval.CriticalDifference(len(s.Methods), n); err == nil {
		a.CD = Figure(cd)
	}
	column := func(m int) []float64 {
		v := make([]float64, n)
		for i := range table {
			v[i] = table[i][m]
		}
		return v
	}
	var ps []float64
	for m := 1; m < len(s.Methods); m++ {
		ps = append(ps, eval.Wilcoxon(column(0), column(m)))
	}
	a.AgainstFirst = append(nullable.Floats{math.NaN()}, eval.Holm(ps)...)
	return a
}

// warn says what a reader must know first.
func (s *Summary) warn(tasks []*Task) {
	for i, t := range s.Tasks {
		below, outside, under := 0, 0, 0
		for _, sc := range t.Scores {
			below, outside = below+sc.Below, outside+sc.Outside
			if sc.Regret.Median < 0 {
				under++
			}
		}
		all := len(t.Scores) * s.Seeds
		if below > 0 {
			s.Warnings = append(s.Warnings,
				fmt.Sprintf("%s: %d of %d runs end with a regret below %.3g %s, %s: the surrogate cannot tell these "+
					"apart, and they are ties in the ranks.",
					t.Name, below, all, t.Floor, t.Unit, t.FloorBy))
		}
		if outside > 0 {
			s.Warnings = append(s.Warnings,
				fmt.Sprintf("%s: %d of %d incumbents lie beside the training data of the surrogate.", t.Name, outside,
					all))
		}
		if under > 0 {
			s.Warnings = append(s.Warnings,
				fmt.Sprintf("%s: methods found less than the bounds' best (%d configurations were looked at); raise "+
					"bounds: draws.", t.Name, t.Bounds.Looked))
		}
		if tasks[i].Config.Bundle != "" && tasks[i].Judge == nil {
			s.Warnings = append(s.Warnings,
				fmt.Sprintf("%s: no judge: a search climbs the errors of a surrogate; judge: BUNDLE (trained on "+
					"other trials) says what the finds are worth.", t.Name))
		}
	}
}

// stableSeed names a resampling.
func stableSeed(names ...string) uint64 { return stream.Seed(0, names...) }
