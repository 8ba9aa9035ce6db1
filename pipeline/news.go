package pipeline

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/eval"
	"eahas/features"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/report"
	"eahas/trial/target"
)

// surprising is the probability below which a difference is told as one, divided by the number of targets that are
// looked at (Bonferroni).
const surprising = 0.01

// mostMissed is how many of the missed trials of a target the report lists.
const mostMissed = 10

// addNews says what is new in logs that came in, and keeps it for the report.
func (r *run) addNews(ctx context.Context, p *prepared, old *earlier, b batch, widened []features.Widened) error {
	table := p.plan.Table
	fresh := make([]bool, len(table.Trials))
	var newRows, oldRows []int
	for i := range table.Trials {
		if fresh[i] = b.isNew[table.Trials[i].ID]; fresh[i] {
			newRows = append(newRows, i)
		} else {
			oldRows = append(oldRows, i)
		}
	}
	if len(newRows) == 0 {
		return fmt.Errorf("%w: every new run was rejected; the first: %s", ErrNothingNew, inWords(p.rejected[0]))
	}
	n := &report.News{Bundle: old.name, New: len(newRows), Old: len(oldRows), Again: p.in.again}
	n.Configs, n.Known = r.known(p, oldRows, newRows)
	for _, w := range widened {
		n.Space = append(n.Space, w.String())
	}
	n.Drift = p.drift(old, oldRows, newRows)
	missed, refused, err := p.plan.AskMissed(old.Surrogate, newRows)
	if err != nil {
		return err
	}
	n.Refused = len(refused)
	for _, m := range missed {
		n.Missed = append(n.Missed, p.missedInWords(m, len(missed)))
	}
	v, _ := recipe.Find(r.config.Variants, r.config.Freeze) // the config's check saw it
	compared, err := p.plan.AskRetrained(ctx, r.stages, v, old.Surrogate, old.name, fresh)
	if err != nil {
		return err
	}
	n.HeldOut, n.Compared, n.Uncompared = compared.HeldOut, compared.Trials, compared.Unknown
	n.ComparedConfigs = compared.Configs
	p.news, p.newsDiffs = n, compared.Diffs
	return nil
}

// known counts the configurations of the new trials, and those of the new trials whose configuration is an old one; -1
// where the old ones are not there.
func (r *run) known(p *prepared, oldRows, newRows []int) (configs, known int) {
	group := p.plan.Table.Group
	before, now := map[int]bool{}, map[int]bool{}
	for _, i := range oldRows {
		before[group[i]] = true
	}
	for _, i := range newRows {
		now[group[i]] = true
		if before[group[i]] {
			known++
		}
	}
	if len(oldRows) == 0 {
		known = -1
	}
	return len(now), known
}

// drift compares the targets' values among old and new configurations. Where the old trials are not there, the bundle's
// report has their values.
func (p *prepared) drift(old *earlier, oldRows, newRows []int) (out []report.Drift) {
	for _, t := range p.plan.Targets {
		d := report.Drift{Target: t, Label: p.labelOf(t), Unit: p.unitOf(t)}
		was, is := p.medians(t, oldRows), p.medians(t, newRows)
		if len(oldRows) == 0 {
			was = old.values(t)
		}
		if len(was) == 0 || len(is) == 0 {
			continue
		}
		d.Old, d.New, d.OldMedian, d.NewMedian = len(was), len(is), eval.Median(was), eval.Median(is)
		d.Distance, d.P = eval.KolmogorovSmirnov(was, is)
		low, high := slices.Min(was), slices.Max(was)
		for _, x := range is {
			if x < low || x > high {
				d.Beyond += 1 / float64(len(is))
			}
		}
		out = append(out, d)
	}
	for i := range out {
		out[i].Drifted = out[i].P < surprising/float64(len(out))
	}
	return out
}

// values are those of a target that the bundle's report names, sorted.
func (e *earlier) values(t target.Target) (out []float64) {
	for _, l := range e.trials {
		if x, ok := l[t]; ok {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// medians are the values of a target, one for each configuration among the rows: the median of its trials.
func (p *prepared) medians(t target.Target, rows []int) (out []float64) {
	table := p.plan.Table
	of := map[int][]float64{}
	var order []int
	for _, i := range table.Labelled(t, rows) {
		g := table.Group[i]
		if of[g] == nil {
			order = append(order, g)
		}
		if x := lastValue(t, &table.Trials[i]); !math.IsNaN(x) {
			of[g] = append(of[g], x)
		}
	}
	for _, g := range order {
		out = append(out, eval.Median(of[g]))
	}
	return out
}

// labelOf is a target in words, as the report calls it.
func (p *prepared) labelOf(t target.Target) string {
	if t == target.Curve {
		return "last " + p.plan.Table.Metric.Column
	}
	d, _ := p.plan.Table.Own.Of(t)
	return d.Label
}

// unitOf is the unit of a target's values.
func (p *prepared) unitOf(t target.Target) string {
	if t == target.Curve {
		return shortUnit(p.plan.Table.Metric.Unit)
	}
	d, _ := p.plan.Table.Own.Of(t)
	return shortUnit(d.Unit)
}

// missedInWords is the report's line about one of several targets.
func (p *prepared) missedInWords(m experiment.Missed, targets int) report.Missed {
	out := report.Missed{Target: m.Target, Label: p.labelOf(m.Target), Unit: p.unitOf(m.Target), Asked: m.Asked,
		Missed: len(m.Misses), Configurations: m.Configurations, MissedConfigs: m.MissedConfigurations, P: m.P,
		More: m.P < surprising/float64(targets), Beside: m.Extrapolates}
	for k, one := range m.Misses {
		if one.Extrapolates {
			out.MissedBeside++
		}
		if k >= mostMissed {
			continue
		}
		t := &p.plan.Table.Trials[one.Row]
		out.Worst = append(out.Worst, report.MissedTrial{ID: t.ID, Config: t.Config.Key(), Truth: one.Truth,
			Pred: one.Pred, Low: one.Low, High: one.High, Beside: one.Extrapolates})
	}
	return out
}
