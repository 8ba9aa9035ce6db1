package trial

import (
	"fmt"
	"maps"
	"slices"

	"eahas/features"
)

// Layout says how the rows of a log become trials.
type Layout string

// The layouts of raw logs.
const (
	Wide  Layout = "wide"  // one row per trial; curves and per-epoch costs are list columns
	Long  Layout = "long"  // one row per (trial, epoch); curve and per-epoch costs are scalar columns
	Power Layout = "power" // one row per power sample (trial, time, watts, optionally device)
	Pycls Layout = "pycls" // wide, with the column paths of a pycls sweep as defaults; see [Pycls] in package arrowio
)

// Join says how the trials of a mapping find partners among those of other mappings (and, for pycls, of the other
// files of the same mapping).
type Join string

// The ways of joining.
const (
	JoinNone   Join = ""       // trials stay separate
	JoinID     Join = "id"     // same trial id
	JoinConfig Join = "config" // same configuration; where repeats are logged with seeds, also the same seed
)

// Mapping tells how to read one kind of log. It stands in the list `logs` of a run's config.
//
// A column path is a column's name, or the names of nested structs joined by dots (cfg.REGNET.DEPTH).
// A column whose own name holds dots is found by its whole name first.
type Mapping struct {
	// files, folders or globs, relative to the data folder; read in the order given, each sorted by name
	Path Strings `yaml:"path"`
	// the paths are other tools' logs (docs/import.md): they become one log of ours first, whose columns the other keys
	// name
	Import bool `yaml:"import,omitempty"`
	// with import: a pattern that takes settings out of runs' names, lr={lr}_bs={batch}
	Name   string `yaml:"name,omitempty"`
	Layout Layout `yaml:"layout"`         // wide, long, power or pycls
	Join   Join   `yaml:"join,omitempty"` // "", id or config: merge with the trials of the mappings before this one

	// column; without it a trial is named after its file and row (wide and pycls only)
	ID string `yaml:"id,omitempty"`
	// columns whose values name the configuration; default: the configuration itself
	Group Strings `yaml:"group,omitempty"`
	Fold  string  `yaml:"fold,omitempty"` // column with the fold's number >= 0
	Seed  string  `yaml:"seed,omitempty"` // column with the run's own seed
	// column -> allowed value or values; other rows are filtered (counted, not rejected)
	Where map[string]Values `yaml:"where,omitempty"`
	// axis -> column path, or a list of axes with columns of the same names
	Params Columns `yaml:"params,omitempty"`
	// axis of kind graph -> the columns of its matrix and its operations, where no one column holds the whole graph
	Graphs map[string]GraphColumns `yaml:"graphs,omitempty"`
	Slices Columns                 `yaml:"slices,omitempty"` // further columns kept for grouping in the evaluation

	Curve *CurveColumn `yaml:"curve,omitempty"` // the learning curve
	Final *FinalColumn `yaml:"final,omitempty"` // one metric of the whole run; wide and pycls
	// column with the number of epochs of the run; default: the curve's last epoch
	Length string `yaml:"length,omitempty"`
	// column with the number of epochs that the run was meant to have: one that ended before was cut, unless ended says
	// otherwise
	Planned string       `yaml:"planned,omitempty"`
	Ended   *EndedColumn `yaml:"ended,omitempty"` // how the run ended
	// when the run began, for power samples with absolute times
	Start  *StartColumn  `yaml:"start,omitempty"`
	Energy *EnergyColumn `yaml:"energy,omitempty"` // of the training
	Time   *TimeColumn   `yaml:"time,omitempty"`   // of the training
	// of an answer of the trained model, as energy of the training
	InferenceEnergy *EnergyColumn `yaml:"inference_energy,omitempty"`
	// when each epoch ended, counted from the run's start: gives time per epoch, and energy per epoch where power
	// samples join
	EpochEnds *EndsColumn   `yaml:"epoch_ends,omitempty"`
	Samples   *PowerColumns `yaml:"samples,omitempty"` // layout power only
}

// GraphColumns are the columns of a graph with operations on its vertices. Either is one column (a list, or a text that
// holds one) or a pattern of columns of one entry each, {i} and {j} the numbers of vertices: edge_{i}{j} or
// adj.{i}.{j}, and op{i}. Columns of a pattern that a row leaves empty are entries that its graph does not have.
type GraphColumns struct {
	Matrix     string `yaml:"matrix"`     // 1 or true where an edge leads from vertex i to vertex j
	Operations string `yaml:"operations"` // of each vertex, with or without those of input and output
}

// Column names the columns together.
func (g GraphColumns) Column() string { return g.Matrix + " + " + g.Operations }

// CurveColumn describes the learning curve of a mapping.
type CurveColumn struct {
	Column string `yaml:"column"` // list column (wide, pycls) or one value a row (long)
	Kind   string `yaml:"kind"`   // accuracy, error, loss or score
	// fraction, percent or raw; needed for accuracy and error, raw by default for loss and score
	Unit   string     `yaml:"unit,omitempty"`
	UnitBy *UnitBy    `yaml:"unit_by,omitempty"`          // exceptions: unit chosen by another column's value
	Higher *bool      `yaml:"higher_is_better,omitempty"` // default: accuracy and score yes, error and loss no
	Epochs EpochsSpec `yaml:"epochs,omitempty"`           // the epochs of the points
	// reject (default), hold, cap or drop: what happens to NaN and infinite points
	Nonfinite string `yaml:"nonfinite,omitempty"`
	// in the column's unit: with nonfinite cap, non-finite points and points above cap become cap
	Cap *float64 `yaml:"cap,omitempty"`
}

// FinalColumn describes a metric that a run has once.
type FinalColumn struct {
	Column string `yaml:"column"`                     // one value a run: the metric at the end
	Kind   string `yaml:"kind"`                       // accuracy, error, loss or score
	Unit   string `yaml:"unit,omitempty"`             // as of a curve
	Higher *bool  `yaml:"higher_is_better,omitempty"` // default: accuracy and score yes, error and loss no
}

// Curve describes the metric as that of a curve.
func (f *FinalColumn) Curve() CurveColumn {
	return CurveColumn{Column: f.Column, Kind: f.Kind, Unit: f.Unit, Higher: f.Higher}
}

// EndedColumn says by which words of a column a run was cut, stopped by itself, or finished. Other words: unknown.
type EndedColumn struct {
	Column   string `yaml:"column"`             // words that say how the run ended
	Finished Values `yaml:"finished,omitempty"` // went on to the planned end
	Stopped  Values `yaml:"stopped,omitempty"`  // early stopping
	Cut      Values `yaml:"cut,omitempty"`      // pruned, killed, halved
}

// StartColumn is when a run began: a point in time, or a number since any moment that the samples' times count from
// too.
type StartColumn struct {
	Column string `yaml:"column"`         // the moment at which the run began
	Unit   string `yaml:"unit,omitempty"` // us, ms, s, min or h; none for a column of timestamps
}

// UnitBy chooses a unit by the value of another column; rows with other values have the mapping's unit.
type UnitBy struct {
	Column string            `yaml:"column"` // its values choose the unit
	Values map[string]string `yaml:"values"` // value -> unit
}

// EpochsSpec says which epoch each point of a curve belongs to: a column (list in wide form, scalar in long form), or a
// first epoch and a step for regular lists. The zero value means 1, 2, 3, ...
type EpochsSpec struct {
	Column string   `yaml:"column,omitempty"` // epochs of the points; default: they count from first in steps
	First  *float64 `yaml:"first,omitempty"`  // default 1
	Step   *float64 `yaml:"step,omitempty"`   // > 0, default 1
	// long: epoch 0 is the state before training, and what it cost (the preparation) is taken off
	Before bool `yaml:"before,omitempty"`
}

// Shape says what the numbers of a cost column are.
type Shape string

// The shapes of a cost column.
const (
	PerEpoch Shape = "per_epoch" // one number an epoch: a list (wide, pycls) or a value a row (long)
	Mean     Shape = "mean"      // one number: the mean over the epochs
	Total    Shape = "total"     // one number: the whole run

	// Cumulative is one number an epoch that counts on from the run's start. An epoch has the difference to the one
	// before; a number below the one before begins anew (the run was resumed).
	Cumulative Shape = "cumulative"
)

// PerEpochs reports whether the column has a number an epoch.
func (s Shape) PerEpochs() bool { return s == PerEpoch || s == Cumulative }

// EnergyColumn describes an energy: a column with a unit, or a column of mean power that is multiplied with the
// mapping's time (of which it then has the shape).
type EnergyColumn struct {
	// one value a run or, per epoch, a list (wide, pycls) or one value a row (long)
	Column string `yaml:"column,omitempty"`
	// further columns of the same unit and shape that are added to it: of the CPU and the RAM beside the GPU's
	Plus Strings `yaml:"plus,omitempty"`
	// uJ, mJ, J, kJ, MJ, GJ, uWh, mWh, Wh, kWh, MWh or GWh; with power: uW, mW, W (default), kW or MW
	Unit  string `yaml:"unit,omitempty"`
	Power string `yaml:"power,omitempty"` // column of mean power, instead of column
	// per_epoch, cumulative, mean or total; taken from time with power
	Shape     Shape `yaml:"shape,omitempty"`
	SkipFirst int   `yaml:"skip_first,omitempty"` // epochs left out of the mean (warm-up); per_epoch only
	// leave out energies whose mean power (energy / time) lies outside
	Believe *WattRange `yaml:"believe,omitempty"`
}

// WattRange is a range of mean power, min <= watts <= max.
type WattRange struct {
	Min float64 `yaml:"min_w"` // watts, the least that is believed
	Max float64 `yaml:"max_w"` // watts, the most that is believed
}

// TimeColumn describes a duration.
type TimeColumn struct {
	Column string `yaml:"column"` // as of energy
	// ns, us, ms, s, min, h or d; none for a column of durations, which know it
	Unit      string `yaml:"unit"`
	Shape     Shape  `yaml:"shape"`                // per_epoch, cumulative, mean or total
	SkipFirst int    `yaml:"skip_first,omitempty"` // epochs left out of the mean; per_epoch only
}

// EndsColumn is a list column of the times at which epochs ended, strictly increasing, > 0.
type EndsColumn struct {
	Column    string `yaml:"column"`               // list column (wide, pycls) or one value a row (long)
	Unit      string `yaml:"unit"`                 // ms, s, min or h
	SkipFirst int    `yaml:"skip_first,omitempty"` // intervals left out of the means
}

// PowerColumns describes samples of power, or of an energy counter. Within one device the samples of a trial come in
// order of time. With join: id the samples count between 0 and the joined trial's duration, else from the first to the
// last sample.
type PowerColumns struct {
	Time     string `yaml:"time"`                // column: time since the run's start
	TimeUnit string `yaml:"time_unit,omitempty"` // us, ms, s (default), min or h; none for a column of timestamps
	Start    string `yaml:"start,omitempty"`     // what the time counts from: zero, first or run
	Watts    string `yaml:"watts,omitempty"`     // column
	// uW, mW, W (default), kW or MW; of a counter: J (default), mJ, uJ, Wh ...
	Unit string `yaml:"unit,omitempty"`

	Counter string `yaml:"counter,omitempty"` // column of an energy counter, instead of watts: the differences count
	// the counter begins at 0 again here, in its unit; without it a fall is a reset, which counts from 0
	Wrap *float64 `yaml:"wrap,omitempty"`

	MaxGap *float64 `yaml:"max_gap_s,omitempty"` // seconds: where no sample is for longer, the energy is left out

	Device string `yaml:"device,omitempty"` // column: devices (nodes) of a trial are summed
}

// Metric says what the curves of all trials are after reading.
type Metric struct {
	Column         string `json:"column"`
	Kind           string `json:"kind"`             // accuracy, error, loss or score
	Unit           string `json:"unit"`             // percent (accuracy, error) or raw (loss, score)
	HigherIsBetter bool   `json:"higher_is_better"` // as declared, else by the kind
}

// Strings is a list of texts that may be written as one text in YAML.
type Strings []string

// UnmarshalYAML reads one text or a list of texts.
func (s *Strings) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*s = Strings{one}
		return nil
	}
	var many []string
	if err := unmarshal(&many); err != nil {
		return fmt.Errorf("want a text or a list of texts: %w", err)
	}
	*s = many
	return nil
}

// Values is a list of scalar values that may be written as one scalar in YAML.
type Values []features.Value

// UnmarshalYAML reads one scalar or a list of scalars.
func (v *Values) UnmarshalYAML(unmarshal func(any) error) error {
	var a any
	if err := unmarshal(&a); err != nil {
		return err
	}
	list, ok := a.([]any)
	if !ok {
		list = []any{a}
	}
	*v = nil
	for _, e := range list {
		x, err := features.ValueOf(e)
		if err != nil {
			return err
		}
		*v = append(*v, x)
	}
	return nil
}

// MarshalYAML writes plain scalars.
func (v Values) MarshalYAML() (any, error) {
	out := make([]any, len(v))
	for i, x := range v {
		if f, ok := x.Float(); ok {
			out[i] = f
		} else if s, ok := x.Str(); ok {
			out[i] = s
		}
	}
	return out, nil
}

// Columns maps names to column paths. In YAML it may be written as a list of names that are their own paths.
type Columns map[string]string

// UnmarshalYAML reads a map of name to column path, or a list of names.
func (c *Columns) UnmarshalYAML(unmarshal func(any) error) error {
	var list []string
	if unmarshal(&list) == nil {
		*c = Columns{}
		for _, name := range list {
			if _, twice := (*c)[name]; twice {
				return fmt.Errorf("%q is listed twice", name)
			}
			(*c)[name] = name
		}
		return nil
	}
	var m map[string]string
	if err := unmarshal(&m); err != nil {
		return fmt.Errorf("want a map of name to column, or a list of names: %w", err)
	}
	*c = m
	return nil
}

// Names returns the names in sorted order.
func (c Columns) Names() []string { return slices.Sorted(maps.Keys(c)) }

// What the times of power samples count from.
const (
	StartZero = "zero" // the run's start: a sample at 0 lies at it. The default for plain numbers
	// anything; the trial's first sample lies at the run's start. The default for timestamps of trials without start
	StartFirst = "first"
	// the same moment as the joined trial's start. The default for timestamps where the trial has a start
	StartRun = "run"
)
