package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/pipeline"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial"
	"eahas/trial/target"
)

// methods are the columns of the result.
var methods = []string{"adapt", "scratch", "factor", "all"}

// bench is everything that all categories share.
type bench struct {
	config     *pipeline.Config
	data, work string
	axis       string
	plan       experiment.Plan // of all runs, and the costs that are learnt as logarithms
	variant    recipe.Variant
	all        map[target.Target][]float64 // by row: the answer of a surrogate that was trained without its fold
}

// measure does it for every category of the axis, and writes a line for each target, category and k.
func measure(ctx context.Context, w io.Writer, b *bench, variant string, ks []int, draws int) error {
	v, ok := recipe.Find(b.config.Variants, variant)
	if !ok {
		return fmt.Errorf("the config has no variant %q", variant)
	}
	p := b.plan.Table.Space.Param(b.axis)
	if p == nil || p.Kind != features.Choice {
		return fmt.Errorf("%q is no axis of categories", b.axis)
	}
	b.variant = *v
	b.plan = b.plan.Only(slices.DeleteFunc(slices.Clone(b.plan.Targets), func(t target.Target) bool {
		return t != target.EnergyPerEpoch && t != target.TimePerEpoch
	}))
	var err error
	if b.all, err = b.everything(ctx); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "target\t%s\truns\tk\t%s\t95 %% holds\t\n", b.axis, "MAPE: adapt\tscratch\tfactor\tall")
	for _, category := range p.Choices {
		if err := b.category(ctx, table, category, ks, draws); err != nil {
			return fmt.Errorf("%s: %w", category, err)
		}
		_ = table.Flush()
	}
	return nil
}

// everything answers each fold by a surrogate trained on the others.
func (b *bench) everything(ctx context.Context) (map[target.Target][]float64, error) {
	out := map[target.Target][]float64{}
	for _, t := range b.plan.Targets {
		out[t] = make([]float64, len(b.plan.Table.Trials))
	}
	stages := stage.Runner{Store: stage.Store{Dir: pipeline.WorkFolder(filepath.Join(b.work, "all"))},
		Seed: b.plan.Seed}
	for fold := range b.plan.Table.Folds {
		p, err := b.plan.Fold(ctx, stages, &b.variant, fold, 0)
		if err != nil {
			return nil, err
		}
		for t, values := range out {
			for k, i := range p.Rows {
				values[i] = p.Cost[t][k]
			}
		}
	}
	return out, nil
}

// withAxis leaves of a config the logs that have the axis.
func withAxis(c *pipeline.Config, axis string) {
	c.Logs = slices.DeleteFunc(c.Logs, func(m trial.Mapping) bool { _, ok := m.Params[axis]; return !ok })
}

// cell is the mean errors of the methods over the draws.
type cell struct {
	sum   map[string]float64
	n     float64
	held  float64
	asked float64
}

// category makes one the new one.
func (b *bench) category(ctx context.Context, w io.Writer, category features.Value, ks []int, draws int) error {
	rows := b.runsOf(category)
	base, err := b.base(ctx, category)
	if err != nil {
		return err
	}
	for _, k := range ks {
		if k >= len(rows) {
			continue
		}
		cells := make([]cell, len(b.plan.Targets))
		for draw := range draws {
			r := stream.New(b.plan.Seed, "bench adapt", category.String(), fmt.Sprint(k), fmt.Sprint(draw))
			order := slices.Clone(rows)
			r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			if err := b.draw(ctx, cells, base, category, order[:k], order[k:]); err != nil {
				return err
			}
		}
		for n, t := range b.plan.Targets {
			c := &cells[n]
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t", t, category, len(rows), k)
			for _, m := range methods {
				fmt.Fprintf(w, "%.1f %%\t", 100*c.sum[m]/c.n)
			}
			fmt.Fprintf(w, "%.1f %%\t\n", 100*c.held/c.asked)
		}
	}
	return nil
}

// runsOf are the rows of a category whose other categories some run of another has, too: nobody can know the rest.
func (b *bench) runsOf(category features.Value) (of []int) {
	others := func(c features.Config) string {
		out := ""
		for _, p := range b.plan.Table.Space.Params {
			if p.Kind == features.Choice && p.Name != b.axis {
				out += p.Name + "=" + c[p.Name].String() + "|"
			}
		}
		return out
	}
	seen := map[string]bool{}
	for _, t := range b.plan.Table.Trials {
		if v := t.Config.Get(b.axis); !v.IsMissing() && !v.Same(category) {
			seen[others(t.Config.Config())] = true
		}
	}
	for i, t := range b.plan.Table.Trials {
		if t.Config.Get(b.axis).Same(category) && seen[others(t.Config.Config())] {
			of = append(of, i)
		}
	}
	return of
}

// base makes a bundle of the runs of all other categories, as a user would: with a space that lacks the new one.
func (b *bench) base(ctx context.Context, category features.Value) (*artifacts.Bundle, error) {
	c := *b.config
	c.Name = c.Name + "-without-" + category.String()
	c.Variants, c.Freeze = []recipe.Variant{b.variant}, b.variant.Name
	c.Space.Space.Params = slices.Clone(c.Space.Space.Params)
	p := c.Space.Space.Param(b.axis)
	p.Choices = slices.DeleteFunc(slices.Clone(p.Choices), func(v features.Value) bool { return v.Same(category) })
	c.Evaluate.By = "holdout" // intervals from a fifth: enough here, and a third of the time
	c.Logs = nil
	for _, m := range b.config.Logs {
		m.Where = maps.Clone(m.Where)
		if m.Where == nil {
			m.Where = map[string]trial.Values{}
		}
		m.Where[m.Params[b.axis]] = p.Choices
		c.Logs = append(c.Logs, m)
	}
	out := filepath.Join(b.work, c.Name)
	if _, err := pipeline.Run(ctx, &c, pipeline.Options{DataDir: b.data, Out: out, Replace: true}); err != nil {
		return nil, err
	}
	return artifacts.OpenBundle(out)
}

// tableOf makes a table of some trials of another.
func tableOf(space features.Space, from *dataset.Table, rows []int, split dataset.Split) (*dataset.Table, error) {
	var of []trial.Trial
	for _, i := range rows {
		of = append(of, from.Trials[i])
	}
	split.Folds = 5
	t, _, err := dataset.New(dataset.Settings{Space: space, Split: split, Own: from.Own}, from.Metric, of)
	return t, err
}

// draw answers the rest from a few runs by every method.
func (b *bench) draw(ctx context.Context, cells []cell, base *artifacts.Bundle, category features.Value,
	few, rest []int) error {
	table := b.plan.Table
	var configs []features.Config
	for _, i := range few {
		configs = append(configs, table.Trials[i].Config.Config())
	}
	space := base.Surrogate.Spec().Space
	space, _ = space.Widen(append(configs, features.Config{b.axis: category}))
	runs, err := tableOf(space, table, few, dataset.Split{By: "holdout", Holdout: 0.5})
	if err != nil {
		return err
	}
	made, err := experiment.AdaptTo(ctx, base.Surrogate, space, b.axis, category, runs, base.First, b.plan.Seed)
	if err != nil {
		return err
	}
	scratch, err := b.plan.TrainAndPredict(ctx, &b.variant, few, rest, experiment.NoSpread,
		models.Options{Seed: b.plan.Seed})
	if err != nil {
		return fmt.Errorf("scratch: %w", err)
	}
	for n, t := range b.plan.Targets {
		c := &cells[n]
		if c.sum == nil {
			c.sum = map[string]float64{}
		}
		truth, all := make([]float64, len(rest)), make([]float64, len(rest))
		for j, i := range rest {
			truth[j], all[j] = dataset.Label(t, &table.Trials[i]), b.all[t][i]
		}
		answers, held, err := ask(made.Surrogate, table, t, rest, truth)
		if err != nil {
			return err
		}
		factor, err := b.factor(base.Surrogate, t, few, rest)
		if err != nil {
			return err
		}
		c.n, c.asked, c.held = c.n+1, c.asked+float64(min(bounded, len(rest))), c.held+held
		for m, x := range map[string][]float64{"adapt": answers, "scratch": scratch.Cost[t], "factor": factor,
			"all": all} {
			c.sum[m] += eval.MAPE(truth, x)
		}
	}
	return nil
}

// bounded is how many rows are asked for intervals, which take a process longer than answers.
const bounded = 60

// ask asks a surrogate for some rows, and, with their true values, how many of the first its intervals of 95 % hold.
func ask(s *artifacts.Surrogate, table *dataset.Table, t target.Target, rows []int, truth []float64) (answers []float64,
	held float64, err error) {
	var a artifacts.Answer
	space := s.Spec().Space
	for j, i := range rows {
		config := space.Canonical(table.Trials[i].Config.Config())
		if err := s.QueryInto(&a, config, artifacts.Whole); err != nil {
			// a number beyond all that is known: the nearest that is
			wide, _ := space.Widen([]features.Config{config})
			if config = clipped(wide, space, config); s.QueryInto(&a, config, artifacts.Whole) != nil {
				return nil, 0, err
			}
		}
		a.Intervals = nil
		if truth != nil && j < bounded {
			if err := s.Bounds(&a, 0.95); err != nil {
				return nil, 0, err
			}
		}
		x, low, high := a.EnergyPerEpoch, math.NaN(), math.NaN()
		if a.Intervals != nil {
			low, high = a.Intervals.EnergyLow, a.Intervals.EnergyHigh
		}
		if t == target.TimePerEpoch {
			if x = a.TimePerEpoch; a.Intervals != nil {
				low, high = a.Intervals.TimeLow, a.Intervals.TimeHigh
			}
		}
		answers = append(answers, x)
		if low <= high && truth[j] >= low && truth[j] <= high {
			held++
		}
	}
	return answers, held, nil
}

// clipped moves numbers that only the wider space holds to the ends of the narrow one.
func clipped(wide, narrow features.Space, c features.Config) features.Config {
	out := features.Config{}
	for name, v := range c {
		p := narrow.Param(name)
		if x, ok := v.Float(); ok && p != nil && p.Numeric() {
			v = features.Number(max(p.Low, min(p.High, x)))
		}
		out[name] = v
	}
	return wide.Canonical(out)
}

// factor answers by the known category whose answers are most in proportion to the few runs.
func (b *bench) factor(base *artifacts.Surrogate, t target.Target, few, rest []int) ([]float64, error) {
	table := b.plan.Table
	space := base.Spec().Space
	least := math.Inf(1)
	var best []float64
	for _, v := range space.Param(b.axis).Choices {
		as := *table
		as.Trials = slices.Clone(table.Trials)
		for i := range as.Trials {
			as.Trials[i].Config = as.Trials[i].Config.With(b.axis, v)
		}
		at, _, err := ask(base, &as, t, few, nil)
		if err != nil {
			return nil, err
		}
		var logs []float64
		mean := 0.0
		for j, i := range few {
			x := math.Log(dataset.Label(t, &table.Trials[i]) / at[j])
			logs, mean = append(logs, x), mean+x/float64(len(few))
		}
		spread := 0.0
		for _, x := range logs {
			spread += (x - mean) * (x - mean)
		}
		if spread >= least {
			continue
		}
		least = spread
		if best, _, err = ask(base, &as, t, rest, nil); err != nil {
			return nil, err
		}
		for j := range best {
			best[j] *= math.Exp(mean)
		}
	}
	return best, nil
}
