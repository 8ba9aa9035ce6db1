package par

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func TestForVisitsEachIndexOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 1000} {
		for _, workers := range []int{-1, 0, 1, 2, 3, 2000} {
			seen := make([]int, n)
			For(n, workers, func(i int) { seen[i]++ })
			for i, times := range seen {
				if times != 1 {
					t.Fatalf("n %d, workers %d: index %d was visited %d times", n, workers, i, times)
				}
			}
		}
	}
}

func TestForScratchBoundsTheWorkers(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		var made, running, most atomic.Int64
		own := map[*int]bool{}
		var mu sync.Mutex
		ForScratch(64, workers, func() *int { made.Add(1); return new(int) }, func(_ int, s *int) {
			now := running.Add(1)
			for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
			}
			mu.Lock()
			own[s] = true
			mu.Unlock()
			*s++ // the race detector would see two workers on one scratch
			running.Add(-1)
		})
		if made.Load() > int64(workers) || most.Load() > int64(workers) || len(own) > workers {
			t.Errorf("%d workers: %d scratches were made, %d used, %d calls ran at once", workers, made.Load(),
				len(own), most.Load())
		}
	}
}

func TestOneWorkerGoesInOrder(t *testing.T) {
	var got []int
	For(5, 1, func(i int) { got = append(got, i) })
	if err := Each(context.Background(), 5, 1, func(_ context.Context,
		i int) error {
		got = append(got, i)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := []int{0, 1, 2, 3, 4, 0, 1, 2, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("order %v", got)
	}
}

// TestEachReturnsTheLowestError lets a high index fail first, and waits with the low one until it has.
func TestEachReturnsTheLowestError(t *testing.T) {
	for _, workers := range []int{1, 2, 4, 9} {
		late := make(chan struct{})
		err := Each(context.Background(), 9, workers, func(_ context.Context, i int) error {
			switch i {
			case 3:
				if workers > 3 { // else index 7 may not have begun
					<-late
				}
				return errors.New("three")
			case 7:
				close(late)
				return errors.New("seven")
			}
			return nil
		})
		if err == nil || err.Error() != "three" {
			t.Errorf("%d workers: error %v, wanted that of index 3", workers, err)
		}
	}
}

// TestEachStopsWhatComesAfter: an error cancels the calls with higher indices, leaves those with lower ones alone, and
// lets nothing new begin.
func TestEachStopsWhatComesAfter(t *testing.T) {
	started := make(chan int, 3)
	var calls atomic.Int64
	released := make(chan struct{})
	err := Each(context.Background(), 1000, 3, func(ctx context.Context, i int) error {
		calls.Add(1)
		started <- i
		switch i {
		case 0: // must not be cancelled by 1
			<-released
			if ctx.Err() != nil {
				return errors.New("a lower index was cancelled")
			}
			return nil
		case 1:
			for len(started) < 3 { // until all three are running
				runtime.Gosched()
			}
			return errors.New("one")
		case 2:
			<-ctx.Done()
			close(released)
			return ctx.Err()
		}
		return fmt.Errorf("index %d began after the error", i)
	})
	if err == nil || err.Error() != "one" {
		t.Errorf("error %v, wanted that of index 1", err)
	}
	if calls.Load() != 3 {
		t.Errorf("%d calls, wanted 3", calls.Load())
	}
}

func TestEachStopsWithItsContext(t *testing.T) {
	reason := errors.New("enough")
	for _, workers := range []int{1, 4} {
		ctx, cancel := context.WithCancelCause(context.Background())
		var calls atomic.Int64
		err := Each(ctx, 1000, workers, func(ctx context.Context, i int) error {
			if calls.Add(1) == 5 {
				cancel(reason)
			}
			return nil
		})
		if !errors.Is(err, reason) {
			t.Errorf("%d workers: error %v", workers, err)
		}
		if n := calls.Load(); n > int64(5+workers) {
			t.Errorf("%d workers: %d calls after the end of the context", workers, n)
		}
		if err := Each(ctx, 0, workers, nil); err != nil {
			t.Errorf("an empty loop has nothing to stop: %v", err)
		}
	}
}

func TestWorkers(t *testing.T) {
	if Workers(3) != 3 || Workers(0) < 1 || Workers(-2) != Workers(0) {
		t.Errorf("Workers: %d, %d, %d", Workers(3), Workers(0), Workers(-2))
	}
}
