package simulate

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"eahas/trial"
)

// All gives what Trials gives, in each walk over it, for any number of workers, also when a walk was left early.
func TestAllGivesTheTrials(t *testing.T) {
	s := space(t, "eahas-cifar10")
	o := Options{Seed: 5, Repeats: 2, RepeatEvery: 3}
	for _, n := range []int{0, 1, blockSize, 2*blockSize + 7} {
		want := simulated(t, "eahas-cifar10", n, o)
		for _, workers := range []int{1, 3} {
			o.Workers = workers
			all, err := All(t.Context(), s, n, o)
			if err != nil {
				t.Fatal(err)
			}
			for range all {
				break
			}
			for range 2 {
				got := []trial.Trial{}
				for one, err := range all {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, *one)
				}
				if len(got) != n || !equalTrials(got, want) {
					t.Errorf("%d trials, %d workers: %d others", n, workers, len(got))
				}
			}
		}
	}
}

// equalTrials compares without what is NaN in every simulated trial.
func equalTrials(a, b []trial.Trial) bool {
	for i := range a {
		x, y := a[i], b[i]
		for _, t := range []*trial.Trial{&x, &y} {
			t.TrainEnergy.Coverage, t.TrainTime.Coverage, t.TestEnergy.Coverage, t.TestEnergy.Total = 0, 0, 0, 0
		}
		if !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}

func TestAllEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	all, err := All(ctx, space(t, "eahas-cifar10"), 3*blockSize, Options{})
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, err = range all {
		if err != nil {
			break
		}
		if given++; given == blockSize {
			cancel()
		}
	}
	if given != blockSize || !errors.Is(err, context.Canceled) {
		t.Errorf("%d trials, then %v", given, err)
	}
}
