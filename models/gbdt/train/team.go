package train

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// team runs many short pieces of work, one after the other, each cut into the same number of parts. Growing one tree
// takes about sixty of them, of a few to a few hundred microseconds each: too short for new goroutines. The members
// watch for the next piece for a while before they sleep, and whoever has finished takes a part that nobody has begun,
// so that no piece waits for a goroutine that the machine gives no time to.
type team struct {
	parts  int
	work   func(part int) // of the present piece; members read it only while they own a part of it
	piece  atomic.Uint64  // number of the present piece
	begun  []begun        // per part
	open   atomic.Int64   // parts of the present piece that are not finished
	asleep atomic.Int64
	wake   chan struct{}
	over   atomic.Bool
	gone   sync.WaitGroup
}

// begun is the number of the last piece whose part was begun, alone in its cache line.
type begun struct {
	atomic.Uint64
	_ [56]byte
}

// watch is the number of looks at the present piece before a member sleeps: some 150 microseconds. Between two pieces
// the caller searches small leaves for 10 to 30 microseconds at the median, 70 at the ninth decile, and a virtual
// machine takes 50 to wake a processor that sleeps.
const watch = 1 << 19

// newTeam starts the goroutines of a team; dismiss ends them. Its caller works too.
func newTeam(parts int) *team {
	t := &team{parts: parts, begun: make([]begun, parts), wake: make(chan struct{}, parts)}
	for i := 1; i < parts; i++ {
		t.gone.Go(func() { t.member(i) })
	}
	return t
}

// do calls work(0), ..., work(parts-1), each once, and waits. Parts must not share what they write.
func (t *team) do(work func(part int)) {
	if t.parts == 1 {
		work(0)
		return
	}
	t.work = work
	t.open.Store(int64(t.parts))
	piece := t.piece.Add(1)
	for range t.asleep.Load() {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
	t.take(0, piece)
	for looks := 0; t.open.Load() > 0; looks++ {
		if looks >= watch {
			runtime.Gosched()
		}
	}
}

// take works on the parts that nobody has begun, from first on.
func (t *team) take(first int, piece uint64) {
	for i := range t.parts {
		part := (first + i) % t.parts
		if t.begun[part].CompareAndSwap(piece-1, piece) {
			t.work(part)
			t.open.Add(-1)
		}
	}
}

// member is the life of one goroutine.
func (t *team) member(part int) {
	for seen := uint64(0); ; {
		for looks := 0; t.piece.Load() == seen; looks++ {
			if looks < watch {
				continue
			}
			looks = 0
			t.asleep.Add(1)
			if t.piece.Load() == seen && !t.over.Load() {
				<-t.wake
			}
			t.asleep.Add(-1)
			if t.over.Load() {
				return
			}
		}
		// The number before the flag: dismiss sets them the other way round, so the number that it adds is never taken.
		if seen = t.piece.Load(); t.over.Load() {
			return
		}
		t.take(part, seen)
	}
}

// dismiss ends the goroutines and waits for them.
func (t *team) dismiss() {
	t.over.Store(true)
	close(t.wake)
	t.piece.Add(1)
	t.gone.Wait()
}
