//go:build unix

package artifacts

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is the processor's time that the process has taken.
func cpuTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
