package stage

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"eahas/internal/mapped"
	"eahas/models"
)

// Piece is one stage: its name, and everything besides the name that its output depends on, as values that JSON can
// hold.
type Piece struct {
	Name  string
	Parts []any
}

// Key is the identity of the piece's output.
func (p Piece) Key() (Key, error) { return KeyOf(append([]any{p.Name}, p.Parts...)...) }

// Runner does stages. Copies share the store and the observer.
type Runner struct {
	Store    Store
	Observer Observer // may be nil
	Seed     uint64   // root of the random choices of every stage
	Workers  int      // goroutines at most; <= 0 means GOMAXPROCS
}

// Goroutines is the number of goroutines that a stage may use, at least 1.
func (r Runner) Goroutines() int {
	if r.Workers > 0 {
		return r.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// Say tells the observer something in words.
func (r Runner) Say(kind EventKind, stage, format string, args ...any) {
	r.Observer.Send(Event{Stage: stage, Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// Do gives out, a pointer, the output of a stage: read from the store if it was finished before under the same key,
// else made by work and kept; a store that cannot be written is an error before any work. An error of work carries the
// stage's name, unless the context ended it.
func (r Runner) Do(ctx context.Context, p Piece, out any, work func(models.Options) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	k, err := p.Key()
	if err != nil {
		return err
	}
	done, err := r.Store.Load(p.Name, k, out)
	if err != nil {
		return err
	}
	if done {
		r.Say(Cached, p.Name, "")
		return nil
	}
	if err := r.Store.make(p.Name); err != nil {
		return err // before the work, not after it
	}
	r.Say(Started, p.Name, "")
	began := startClock()
	if err := work(r.options(p.Name)); err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	took := began.spent()
	if err := r.Store.Save(p.Name, k, out); err != nil {
		return err
	}
	if err := r.Store.saveTime(p.Name, k, took); err != nil {
		return err
	}
	mapped.Release()
	r.Say(Finished, p.Name, "")
	return nil
}

// options are those of the training inside a stage.
func (r Runner) options(stage string) models.Options {
	return models.Options{Seed: r.Seed, Workers: r.Goroutines(), Progress: func(done, total int) {
		r.Observer.Send(Event{Stage: stage, Kind: Progress, Done: done, Total: total})
	}}
}

// Took says what the piece took when it was done, zeros when nobody measured it.
func (r Runner) Took(p Piece) (Spent, error) {
	k, err := p.Key()
	return r.Store.time(p.Name, k), err
}

// Done reports whether the piece's output is in the store, whole.
func (r Runner) Done(p Piece) (bool, error) {
	k, err := p.Key()
	if err != nil {
		return false, err
	}
	return r.Store.Load(p.Name, k, nil)
}
