// Package target is the one table of what a surrogate can answer: the name of each target as configs, reports and
// bundles write it, its unit, and what one value of it covers. It imports nothing, so that every room can read it.
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

// Span is what one value of a target covers.
type Span int

// The spans.
const (
	EveryEpoch Span = iota // a value for each epoch: the curve
	PerEpoch               // one value that holds for any epoch of a run
	PerRun                 // one value for a whole run
	PerPass                // one value for a pass over the evaluation set, whatever the training
)

// row is what the table says about a target.
type row struct {
	target   Target
	unit     string
	label    string
	span     Span
	asked    bool // a config can ask for it, and it is scored
	modelled bool // a head of its own can answer it
}

var table = []row{
	{Curve, "", "Learning curve", EveryEpoch, true, true},
	{EnergyPerEpoch, "J", "Energy per epoch", PerEpoch, true, true},
	{TimePerEpoch, "s", "Time per epoch", PerEpoch, true, true},
	{InferenceEnergy, "J", "Inference energy", PerPass, true, true},
	{EnergyTotal, "J", "Total energy", PerRun, true, true},
	{TimeTotal, "s", "Total time", PerRun, false, false},
	{Length, "epoch", "Last epoch", PerRun, false, true},
}

// Asked lists the targets that a config can ask for and that are scored, in the order of the report.
func Asked() []Target { return where(func(r row) bool { return r.asked }) }

// Modelled lists the targets that a head of a surrogate can answer by itself, in the order in which heads are kept.
func Modelled() []Target { return where(func(r row) bool { return r.modelled }) }

// Costs lists the energies and times, in the order of the report.
func Costs() []Target { return where(func(r row) bool { return r.unit == "J" || r.unit == "s" }) }

func where(keep func(row) bool) []Target {
	var out []Target
	for _, r := range table {
		if keep(r) {
			out = append(out, r.target)
		}
	}
	return out
}

// Unit is the unit of the target's values: "J", "s" or "epoch"; "" for the curve, whose metric has one of its own, and
// for what is no target.
func (t Target) Unit() string { return t.row().unit }

// Label says in words what the target is, "" for what is no target.
func (t Target) Label() string { return t.row().label }

// Span says what one value covers. Every target has one; of anything else it means nothing.
func (t Target) Span() Span { return t.row().span }

func (t Target) row() row {
	for _, r := range table {
		if r.target == t {
			return r
		}
	}
	return row{}
}
