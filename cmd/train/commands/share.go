package commands

import (
	"fmt"
	"math"
	"time"

	"eahas/pipeline/stage"
)

// share knows how much of a whole run is done, from the events of its stages. The zero value knows nothing.
type share struct {
	work  map[string]float64 // of the stages to come, as they were planned
	done  map[string]float64 // of these, how much is done: 0 to 1
	all   float64            // sum of work
	began time.Time
	kept  float64 // work that was done before the run began
}

// event takes an event in; now is its time.
func (s *share) event(e stage.Event, now time.Time) {
	switch e.Kind {
	case stage.Planned:
		*s = share{work: e.Work, done: map[string]float64{}, began: now}
		for _, w := range e.Work {
			s.all += w
		}
	case stage.Cached:
		if s.work[e.Stage] > 0 && s.done[e.Stage] < 1 {
			s.kept += s.work[e.Stage] * (1 - s.done[e.Stage])
			s.done[e.Stage] = 1
		}
	case stage.Finished:
		s.reach(e.Stage, 1)
	case stage.Progress:
		if e.Total > 0 {
			s.reach(e.Stage, float64(e.Done)/float64(e.Total))
		}
	}
}

func (s *share) reach(name string, part float64) {
	if s.work[name] > 0 {
		s.done[name] = max(s.done[name], min(part, 1))
	}
}

// part is how much of the whole run is done, 0 to 1; false while nobody has planned it.
func (s *share) part() (done float64, known bool) {
	if s.all == 0 {
		return 0, false
	}
	for name, part := range s.done {
		done += part * s.work[name]
	}
	return min(1, done/s.all), true
}

// words says the share, and the time that is left if the rest goes as what was done; "" while neither is known.
func (s *share) words(now time.Time) string {
	part, known := s.part()
	if !known {
		return ""
	}
	sum := part * s.all
	text := fmt.Sprintf("%.0f %% of the run", math.Floor(100*part+1e-9))
	here := sum - s.kept
	if here <= 0.02*s.all || part >= 1 {
		return text
	}
	left := time.Duration(float64(now.Sub(s.began)) * (s.all - sum) / here)
	switch {
	case left < time.Second:
		return text
	case left < time.Minute:
		left = left.Round(time.Second)
	case left < time.Hour:
		left = left.Round(10 * time.Second)
	default:
		left = left.Round(time.Minute)
	}
	return fmt.Sprintf("%s, about %s left", text, left)
}
