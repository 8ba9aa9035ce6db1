// Package formulas makes a task of package simulate's formulas: the world that a simulated log was drawn from. It
// judges what a search finds on a surrogate of such a log, and can be searched itself.
package formulas

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"eahas/artifacts"
	"eahas/features"
	"eahas/search"
	"eahas/simulate"
	"eahas/trial"
)

// version changes whenever an answer would.
const version = 1

// Name is what a study calls this world: as judge, and as the default name of its task.
const Name = "formulas"

// New makes the task of a space that fits the formulas. The cost is joules, seconds or epochs; "" is joules.
// search.ErrTask: the space does not fit, or the cost is another.
func New(space features.Space, o search.BundleOptions) (search.Task, error) {
	w, err := simulate.NewWorld(space)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", search.ErrTask, err)
	}
	t := &task{name: o.Name, cost: o.Cost, world: w}
	if t.name == "" {
		t.name = Name
	}
	if t.cost == "" {
		t.cost = search.Joules
	}
	if t.cost != search.Joules && t.cost != search.Seconds && t.cost != search.Epochs {
		return nil, fmt.Errorf("%w: cost %q is none of joules, seconds, epochs", search.ErrTask, t.cost)
	}
	if t.domain, err = search.NewDomain(space, o.Fixed); err != nil {
		return nil, fmt.Errorf("formulas: %w", err)
	}
	b, err := json.Marshal(space)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "formulas %d\n%s\n%s\n%s", version, t.cost, o.Fixed.Key(), b))
	t.digest = hex.EncodeToString(sum[:])
	return t, nil
}

type task struct {
	name, digest, cost string
	world              *simulate.World
	domain             search.Domain
}

// Name implements search.Task.
func (t *task) Name() string { return t.name }

// Digest implements search.Task.
func (t *task) Digest() string { return t.digest }

// Domain implements search.Task.
func (t *task) Domain() search.Domain { return t.domain }

// Metric implements search.Task.
func (t *task) Metric() search.Metric {
	return search.Metric{Metric: artifacts.Metric{Name: "top1_err", Kind: artifacts.Error, Unit: "percent"}}
}

// Cost implements search.Task.
func (t *task) Cost() string { return t.cost }

// Worst implements search.Task.
func (t *task) Worst() float64 { return t.world.Chance() }

// Synthetic implements search.Task.
func (t *task) Synthetic() string { return simulate.Notice }

// Asker implements search.Task.
func (t *task) Asker() search.Asker { return asker{t} }

type asker struct{ task *task }

// Ask implements search.Asker. The truth is the mean over trainings.
func (a asker) Ask(c features.Config, seed uint64, noise bool) (*search.Run, error) {
	w := a.task.world
	truth, err := w.Expected(c)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", search.ErrConfig, err)
	}
	shown := truth
	if noise {
		if shown, err = w.Run(c, seed); err != nil {
			return nil, fmt.Errorf("%w: %w", search.ErrConfig, err)
		}
	}
	r := &search.Run{Trained: shown.Curve.Epochs, Values: shown.Curve.Values, Truth: truth.Curve.Values,
		Second: math.NaN(),
		Joules: summed(shown.TrainEnergy), Seconds: summed(shown.TrainTime), Eval: shown.TestEnergy.Mean}
	r.Cost, r.TrueCost = r.Joules, truth.TrainEnergy.Total
	switch a.task.cost {
	case search.Seconds:
		r.Cost, r.TrueCost = r.Seconds, truth.TrainTime.Total
	case search.Epochs:
		r.Cost, r.TrueCost = r.Trained, truth.Length
	}
	return r, nil
}

// summed returns what is spent by the end of each epoch.
func summed(c trial.Cost) []float64 {
	out := make([]float64, len(c.PerEpoch))
	sum := 0.0
	for i, x := range c.PerEpoch {
		sum += x
		out[i] = sum
	}
	return out
}
