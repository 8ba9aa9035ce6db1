package report

import (
	"eahas/eval"
	"eahas/internal/nullable"
	"eahas/trial/target"
)

// Report is everything that is known at the end of a run. Absent parts (nil, empty, zero) are left out of the pages.
type Report struct {
	Title string `json:"title"`
	// the notice that the logs were simulated; shown as a banner everywhere
	Synthetic string `json:"synthetic,omitempty"`
	Version   string `json:"version,omitempty"` // of the program
	Command   string `json:"command,omitempty"` // that reproduces the run

	Dataset Dataset `json:"dataset"`
	Space   Space   `json:"space"`
	Split   string  `json:"split,omitempty"` // how trials were held out, in words: "5 folds, given by column fold"
	// TrainedOn says that nothing was held out: the variants are two frozen surrogates, which may have been trained on
	// the trials that are scored. Diffs then say which is nearer to them.
	TrainedOn bool `json:"trained_on,omitempty"`
	Curve     Axis `json:"curve"` // what the learning curves show

	Targets target.Own `json:"targets,omitempty"` // the run's own, beside the built-in ones

	Variants    []Variant       `json:"variants"`
	Recommended *Recommendation `json:"recommended,omitempty"`
	Frozen      string          `json:"frozen,omitempty"` // the variant of the bundle that the report lies in

	News *News `json:"new_logs,omitempty"` // of a run that went on from a bundle

	Adapted []Adapted `json:"adapted,omitempty"` // categories that a bundle was adapted to

	Rows []eval.Row `json:"rows"`
	// rows of curves that were encoded and decoded, nothing learnt
	RepresentationFloor []eval.Row `json:"representation_floor,omitempty"`
	// spread between repeats, in the curve's unit
	Noise *eval.Noise `json:"noise,omitempty"`
	Diffs []eval.Diff `json:"differences,omitempty"` // paired, between variants
	// the errors of the variants less those of answers that learn nothing and of the first boosted trees
	Against []eval.Diff `json:"against,omitempty"`
	// the main figures under several training seeds
	Seeds       []eval.SeedScore `json:"seeds,omitempty"`
	Calibration []Calibration    `json:"calibration,omitempty"`
	Worth       *Worth           `json:"search,omitempty"` // what a search on the frozen variant would find

	// why the recommended or frozen variant answers so; nil for none
	Explanation *Explanation `json:"explanation,omitempty"`

	Slices      []Slice         `json:"slices,omitempty"` // of a comparison: the scores on parts of the trials
	ByEpoch     []EpochSeries   `json:"by_epoch,omitempty"`
	Examples    []Example       `json:"examples,omitempty"`
	ExamplesBy  string          `json:"examples_by,omitempty"` // the variant whose errors chose them; empty: the first
	Predictions []PredictionSet `json:"predictions,omitempty"`

	Warnings []string `json:"warnings,omitempty"`
	Next     []string `json:"next,omitempty"` // commands to try, one a line
}

// Dataset says what was read.
type Dataset struct {
	Name       string `json:"name,omitempty"`
	Files      []File `json:"files"`
	Trials     int    `json:"trials"`         // kept
	Groups     int    `json:"configurations"` // distinct configurations among them
	WithCurve  int    `json:"with_curve"`
	WithEnergy int    `json:"with_energy"`
	WithTime   int    `json:"with_time"`
	// trials that were cut: meant to go on when they ended (pruned, killed, halved)
	Cut      int     `json:"cut,omitempty"`
	WithOwn  []Count `json:"with_targets,omitempty"` // trials that have each of the run's own targets
	Rejected []Count `json:"rejected,omitempty"`     // rows left out, by reason
	// trials that something was mended in or is remarkable about, by kind
	Notes []Count `json:"notes,omitempty"`
}

// File is one input file.
type File struct {
	Name   string `json:"name"` // as the user named it
	Bytes  int64  `json:"bytes,omitempty"`
	Rows   int64  `json:"rows,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // hexadecimal, taken before the run
}

// Count is how often something was met.
type Count struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}

// Space summarises the configuration space.
type Space struct {
	Axes    []SpaceAxis `json:"axes,omitempty"`
	Columns int         `json:"columns,omitempty"` // of the encoded frame
	// number of configurations, in words; empty when there are infinitely many
	Distinct string `json:"distinct,omitempty"`
}

// SpaceAxis is one axis in words.
type SpaceAxis struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`             // "log", "integer", "choice", ...
	Values string `json:"values,omitempty"` // "0.001 to 1" or "sgd, adam, adamw"
	Unit   string `json:"unit,omitempty"`
}

// Axis says what a curve shows.
type Axis struct {
	Name         string  `json:"name,omitempty"`       // "test accuracy"
	Unit         string  `json:"unit,omitempty"`       // "%"; empty for a loss
	EpochName    string  `json:"epoch_name,omitempty"` // "epoch" when empty
	LowerBetter  bool    `json:"lower_better,omitempty"`
	FromEpoch    float64 `json:"from_epoch,omitempty"` // earlier points were not scored
	Logarithmic  bool    `json:"logarithmic,omitempty"`
	GroupedBy    string  `json:"grouped_by,omitempty"` // what a group is: "problem", "curve length"
	BoundLow     float64 `json:"bound_low,omitempty"`
	BoundHigh    float64 `json:"bound_high,omitempty"`
	EpochLogAxis bool    `json:"epoch_log_axis,omitempty"`
}

// Variant is one way to build the surrogate.
type Variant struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Baseline    bool   `json:"baseline,omitempty"` // only there to be beaten
	Trivial     bool   `json:"trivial,omitempty"`  // likewise, and it learns nothing
	// wall time of all folds and the final fit; 0 when not measured
	TrainSeconds   float64 `json:"train_seconds,omitempty"`
	QueryMicros    float64 `json:"query_microseconds,omitempty"` // median of one whole query; 0 when not measured
	Bytes          int64   `json:"bytes,omitempty"`              // of the frozen bundle
	Representation string  `json:"representation,omitempty"`     // "Bezier, degree 4"
	Regressor      string  `json:"regressor,omitempty"`          // "boosted trees, 500 rounds"
	FailureReason  string  `json:"failure,omitempty"`            // why it has no rows, if it could not be trained
}

// Recommendation names the variant to freeze.
type Recommendation struct {
	Variant string `json:"variant"`
	Why     string `json:"why"`
}

// Calibration is the coverage of the predicted intervals of one variant and target.
type Calibration struct {
	Variant string          `json:"variant"`
	Target  target.Target   `json:"target"`
	Source  string          `json:"source,omitempty"` // what the intervals are made from, in words
	Chosen  bool            `json:"chosen,omitempty"` // the variant uses these; others are for comparison
	Unit    string          `json:"unit,omitempty"`   // of the widths and scores
	Levels  []eval.Coverage `json:"levels"`
	// further runs of configurations that the surrogate was trained on; else configurations that it was not
	Repeats bool `json:"repeats,omitempty"`
}

// EpochSeries is the error of one variant along the epochs, as eval.Details holds it.
type EpochSeries struct {
	Variant string              `json:"variant"`
	Epochs  []eval.EpochMetrics `json:"epochs"`
}

// Example is one trial's curve with the predictions for it. Truth has the length of Epochs.
type Example struct {
	ID     string          `json:"id"`
	Group  string          `json:"group,omitempty"`
	Why    string          `json:"why"` // "best", "median", "worst", "random"
	Error  float64         `json:"rmse"`
	Epochs nullable.Floats `json:"epochs"`
	Truth  nullable.Floats `json:"truth"`
	Pred   []VariantCurve  `json:"predictions"`
}

// VariantCurve is one variant's prediction of an example; Values has the length of the example's Epochs.
type VariantCurve struct {
	Variant string          `json:"variant"`
	Values  nullable.Floats `json:"values"`
	Low     nullable.Floats `json:"low,omitempty"` // ends of a predicted interval; nil for none
	High    nullable.Floats `json:"high,omitempty"`
	Level   float64         `json:"level,omitempty"` // the probability that the interval should hold; 0 for none
}

// PredictionSet is held-out truths and predictions of one variant and target, column by column, all of length n
// (IDs and Groups may be nil). For target "curve" they are the curves' last values.
type PredictionSet struct {
	Variant string          `json:"variant"`
	Target  target.Target   `json:"target"`
	Unit    string          `json:"unit,omitempty"` // "J", "s", "%"
	IDs     []string        `json:"ids,omitempty"`
	Groups  []string        `json:"groups,omitempty"`
	Truth   nullable.Floats `json:"truth"`
	Pred    nullable.Floats `json:"pred"`
}
