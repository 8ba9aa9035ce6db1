package artifacts

import (
	"fmt"
	"math"
)

// The places where the length of a run can come from.
const (
	LengthNone  = ""      // unknown: answers have no epochs, no curve and no series, and no totals from per-epoch costs
	LengthAxis  = "axis"  // an axis of the space states the number of epochs trained
	LengthHead  = "head"  // the Length head predicts the last epoch's number
	LengthFixed = "fixed" // every run has the same length
)

// MaxPoints is the largest number of epochs in one answer.
const MaxPoints = 1 << 20

// EpochRule says which epochs a run has: First, First+Step, ... and always the last one.
//
// Offset joins an epoch's number e with the epochs trained by then: trained = e + Offset. It is 0 where epoch e is
// measured after e epochs of training (numbers start at 1, or at 0 for the state before training), and 1 where the
// first trained epoch has the number 0.
type EpochRule struct {
	Length string `json:"length,omitempty"` // LengthNone, LengthAxis, LengthHead or LengthFixed
	// LengthAxis: the axis; its value is the number of epochs trained in the run
	Axis   string  `json:"axis,omitempty"`
	Last   float64 `json:"last,omitempty"` // LengthFixed: the last epoch's number
	First  float64 `json:"first"`          // the first epoch's number
	Step   float64 `json:"step"`           // distance of two epochs, > 0
	Offset float64 `json:"offset"`         // epochs trained minus epoch's number
}

// Trained returns how many epochs were trained when epoch number e was measured; never below 0.
func (r EpochRule) Trained(e float64) float64 { return max(0, e+r.Offset) }

func (r EpochRule) check() error {
	switch {
	case r.Length == LengthNone:
		return nil
	case r.Length != LengthAxis && r.Length != LengthHead && r.Length != LengthFixed:
		return fmt.Errorf("%w: epochs: unknown source of the length %q", ErrSpec, r.Length)
	case (r.Length == LengthAxis) != (r.Axis != ""):
		return fmt.Errorf("%w: epochs: length from %q and axis %q", ErrSpec, r.Length, r.Axis)
	case !(r.Step > 0) || !isFinite(r.Step):
		return fmt.Errorf("%w: epochs: step %g is not above 0", ErrSpec, r.Step)
	case !isFinite(r.First) || !isFinite(r.Offset) || r.First+r.Offset < 0:
		return fmt.Errorf("%w: epochs: first epoch %g with offset %g", ErrSpec, r.First, r.Offset)
	case r.Length == LengthFixed && !(r.Last >= r.First && isFinite(r.Last)):
		return fmt.Errorf("%w: epochs: fixed last epoch %g lies before the first, %g", ErrSpec, r.Last, r.First)
	}
	return nil
}

// round puts a predicted last epoch on the grid, at or after the first epoch.
func (r EpochRule) round(last float64) float64 {
	return r.First + r.Step*max(0, math.Round((last-r.First)/r.Step))
}

// appendGrid appends the epochs First, First+Step, ... that lie below last, and then last itself; only those <= upTo.
func (r EpochRule) appendGrid(dst []float64, last, upTo float64) ([]float64, error) {
	if !isFinite(last) || last < r.First {
		return dst, fmt.Errorf("%w: the last epoch %g lies before the first, %g", ErrEpochs, last, r.First)
	}
	if math.IsNaN(upTo) || upTo < r.First {
		return dst, fmt.Errorf("%w: epoch %g lies before the first, %g", ErrEpochs, upTo, r.First)
	}
	n := math.Ceil((last - r.First) / r.Step) // epochs below last
	if n >= MaxPoints {
		return dst, fmt.Errorf("%w: %g epochs from %g to %g, at most %d", ErrEpochs, n+1, r.First, last, MaxPoints)
	}
	for i := range int(n) {
		e := r.First + float64(i)*r.Step
		if e > upTo {
			return dst, nil
		}
		dst = append(dst, e)
	}
	if last <= upTo {
		dst = append(dst, last)
	}
	return dst, nil
}
