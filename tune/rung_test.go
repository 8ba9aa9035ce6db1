package tune

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"testing"

	"eahas/internal/stream"
)

// The mean over the folds holds scores of the whole budget only.
func TestCheapScoresEnterNoMean(t *testing.T) {
	s := bowl(1)
	s.Shares = []float64{0.1, 0.3}
	s.Score = func(_ context.Context, _ int, _ []float64, on Rung) (float64, error) {
		return map[Rung]float64{{0, 0.1}: 100, {0, 0.3}: 50, {0, 1}: 1, {1, 1}: 3, {2, 1}: 8}[on], nil
	}
	all := mustRun(t, s, filepath.Join(t.TempDir(), "j"))
	if want := []float64{100, 50, 1, 2, 4}; !reflect.DeepEqual(all[0].Values, want) {
		t.Errorf("values %v, want %v", all[0].Values, want)
	}
}

// A trial meets only those that were scored on the same rung, however low the values on other rungs are.
func TestContinueComparesOneRung(t *testing.T) {
	trials := []Trial{{Values: []float64{50, 1}}, {Values: []float64{60, 2}}, {Values: []float64{70}},
		{Values: []float64{80}}}
	for k, c := range []struct {
		values []float64
		want   bool
	}{{[]float64{55}, true}, {[]float64{65}, false}, {[]float64{90}, false}, {[]float64{90, 0.5}, true},
		{[]float64{90, 1.5}, false}} {
		all := append(trials[:len(trials):len(trials)], Trial{Values: c.values})
		if got := Continue(all, c.values); got != c.want {
			t.Errorf("case %d, values %v: goes on %t", k, c.values, got)
		}
	}
}

// What cannot be scored goes no further, is never the best, and draws no proposals to it.
func TestFailedTrialsStop(t *testing.T) {
	s := bowl(30)
	plain := s.Score
	s.Score = func(ctx context.Context, trial int, x []float64, on Rung) (float64, error) {
		switch {
		case x == nil && on.Share < 1, x != nil && x[0] > 0.5:
			return math.NaN(), nil
		case x != nil && x[0] < -0.9 && on.Fold == 1:
			return Failed, nil
		}
		return plain(ctx, trial, x, on)
	}
	all := mustRun(t, s, filepath.Join(t.TempDir(), "j"))
	if len(all) != 30 || len(all[0].Values) != 1 || !all[0].Done {
		t.Fatalf("%d trials, the first %+v", len(all), all[0])
	}
	for _, trial := range all[1:] {
		if trial.Point[0] > 0.5 && len(trial.Values) != 1 {
			t.Errorf("trial %d failed and went on: %v", trial.Number, trial.Values)
		}
	}
	best, byDefault := Best(all)
	if byDefault != nil || best == nil || best.failed() || best.Number == 0 {
		t.Errorf("best %+v, default %+v", best, byDefault)
	}
	failed := []Trial{{Number: 1, Point: []float64{1, 1}, Values: []float64{1, 1, Failed}},
		{Number: 2, Point: []float64{0, 1}, Values: []float64{3}}}
	if first := rank(failed)[0].Number; first != 2 {
		t.Errorf("trial %d comes first", first)
	}
	if best, _ := Best(failed[:1]); best != nil {
		t.Errorf("best of a failed one: %+v", best)
	}
}

// Cheap rungs find as good a point for less: the cost is counted in whole trainings.
func TestCheapRungsSave(t *testing.T) {
	search := func(shares []float64) (loss, cost float64) {
		for seed := range uint64(6) {
			s := bowl(30)
			s.Seed, s.Shares = seed, shares
			bias := stream.New(seed, "bias").NormFloat64()
			s.Score = func(_ context.Context, _ int, x []float64, on Rung) (float64, error) {
				if x == nil {
					x = []float64{1, 1}
				}
				cost += on.Share
				return sq(x[0]) + x[1]/100 + (1-on.Share)*(3+0.3*bias*x[0]), nil
			}
			best, _ := Best(mustRun(t, s, filepath.Join(t.TempDir(), "j")))
			loss += best.last() / 6
		}
		return loss, cost
	}
	loss, cost := search(nil)
	cheapLoss, cheapCost := search([]float64{0.25})
	t.Logf("folds alone: loss %.4f for %.0f trainings; with a quarter first: %.4f for %.0f", loss, cost, cheapLoss,
		cheapCost)
	if !(cheapCost < 0.9*cost) || !(cheapLoss < 0.01) {
		t.Errorf("folds alone: loss %g for %g trainings; with a quarter first: %g for %g", loss, cost, cheapLoss,
			cheapCost)
	}
}

func TestStudyCheck(t *testing.T) {
	for _, shares := range [][]float64{{0}, {1}, {0.5, 0.5}, {0.5, 0.2}, {math.NaN()}, {-0.1}} {
		s := bowl(1)
		s.Shares = shares
		if err := s.check(); !errors.Is(err, ErrRungs) {
			t.Errorf("shares %v: %v", shares, err)
		}
	}
	s := bowl(1)
	s.Folds = 0
	if err := s.check(); !errors.Is(err, ErrRungs) {
		t.Errorf("no folds: %v", err)
	}
}
