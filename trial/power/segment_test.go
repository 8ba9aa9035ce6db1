package power

import "testing"

// A power that falls from 30 W to 10 W in 4 s, by hand: 20 W on average, 80 J; 25 W after a second; the middle half is
// at 20 W on average as well.
func TestSegment(t *testing.T) {
	s := Segment{T0: 100, W0: 30, T1: 104, W1: 10}
	for _, c := range []struct{ got, want float64 }{{s.Joules(100, 104), 80}, {s.Joules(101, 103), 40},
		{s.Watts(101), 25}, {s.Joules(102, 102), 0}, {s.Joules(103, 104), 12.5}} {
		if c.got != c.want {
			t.Errorf("%g, want %g", c.got, c.want)
		}
	}
}
