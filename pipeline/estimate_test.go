package pipeline

import (
	"testing"
	"time"
)

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{12400 * time.Millisecond: "12 seconds",
		150 * time.Second: "3 minutes",
		119 * time.Minute: "119 minutes", 150 * time.Minute: "3 hours"} {
		if got := roughly(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
