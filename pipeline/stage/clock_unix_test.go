//go:build unix

package stage

import (
	"testing"
	"time"
)

// A processor at work uses time, not more of it than its cores have.
func TestProcessorSeconds(t *testing.T) {
	c := startClock()
	x := 1.0
	for until := time.Now().Add(50 * time.Millisecond); time.Now().Before(until); {
		x = x*1.0000001 + 1
	}
	if got := c.spent(); !(got.CPU > 0) || !(got.Wall >= 0.05) || got.Wall > 60 {
		t.Errorf("%+v after 50 ms of work (%g)", got, x)
	}
}
