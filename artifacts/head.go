package artifacts

import (
	"fmt"
	"math"
	"slices"

	"eahas/models"
	"eahas/trial/target"
)

// The targets that a Head can answer, as the table of package target has them.
const (
	Curve           = target.Curve
	EnergyPerEpoch  = target.EnergyPerEpoch
	TimePerEpoch    = target.TimePerEpoch
	InferenceEnergy = target.InferenceEnergy
	EnergyTotal     = target.EnergyTotal
	Length          = target.Length
)

// TimeTotal is what intervals can also be given for: seconds of the whole run. No head answers it by itself.
const TimeTotal = target.TimeTotal

// Transform says how a model's output becomes the target's value.
type Transform string

const (
	Identity Transform = "identity" // value = output
	Log      Transform = "log"      // value = exp(output): natural logarithm, so that the value is > 0
)

// maxLog bounds the exponent of Log: exp(±700) is finite and above zero.
const maxLog = 700

// Forward gives the number that a model is trained on for the value v (v > 0 for Log).
func (t Transform) Forward(v float64) float64 {
	if t == Log {
		return math.Log(v)
	}
	return v
}

// Inverse gives the value of a model's output. Under Log it is finite and > 0 for every finite output.
func (t Transform) Inverse(output float64) float64 {
	if t == Log {
		return math.Exp(max(-maxLog, min(maxLog, output)))
	}
	return output
}

// Range is a closed interval low..high.
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Head answers one target.
type Head struct {
	Target target.Target // one of the constants above, or one of the bundle's own; at most one head a target
	// empty means Identity; applied to each predicted number (for a curve: to each decoded value)
	Transform      Transform
	Predictor      models.Predictor      // outputs: the representation's width for a curve, else 1
	Representation models.Representation // of curves, nil for the others
	// which columns the predictor sees, in its order; nil means all: those of the encoder and, unless the target is
	// itself predicted first, behind them one for each target that is, in the order of Spec.Own
	Columns []int
	// the value is kept inside; nil means no bounds (a curve of accuracy or error always has 0..100)
	Clip *Range

	place int // among the surrogate's heads
	first int // from 1: its place among those predicted before the others, from the encoder's columns alone; else 0
}

// check says whether the head is complete and fits an encoder of p columns.
func (h *Head) check(p int, own target.Own) error {
	if !slices.Contains(own.Modelled(), h.Target) {
		return fmt.Errorf("%w: unknown target %q", ErrSpec, h.Target)
	}
	if h.Transform != Identity && h.Transform != Log {
		return fmt.Errorf("%w: head %s: unknown transform %q", ErrSpec, h.Target, h.Transform)
	}
	if h.Predictor == nil {
		return fmt.Errorf("%w: head %s has no predictor", ErrSpec, h.Target)
	}
	width := 1
	if own.IsCurve(h.Target) {
		if h.Representation == nil {
			return fmt.Errorf("%w: head %s has no representation", ErrSpec, h.Target)
		}
		width = h.Representation.Width()
	} else if h.Representation != nil {
		return fmt.Errorf("%w: head %s has a representation; only curves have one", ErrSpec, h.Target)
	}
	if k := h.Predictor.Outputs(); k != width || k < 1 {
		return fmt.Errorf("%w: head %s: the predictor has %d outputs, wanted %d", ErrSpec, h.Target, k, width)
	}
	for _, c := range h.Columns {
		if c < 0 || c >= p {
			return fmt.Errorf("%w: head %s uses column %d of %d", ErrSpec, h.Target, c, p)
		}
	}
	return h.checkClip(own)
}

// checkClip says whether the bounds are sound, whether they keep a cost above 0, and whether they fit a target of the
// bundle's own.
func (h *Head) checkClip(own target.Own) error {
	if c := h.Clip; c != nil && !(c.Low <= c.High && isFinite(c.Low) && isFinite(c.High)) {
		return fmt.Errorf("%w: head %s clips to %g..%g", ErrSpec, h.Target, c.Low, c.High)
	}
	if own.Has(h.Target) {
		return h.checkOwn(own)
	}
	if h.Target != Curve && h.Transform != Log && (h.Clip == nil || h.Clip.Low <= 0) {
		return fmt.Errorf("%w: head %s can fall to zero or below: it needs the transform %q or a clip above 0", ErrSpec,
			h.Target, Log)
	}
	if h.Target != Curve && h.Clip != nil && h.Clip.Low <= 0 {
		return fmt.Errorf("%w: head %s clips to %g; the low end must be above 0", ErrSpec, h.Target, h.Clip.Low)
	}
	return nil
}

// checkOwn holds the head of one of the bundle's own targets against the scale: the logarithm belongs to scale log, and
// the bounds to scale bounded.
func (h *Head) checkOwn(own target.Own) error {
	d, _ := own.Of(h.Target)
	if (d.Scale == target.Log) != (h.Transform == Log) {
		return fmt.Errorf("%w: head %s has the transform %q, its scale is %s", ErrSpec, h.Target, h.Transform, d.Scale)
	}
	if c := h.Clip; d.Scale == target.Bounded && (c == nil || c.Low < d.Low || c.High > d.High) {
		return fmt.Errorf("%w: head %s is not kept inside its bounds, %g to %g", ErrSpec, h.Target, d.Low, d.High)
	}
	return nil
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
