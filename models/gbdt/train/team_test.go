package train

import (
	"runtime"
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

// Nobody stays behind.
func TestTeamIsDismissed(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		team := newTeam(4)
		team.do(func(int) {})
		team.dismiss()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines became %d", before, after)
	}
}

// The members work: a part that waits for another one ends.
func TestTeamMembersWork(t *testing.T) {
	team := newTeam(3)
	defer team.dismiss()
	for range 20 {
		begun := make(chan int, 3)
		all := make(chan struct{})
		team.do(func(part int) {
			if begun <- part; len(begun) == cap(begun) {
				close(all)
			}
			<-all
		})
	}
}
