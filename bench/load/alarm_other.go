//go:build !linux

package main

import (
	"context"
	"time"
)

// alarm wakes a connection when its next request is due, by a timer of the runtime: up to a millisecond late on some
// systems.
type alarm struct{ ctx context.Context }

func newAlarm(ctx context.Context) (*alarm, error) { return &alarm{ctx}, nil }

// wait returns when the time has come, or with an error when the context has ended.
func (a *alarm) wait(until time.Time) error {
	select {
	case <-a.ctx.Done():
		return a.ctx.Err()
	case <-time.After(time.Until(until)):
		return nil
	}
}

func (a *alarm) close() {}
