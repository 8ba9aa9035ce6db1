package search

import (
	"context"
	"errors"
	"testing"
)

// TestFindWorth: a surrogate that judges itself finds what it finds; another one, trained on the same trials by another
// regressor, does not believe all of it. The metric is an accuracy.
func TestFindWorth(t *testing.T) {
	open := func(name string) Task {
		task, err := OpenBundle("../artifacts/testdata/"+name, BundleOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return task
	}
	a, b := open("v1-gbdt-bezier"), open("v1-forest-bezier")
	self, err := FindWorth(t.Context(), a, a, 5)
	if err != nil {
		t.Fatal(err)
	}
	if self.Found != self.Judged || self.Doubt != (Disagreement{}) || self.Climbs != 5 {
		t.Errorf("judged by itself: %+v", self)
	}
	w, err := FindWorth(t.Context(), a, b, 5)
	if err != nil {
		t.Fatal(err)
	}
	if w.Found != self.Found || w.Judged >= w.Found || w.Doubt.BestDecile <= 0 || w.Doubt.All <= 0 {
		t.Errorf("judged by another: %+v", w)
	}
	again, err := FindWorth(t.Context(), a, b, 5)
	if err != nil || again.Judged != w.Judged || again.Config.Key() != w.Config.Key() {
		t.Errorf("equal arguments: %+v, %v", again, err)
	}
	if _, err := FindWorth(t.Context(), a, b, 0); !errors.Is(err, ErrMethod) {
		t.Errorf("no climbs: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FindWorth(ctx, a, b, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
