package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/internal/stream"
)

// BestDecile is the group of a bundle's metrics that holds the held-out error on the trials that the surrogate likes
// best.
const BestDecile = "best decile"

// DoubtDraws is the usual number of draws of Doubt.
const DoubtDraws = 5000

// Disagreement is how far two tasks lie apart in the loss of whole runs, in the metric's unit.
type Disagreement struct {
	All        float64 // mean absolute difference over all draws
	BestDecile float64 // over the tenth that the first task likes best
}

// Doubt compares the answers of two tasks, such as a surrogate and its judge, on n random configurations of the first.
// The error wraps ErrConfig where the second does not know one of them.
func Doubt(t, judge Task, n int) (Disagreement, error) {
	a, b := t.Asker(), judge.Asker()
	rng := stream.New(0, "doubt")
	type pair struct{ mine, other float64 }
	pairs := make([]pair, n)
	for i := range pairs {
		c := t.Domain().Sample(rng)
		mine, err := finalLoss(t, a, c)
		if err != nil {
			return Disagreement{}, err
		}
		other, err := finalLoss(judge, b, c)
		if err != nil {
			return Disagreement{}, err
		}
		pairs[i] = pair{mine, other}
	}
	slices.SortFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(x.mine, y.mine),
			cmp.Compare(x.other, y.other))
	})
	mean := func(ps []pair) float64 {
		sum := 0.0
		for _, p := range ps {
			sum += math.Abs(p.mine - p.other)
		}
		return sum / float64(len(ps))
	}
	return Disagreement{mean(pairs), mean(pairs[:max(1, n/10)])}, nil
}

// finalLoss returns the loss of a whole run without noise.
func finalLoss(t Task, a Asker, c features.Config) (float64, error) {
	r, err := a.Ask(c, 0, false)
	if err != nil {
		return 0, err
	}
	return t.Metric().Loss(r.Truth[len(r.Truth)-1]), nil
}

// Gap is how far an optimum that a search finds on a surrogate lies from what it is worth. Values are those of the
// metric.
type Gap struct {
	Found        float64 // the optimum by the surrogate that was climbed
	Judged       float64 // the same by the judge
	Climbs       int
	Extrapolates int // climbs whose optimum lies beside the training data
	Doubt        Disagreement
}

// Worth is what a search on a surrogate would find, and what that is worth: medians over the climbs.
type Worth struct {
	Gap
	Config features.Config // the optimum; of several climbs the one with the median Judged
}

// worthDraws is the number of draws from which FindWorth sees how far both surrogates lie apart.
const worthDraws = 1000

// FindWorth climbs a surrogate (trained on some of the trials) from the best of random draws, n times, and asks the
// judge (trained on others) what the optima are worth: the medians over the climbs. A search that climbs the
// surrogate's errors shows as a large gap between Found and Judged. The result depends on the arguments alone.
func FindWorth(ctx context.Context, surrogate, judge Task, n int) (Worth, error) {
	if n < 1 {
		return Worth{}, fmt.Errorf("%w: %d climbs", ErrMethod, n)
	}
	a, b := surrogate.Asker(), judge.Asker()
	type optimum struct {
		config       features.Config
		found, other float64
	}
	var all []optimum
	w := Worth{Gap: Gap{Climbs: n}}
	for k := range n {
		config, found, outside, err := climbLoss(ctx, surrogate, a, k)
		if err != nil {
			return w, err
		}
		other, err := finalLoss(judge, b, config)
		if err != nil {
			return w, err
		}
		if outside {
			w.Extrapolates++
		}
		all = append(all, optimum{config, found, other})
	}
	slices.SortStableFunc(all, func(x, y optimum) int { return cmp.Compare(x.other, y.other) })
	middle := all[(n-1)/2]
	m := surrogate.Metric()
	w.Judged, w.Config = m.Value(middle.other), middle.config
	slices.SortStableFunc(all, func(x, y optimum) int { return cmp.Compare(x.found, y.found) })
	w.Found = m.Value(all[(n-1)/2].found)
	var err error
	w.Doubt, err = Doubt(surrogate, judge, worthDraws)
	return w, err
}

// climbDraws is from how many draws a climb begins at the best.
const climbDraws = 100

// climbLoss goes from the best of random draws to the first neighbour with a lower loss until none has.
func climbLoss(ctx context.Context, t Task, a Asker, k int) (best features.Config, loss float64, outside bool,
	err error) {
	rng := stream.New(uint64(k), "climb")
	loss = math.Inf(1)
	try := func(c features.Config) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		r, err := a.Ask(c, 0, false)
		if err != nil {
			return false, err
		}
		l := t.Metric().Loss(r.Truth[len(r.Truth)-1])
		if !(l < loss) {
			return false, nil
		}
		best, loss, outside = c, l, r.Extrapolates
		return true, nil
	}
	for range climbDraws {
		if _, err := try(t.Domain().Sample(rng)); err != nil {
			return nil, 0, false, err
		}
	}
	if best == nil {
		return nil, 0, false, fmt.Errorf("%w: no draw has a finite loss", ErrTask)
	}
	for moved := true; moved; {
		moved = false
		for _, c := range t.Domain().Neighbours(rng, best) {
			if moved, err = try(c); err != nil {
				return nil, 0, false, err
			}
			if moved {
				break
			}
		}
	}
	return best, loss, outside, nil
}
