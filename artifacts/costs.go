package artifacts

import (
	"fmt"
	"math"

	"eahas/trial/target"
)

// costs fills energy and time. The rule that keeps them consistent: where a per-epoch head exists,
// total = per epoch x epochs trained; else per epoch = total / epochs trained.
func (s *Surrogate) costs(a *Answer) error {
	trained := s.spec.Epochs.Trained(a.Last) // NaN when the length is unknown
	var err error
	if a.EnergyPerEpoch, err = s.optional(a, EnergyPerEpoch); err != nil {
		return err
	}
	if a.EnergyTotal, err = s.optional(a, EnergyTotal); err != nil {
		return err
	}
	a.EnergyPerEpoch, a.EnergyTotal = consistent(a.EnergyPerEpoch, a.EnergyTotal, trained)
	if a.TimePerEpoch, err = s.optional(a, TimePerEpoch); err != nil {
		return err
	}
	a.TimePerEpoch, a.TimeTotal = consistent(a.TimePerEpoch, math.NaN(), trained)
	if a.InferenceEnergy, err = s.optional(a, InferenceEnergy); err != nil {
		return err
	}
	a.Energy = s.cumulative(a.Energy, a.Epochs, a.EnergyPerEpoch)
	a.Time = s.cumulative(a.Time, a.Epochs, a.TimePerEpoch)
	return s.numbers(a)
}

// consistent joins a cost per epoch and a total, either of which may be NaN, over the epochs trained (may be NaN).
func consistent(perEpoch, total, trained float64) (float64, float64) {
	switch {
	case !math.IsNaN(perEpoch):
		return perEpoch, perEpoch * trained
	case trained > 0:
		perEpoch = total / trained
		return perEpoch, perEpoch * trained // the same product as the series', so that its end is the total
	}
	return perEpoch, total
}

// cumulative writes the cost spent by each epoch; empty when the cost per epoch is unknown.
func (s *Surrogate) cumulative(dst, epochs []float64, perEpoch float64) []float64 {
	dst = dst[:0]
	if math.IsNaN(perEpoch) {
		return dst
	}
	for _, e := range epochs {
		dst = append(dst, perEpoch*s.spec.Epochs.Trained(e))
	}
	return dst
}

// optional returns the head's value, or NaN when the surrogate has no such head.
func (s *Surrogate) optional(a *Answer, target target.Target) (float64, error) {
	h := s.byTarget[target]
	if h == nil {
		return math.NaN(), nil
	}
	return s.cost(a, h)
}

// cost returns the value of a head with one output: finite, and > 0 for a cost.
func (s *Surrogate) cost(a *Answer, h *Head) (float64, error) {
	v := h.limited(a.predict(h)[0])
	if !isFinite(v) {
		return v, fmt.Errorf("%w: head %s: %g", ErrNotFinite, h.Target, v)
	}
	return v, nil
}
