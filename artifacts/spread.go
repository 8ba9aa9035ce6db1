package artifacts

import (
	"math"
	"slices"

	"eahas/models"
	"eahas/trial/target"
)

// Spread says how unsure the models behind the last answer of this surrogate are of one target by their own account
// (models.Spreader): for the curve a standard deviation in the metric's unit at each of the normalised times at (0:
// first epoch, 1: last), for a cost the one of its natural logarithm,
// for other numbers of the value itself (at is then not read). It is not calibrated;
// Bounds is. It is nil where a model does not say.
func (s *Surrogate) Spread(a *Answer, target target.Target, at []float64) []float64 {
	if s.spec.Own.IsCurve(target) {
		if h := s.byTarget[target]; h != nil && len(a.Epochs) > 0 {
			return s.curveSpread(a, h, at)
		}
		return nil
	}
	heads := s.behind(target)
	if len(heads) == 0 {
		return nil
	}
	sum := 0.0
	for _, h := range heads {
		rows := a.factor(h)
		if len(rows) == 0 {
			return nil
		}
		out := a.predict(h)[0]
		for _, f := range rows {
			d := s.measured(target, h.limited(out+f)) - s.measured(target, h.limited(out))
			sum += d * d
		}
	}
	return []float64{math.Sqrt(sum)}
}

// behind returns the heads that the answer for a cost is made of, by the rule of costs; none when there is no answer.
func (s *Surrogate) behind(target target.Target) []*Head {
	heads := []*Head{s.byTarget[target]}
	perEpoch, total := s.byTarget[EnergyPerEpoch], s.byTarget[EnergyTotal]
	switch {
	case target == EnergyTotal && perEpoch != nil:
		heads = []*Head{perEpoch, s.byTarget[Length]}
	case target == TimeTotal:
		heads = []*Head{s.byTarget[TimePerEpoch], s.byTarget[Length]}
	case target == EnergyPerEpoch && perEpoch == nil:
		heads = []*Head{total, s.byTarget[Length]}
	}
	if heads[0] == nil {
		return nil
	}
	return slices.DeleteFunc(heads, func(h *Head) bool { return h == nil })
}

// limited returns the value of a cost's head for an output.
func (h *Head) limited(output float64) float64 {
	v := h.Transform.Inverse(output)
	if h.Clip != nil {
		v = max(h.Clip.Low, min(h.Clip.High, v))
	}
	return v
}

// factor gives the factor of the covariance of the head's model: s x outputs, row-major; empty where it says nothing.
// The model is asked once. The result must not be changed.
func (a *Answer) factor(h *Head) []float64 {
	m, ok := h.Predictor.(models.Spreader)
	if !ok {
		return nil
	}
	k := &a.scratch.kept[h.place]
	if !k.scattered {
		k.factor, k.scattered = m.Spread(k.factor[:0], a.input(h)), true
	}
	return k.factor
}

// curveSpread decodes the curve moved by each row of the factor.
func (s *Surrogate) curveSpread(a *Answer, h *Head, at []float64) []float64 {
	rows := a.factor(h)
	if len(rows) == 0 {
		return nil
	}
	epochs := a.epochsAt(at)
	v := a.predict(h)
	centre := s.decoded(a, h, v, epochs)
	out, moved := make([]float64, len(at)), make([]float64, len(v))
	for ; len(rows) >= len(v); rows = rows[len(v):] {
		for j := range v {
			moved[j] = v[j] + rows[j]
		}
		for k, y := range s.decoded(a, h, moved, epochs) {
			out[k] += (y - centre[k]) * (y - centre[k])
		}
	}
	for k := range out {
		out[k] = math.Sqrt(out[k])
	}
	return out
}

// decoded returns the values of the curve of target vector v, after transform and clip, on the scale on which its
// errors are measured.
func (s *Surrogate) decoded(a *Answer, h *Head, v, epochs []float64) []float64 {
	out := h.Representation.Decode(nil, v, epochs, a.first, a.Last)
	for k, y := range out {
		out[k] = s.measured(h.Target, h.clipped(h.Transform.Inverse(y)))
	}
	return out
}

// epochsAt returns the epochs at normalised times of the run.
func (a *Answer) epochsAt(times []float64) []float64 {
	out := make([]float64, len(times))
	for k, u := range times {
		out[k] = a.first + u*(a.Last-a.first)
	}
	return out
}
