// Package par is the one parallel loop of this module: a bounded number of workers take the indices 0..n-1 in order.
//
// A loop's result must not depend on the number of workers: calls own what they write (element i of a slice, say), and
// sums over them are taken afterwards, in the order of the indices.
package par

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// Workers resolves an option that bounds the number of workers: n, or GOMAXPROCS where n <= 0.
func Workers(n int) int {
	if n <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return n
}

// For calls do(0), ..., do(n-1), each once, on at most workers goroutines (<= 0: GOMAXPROCS), and waits. One worker is
// the caller's own goroutine, and the calls come in order.
func For(n, workers int, do func(i int)) {
	ForScratch(n, workers, func() struct{} { return struct{}{} }, func(i int, _ struct{}) { do(i) })
}

// ForScratch is For with memory that a worker uses for one call after the other: each worker calls scratch once, before
// its first index. What do leaves in it must not change what the next call computes.
func ForScratch[S any](n, workers int, scratch func() S, do func(i int, s S)) {
	if workers = min(Workers(workers), n); workers <= 1 {
		if n <= 0 {
			return
		}
		s := scratch()
		for i := range n {
			do(i, s)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			s := scratch()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i, s)
			}
		})
	}
	wg.Wait()
}

// Each calls do(0), ..., do(n-1) like For and returns the error of the lowest index that failed: the same one for any
// number of workers. After an error no further index is begun and the context of the calls with higher indices is
// cancelled; calls with lower indices run to their end, since theirs may be the error to return. When ctx is done, no
// further index is begun and, if no call failed before, its cause is returned.
func Each(ctx context.Context, n, workers int, do func(ctx context.Context, i int) error) error {
	workers = min(Workers(workers), n)
	if workers <= 1 {
		for i := range n {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := do(ctx, i); err != nil {
				return err
			}
		}
		return nil
	}
	l := loop{n: n, failed: n, at: make([]int, workers), stop: make([]context.CancelFunc, workers)}
	contexts := make([]context.Context, workers)
	for w := range workers {
		contexts[w], l.stop[w] = context.WithCancel(ctx)
		defer l.stop[w]()
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := l.take(w); i >= 0; i = l.take(w) {
				err := context.Cause(ctx)
				if err == nil {
					err = do(contexts[w], i)
				}
				if err != nil {
					l.fail(i, err)
				}
			}
		})
	}
	wg.Wait()
	return l.err
}

// loop is the state of one Each.
type loop struct {
	mu     sync.Mutex
	n      int
	next   int   // the first index that nobody has begun
	failed int   // the lowest index with an error, or n
	err    error // of that index
	at     []int // which index each worker is at
	stop   []context.CancelFunc
}

// take gives worker w its next index, or -1 when there is none.
func (l *loop) take(w int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed < l.n || l.next == l.n {
		l.at[w] = -1
		return -1
	}
	l.at[w] = l.next
	l.next++
	return l.at[w]
}

// fail notes the error of index i and stops the calls with higher ones.
func (l *loop) fail(i int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i >= l.failed {
		return
	}
	l.failed, l.err = i, err
	for w, at := range l.at {
		if at > i {
			l.stop[w]()
		}
	}
}
