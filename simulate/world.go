package simulate

import (
	"fmt"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/trial"
)

// World answers for single configurations of a space by the formulas that Trials draws from. It is safe for concurrent
// use.
type World struct{ sim *simulator }

// NewWorld returns the world of a space that fits the formulas; the errors are those of Trials.
func NewWorld(space features.Space) (*World, error) {
	sim, err := newSimulator(space, Options{})
	if err != nil {
		return nil, err
	}
	return &World{sim}, nil
}

// Chance returns the error of guessing, in percent.
func (w *World) Chance() float64 { return 100 - w.sim.task.chance }

// Run draws one training of c. Equal seeds draw equal trainings.
func (w *World) Run(c features.Config, seed uint64) (trial.Trial, error) {
	x, t, err := w.begin(c)
	if err == nil {
		x.run(&t, stream.New(seed, "simulate", "world", c.Key()))
	}
	return t, err
}

// Expected returns what trainings of c show without noise: the curve is the mean over trainings that fail and those
// that do not, which is what a regression of many trainings tends to; energy and time are those of an epoch without
// hitches.
func (w *World) Expected(c features.Config) (trial.Trial, error) {
	x, t, err := w.begin(c)
	if err == nil {
		x.expected(&t)
	}
	return t, err
}

func (w *World) begin(c features.Config) (setup, trial.Trial, error) {
	x, err := w.sim.setup(c)
	if err != nil {
		return x, trial.Trial{}, fmt.Errorf("configuration %s: %w", c.Key(), err)
	}
	return x, trial.Trial{Group: c.Key(), Fold: -1, Config: features.Pack(c), Length: float64(x.epochs),
		Source: trial.Source{File: SourceFile}}, nil
}

// expected fills in a training without noise.
func (x *setup) expected(t *trial.Trial) {
	n := x.epochs
	shape := x.shape()
	joules, seconds, test := make([]float64, n), make([]float64, n), make([]float64, n)
	t.Curve = trial.Curve{Epochs: make([]float64, n), Values: make([]float64, n)}
	for e := 1; e <= n; e++ {
		failed := x.failure * x.failedBy(e)
		a := failed*x.task.chance + (1-failed)*shape.accuracy(e, x.final)
		t.Curve.Epochs[e-1], t.Curve.Values[e-1] = float64(e), 100-min(max(a, x.task.chance/2), 99.5)
		seconds[e-1] = x.seconds
		if e == 1 {
			seconds[0] = firstEpoch(x.seconds)
		}
		joules[e-1], test[e-1] = seconds[e-1]*x.watts, x.testTime*testPower*x.watts
	}
	x.costsOf(t, joules, seconds, test)
}

// failedBy returns the share of the failing runs that have failed by epoch e; see failedAt.
func (x *setup) failedBy(e int) float64 {
	return (min(1, float64(e)/float64(min(warmup, x.epochs))) + min(1, float64(e)/float64(max(1, x.epochs/3)))) / 2
}
