// Package target is the one table of what a surrogate can answer: the name of each target as configs, reports and
// bundles write it, its unit, what one value of it covers, which values are better, and on which scale it is learnt. A
// run adds rows of its own ([Own]). It imports nothing of this program, so that every room can read it.
package target

// Target is the name of something that a surrogate can answer.
type Target string

// The targets, in the order of the table.
const (
	Curve           Target = "curve"            // the learning curve, in the metric's own unit
	EnergyPerEpoch  Target = "energy_per_epoch" // joules per epoch of training
	TimePerEpoch    Target = "time_per_epoch"   // seconds per epoch of training
	InferenceEnergy Target = "inference_energy" // joules, one pass over the evaluation set
	EnergyTotal     Target = "energy_total"     // joules of the whole training
	TimeTotal       Target = "time_total"       // seconds of the whole training
	Length          Target = "length"           // number of the last epoch
)

// Final is the name of the one metric of a whole run that a mapping calls final. It is one of a run's own targets: its
// unit, direction and scale are those of the metric.
const Final Target = "final"

// Span is what one value of a target covers.
type Span int

// The spans.
const (
	EveryEpoch Span = iota // a value for each epoch: the curve
	PerEpoch               // one value that holds for any epoch of a run
	PerRun                 // one value for a whole run
	PerPass                // one value for a pass over the evaluation set, whatever the training
)

// row is a built-in row of the table.
type row struct {
	Definition
	asked    bool // a config can ask for it, and it is scored
	modelled bool // a head of its own can answer it
}

// table is the built-in rows. The curve's unit, direction and scale are those of the metric that the logs hold.
var table = []row{
	{Definition{Name: Curve, Label: "Learning curve", Span: EveryEpoch}, true, true},
	{cost(EnergyPerEpoch, "Energy per epoch", "J", PerEpoch), true, true},
	{cost(TimePerEpoch, "Time per epoch", "s", PerEpoch), true, true},
	{cost(InferenceEnergy, "Inference energy", "J", PerPass), true, true},
	{cost(EnergyTotal, "Total energy", "J", PerRun), true, true},
	{cost(TimeTotal, "Total time", "s", PerRun), false, false},
	{cost(Length, "Last epoch", "epoch", PerRun), false, true},
}

func cost(t Target, label, unit string, span Span) Definition {
	return Definition{Name: t, Label: label, Unit: unit, Span: span, Direction: Lower, Scale: Log}
}

func builtIn() []Target { return where(func(row) bool { return true }) }

// Asked lists the targets that a config can ask for and that are scored, in the order of the report.
func Asked() []Target { return where(func(r row) bool { return r.asked }) }

// Modelled lists the targets that a head of a surrogate can answer by itself, in the order in which heads are kept.
func Modelled() []Target { return where(func(r row) bool { return r.modelled }) }

// Costs lists the energies and times, in the order of the report.
func Costs() []Target { return where(func(r row) bool { return r.Unit == "J" || r.Unit == "s" }) }

func where(keep func(row) bool) []Target {
	var out []Target
	for _, r := range table {
		if keep(r) {
			out = append(out, r.Name)
		}
	}
	return out
}

// Unit is the unit of a built-in target's values: "J", "s" or "epoch"; "" for the curve, whose metric has one of its
// own, and for what is not built in.
func (t Target) Unit() string { return t.row().Unit }

// Label says in words what a built-in target is, "" for any other.
func (t Target) Label() string { return t.row().Label }

// Span says what one value covers. Every target has one; of anything else it means nothing.
func (t Target) Span() Span { return t.row().Span }

func (t Target) row() row {
	for _, r := range table {
		if r.Name == t {
			return r
		}
	}
	return row{}
}
