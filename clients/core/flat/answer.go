package flat

import (
	"errors"
	"slices"

	"eahas/artifacts"
	"eahas/features"
)

// Head is how many numbers an answer begins with: whether it is one (0), the configuration was refused (1), or it
// failed otherwise (2), all numbers of the answer, the lengths of epochs, curve, energies, times, outside axes, known
// quantities, own numbers and own curves, whether bounds follow, the last epoch, energy per epoch, energy, time per
// epoch, time, inference energy.
const Head = 17

const (
	answered = iota
	refused
	failed
)

// appendNone appends the head of no answer, which says why.
func appendNone(dst []float64, err error) []float64 {
	at := len(dst)
	dst = append(dst, make([]float64, Head)...)
	dst[at], dst[at+1] = failed, Head
	if errors.Is(err, artifacts.ErrConfig) {
		dst[at] = refused
	}
	return dst
}

// appendAnswer appends the numbers of a to dst.
func appendAnswer(dst []float64, a *artifacts.Answer, axes []string) []float64 {
	at := len(dst)
	bounds := 0.0
	if a.Intervals != nil {
		bounds = 1
	}
	dst = append(dst, answered, 0, float64(len(a.Epochs)), float64(len(a.Curve)), float64(len(a.Energy)),
		float64(len(a.Time)), float64(len(a.OutsideAxes)), float64(len(a.Known)), float64(len(a.Own)),
		float64(len(a.Curves)), bounds, a.Last, a.EnergyPerEpoch, a.EnergyTotal, a.TimePerEpoch, a.TimeTotal,
		a.InferenceEnergy)
	for _, name := range a.OutsideAxes {
		place := -1
		if name != features.Combination {
			place = slices.Index(axes, name)
		}
		dst = append(dst, float64(place))
	}
	dst = append(dst, a.Known...)
	for i := range a.Own {
		dst = append(dst, a.Own[i].Value)
	}
	for _, s := range [...][]float64{a.Epochs, a.Curve, a.Energy, a.Time} {
		dst = append(dst, s...)
	}
	for i := range a.Curves {
		dst = append(dst, a.Curves[i].Values...)
	}
	if v := a.Intervals; v != nil {
		dst = appendBounds(dst, v)
	}
	dst[at+1] = float64(len(dst) - at)
	return dst
}

// appendBounds appends costs, own numbers, the ends of the curve after its two lengths, and those of the own curves
// alike.
func appendBounds(dst []float64, v *artifacts.Intervals) []float64 {
	dst = append(dst, v.EnergyLow, v.EnergyHigh, v.EnergyTotalLow, v.EnergyTotalHigh, v.TimeLow, v.TimeHigh,
		v.TimeTotalLow, v.TimeTotalHigh, v.InferenceLow, v.InferenceHigh)
	for i := range v.Own {
		dst = append(dst, v.Own[i].Low, v.Own[i].High)
	}
	ends := func(low, high []float64) {
		dst = append(dst, float64(len(low)))
		dst = append(append(dst, low...), high...)
	}
	ends(v.CurveLow, v.CurveHigh)
	for i := range v.Curves {
		ends(v.Curves[i].Low, v.Curves[i].High)
	}
	return dst
}
