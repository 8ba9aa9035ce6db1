package train

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Each part of each piece of work is done once before the next piece begins, whether the members watch or sleep.
func TestTeamDoesEachPartOnce(t *testing.T) {
	for _, parts := range []int{1, 2, 5} {
		team := newTeam(parts)
		done := make([]int, parts)
		for piece := range 300 {
			if piece%100 == 50 {
				time.Sleep(2 * time.Millisecond) // they fall asleep
			}
			team.do(func(part int) {
				done[part]++
			})
			for part, n := range done {
				if n != piece+1 {
					t.Fatalf("%d parts: part %d was done %d times after %d pieces", parts, part, n, piece+1)
				}
			}
		}
		team.dismiss()
	}
}

// Nobody stays behind, and nobody does a part of the last piece again.
func TestTeamIsDismissed(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 2000 {
		var done [4]atomic.Int64
		team := newTeam(len(done))
		team.do(func(part int) { done[part].Add(1) })
		team.dismiss()
		for part := range done {
			if n := done[part].Load(); n != 1 {
				t.Fatalf("part %d was done %d times", part, n)
			}
		}
	}
	// A goroutine that said it is done may still be counted for a moment.
	for wait := 0; runtime.NumGoroutine() > before && wait < 1000; wait++ {
		time.Sleep(10 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines became %d", before, after)
	}
}

// The members work: a part that waits for all others ends.
func TestTeamMembersWork(t *testing.T) {
	team := newTeam(3)
	defer team.dismiss()
	for range 20 {
		var all sync.WaitGroup
		all.Add(3)
		team.do(func(int) {
			all.Done()
			all.Wait()
		})
	}
}
