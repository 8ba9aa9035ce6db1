package search

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// Whoever has waited longest is next, so three studies on one worker take it in order.
func TestThePoolIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(1, 3)
		_, open, err := p.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		for k := range 3 {
			go func() {
				for range 4 {
					_, done, err := p.take(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					order = append(order, k) // one at a time has the turn
					done()
				}
			}()
			synctest.Wait() // it waits for its turn
		}
		open()
		synctest.Wait()
		want := []int{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}
		if !slices.Equal(order, want) {
			t.Errorf("order %v, want %v", order, want)
		}
	})
}

// Workers are shared by the studies that have not ended, and a cancelled context ends the waiting.
func TestThePoolSharesWorkers(t *testing.T) {
	p := newPool(8, 3)
	workers := func() int {
		n, done, err := p.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		return n
	}
	for _, want := range []int{2, 4, 8, 8} {
		if got := workers(); got != want {
			t.Errorf("%d workers, want %d", got, want)
		}
		p.leave()
	}
	one := newPool(1, 6)
	n, done, err := one.take(t.Context())
	if err != nil || n != 1 {
		t.Errorf("%d workers, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := one.take(ctx); err == nil {
		t.Error("a cancelled context got a turn")
	}
	done()
}
