package train

import (
	"fmt"
	"math"
	"slices"
)

const (
	maxEpochs = 1_000_000
	maxSeeds  = 1000 // networks of one model
)

// Params are the hyperparameters. The zero value of each field means the default in its comment.
type Params struct {
	// Hidden are the widths of the trunk's ReLU layers. Default 64, 64, 64. An entry of 0 is refused.
	Hidden []int `yaml:"hidden" json:"hidden,omitempty"`
	// Branches deal the input columns to branches with layers of their own. Default: one branch without layers,
	// which makes a plain network.
	Branches []Branch `yaml:"branches" json:"branches,omitempty"`
	// Bounded are the numbers of outputs that lie in 0..100 (percent) and go through 100*sigmoid. Training targets
	// outside that range are an error. Default none.
	Bounded []int `yaml:"bounded" json:"bounded,omitempty"`
	// Basis, B x k row-major with B rows, makes the loss the squared error of the decoded points basis*target instead
	// of the standardised targets' own. Set by the pipeline, not by a user's config. Default none.
	Basis []float64 `yaml:"-" json:"-"`

	// Solver is adam (default), steps of a batch, or lbfgs, for few rows: steps that see all of them, without branches,
	// bounded outputs, batch, rate, decay, schedule and early stop; then hidden is by default 32, 32, and seeds 1.
	Solver string `yaml:"solver" json:"solver,omitempty"`
	// Penalty, of lbfgs, is what the squared weights cost beside the summed errors of the rows; default 1.
	Penalty float64 `yaml:"penalty" json:"penalty,omitempty"`
	// Epochs are passes over the rows. Default: as many as make 1,200 steps of a batch, within 20 to 1,000; of lbfgs
	// 300 steps at most.
	Epochs int     `yaml:"epochs" json:"epochs,omitempty"`
	Batch  int     `yaml:"batch" json:"batch,omitempty"` // rows a step, at most n; default 64
	Rate   float64 `yaml:"rate" json:"rate,omitempty"`   // Adam's rate at the start; default 0.01
	Decay  float64 `yaml:"decay" json:"decay,omitempty"` // decoupled weight decay per unit of rate; default 0
	// Schedule is how the rate falls: "cosine" (default; to 0 at the last step) or "constant".
	Schedule string `yaml:"schedule" json:"schedule,omitempty"`
	Seeds    int    `yaml:"seeds" json:"seeds,omitempty"` // networks that are averaged; default 5

	// end when groups that are held back no longer gain
	EarlyStop EarlyStop `yaml:"early_stop" json:"early_stop,omitzero"`
}

// Branch is an input branch: which columns it reads, and its ReLU layers.
type Branch struct {
	// Params are names of axes (all encoded columns of the axis are taken) or of derived columns. One branch may leave
	// it empty: it takes what no other branch names.
	Params []string `yaml:"params" json:"params,omitempty"`
	Hidden []int    `yaml:"hidden" json:"hidden,omitempty"` // widths; empty passes the inputs through
}

// EarlyStop keeps the weights of the epoch that does best on held-back groups. Off while Share is 0.
type EarlyStop struct {
	Share float64 `yaml:"share" json:"share,omitempty"` // share of the groups held back, 0 <= share < 1
	// epochs without a better one until the member stops; default 30
	Patience int `yaml:"patience" json:"patience,omitempty"`
}

// WithDefaults returns p with the default of its comment in each field that is zero, but for Epochs, whose default
// depends on the rows: see EpochsFor.
func (p Params) WithDefaults() Params {
	if p.Solver == LBFGS {
		return p.wholeDefaults()
	}
	if len(p.Hidden) == 0 {
		p.Hidden = DefaultHidden()
	}
	setDefault(&p.Batch, defaultBatch)
	setDefault(&p.Rate, 0.01)
	setDefault(&p.Schedule, "cosine")
	setDefault(&p.Seeds, 5)
	setDefault(&p.EarlyStop.Patience, 30)
	if len(p.Branches) == 0 {
		p.Branches = []Branch{{}}
	}
	return p
}

// LBFGS is the Solver whose steps see all rows.
const LBFGS = "lbfgs"

// wholeDefaults is WithDefaults of LBFGS.
func (p Params) wholeDefaults() Params {
	if len(p.Hidden) == 0 {
		p.Hidden = []int{32, 32}
	}
	setDefault(&p.Penalty, 1)
	setDefault(&p.Seeds, 1)
	return p
}

// wholeSteps is the number of steps of L-BFGS at most.
const wholeSteps = 300

// resolved returns p with every default, or an error that wraps ErrParams; k is the number of targets.
func (p Params) resolved(k int) (Params, error) {
	p = p.WithDefaults()
	return p, p.check(k)
}

const defaultBatch = 64

// defaultSteps is the number of batches that the default number of epochs aims at. On the accuracy curves of the
// DeepOBS logs (540 training rows, 5 networks) 800 steps score within .003 of avg_r2 of 1,600.
const defaultSteps = 1200

// DefaultHidden returns the widths of the trunk's layers where Hidden is empty.
func DefaultHidden() []int { return []int{64, 64, 64} }

// EpochsFor returns the number of epochs for n training rows, n >= 1: Epochs, or its default.
func (p Params) EpochsFor(n int) int {
	if p.Epochs > 0 {
		return p.Epochs
	}
	if p.Solver == LBFGS {
		return wholeSteps
	}
	setDefault(&p.Batch, defaultBatch)
	perEpoch := n / min(p.Batch, n)
	return min(1000, max(20, (defaultSteps+perEpoch-1)/perEpoch))
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// checkWhole refuses what LBFGS does not take.
func (p Params) checkWhole() error {
	switch {
	case len(p.Branches) > 0, len(p.Bounded) > 0, p.Batch != 0, p.Rate != 0, p.Decay != 0, p.Schedule != "",
		p.EarlyStop != EarlyStop{}:
		return fmt.Errorf("%w: the solver lbfgs takes no branches, bounded, batch, rate, decay, schedule and "+
			"early_stop", ErrParams)
	case !(p.Penalty > 0 && p.Penalty < 1e6):
		return fmt.Errorf("%w: penalty %v, want above 0 and below 1e6", ErrParams, p.Penalty)
	}
	return nil
}

// check looks at the settings of a network of k outputs. Kept whole: a list of checks, of which the first that fails is
// told.
func (p Params) check(k int) error {
	widths := p.Hidden
	for _, b := range p.Branches {
		widths = append(widths[:len(widths):len(widths)], b.Hidden...)
	}
	for _, w := range widths {
		if w < 1 || w > 1<<14 {
			return fmt.Errorf("%w: hidden width %d, want 1 to %d", ErrParams, w, 1<<14)
		}
	}
	for _, j := range p.Bounded {
		if j < 0 || j >= k {
			return fmt.Errorf("%w: bounded output %d, there are %d", ErrParams, j, k)
		}
	}
	switch {
	case p.Solver != "" && p.Solver != "adam" && p.Solver != LBFGS:
		return fmt.Errorf("%w: solver %q, want adam or lbfgs", ErrParams, p.Solver)
	case p.Epochs > maxEpochs, p.Seeds > maxSeeds:
		return fmt.Errorf("%w: epochs %d, seeds %d: at most %d and %d", ErrParams, p.Epochs, p.Seeds, maxEpochs,
			maxSeeds)
	case p.Epochs < 0, p.Batch < 0, p.Seeds < 0, p.EarlyStop.Patience < 0:
		return fmt.Errorf("%w: epochs %d, batch %d, seeds %d, patience %d: none may be negative", ErrParams, p.Epochs,
			p.Batch, p.Seeds, p.EarlyStop.Patience)
	case p.Solver == LBFGS:
		return p.checkWhole()
	case p.Penalty != 0:
		return fmt.Errorf("%w: a penalty is for the solver lbfgs; adam has decay", ErrParams)
	case !(p.Rate > 0 && p.Rate < 10):
		return fmt.Errorf("%w: rate %v, want 0 < rate < 10", ErrParams, p.Rate)
	case !(p.Decay >= 0 && p.Decay*p.Rate < 1):
		return fmt.Errorf("%w: decay %v at rate %v, want 0 <= decay*rate < 1", ErrParams, p.Decay, p.Rate)
	case p.Schedule != "cosine" && p.Schedule != "constant":
		return fmt.Errorf("%w: schedule %q, want cosine or constant", ErrParams, p.Schedule)
	case !(p.EarlyStop.Share >= 0 && p.EarlyStop.Share < 1):
		return fmt.Errorf("%w: early_stop.share %v, want 0 <= share < 1", ErrParams, p.EarlyStop.Share)
	case len(p.Basis)%k != 0:
		return fmt.Errorf("%w: a basis of %d numbers for %d outputs", ErrParams, len(p.Basis), k)
	case slices.ContainsFunc(p.Basis, func(v float64) bool { return !(math.Abs(v) < 1e100) }):
		return fmt.Errorf("%w: the basis holds a number that is not finite or absurd", ErrParams)
	}
	return nil
}
