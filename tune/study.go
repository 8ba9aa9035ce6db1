package tune

import (
	"context"
	"fmt"
	"slices"
	"time"

	"eahas/internal/stream"
)

// Study is one search inside a journal, which may hold several.
type Study struct {
	Name   string
	Space  Space
	Trials int // budget; trial 0 is the default settings
	// Shares of the training budget are the cheap rungs that come before the folds, each above 0, below 1 and above the
	// one before it. nil: what is scored has no such budget.
	Shares []float64
	Folds  int    // rungs with the whole budget, one fold after the other
	Seed   uint64 // of the proposals
	TPE    TPE
	Start  []float64 // a point like the default settings, which is where the search also looks around; nil: none
	// Score returns the score of a trial on one rung; the lower the better. A trial's value on a share is that score,
	// on a fold the mean over the folds so far. point is nil for the default. The error ends the search; a point that
	// cannot be scored gets Failed instead, and goes no further.
	Score func(ctx context.Context, trial int, point []float64, on Rung) (float64, error)
	// Deadline, when not zero, is when no further trial begins; trials that have begun are finished.
	Deadline time.Time
}

// Failed is the score of settings with which nothing could be trained.
const Failed = 1e9

// wait is how long a worker sleeps when all that is left is in the hands of others.
const wait = 100 * time.Millisecond

// Run works on the study until its budget is used up, beside any other processes that do the same, and returns all
// trials in the order of their numbers. With one process the trials depend on the seed alone, also when it was
// interrupted on the way.
func (s Study) Run(ctx context.Context, j *Journal) ([]Trial, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	mine := map[int]bool{}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		trial, all, err := s.claim(j, mine)
		if err != nil {
			return nil, err
		}
		if trial == nil {
			busy := false
			for _, t := range all {
				busy = busy || !t.Done
			}
			if !busy {
				return all, nil
			}
			select {
			case <-ctx.Done():
			case <-time.After(wait):
			}
			continue
		}
		if err := s.work(ctx, j, trial); err != nil {
			return nil, err
		}
	}
}

// claim takes over a trial that nobody works on any more, or begins the next one.
func (s Study) claim(j *Journal, mine map[int]bool) (trial *Trial, all []Trial, err error) {
	err = j.locked(func(entries []entry, write func(entry) error) error {
		all, err = s.replay(entries)
		if err != nil {
			return err
		}
		for i := range all {
			t := &all[i]
			if t.Done || t.Worker == j.worker && mine[t.Number] || t.Worker != j.worker && j.living(t.Worker) {
				continue
			}
			trial = t
			mine[t.Number] = true
			return write(entry{What: whatClaim, Study: s.Name, Trial: t.Number, Worker: j.worker, Point: t.Point})
		}
		late := !s.Deadline.IsZero() && !time.Now().Before(s.Deadline)
		if len(all) >= s.Trials || late && len(all) > 0 {
			return nil
		}
		t := Trial{Number: len(all), Worker: j.worker}
		if t.Number > 0 {
			t.Point = s.propose(all, t.Number)
		}
		trial = &t
		mine[t.Number] = true
		return write(entry{What: whatClaim, Study: s.Name, Trial: t.Number, Worker: j.worker, Point: t.Point})
	})
	if err != nil {
		return nil, nil, err
	}
	return trial, all, nil
}

// propose chooses the point of a trial. The default counts as a trial at Start; before the first model every other
// trial is a step from there, since somebody chose the default with care.
func (s Study) propose(all []Trial, number int) []float64 {
	r := stream.New(s.Seed, "tune", s.Name, fmt.Sprint(number))
	if s.Start == nil {
		return s.TPE.Suggest(s.Space, all, r)
	}
	all = slices.Clone(all)
	for i := range all {
		if all[i].Point == nil {
			all[i].Point = s.Start
		}
	}
	if number%2 == 1 && s.TPE.random(all) {
		return s.Space.near(s.Start, r)
	}
	return s.TPE.Suggest(s.Space, all, r)
}

// work scores a trial rung by rung, from the first that has no score yet.
func (s Study) work(ctx context.Context, j *Journal, t *Trial) error {
	for {
		stop := len(t.Values) >= s.rungs() || t.failed()
		if !stop && len(t.Values) > 0 && t.Number > 0 {
			err := j.locked(func(entries []entry, _ func(entry) error) error {
				all, err := s.replay(entries)
				stop = !Continue(all, t.Values)
				return err
			})
			if err != nil {
				return err
			}
		}
		if stop {
			return j.locked(func(_ []entry, write func(entry) error) error {
				return write(entry{What: whatDone, Study: s.Name, Trial: t.Number})
			})
		}
		score, err := s.Score(ctx, t.Number, t.Point, s.rung(len(t.Values)))
		if err != nil {
			return err
		}
		if !(score < Failed) { // NaN counts as failed
			score = Failed
		}
		if score < Failed {
			score = s.value(t.Values, score)
		}
		t.Values = append(t.Values, score)
		err = j.locked(func(_ []entry, write func(entry) error) error {
			return write(entry{What: whatScore, Study: s.Name, Trial: t.Number, Score: score})
		})
		if err != nil {
			return err
		}
	}
}

// replay turns the study's entries into trials, in the order of their numbers.
func (s Study) replay(entries []entry) ([]Trial, error) {
	var all []Trial
	for _, e := range entries {
		if e.Study != s.Name || e.What == whatSearch {
			continue
		}
		if e.What == whatClaim && e.Trial == len(all) {
			all = append(all, Trial{Number: e.Trial, Point: e.Point})
		}
		if e.Trial < 0 || e.Trial >= len(all) || len(e.Point) != 0 && len(e.Point) != len(s.Space) {
			return nil, fmt.Errorf("%w: study %s: %s of trial %d does not fit", ErrJournal, s.Name, e.What, e.Trial)
		}
		t := &all[e.Trial]
		switch e.What {
		case whatClaim:
			t.Worker = e.Worker
		case whatScore:
			t.Values = append(t.Values, e.Score)
		case whatDone:
			t.Done = true
		}
	}
	return all, nil
}

// Best returns the trial with the lowest last value among those that got furthest, and the default (trial 0); both nil
// where there is none that did not fail. The best may be the default.
func Best(trials []Trial) (best, byDefault *Trial) {
	for i := range trials {
		t := &trials[i]
		if len(t.Values) == 0 || t.failed() {
			continue
		}
		if t.Number == 0 {
			byDefault = t
		}
		if best == nil || t.Better(best) {
			best = t
		}
	}
	return best, byDefault
}

// Better reports whether the trial got further than o, or as far with a lower last value. Both have at least one value.
func (t *Trial) Better(o *Trial) bool {
	if len(t.Values) != len(o.Values) {
		return len(t.Values) > len(o.Values)
	}
	return t.last() < o.last()
}
