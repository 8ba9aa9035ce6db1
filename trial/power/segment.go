// Package power is how samples of power become energy: one rule for every reader of samples.
package power

// Segment is the time between two neighbouring samples of one device, in which the power is taken to change evenly.
type Segment struct {
	T0, W0 float64 // seconds, watts
	T1, W1 float64 // T1 > T0
}

// Watts is the power at time t of the segment.
func (s Segment) Watts(t float64) float64 { return s.W0 + (s.W1-s.W0)*((t-s.T0)/(s.T1-s.T0)) }

// Joules is the energy between two times of the segment, a <= b: the area of the trapezoid.
func (s Segment) Joules(a, b float64) float64 { return (s.Watts(a) + s.Watts(b)) / 2 * (b - a) }
