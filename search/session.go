package search

import (
	"context"
	"io"
)

// External is the kind of a method that runs elsewhere and has its trainings charged by a Session.
const External = "external"

// Session is one search that is driven from outside, one training after the other: the same accounts, the same
// trainings and the same trace as a Play has. It is not safe for concurrent use.
type Session struct {
	player *player
	result Result
}

// tellTo hands a result to the session in place of a method.
type tellTo struct{ *Session }

// Ask implements Method; a session is never asked.
func (tellTo) Ask(int, float64) []Job { return nil }

// Tell implements Method.
func (t tellTo) Tell(r Result) { t.result = r }

// NewSession begins a search on a task and writes the trace's header to w. One training runs at a time.
func NewSession(task Task, h Header, w io.Writer) (*Session, error) {
	s := &Session{}
	h.Kind, h.Workers = External, 1
	g, err := Play{Task: task, Header: h, Method: tellTo{s}}.begin(context.Background(), w)
	s.player = g
	return s, err
}

// Train does a job, as Ledger.Train does, and writes its event. ErrSpent: the budget is spent.
func (s *Session) Train(j Job) (Result, error) {
	if s.player.over != "" {
		return Result{}, ErrSpent
	}
	if err := s.player.start(j); err != nil {
		return Result{}, err
	}
	if len(s.player.running) == 0 {
		return Result{}, ErrSpent
	}
	err := s.player.finish()
	return s.result, err
}

// Spent returns what was charged so far.
func (s *Session) Spent() float64 { return s.player.ledger.Spent() }

// Trials returns how many trials were begun.
func (s *Session) Trials() int { return len(s.player.ledger.trials) }

// End writes the end of the trace.
func (s *Session) End() error { return s.player.end() }
