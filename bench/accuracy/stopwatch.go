package main

import (
	"strings"
	"sync"
	"time"

	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
)

// stopwatch measures what the folds of each competitor take, by the clock on the wall.
type stopwatch struct {
	mu    sync.Mutex
	began map[string]time.Time
	took  map[string]time.Duration
	count map[string]int
}

func newStopwatch() *stopwatch {
	return &stopwatch{began: map[string]time.Time{}, took: map[string]time.Duration{}, count: map[string]int{}}
}

// see is the observer of a run.
func (s *stopwatch) see(e stage.Event) {
	name, fold := competitorOf(e.Stage)
	if !fold {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.Kind {
	case stage.Started:
		s.began[e.Stage] = time.Now()
	case stage.Finished:
		s.took[name] += time.Since(s.began[e.Stage])
		s.count[name]++
	}
}

// folds gives the mean seconds of a fold.
func (s *stopwatch) folds() map[string]float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]float64{}
	for name, t := range s.took {
		out[name] = t.Seconds() / float64(s.count[name])
	}
	return out
}

// competitorOf takes the name out of "evaluate NAME fold 0" and "peer NAME fold 0".
func competitorOf(stage string) (name string, ok bool) {
	at := strings.LastIndex(stage, " fold ")
	if at < 0 {
		return "", false
	}
	for _, kind := range []string{"evaluate ", "peer "} {
		if name, ok = strings.CutPrefix(stage[:at], kind); ok && !recipe.IsTrivial(name) {
			return name, true
		}
	}
	return "", false
}
