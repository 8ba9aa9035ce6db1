package pipeline

import (
	"strings"
	"testing"
	"time"

	"eahas/pipeline/guess"
)

// A config that is written for logs trains the quick variant where the default one would take long, and says so.
func TestVariantForASize(t *testing.T) {
	for size, want := range map[guess.Size]string{
		{Runs: 100, Curve: true, Numbers: 2}: "auto; minutes of one core; auto-quick takes",
		{Runs: 2000, Numbers: 2}:             "auto; auto-quick takes",
		{Runs: 5138, Numbers: 11}:            "auto-quick; 5138 runs with 11 numbers would take auto about",
		{Runs: 12000, Curve: true}:           "auto-quick; 12000 runs with a curve and 0 numbers would take auto about",
	} {
		name, why := variantFor(size)
		variant, text, _ := strings.Cut(want, "; ")
		if name != variant || !strings.Contains(why, text) {
			t.Errorf("%+v: %s # %s", size, name, why)
		}
	}
}

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{12400 * time.Millisecond: "12 seconds",
		150 * time.Second: "3 minutes",
		119 * time.Minute: "119 minutes", 150 * time.Minute: "3 hours"} {
		if got := roughly(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
