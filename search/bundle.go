package search

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"eahas/artifacts"
	"eahas/features"
)

// BundleOptions say how a bundle becomes a task. The zero value is ready to use.
type BundleOptions struct {
	Name  string          // default: the bundle's
	Fixed features.Config // axes that are the same in all configurations, such as the data set
	Cost  string          // Joules (default), Seconds or Epochs
	// Metric is a target of the bundle's own that is searched for, a number or a further curve, in place of the main
	// curve; Second is one that stands beside the loss, in place of the cost: a latency, or a throughput, of which the
	// inverse counts; of a curve the last value.
	Metric, Second string
}

// OpenBundle opens the bundle at path as a task. ErrTask: it has no learning curve, no length of a run, or not the cost
// that the budget is to count.
func OpenBundle(path string, o BundleOptions) (Task, error) {
	s, err := artifacts.Open(path)
	if err != nil {
		return nil, err
	}
	manifest, err := os.ReadFile(filepath.Join(path, artifacts.ManifestName))
	if err != nil {
		return nil, err
	}
	return NewSurrogateTask(s, manifest, o)
}

// surrogateTask is a surrogate with some axes fixed.
type surrogateTask struct {
	name, digest, cost string
	surrogate          *artifacts.Surrogate
	spec               artifacts.Spec
	domain             Domain
	objectives         objectives
}

// NewSurrogateTask makes a task of a surrogate that identity, such as the bytes of its manifest, tells from all others.
// Kept whole: it is the list of what a task needs of a bundle.
func NewSurrogateTask(s *artifacts.Surrogate, identity []byte, o BundleOptions) (Task, error) {
	spec := s.Spec()
	t := &surrogateTask{name: o.Name, cost: o.Cost, surrogate: s, spec: spec}
	if t.name == "" {
		t.name = spec.Name
	}
	if t.cost == "" {
		t.cost = Joules
	}
	var err error
	if t.objectives, err = newObjectives(s, o); err != nil {
		return nil, err
	}
	if o.Metric == "" && (s.Head(artifacts.Curve) == nil || spec.Epochs.Length == artifacts.LengthNone) {
		return nil, fmt.Errorf("%w: bundle %q has no learning curve of known length; a search needs both, or the "+
			"name of a target of the bundle's own (metric)", ErrTask, t.name)
	}
	runs := spec.Epochs.Length != artifacts.LengthNone
	known := map[string]bool{
		Joules:  runs && (s.Head(artifacts.EnergyPerEpoch) != nil || s.Head(artifacts.EnergyTotal) != nil),
		Seconds: runs && s.Head(artifacts.TimePerEpoch) != nil,
		Epochs:  true,
	}
	is, ok := known[t.cost]
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: cost %q is none of joules, seconds, epochs", ErrTask, t.cost)
	case !is && t.cost == Joules:
		return nil, fmt.Errorf("%w: bundle %q does not know the energy of a training; count the budget with cost: "+
			"seconds or cost: epochs, "+
			"or train a bundle from logs with energy", ErrTask, t.name)
	case !is:
		return nil, fmt.Errorf("%w: bundle %q does not know the %s of a training", ErrTask, t.name, t.cost)
	}
	if t.domain, err = NewDomain(spec.Space, o.Fixed); err != nil {
		return nil, fmt.Errorf("bundle %q: %w", t.name, err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%d\n", t.cost, o.Fixed.Key(), len(identity))
	if o.Metric != "" || o.Second != "" {
		fmt.Fprintf(h, "%s\n%s\n", o.Metric, o.Second)
	}
	h.Write(identity)
	t.digest = hex.EncodeToString(h.Sum(nil))
	return t, nil
}

// Name implements Task.
func (t *surrogateTask) Name() string { return t.name }

// Digest implements Task.
func (t *surrogateTask) Digest() string { return t.digest }

// Domain implements Task.
func (t *surrogateTask) Domain() Domain { return t.domain }

// Metric implements Task.
func (t *surrogateTask) Metric() Metric {
	if d := t.objectives.metric; d != nil {
		return Metric{metricOf(d)}
	}
	return Metric{t.spec.Metric}
}

// Cost implements Task.
func (t *surrogateTask) Cost() string { return t.cost }

// Worst implements Task. A surrogate's answers are finite, so it is hardly ever needed.
func (t *surrogateTask) Worst() float64 {
	if t.Metric().Percent() {
		return 100
	}
	return math.Inf(1)
}

// Synthetic implements Task.
func (t *surrogateTask) Synthetic() string {
	if !t.spec.Synthetic {
		return ""
	}
	if t.spec.Notice != "" {
		return t.spec.Notice
	}
	return "the surrogate learnt from simulated trainings"
}

// Asker implements Task.
func (t *surrogateTask) Asker() Asker { return &surrogateAsker{task: t} }

type surrogateAsker struct {
	task   *surrogateTask
	answer artifacts.Answer
}

// Ask implements Asker.
func (k *surrogateAsker) Ask(c features.Config, seed uint64, noise bool) (*Run, error) {
	t, a := k.task, &k.answer
	if err := t.surrogate.QueryInto(a, c, artifacts.Whole); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	r := &Run{Second: math.NaN(), Eval: a.InferenceEnergy, Extrapolates: a.Extrapolates}
	r.Trained = make([]float64, len(a.Epochs))
	for i, e := range a.Epochs {
		r.Trained[i] = t.spec.Epochs.Trained(e)
	}
	if len(r.Trained) == 0 { // a bundle that knows no epochs: a training is one step
		r.Trained = []float64{1}
	}
	t.objectives.truth(r, a)
	last := len(r.Trained) - 1
	r.TrueCost = at(k.series(r), last)
	if noise {
		t.surrogate.AddNoise(a, seed)
		r.Eval = a.InferenceEnergy
	}
	r.Cost = slices.Clone(k.series(r))
	switch {
	case t.cost == Joules:
		r.Joules = r.Cost
	case len(a.Energy) > 0:
		r.Joules = slices.Clone(a.Energy)
	}
	if t.cost == Seconds {
		r.Seconds = r.Cost
	} else if len(a.Time) > 0 {
		r.Seconds = slices.Clone(a.Time)
	}
	t.objectives.shown(r, a)
	if last < 0 || r.Trained[len(r.Trained)-1] <= 0 || !(r.TrueCost > 0) {
		return nil, fmt.Errorf("%w: %s has no epoch of training that costs anything", ErrConfig, c.Key())
	}
	return r, nil
}

// series returns what the answer says about the cost.
func (k *surrogateAsker) series(r *Run) []float64 {
	switch k.task.cost {
	case Joules:
		return k.answer.Energy
	case Seconds:
		return k.answer.Time
	}
	return r.Trained
}
