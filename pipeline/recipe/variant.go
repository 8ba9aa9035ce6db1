package recipe

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eahas/models/interval"
	"eahas/trial/target"
)

// Variant is one way of building the surrogate. In a config it is either a text "representation+regressor"
// (bezier+gbdt), or a map that starts from one and changes settings.
type Variant struct {
	// letters, digits, '.', '_', '+' or '-'; as it stands in the report
	Name string `yaml:"name" json:"name"`
	// "representation+regressor"; default: the name
	Base string `yaml:"base" json:"base"`
	// how a curve becomes a target vector; default: that of base
	Representation Representation `yaml:"representation" json:"representation"`
	Regressor      Regressor      `yaml:"regressor" json:"regressor"` // of the curve's target vector
	// of energies and times, on their logarithms; default: trees
	Cost Regressor `yaml:"cost" json:"cost"`
	// of single targets that have one number a trial, in place of cost
	Targets map[target.Target]Regressor `yaml:"targets,omitempty" json:"targets,omitempty"`
	// of single curves of one's own, in place of representation and regressor; what is left out is that of the curve
	Curves map[target.Target]CurveRecipe `yaml:"curves,omitempty" json:"curves,omitempty"`
	// what intervals are made from: auto (default), none, or one of interval.Sources; no part of what is trained
	Intervals string `yaml:"intervals" json:"-"`
}

// UnmarshalYAML reads a variant from a text (its name) or a map.
func (v *Variant) UnmarshalYAML(decode func(any) error) error {
	var name string
	if err := decode(&name); err == nil {
		*v = Variant{Name: name}
		return nil
	}
	type plain Variant
	return decode((*plain)(v))
}

// Default is the variant of a config that names none.
const Default = automatic

// start is what a variant with settings, but without a base, starts from.
const start = "bezier+gbdt"

// short are the names of whole variants.
const (
	golearnBaseline = "golearn-baseline"
	automatic       = "auto" // unlike members, joined with weights from inner folds, for curves and costs
	autoQuick       = automatic + "-quick"
	autoBest        = automatic + "-best"
	// networks on Bernstein coefficients, moved between the measured neighbours; costs by Gaussian processes
	guided = "guided"
)

// wholes lists the names of whole variants that are no baseline.
var wholes = []string{automatic, autoQuick, autoBest, guided}

// NoIntervals asks for a surrogate that does not say how sure it is.
const NoIntervals = "none"

// Complete fills in what the base says and refuses what cannot be.
func (v *Variant) Complete() error {
	v.completeBase()
	rep, reg, ok := strings.Cut(v.Base, "+")
	if !ok {
		return fmt.Errorf("%q is not \"representation+regressor\" (%s + %s) nor one of %s, %s", v.Base,
			strings.Join(representationKinds(), "|"), strings.Join(kindsAt(ofCurve), "|"), strings.Join(wholes, ", "),
			golearnBaseline)
	}
	v.Representation.Kind = cmp.Or(v.Representation.Kind, rep)
	v.Regressor.Kind = cmp.Or(v.Regressor.Kind, reg)
	v.Cost.Kind = cmp.Or(v.Cost.Kind, costOf(v.Regressor.Kind))
	v.Intervals = cmp.Or(v.Intervals, string(interval.Auto))
	v.Name = cmp.Or(v.Name, v.Representation.Kind+"+"+v.Regressor.Kind)
	if err := v.check(); err != nil {
		return fmt.Errorf("%s: %w", v.Name, err)
	}
	return nil
}

// completeBase says what the variant starts from and fills in what the names of whole variants mean. Kept whole: one
// name after the other.
func (v *Variant) completeBase() {
	plain := v.Representation == Representation{} && !v.Regressor.said() && !v.Cost.said() &&
		len(v.Targets) == 0 && len(v.Curves) == 0
	if v.Base == "" {
		v.Base = start
		if strings.Contains(v.Name, "+") || slices.Contains(wholes, v.Name) || v.Name == golearnBaseline || plain {
			v.Base = v.Name
		}
	}
	switch v.Base {
	case golearnBaseline:
		v.Base = "grid+golearn"
		v.Cost.Kind = cmp.Or(v.Cost.Kind, baseline.name)
	case automatic, autoQuick, autoBest:
		effort := strings.TrimPrefix(strings.TrimPrefix(v.Base, automatic), "-")
		v.Base = "grid+" + together.name
		v.Cost.Kind = cmp.Or(v.Cost.Kind, together.name)
		if effort == "" {
			break
		}
		if v.Regressor.Kind == "" && v.Regressor.Auto == nil {
			v.Regressor.Auto = &AutoParams{Effort: effort}
		}
		if v.Cost.Kind == together.name && v.Cost.Auto == nil {
			v.Cost.Auto = &AutoParams{Effort: effort}
		}
	case guided:
		v.Base = "grid+stack"
		if v.Regressor.Kind == "" && v.Regressor.Stack == nil {
			v.Regressor.Stack = guidedStack()
		}
		v.Cost.Kind = cmp.Or(v.Cost.Kind, process.name)
	}
}

// costOf is what learns costs where the variant does not say: the quick trees beside quick trees, else trees.
func costOf(regressor string) string {
	if regressor == quickBoosting.name {
		return regressor
	}
	return boosting.name
}

// check completes the parts and refuses what they cannot be.
func (v *Variant) check() error {
	if IsTrivial(v.Name) || IsReference(v.Name) {
		return fmt.Errorf("names that begin with %q or %q are those of rows of every report", TrivialPrefix,
			ReferencePrefix)
	}
	if err := v.Representation.complete(); err != nil {
		return err
	}
	if err := interval.Source(v.Intervals).Check(); err != nil && v.Intervals != NoIntervals {
		return fmt.Errorf("intervals: %q is not one of %s, %s, %v", v.Intervals, interval.Auto, NoIntervals,
			interval.Sources)
	}
	if err := v.Regressor.complete(seat{place: ofCurve, representation: v.Representation.Kind}); err != nil {
		return err
	}
	if err := v.Representation.takes(&v.Regressor); err != nil {
		return err
	}
	if err := v.Cost.complete(seat{place: ofCost}); err != nil {
		return fmt.Errorf("cost: %w", err)
	}
	if err := v.completeCurves(); err != nil {
		return err
	}
	return v.completeTargets()
}

// InWords describes the variant in one line, for a report.
func (v *Variant) InWords() string {
	return fmt.Sprintf("curve: %s + %s; costs: %s on logarithms", v.Representation.InWords(), v.Regressor.Kind,
		v.Cost.InWords())
}

// Clone returns a copy that shares no memory with v. It goes through the JSON that also makes the keys of the stages,
// so nothing that a result depends on is left out.
func (v *Variant) Clone() Variant {
	b, err := json.Marshal(v)
	if err != nil {
		panic("recipe: a variant's settings are not JSON: " + err.Error())
	}
	var out Variant
	if err := json.Unmarshal(b, &out); err != nil {
		panic("recipe: a variant does not come back from JSON: " + err.Error())
	}
	return out
}

// Find returns the variant of that name in a list, and whether there is one.
func Find(variants []Variant, name string) (*Variant, bool) {
	i := slices.IndexFunc(variants, func(v Variant) bool { return v.Name == name })
	if i < 0 {
		return nil, false
	}
	return &variants[i], true
}
