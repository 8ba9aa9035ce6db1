package target

import (
	"fmt"
	"math"
	"regexp"
	"slices"
)

// Scale says on which scale the values of a target are learnt.
type Scale string

// The scales.
const (
	Linear  Scale = "linear"  // any number, learnt as it is
	Log     Scale = "log"     // above 0, learnt as its natural logarithm: energies, times, throughputs
	Bounded Scale = "bounded" // from Low to High, learnt as it is; answers are kept inside
)

// Direction says which values are better.
type Direction string

// The directions.
const (
	Lower  Direction = "lower"
	Higher Direction = "higher"
)

// Definition is a row of the table: what is known about a target before anything is learnt. The built-in rows are part
// of this package; a run has rows of its own beside them.
type Definition struct {
	Name      Target    `json:"name"`
	Label     string    `json:"label,omitempty"` // in words; empty: the name serves
	Unit      string    `json:"unit,omitempty"`  // J, s, W, percent, or free text; empty for none
	Span      Span      `json:"span"`            // PerRun, PerEpoch or EveryEpoch, of a run's own
	Direction Direction `json:"direction"`
	Scale     Scale     `json:"scale"`
	Low       float64   `json:"low,omitempty"` // with Bounded: the ends, both included
	High      float64   `json:"high,omitempty"`
	Known     string    `json:"known,omitempty"` // KnownPredict or ""
}

// KnownPredict is the word for a number that is known of a configuration before training, but by no formula: it is
// predicted first, from the configuration, and what is predicted is an input of the other targets' models.
const KnownPredict = "predict"

// First reports whether the target is predicted before the others.
func (d Definition) First() bool { return d.Known == KnownPredict }

// LowerBetter reports whether smaller values are better.
func (d Definition) LowerBetter() bool { return d.Direction == Lower }

// Holds reports whether a value is one that the target can have: finite, above 0 on a logarithmic scale, inside the
// bounds on a bounded one.
func (d Definition) Holds(x float64) bool {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return false
	case d.Scale == Log:
		return x > 0
	case d.Scale == Bounded:
		return d.Low <= x && x <= d.High
	}
	return true
}

// InWords is the label, or else the name.
func (d Definition) InWords() string {
	if d.Label != "" {
		return d.Label
	}
	return string(d.Name)
}

// Own are the rows that a run or a bundle has beside the built-in ones, in its order. The zero value has none.
type Own []Definition

// MaxOwn is the largest number of rows of one's own.
const MaxOwn = 256

// nameRule keeps a name fit for files, columns of tables and members of JSON.
var nameRule = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)

// taken are names that answers, tables and exports use for something else.
var taken = []Target{"config", "epoch", "epochs", "last", "last_epoch", "learning_curve", "accepted", "extrapolates",
	"energy_j", "energy_per_epoch_j", "energy_total_j", "time_s", "time_per_epoch_s", "time_total_s",
	"inference_energy_j"}

// Of returns the row of a target, one's own or built-in; ok is false for what is no target.
func (o Own) Of(t Target) (d Definition, ok bool) {
	if i := o.index(t); i >= 0 {
		return o[i], true
	}
	r := t.row()
	return r.Definition, r.Name != ""
}

// IsCurve reports whether a target has a value at each epoch: the built-in curve, and curves of one's own.
func (o Own) IsCurve(t Target) bool {
	d, ok := o.Of(t)
	return ok && d.Span == EveryEpoch
}

// Curves lists one's own targets that have a value at each epoch, in their order.
func (o Own) Curves() []Target {
	var out []Target
	for _, d := range o {
		if d.Span == EveryEpoch {
			out = append(out, d.Name)
		}
	}
	return out
}

// First lists one's own targets that are predicted before the others, in their order.
func (o Own) First() []Target {
	var out []Target
	for _, d := range o {
		if d.First() {
			out = append(out, d.Name)
		}
	}
	return out
}

// Has reports whether the target is one of one's own.
func (o Own) Has(t Target) bool { return o.index(t) >= 0 }

func (o Own) index(t Target) int {
	return slices.IndexFunc(o, func(d Definition) bool { return d.Name == t })
}

// Names lists one's own targets, in their order.
func (o Own) Names() []Target {
	var out []Target
	for _, d := range o {
		out = append(out, d.Name)
	}
	return out
}

// Asked is the list of that name with one's own targets behind the built-in ones, and so is Modelled.
func (o Own) Asked() []Target { return append(Asked(), o.Names()...) }

// Modelled lists the targets that a head can answer by itself, in the order in which heads are kept.
func (o Own) Modelled() []Target { return append(Modelled(), o.Names()...) }

// Check says what is wrong with the rows: a name that is built-in, given twice or of other letters, a span, scale or
// direction that does not exist, bounds that hold nothing.
func (o Own) Check() error {
	if len(o) > MaxOwn {
		return fmt.Errorf("%d targets, at most %d", len(o), MaxOwn)
	}
	for i, d := range o {
		if err := d.check(); err != nil {
			return err
		}
		if o[:i].Has(d.Name) {
			return fmt.Errorf("target %q is there twice", d.Name)
		}
	}
	return nil
}

// check looks at one definition. Kept whole: a list of checks, of which the first that fails is told.
func (d Definition) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("target %q: "+format, append([]any{d.Name}, args...)...)
	}
	switch {
	case !nameRule.MatchString(string(d.Name)):
		return bad("a name has 1 to 64 letters, digits, '_' or '-', the first a letter")
	case d.Name.row().Name != "" || slices.Contains(taken, d.Name):
		return bad("the name is that of a built-in target (%v) or of a part of every answer (%v); choose another",
			builtIn(), taken)
	case d.Span != PerRun && d.Span != PerEpoch && d.Span != EveryEpoch:
		return bad("per: want trial, epoch or curve")
	case d.Direction != Lower && d.Direction != Higher:
		return bad("direction %q; want %s or %s", d.Direction, Lower, Higher)
	case !slices.Contains([]Scale{Linear, Log, Bounded}, d.Scale):
		return bad("scale %q; want %s, %s or %s", d.Scale, Linear, Log, Bounded)
	case d.Scale == Bounded && !(d.Low < d.High && !math.IsInf(d.Low, 0) && !math.IsInf(d.High, 0)):
		return bad("scale bounded needs low < high, it has %g and %g", d.Low, d.High)
	case d.Known != "" && !d.First():
		return bad("known %q; want %s", d.Known, KnownPredict)
	case d.First() && d.Span == EveryEpoch:
		return bad("known: predict is for numbers; a curve is not known before training")
	case d.Scale != Bounded && (d.Low != 0 || d.High != 0):
		return bad("low and high belong to scale bounded; the scale is %s", d.Scale)
	}
	return nil
}
