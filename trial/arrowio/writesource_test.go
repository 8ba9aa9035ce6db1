package arrowio

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"eahas/trial"
)

// A source that fails leaves no file behind, in the first walk over it and in a later one.
func TestWriteSourceEndsWithTheSourcesError(t *testing.T) {
	trials, broken := someTrials(5, 3), errors.New("broken")
	for _, l := range []trial.Layout{trial.Wide, trial.Long, trial.Power, trial.Pycls} {
		for good := range 3 { // walks that end well
			walks, dir := 0, t.TempDir()
			source := func(yield func(*trial.Trial, error) bool) {
				walks++
				for i := range trials {
					if i == 3 && walks > good {
						yield(nil, broken)
						return
					}
					if !yield(&trials[i], nil) {
						return
					}
				}
			}
			_, err := WriteSource(filepath.Join(dir, "x"), l, Format{}, source, errorPercent)
			files := 1 // that are written, each in a walk after the first
			if l == trial.Power || l == trial.Pycls {
				files = 2
			}
			if fails := good <= files; fails != errors.Is(err, broken) {
				t.Errorf("%s, %d good walks: %v", l, good, err)
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) != max(0, min(files, good-1)) {
				t.Errorf("%s, %d good walks: %d files left (%v)", l, good, len(left), err)
			}
		}
	}
}
