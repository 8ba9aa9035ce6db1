//go:build !unix

package artifacts

import (
	"testing"
	"time"
)

var began = time.Now()

// cpuTime is the time that has passed.
func cpuTime(testing.TB) time.Duration { return time.Since(began) }
