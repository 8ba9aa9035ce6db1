package garbage

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestPercentLeavesRoom(t *testing.T) {
	for live, want := range map[uint64]int{0: 800, 1 << 20: 800, 64 << 20: 800, 128 << 20: 400, 512 << 20: 100,
		8 << 30: 100} {
		if got := percent(512<<20, live); got != want {
			t.Errorf("%d bytes alive: %d %%, want %d", live, got, want)
		}
	}
}

// The room shrinks as the heap grows, and ends with the work.
func TestRoomFollowsTheHeap(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	defer debug.SetGCPercent(debug.SetGCPercent(77))
	percentNow := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	end := Room(512 << 20)
	if p := percentNow(); p < 400 {
		t.Errorf("%d %% at the start", p)
	}
	large := make([]byte, 256<<20)
	for range 100 {
		runtime.GC()
		if time.Sleep(10 * time.Millisecond); percentNow() < 250 {
			break
		}
	}
	if p := percentNow(); p < 100 || p > 220 {
		t.Errorf("%d %% with %d bytes alive", p, len(large))
	}
	runtime.KeepAlive(large)
	end()
	if p := percentNow(); p != 77 {
		t.Errorf("%d %% at the end", p)
	}
	t.Setenv("GOGC", "50")
	defer Room(512 << 20)()
	if p := percentNow(); p != 77 {
		t.Errorf("%d %% although GOGC is set", p)
	}
}
