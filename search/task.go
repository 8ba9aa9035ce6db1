package search

import (
	"math"

	"eahas/features"
)

// The units in which a budget can be counted.
const (
	Joules  = "joules"
	Seconds = "seconds"
	Epochs  = "epochs" // where a log has neither; nothing about energy can be said then
)

// Task is a world that a method searches: it answers for every configuration of its domain what a training would show
// and cost. It is safe for concurrent use.
type Task interface {
	// Name is the task's name in studies and reports.
	Name() string
	// Digest is the SHA-256, in hexadecimal, of everything that the answers depend on.
	Digest() string
	Domain() Domain
	Metric() Metric
	// Cost is Joules, Seconds or Epochs: what a run's Cost counts.
	Cost() string
	// Worst is the loss that stands for a value that is not finite: chance, as far as the task knows it.
	Worst() float64
	// Synthetic is the notice that must stand wherever results are shown when nothing was measured; else empty.
	Synthetic() string
	// Asker returns something that answers on one goroutine. Its runs do not depend on what was asked before.
	Asker() Asker
}

// Asker answers for configurations, one after the other. It is not safe for concurrent use.
type Asker interface {
	// Ask returns one training of c. Runs with equal seeds are equal; noise draws which of the plausible trainings of c
	// it is. Without noise (noise false) the run shows the truth. The error wraps ErrConfig.
	Ask(c features.Config, seed uint64, noise bool) (*Run, error)
}

// Run is one training as a task tells it, from the first checkpoint to the last. The slices have length m >= 1; those
// of quantities that the task does not know are nil.
type Run struct {
	Trained []float64 // epochs trained at each checkpoint, increasing
	Values  []float64 // the metric as this training shows it; may hold NaN where a real training failed
	Truth   []float64 // the metric without noise
	Joules  []float64 // spent by then by this training, never falling
	Seconds []float64 // passed by then
	Cost    []float64 // Joules, Seconds or Trained: what the budget counts

	TrueCost float64 // of the whole run without noise, in the unit of the cost
	Second   float64 // what is to be low beside the loss, where it is not the cost, such as a latency; NaN otherwise
	Eval     float64 // joules of one evaluation; NaN when unknown

	Extrapolates bool // the configuration lies beside what the surrogate learnt from
}

// checkpoint returns the number of the first checkpoint by which the share of the whole run, 0 < share <= 1, is
// trained.
func (r *Run) checkpoint(share float64) int {
	last := len(r.Trained) - 1
	want := share * r.Trained[last]
	for i, e := range r.Trained {
		if e >= want*(1-1e-9) && e > 0 {
			return i
		}
	}
	return last
}

// share returns how much of the run is trained at checkpoint i, 0..1.
func (r *Run) share(i int) float64 {
	if i < 0 {
		return 0
	}
	return r.Trained[i] / r.Trained[len(r.Trained)-1]
}

// at returns element i, 0 before the first, NaN of a nil series.
func at(series []float64, i int) float64 {
	switch {
	case series == nil:
		return math.NaN()
	case i < 0:
		return 0
	}
	return series[i]
}
