package formulas

import (
	"errors"
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/search"
	"eahas/simulate"
)

func builtin(t *testing.T) features.Space {
	t.Helper()
	space, err := features.Builtin("eahas-cifar10")
	if err != nil {
		t.Fatal(err)
	}
	return space
}

// TestTask: the truth has no noise, the costs add up, equal seeds give equal trainings, and each way of counting is
// another task.
func TestTask(t *testing.T) {
	digests := map[string]bool{}
	for _, cost := range []string{"", search.Seconds, search.Epochs} {
		task, err := New(builtin(t), search.BundleOptions{Cost: cost})
		if err != nil {
			t.Fatal(err)
		}
		digests[task.Digest()] = true
		if task.Name() != Name || task.Worst() != 90 || task.Synthetic() != simulate.Notice ||
			task.Metric().Loss(3) != 3 {
			t.Errorf("%s %g %q", task.Name(), task.Worst(), task.Synthetic())
		}
		c := task.Domain().Sample(stream.New(1))
		ask := func(seed uint64, noise bool) *search.Run {
			r, err := task.Asker().Ask(c, seed, noise)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		plain, a, b, other := ask(1, false), ask(1, true), ask(1, true), ask(2, true)
		last := len(plain.Trained) - 1
		if !slices.Equal(plain.Values, plain.Truth) || !slices.Equal(a.Truth, plain.Truth) ||
			math.Abs(plain.Cost[last]/plain.TrueCost-1) > 1e-12 {
			t.Errorf("%q: without noise %+v", cost, plain)
		}
		if !slices.Equal(a.Values, b.Values) || slices.Equal(a.Values, other.Values) || !slices.IsSorted(a.Joules) ||
			!(a.Eval > 0) {
			t.Errorf("%q: with noise %v", cost, a.Values)
		}
	}
	if len(digests) != 3 {
		t.Error("tasks that count otherwise have one digest")
	}
}

func TestRefused(t *testing.T) {
	if _, err := New(builtin(t), search.BundleOptions{Cost: "euros"}); !errors.Is(err, search.ErrTask) {
		t.Errorf("cost: %v", err)
	}
	if _, err := New(features.Space{Params: []features.Param{{Name: "lr", Kind: features.Log, Low: 0.1, High: 1}}},
		search.BundleOptions{}); !errors.Is(err, search.ErrTask) {
		t.Errorf("space: %v", err)
	}
	task, err := New(builtin(t), search.BundleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := task.Asker().Ask(features.Config{"lr": features.Number(1)}, 0, true); !errors.Is(err,
		search.ErrConfig) {
		t.Errorf("configuration: %v", err)
	}
}
