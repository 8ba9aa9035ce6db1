package experiment

import (
	"context"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/gather"
	"eahas/internal/par"
	"eahas/pipeline/dataset"
	"eahas/trial/target"
)

// Repeated says how a surrogate's intervals hold for further runs of the configurations that it was trained on.
type Repeated struct {
	Target         target.Target
	Configurations int // that have two runs or more
	Levels         []eval.Coverage
}

// Repeats checks the intervals of a surrogate that was trained on the whole table for further runs of its
// configurations. Held-out folds say nothing of that: they hold out whole configurations. A further run differs from
// the mean of R runs as they do from it, but sqrt((R+1)/(R-1)) times as much (its variance is 1 + 1/R of a run's,
// theirs 1 - 1/R), and the mean differs from the answer by what it does. Of curves the last value is looked at. Targets
// without intervals or without a configuration that has two runs are left out.
func (p Plan) Repeats(ctx context.Context, s *artifacts.Surrogate, workers int) ([]Repeated, error) {
	var out []Repeated
	for _, t := range p.Targets {
		one, err := p.repeats(ctx, s, t, workers)
		if err != nil {
			return nil, err
		}
		if one.Configurations > 0 && len(one.Levels) > 0 && one.Levels[0].N > 0 {
			out = append(out, one)
		}
	}
	return out, nil
}

func (p Plan) repeats(ctx context.Context, s *artifacts.Surrogate, t target.Target, workers int) (Repeated, error) {
	out := Repeated{Target: t}
	scale := func(x float64) float64 { return x }
	if p.definition(t).Scale == target.Log {
		scale = math.Log
	}
	var rows []int
	var truth []float64
	for _, of := range p.repeated(t) {
		out.Configurations++
		n, mean := float64(len(of)), 0.0
		values := make([]float64, len(of))
		for j, i := range of {
			values[j] = scale(p.lastValue(t, i))
			mean += values[j] / n
		}
		for j, i := range of {
			rows = append(rows, i)
			truth = append(truth, mean+(values[j]-mean)*math.Sqrt((n+1)/(n-1)))
		}
	}
	levels := s.Levels()
	low, high := make([][]float64, len(levels)), make([][]float64, len(levels))
	for k := range levels {
		low[k], high[k] = make([]float64, len(rows)), make([]float64, len(rows))
	}
	err := par.Each(ctx, len(rows), workers, func(_ context.Context, j int) error {
		return p.boundsAt(s, t, rows[j], func(k int, from, to float64) {
			low[k][j], high[k][j] = scale(from), scale(to)
		})
	})
	for k, level := range levels {
		out.Levels = append(out.Levels, eval.IntervalCoverage(level, truth, low[k], high[k]))
	}
	return out, err
}

// repeated lists the labelled rows of each configuration that has two or more, configurations as they first occur.
func (p Plan) repeated(t target.Target) [][]int {
	rows := slices.Values(p.Table.Labelled(t, p.Table.All()))
	out := gather.By(rows, func(i int) int { return p.Table.Group[i] })
	return slices.DeleteFunc(out, func(rows []int) bool { return len(rows) < 2 })
}

// lastValue is the label of a trial; of a curve its last value.
func (p Plan) lastValue(t target.Target, row int) float64 {
	one := &p.Table.Trials[row]
	if t == target.Curve {
		return one.Curve.Values[len(one.Curve.Values)-1]
	}
	return dataset.Label(t, one)
}

// boundsAt asks for one row and hands on the interval of each level of s; of curves that of the last value. NaN where
// the target has no intervals.
func (p Plan) boundsAt(s *artifacts.Surrogate, t target.Target, row int, take func(k int, low, high float64)) error {
	one := &p.Table.Trials[row]
	var a artifacts.Answer
	var err error
	if t == target.Curve {
		err = s.QueryAt(&a, one.Config.Config(), one.Curve.Epochs)
	} else {
		err = s.QueryInto(&a, one.Config.Config(), artifacts.Whole)
	}
	if err != nil {
		return err
	}
	for k, level := range s.Levels() {
		if err := s.Bounds(&a, level); err != nil {
			return err
		}
		low, high := math.NaN(), math.NaN()
		if a.Intervals != nil {
			_, low, high = answerOf(&a, t)
		}
		take(k, low, high)
	}
	return nil
}
