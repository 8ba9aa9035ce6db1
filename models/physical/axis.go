package physical

import (
	"fmt"
	"math"

	"eahas/features"
)

// Axis says which column holds a positive number, and how the encoder scaled it: 0 is Low and 1 is High, evenly or by
// the logarithm. A frame without the column says that the number is the same for all rows.
type Axis struct {
	Name      string // of the axis (features.Column.Param); empty: there is none
	Low, High float64
	Log       bool
}

// scale is an Axis in a frame: the natural logarithm of its number is read from a row.
type scale struct {
	column    int // -1: none
	low, high float64
	log       bool
	centre    float64 // logarithm that stands for a missing number
}

// in finds the axis in the frame; only a numeric column counts.
func (a Axis) in(x *features.Frame) (scale, error) {
	s := scale{column: -1}
	if a.Name == "" {
		return s, nil
	}
	if !(a.Low > 0 && a.Low <= a.High && !math.IsInf(a.High, 1)) {
		return s, fmt.Errorf("%w: %s from %v to %v", ErrAxis, a.Name, a.Low, a.High)
	}
	for j, c := range x.Columns {
		if c.Param == a.Name && c.Group < 0 {
			s = scale{column: j, low: a.Low, high: a.High, log: a.Log}
		}
	}
	return s, nil
}

// of returns the logarithm of the row's number, limited to a hundred times beyond the axis' ends.
func (s *scale) of(x []float64) float64 {
	if s.column < 0 {
		return 0
	}
	v := x[s.column]
	if math.IsNaN(v) {
		return s.centre
	}
	low, high := math.Log(s.low), math.Log(s.high)
	var y float64
	switch {
	case s.log:
		y = low + float64(v*(high-low))
	default:
		y = math.Log(max(s.low+float64(v*(s.high-s.low)), s.low/beyond))
	}
	return max(low-logBeyond, min(high+logBeyond, y))
}

const beyond = 100

var logBeyond = math.Log(beyond)
