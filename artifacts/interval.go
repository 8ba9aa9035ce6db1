package artifacts

import (
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/interval"
	"eahas/trial/target"
)

// TargetInterval says how sure the answers for one target are. For a curve the model speaks of the values (after
// transform and clip) along the run's normalised time; for a cost, and a target of scale log, of the natural logarithm
// of the value; for other numbers of the value itself.
type TargetInterval struct {
	Target target.Target
	Model  *interval.Model
}

// checkIntervals holds the interval models against the targets and the encoder.
func (s *Surrogate) checkIntervals() error {
	u := s.spec.Unseen
	if (u.Axis == "") != (len(u.Intervals) == 0) || u.Axis != "" && s.spec.Space.Param(u.Axis) == nil {
		return fmt.Errorf("%w: %d intervals for values of the axis %q that were never seen", ErrSpec,
			len(u.Intervals), u.Axis)
	}
	if err := s.checkEach(u.Intervals); err != nil {
		return err
	}
	return s.checkEach(s.spec.Intervals)
}

func (s *Surrogate) checkEach(all []TargetInterval) error {
	seen := map[target.Target]bool{}
	for _, t := range all {
		switch {
		case t.Model == nil:
			return fmt.Errorf("%w: intervals of %s: no model", ErrSpec, t.Target)
		case t.Target != TimeTotal && !slices.Contains(s.spec.Own.Modelled(), t.Target) || t.Target == Length ||
			seen[t.Target]:
			return fmt.Errorf("%w: intervals of %q: not a target that is answered, or given twice", ErrSpec, t.Target)
		case s.spec.Own.IsCurve(t.Target) && s.byTarget[t.Target] == nil:
			return fmt.Errorf("%w: intervals of %s without such a head", ErrSpec, t.Target)
		case t.Model.Columns() != s.columns:
			return fmt.Errorf("%w: intervals of %s see %d columns, the encoder has %d", ErrSpec, t.Target,
				t.Model.Columns(), s.columns)
		case t.Model.Source().NeedsSpread() && !s.spreads(t.Target):
			return fmt.Errorf("%w: intervals of %s are made from the spread of a model that has none", ErrSpec,
				t.Target)
		case !s.spec.Own.IsCurve(t.Target) && len(t.Model.Knots()) != 1:
			return fmt.Errorf("%w: intervals of %s have %d knots, wanted 1", ErrSpec, t.Target, len(t.Model.Knots()))
		}
		seen[t.Target] = true
	}
	return nil
}

// Levels returns the probabilities at which Bounds can answer, increasing; nil when the surrogate does not know how
// sure it is.
func (s *Surrogate) Levels() []float64 {
	if len(s.spec.Intervals) == 0 {
		return nil
	}
	return slices.Clone(s.spec.Intervals[0].Model.Levels())
}

func (s *Surrogate) intervalOf(target target.Target) *interval.Model {
	return of(s.spec.Intervals, target)
}

// boundsOf returns what says how sure the answer a is of a target; nil where nothing does.
func (s *Surrogate) boundsOf(a *Answer, target target.Target) *interval.Model {
	if s.unseen(a) {
		return of(s.spec.Unseen.Intervals, target)
	}
	return s.intervalOf(target)
}

// unseen reports whether a is for a value of the axis of Spec.Unseen that no training run had.
func (s *Surrogate) unseen(a *Answer) bool {
	return s.spec.Unseen.Axis != "" && slices.Contains(a.OutsideAxes, s.spec.Unseen.Axis)
}

func of(all []TargetInterval, target target.Target) *interval.Model {
	for _, t := range all {
		if t.Target == target {
			return t.Model
		}
	}
	return nil
}

// Bounds fills a.Intervals for the probability level, one of Levels. a must hold the last answer of this surrogate.
// What has no interval model is NaN or empty; with none at all a.Intervals stays nil. Where a is for a value of an axis
// that no training run had, the models of Spec.Unseen speak, if there are any. ErrLevel: there is no such level.
func (s *Surrogate) Bounds(a *Answer, level float64) error {
	a.Intervals = nil
	if len(s.spec.Intervals) == 0 {
		return nil
	}
	nan := math.NaN()
	v := &Intervals{Level: level, EnergyLow: nan, EnergyHigh: nan, EnergyTotalLow: nan, EnergyTotalHigh: nan,
		TimeLow:  nan,
		TimeHigh: nan, TimeTotalLow: nan, TimeTotalHigh: nan, InferenceLow: nan, InferenceHigh: nan}
	if s.unseen(a) {
		v.Unseen = s.spec.Unseen.Axis
	}
	var err error
	if v.CurveLow, v.CurveHigh, err = s.curveBounds(a, Curve, a.Curve, level); err != nil {
		return err
	}
	for _, c := range a.Curves {
		b := SeriesBounds{Target: c.Target}
		if b.Low, b.High, err = s.curveBounds(a, c.Target, c.Values, level); err != nil {
			return err
		}
		v.Curves = append(v.Curves, b)
	}
	for _, c := range []struct {
		target         target.Target
		value          float64
		low, high      *float64
		other          float64 // a cost that is this one times a known number
		otherLow, oHig *float64
	}{
		{EnergyTotal, a.EnergyTotal, &v.EnergyTotalLow, &v.EnergyTotalHigh, a.EnergyPerEpoch, &v.EnergyLow,
			&v.EnergyHigh},
		{EnergyPerEpoch, a.EnergyPerEpoch, &v.EnergyLow, &v.EnergyHigh, a.EnergyTotal, &v.EnergyTotalLow,
			&v.EnergyTotalHigh},
		{TimeTotal, a.TimeTotal, &v.TimeTotalLow, &v.TimeTotalHigh, nan, nil, nil},
		{TimePerEpoch, a.TimePerEpoch, &v.TimeLow, &v.TimeHigh, a.TimeTotal, &v.TimeTotalLow, &v.TimeTotalHigh},
		{InferenceEnergy, a.InferenceEnergy, &v.InferenceLow, &v.InferenceHigh, nan, nil, nil},
	} {
		m := s.boundsOf(a, c.target)
		if m == nil || !(c.value > 0) {
			continue
		}
		low, high, err := s.costLocal(a, m, c.target, c.value).Bounds(level, 0)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrLevel, err)
		}
		*c.low, *c.high = c.value*math.Exp(low), c.value*math.Exp(high)
		if c.otherLow != nil && math.IsNaN(*c.otherLow) {
			*c.otherLow, *c.oHig = c.other*math.Exp(low), c.other*math.Exp(high)
		}
	}
	if err := s.numberBounds(a, v); err != nil {
		return fmt.Errorf("%w: %w", ErrLevel, err)
	}
	a.Intervals = v
	return nil
}

// curveBounds are the ends around the values of a curve at the answer's epochs; nil where nothing is known.
func (s *Surrogate) curveBounds(a *Answer, t target.Target, values []float64, level float64) (lows, highs []float64,
	err error) {
	m := s.boundsOf(a, t)
	if m == nil || len(values) == 0 {
		return nil, nil, nil
	}
	l := s.curveLocal(a, m, t)
	for i, e := range a.Epochs {
		low, high, err := l.Bounds(level, a.normalised(e))
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", ErrLevel, err)
		}
		lows, highs = append(lows, s.moved(t, values[i], low)), append(highs, s.moved(t, values[i], high))
	}
	return lows, highs, nil
}

// curveLocal looks at a curve that a holds.
func (s *Surrogate) curveLocal(a *Answer, m *interval.Model, t target.Target) interval.Local {
	h := s.byTarget[t]
	var spread []float64
	if m.Source().NeedsSpread() {
		spread = s.Spread(a, t, m.Knots())
	}
	return m.At(a.scratch.row, s.decoded(a, h, a.predict(h), a.epochsAt(m.Knots())), spread)
}

// costLocal looks at a cost of the value that a holds.
func (s *Surrogate) costLocal(a *Answer, m *interval.Model, target target.Target, value float64) interval.Local {
	var spread []float64
	if m.Source().NeedsSpread() {
		spread = s.Spread(a, target, m.Knots())
	}
	return m.At(a.scratch.row, []float64{s.measured(target, value)}, spread)
}

// spreads reports whether all models behind a target can say how unsure they are.
func (s *Surrogate) spreads(target target.Target) bool {
	heads := s.behind(target)
	if s.spec.Own.IsCurve(target) {
		heads = []*Head{s.byTarget[target]}
	}
	for _, h := range heads {
		if _, ok := h.Predictor.(models.Spreader); !ok {
			return false
		}
	}
	return len(heads) > 0
}

// clipped is a value of a curve inside its bounds.
func (h *Head) clipped(y float64) float64 {
	if c := h.Clip; c != nil {
		return max(c.Low, min(c.High, y))
	}
	return y
}

// normalised returns where an epoch lies in the run: 0 first, 1 last.
func (a *Answer) normalised(e float64) float64 {
	if a.Last <= a.first {
		return 0
	}
	return (e - a.first) / (a.Last - a.first)
}

// QuerySample answers as Query does and then adds plausible noise, such as between two runs of one configuration that
// differ by their random seed: to the curve along the epochs, and to energies and times. Equal seeds give equal
// answers. A surrogate without interval models answers without noise.
func (s *Surrogate) QuerySample(config features.Config, seed uint64) (*Answer, error) {
	a, err := s.Query(config)
	if err != nil {
		return nil, err
	}
	s.AddNoise(a, seed)
	return a, nil
}

// AddNoise does to the last answer of this surrogate what QuerySample does. With fewer epochs than the whole run the
// curve is the beginning of the one over the whole run when the answer came from QueryInto.
func (s *Surrogate) AddNoise(a *Answer, seed uint64) {
	s.curveNoise(a, Curve, a.Curve, seed)
	for _, c := range a.Curves {
		s.curveNoise(a, c.Target, c.Values, seed)
	}
	// One factor for energy per epoch and in all, and the series, so that they still agree.
	energy := s.costNoise(a, EnergyPerEpoch, a.EnergyPerEpoch, seed)
	if s.intervalOf(EnergyPerEpoch) == nil {
		energy = s.costNoise(a, EnergyTotal, a.EnergyTotal, seed)
	}
	time := s.costNoise(a, TimePerEpoch, a.TimePerEpoch, seed)
	a.EnergyPerEpoch *= energy
	a.TimePerEpoch *= time
	trained := s.spec.Epochs.Trained(a.Last)
	a.EnergyPerEpoch, a.EnergyTotal = consistent(a.EnergyPerEpoch, a.EnergyTotal*energy, trained)
	a.TimePerEpoch, a.TimeTotal = consistent(a.TimePerEpoch, a.TimeTotal*time, trained)
	a.InferenceEnergy *= s.costNoise(a, InferenceEnergy, a.InferenceEnergy, seed)
	a.Energy = s.cumulative(a.Energy, a.Epochs, a.EnergyPerEpoch)
	a.Time = s.cumulative(a.Time, a.Epochs, a.TimePerEpoch)
	s.numberNoise(a, seed)
}

// curveNoise moves the values of a curve as repeats of a run differ.
func (s *Surrogate) curveNoise(a *Answer, t target.Target, values []float64, seed uint64) {
	m := s.intervalOf(t)
	if m == nil || len(values) == 0 {
		return
	}
	times := make([]float64, len(a.Epochs))
	for i, e := range a.Epochs {
		times[i] = a.normalised(e)
	}
	for i, d := range s.curveLocal(a, m, t).Sample(nil, times, stream.New(seed, "sample", string(t))) {
		values[i] = s.moved(t, values[i], d)
	}
}

// costNoise draws the factor of one cost; 1 where nothing is known.
func (s *Surrogate) costNoise(a *Answer, target target.Target, value float64, seed uint64) float64 {
	m := s.intervalOf(target)
	if m == nil || !(value > 0) {
		return 1
	}
	return Log.Inverse(s.noise(a, m, target, value, seed))
}

// noise draws by how much an answer differs in a repeat of the run, on the scale on which errors are measured.
func (s *Surrogate) noise(a *Answer, m *interval.Model, target target.Target, value float64, seed uint64) float64 {
	return s.costLocal(a, m, target, value).Sample(nil, []float64{0}, stream.New(seed, "sample", string(target)))[0]
}
