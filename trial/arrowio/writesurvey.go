package arrowio

import (
	"iter"
	"maps"
	"slices"

	"eahas/trial"
)

// Source gives trials one after the other, and the error that ended them. It is walked over several times, and must
// give the same ones each time; a trial is read before the next one is asked for.
type Source iter.Seq2[*trial.Trial, error]

// sourceOf gives the trials of a slice.
func sourceOf(trials []trial.Trial) Source {
	return func(yield func(*trial.Trial, error) bool) {
		for i := range trials {
			if !yield(&trials[i], nil) {
				return
			}
		}
	}
}

// survey is what a writer must know about all trials before it writes the first.
type survey struct {
	numeric  map[string]bool // the axes, and whether they hold numbers only
	folds    bool            // all trials have one
	curves   bool            // some have points
	width    int             // most points of a curve; at least 1
	costs    [3]costSurvey   // in the order of costParts
	pairless string          // first trial that has no energy and time per epoch, as many of each; "": none
}

// costSurvey is what the trials say of one cost.
type costSurvey struct {
	perEpoch, known bool   // of some trials
	misfit          string // first trial with another number of epochs than points; "": none
	epochs, points  int    // of that trial
}

// costParts are the costs that are written, and where they stand.
var costParts = [3]struct {
	column string
	of     func(*trial.Trial) trial.Cost
	set    func(m *trial.Mapping, c trial.EnergyColumn)
}{
	{"energy_j", func(t *trial.Trial) trial.Cost { return t.TrainEnergy },
		func(m *trial.Mapping, c trial.EnergyColumn) { m.Energy = &c }},
	{"time_s", func(t *trial.Trial) trial.Cost { return t.TrainTime }, func(m *trial.Mapping, c trial.EnergyColumn) {
		m.Time = &trial.TimeColumn{Column: c.Column, Unit: "s", Shape: c.Shape}
	}},
	{"inference_j", func(t *trial.Trial) trial.Cost { return t.TestEnergy },
		func(m *trial.Mapping, c trial.EnergyColumn) { m.InferenceEnergy = &c }},
}

// surveyOf looks at all trials.
func surveyOf(trials Source) (survey, error) {
	s := survey{numeric: map[string]bool{}, folds: true, width: 1}
	for t, err := range trials {
		if err != nil {
			return s, err
		}
		s.add(t)
	}
	return s, nil
}

func (s *survey) add(t *trial.Trial) {
	for name, v := range t.Config.All() {
		_, number := v.Float()
		was, seen := s.numeric[name]
		s.numeric[name] = (was || !seen) && (number || v.IsMissing())
	}
	points := len(t.Curve.Values)
	s.folds = s.folds && t.Fold >= 0
	s.curves = s.curves || points > 0
	s.width = max(s.width, points)
	for k := range costParts {
		c, part := costParts[k].of(t), &s.costs[k]
		part.perEpoch = part.perEpoch || c.PerEpoch != nil
		part.known = part.known || known(c)
		if n := len(c.PerEpoch); n > 0 && n != points && part.misfit == "" {
			part.misfit, part.epochs, part.points = t.ID, n, points
		}
	}
	if e, d := t.TrainEnergy.PerEpoch, t.TrainTime.PerEpoch; s.pairless == "" && (e == nil || len(e) != len(d)) {
		s.pairless = t.ID
	}
}

// axes lists the names of the axes.
func (s *survey) axes() []string { return slices.Sorted(maps.Keys(s.numeric)) }
