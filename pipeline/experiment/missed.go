package experiment

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/pipeline/dataset"
	"eahas/trial/target"
)

// missLevel is the probability with which an interval should hold a value; one of interval.DefaultLevels.
const missLevel = 0.95

// Miss is one trial whose value lies outside of the interval that a frozen surrogate gave for it. Of a curve it is the
// last value.
type Miss struct {
	Row                    int // of the table
	Truth, Pred, Low, High float64
	By                     float64 // distance from the interval, in half widths; on logarithms where those are learnt
	Extrapolates           bool
}

// Missed says how often the values of some trials lie outside of the intervals of a frozen surrogate.
type Missed struct {
	Target       target.Target
	Asked        int    // trials with a value and an interval
	Extrapolates int    // of these, those at which the surrogate extrapolates
	Misses       []Miss // the worst first

	// Repeats of a configuration miss together. So the test counts configurations, each by its first trial.
	Configurations, MissedConfigurations int
	P                                    float64 // of as many or more, if one in twenty were missed (eval.MoreOften)
}

// AskMissed asks a frozen surrogate for the trials of the given rows, and says of each target with intervals how many
// values lie outside. refused are the rows that its space does not hold. A bundle without intervals: none.
func (p Plan) AskMissed(s *artifacts.Surrogate, rows []int) (out []Missed, refused []int, err error) {
	space := s.Spec().Space
	var accepted []int
	room := features.Config{}
	for _, i := range rows {
		if space.Check(p.Table.Trials[i].Config.Into(room)) != nil {
			refused = append(refused, i)
		} else {
			accepted = append(accepted, i)
		}
	}
	if !slices.Contains(s.Levels(), missLevel) {
		return nil, refused, nil
	}
	for _, t := range p.Targets {
		one, err := p.missed(s, t, accepted)
		if err != nil {
			return nil, refused, err
		}
		if one.Asked > 0 {
			out = append(out, one)
		}
	}
	return out, refused, nil
}

func (p Plan) missed(s *artifacts.Surrogate, t target.Target, rows []int) (Missed, error) {
	out := Missed{Target: t}
	counted := map[int]bool{}
	var a artifacts.Answer
	for _, i := range p.Table.Labelled(t, rows) {
		m, err := p.missAt(s, &a, t, i)
		if errors.Is(err, artifacts.ErrConfig) { // a curve of one point where none is possible, say
			continue
		}
		if err != nil {
			return out, fmt.Errorf("trial %s: %w", p.Table.Trials[i].ID, err)
		}
		if math.IsNaN(m.Low) || math.IsNaN(m.Pred) {
			continue
		}
		missed := m.Truth < m.Low || m.Truth > m.High
		out.Asked++
		if m.Extrapolates {
			out.Extrapolates++
		}
		if g := p.Table.Group[i]; !counted[g] {
			counted[g] = true
			out.Configurations++
			if missed {
				out.MissedConfigurations++
			}
		}
		if missed {
			out.Misses = append(out.Misses, m)
		}
	}
	slices.SortStableFunc(out.Misses, func(a, b Miss) int { return cmp.Compare(b.By, a.By) })
	out.P = eval.MoreOften(out.MissedConfigurations, out.Configurations, 1-missLevel)
	return out, nil
}

// missAt asks for one trial: truth, answer and interval; NaN where the surrogate has none.
func (p Plan) missAt(s *artifacts.Surrogate, a *artifacts.Answer, t target.Target, row int) (Miss, error) {
	one := &p.Table.Trials[row]
	m := Miss{Row: row, Pred: math.NaN(), Low: math.NaN(), High: math.NaN()}
	config := one.Config.Config()
	query := func() error { return s.QueryInto(a, config, artifacts.Whole) }
	if t == target.Curve {
		if s.Head(target.Curve) == nil {
			return m, nil
		}
		query = func() error { return s.QueryAt(a, config, one.Curve.Epochs) }
		m.Truth = one.Curve.Values[len(one.Curve.Values)-1]
	} else {
		m.Truth = dataset.Label(t, one)
	}
	if err := query(); err != nil {
		return m, err
	}
	if err := s.Bounds(a, missLevel); err != nil || a.Intervals == nil {
		return m, err
	}
	m.Extrapolates = a.Extrapolates
	m.Pred, m.Low, m.High = answerOf(a, t)
	scale := func(x float64) float64 { return x }
	if p.definition(t).Scale == target.Log {
		scale = math.Log
	}
	end := m.High
	if m.Truth < m.Pred {
		end = m.Low
	}
	m.By = math.Abs(scale(m.Truth)-scale(end)) / math.Abs(scale(end)-scale(m.Pred))
	return m, nil
}

// answerOf takes one target's number and interval out of an answer; of a curve the last value.
func answerOf(a *artifacts.Answer, t target.Target) (value, low, high float64) {
	v := a.Intervals
	switch t {
	case target.Curve:
		if len(a.Curve) == 0 || len(v.CurveLow) == 0 {
			return math.NaN(), math.NaN(), math.NaN()
		}
		k := len(a.Curve) - 1
		return a.Curve[k], v.CurveLow[k], v.CurveHigh[k]
	case target.EnergyPerEpoch:
		return a.EnergyPerEpoch, v.EnergyLow, v.EnergyHigh
	case target.EnergyTotal:
		return a.EnergyTotal, v.EnergyTotalLow, v.EnergyTotalHigh
	case target.TimePerEpoch:
		return a.TimePerEpoch, v.TimeLow, v.TimeHigh
	case target.TimeTotal:
		return a.TimeTotal, v.TimeTotalLow, v.TimeTotalHigh
	case target.InferenceEnergy:
		return a.InferenceEnergy, v.InferenceLow, v.InferenceHigh
	}
	for i, c := range a.Curves {
		if k := len(c.Values) - 1; c.Target == t && k >= 0 && k < len(v.Curves[i].Low) {
			return c.Values[k], v.Curves[i].Low[k], v.Curves[i].High[k]
		}
	}
	for i, n := range a.Own {
		if n.Target == t {
			return n.Value, v.Own[i].Low, v.Own[i].High
		}
	}
	return math.NaN(), math.NaN(), math.NaN()
}
