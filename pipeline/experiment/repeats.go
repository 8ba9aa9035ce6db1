package experiment

import (
	"math"

	"eahas/artifacts"
	"eahas/eval"
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
func (p Plan) Repeats(s *artifacts.Surrogate) ([]Repeated, error) {
	var out []Repeated
	for _, t := range p.Targets {
		one, err := p.repeats(s, t)
		if err != nil {
			return nil, err
		}
		if one.Configurations > 0 && len(one.Levels) > 0 && one.Levels[0].N > 0 {
			out = append(out, one)
		}
	}
	return out, nil
}

func (p Plan) repeats(s *artifacts.Surrogate, t target.Target) (Repeated, error) {
	out := Repeated{Target: t}
	groups, order := map[int][]int{}, []int{}
	for _, i := range p.Table.Labelled(t, p.Table.All()) {
		g := p.Table.Group[i]
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], i)
	}
	scale := func(x float64) float64 { return x }
	if p.definition(t).Scale == target.Log {
		scale = math.Log
	}
	for k, level := range s.Levels() {
		var truth, low, high []float64
		for _, g := range order {
			rows := groups[g]
			n := float64(len(rows))
			if len(rows) < 2 {
				continue
			}
			if k == 0 {
				out.Configurations++
			}
			mean := 0.0
			values := make([]float64, len(rows))
			for j, i := range rows {
				values[j] = scale(p.lastValue(t, i))
				mean += values[j] / n
			}
			for j, i := range rows {
				from, to, err := p.boundsAt(s, t, i, level)
				if err != nil {
					return out, err
				}
				truth = append(truth, mean+(values[j]-mean)*math.Sqrt((n+1)/(n-1)))
				low, high = append(low, scale(from)), append(high, scale(to))
			}
		}
		out.Levels = append(out.Levels, eval.IntervalCoverage(level, truth, low, high))
	}
	return out, nil
}

// lastValue is the label of a trial; of a curve its last value.
func (p Plan) lastValue(t target.Target, row int) float64 {
	one := &p.Table.Trials[row]
	if t == target.Curve {
		return one.Curve.Values[len(one.Curve.Values)-1]
	}
	return dataset.Label(t, one)
}

// boundsAt asks for the interval of one trial's target; NaN where the surrogate has none.
func (p Plan) boundsAt(s *artifacts.Surrogate, t target.Target, row int, level float64) (low, high float64, err error) {
	one := &p.Table.Trials[row]
	var a artifacts.Answer
	if t == target.Curve {
		err = s.QueryAt(&a, one.Config.Config(), one.Curve.Epochs)
	} else {
		err = s.QueryInto(&a, one.Config.Config(), artifacts.Whole)
	}
	if err == nil {
		err = s.Bounds(&a, level)
	}
	if err != nil || a.Intervals == nil {
		return math.NaN(), math.NaN(), err
	}
	_, low, high = answerOf(&a, t)
	return low, high, nil
}
