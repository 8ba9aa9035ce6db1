// Package trial holds what happened: one finished training run as a record, in base units.
//
// Units inside: accuracy and error in percent, energy in joules, time in seconds, power in watts. Raw logs are
// converted once, where they are read (package trial/arrowio).
package trial

import "eahas/features"

// Trial is one finished training run.
type Trial struct {
	ID     string          // unique within a run of the program
	Group  string          // repeats of one configuration share it; never empty
	Fold   int             // given fold, or -1
	Seed   string          // the run's own seed as it was logged, or ""
	Config features.Packed // the axes of the space
	Slices features.Packed // further columns kept for grouping and slicing in the evaluation; may be nil

	Curve Curve // empty (no points) when the log has none
	// further ones, of the run's own targets; those that the log says, in the order of the targets
	Curves  []TargetCurve
	Numbers []Number // of the run's own targets, those that the log says; in the order of the targets
	Length  float64  // number of the last epoch that the run was planned for, or reached; NaN when unknown

	// Trained is how many epochs the costs of the run cover: their Total is that of Trained epochs. It is not Length
	// where epochs do not begin at 1, and where the run was cut. 0 or NaN when unknown; then it is Length.
	Trained float64
	Ended   Ended // how the run ended

	TrainEnergy Cost // joules
	TrainTime   Cost // seconds
	TestEnergy  Cost // joules, inference on the evaluation set

	Source Source
	Notes  []Note // what was mended or is remarkable about this trial, in the order found
}

// Ended says how a run ended.
type Ended string

// The ways in which runs end.
const (
	EndUnknown  Ended = ""         // the log does not say
	EndFinished Ended = "finished" // it reached its planned end
	EndStopped  Ended = "stopped"  // it stopped by itself (early stopping): its length is an outcome
	// it was stopped from outside (pruned, halving, killed): it was meant to go on to Length
	EndCut Ended = "cut"
)

// Curve is a learning curve. Epochs increase strictly; values are finite; both have length m.
type Curve struct {
	Epochs []float64
	Values []float64 // percent for accuracy and error; raw for loss and score
}

// Cost is an energy (joules) or a duration (seconds) of a run. Unknown parts are nil or NaN.
type Cost struct {
	PerEpoch []float64 // one entry an epoch, in order; nil when unknown
	Mean     float64   // per epoch, over the epochs that the mapping keeps; NaN when unknown
	Total    float64   // of the whole run; NaN when unknown
	Coverage float64   // share of the run's time that was sampled, 0..1; NaN when not integrated from samples
}

// Source says where a trial was read.
type Source struct {
	File string // as the user named it, relative to the data folder where it lies inside
	Row  int64  // 0-based row of the file where the trial begins
}

// Note is something worth counting about one trial ("diverged", "clipped", "low coverage", ...).
type Note struct {
	Kind   string // a short fixed word group, the same for all trials of the kind, so that it can be counted
	Detail string // epoch, value, column
}

// Rejection is a row that was left out, with the reason.
type Rejection struct {
	File   string `json:"file"`
	Row    int64  `json:"row"`            // 0-based; -1 when it is not one row
	Line   int64  `json:"line,omitempty"` // line of a text file, from 1; 0 for other files
	ID     string `json:"id,omitempty"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
}
