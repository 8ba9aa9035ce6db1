package intake

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// meter is what an energy tool says of one run: it finds its run later (join.go), or becomes one.
type meter struct {
	tool, from, dir string
	names           []string // ids and names by which the run may be known
	start, end      float64  // seconds since 1970; NaN when unknown
	joules, seconds float64  // of the whole; NaN when unknown
	joulesBy        *Series  // since the start, by epoch; nil when unknown
	secondsBy       *Series
	device          string
}

// samples are what one device drew, by time: power, or a counter of energy.
type samples struct {
	owner        *Run // whose they are; nil when only time tells
	tool, from   string
	device       string
	counter      bool // values count joules on
	at, value    []float64
	joules       []float64 // since the first sample; made by integrate
	skipped      int       // readings that were no number
	resets       int       // times a counter fell
	longestPause float64
}

// sample adds a reading in watts of a run's device.
func (l *Log) sample(owner *Run, tool, from, device string, at, watts float64) error {
	return l.reading(&samples{owner: owner, tool: tool, from: from, device: device}, at, watts)
}

// reading adds a value to the samples of the same owner, file and device.
func (l *Log) reading(like *samples, at, value float64) error {
	s := l.samplesOf(like)
	if math.IsNaN(at) || math.IsInf(at, 0) || math.IsNaN(value) || math.IsInf(value, 0) || value < 0 {
		s.skipped++
		return nil
	}
	if l.nSamples++; l.nSamples > maxSamples {
		return fmt.Errorf("%w: %s: more than %d power samples; import them in parts", ErrLimit, like.from, maxSamples)
	}
	s.at, s.value = append(s.at, at), append(s.value, value)
	return nil
}

func (l *Log) samplesOf(like *samples) *samples {
	if n := len(l.samples); n > 0 {
		if s := l.samples[n-1]; s.owner == like.owner && s.from == like.from && s.device == like.device &&
			s.counter == like.counter {
			return s
		}
	}
	type key struct {
		owner        *Run
		from, device string
		counter      bool
	}
	k := key{like.owner, like.from, like.device, like.counter}
	if l.bySource == nil {
		l.bySource = map[any]*samples{}
	}
	s := l.bySource[k]
	if s == nil {
		s = like
		l.bySource[k] = s
		l.samples = append(l.samples, s)
	}
	return s
}

// integrate sorts the samples by time and sums their energy: trapezoids of power, differences of a counter. A counter
// that falls began anew: that step counts nothing.
func (s *samples) integrate() {
	if !sort.Float64sAreSorted(s.at) {
		order := make([]int, len(s.at))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.at[a], s.at[b]) })
		at, value := make([]float64, len(order)), make([]float64, len(order))
		for i, k := range order {
			at[i], value[i] = s.at[k], s.value[k]
		}
		s.at, s.value = at, value
	}
	s.joules = make([]float64, len(s.at))
	for i := 1; i < len(s.at); i++ {
		dt := s.at[i] - s.at[i-1]
		s.longestPause = max(s.longestPause, dt)
		de := (s.value[i] + s.value[i-1]) / 2 * dt
		if s.counter {
			if de = s.value[i] - s.value[i-1]; de < 0 {
				de = 0
				s.resets++
			}
		}
		s.joules[i] = s.joules[i-1] + de
	}
}

// until is the energy from the first sample to a moment, straight between samples.
func (s *samples) until(t float64) float64 {
	n := len(s.at)
	i, ok := slices.BinarySearch(s.at, t)
	switch {
	case ok:
		for i+1 < n && s.at[i+1] == t {
			i++
		}
		return s.joules[i]
	case i == 0:
		return 0
	case i == n:
		return s.joules[n-1]
	}
	share := (t - s.at[i-1]) / (s.at[i] - s.at[i-1])
	if s.counter {
		return s.joules[i-1] + share*(s.joules[i]-s.joules[i-1])
	}
	w := s.value[i-1] + share*(s.value[i]-s.value[i-1]) // power is straight between samples: its integral is not
	return s.joules[i-1] + (s.value[i-1]+w)/2*(t-s.at[i-1])
}

// covered is the share of a span of time that lies between the first and the last sample.
func (s *samples) covered(from, to float64) float64 {
	if len(s.at) < 2 || !(to > from) {
		return 0
	}
	return max(0, min(to, s.at[len(s.at)-1])-max(from, s.at[0])) / (to - from)
}
