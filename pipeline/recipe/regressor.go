package recipe

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"eahas/features"
	"eahas/models"
)

// UnmarshalYAML reads a regressor from a text (its kind) or a map.
func (r *Regressor) UnmarshalYAML(decode func(any) error) error {
	var kind string
	if err := decode(&kind); err == nil {
		*r = Regressor{Kind: kind}
		return nil
	}
	type plain Regressor
	return decode((*plain)(r))
}

// Trainer makes the Trainer that the settings of a complete regressor describe. rep is nil for costs.
func (r *Regressor) Trainer(t Task, rep models.Representation, data models.Data) (models.Trainer, error) {
	k := kindOf(r.Kind)
	if k.trainer == nil {
		return nil, fmt.Errorf("a %q has no trainer of its own", r.Kind)
	}
	out, err := k.trainer(r, t, rep, data)
	if err != nil || len(r.Graph) == 0 || !k.trees {
		return out, err
	}
	return partly{out, func(c features.Column) bool { return !r.sees(c, t) }}, nil
}

// said reports whether anything is said of the regressor.
func (r *Regressor) said() bool { return !reflect.ValueOf(*r).IsZero() }

// InWords says what the regressor is, for a report.
func (r *Regressor) InWords() string {
	if k := kindOf(r.Kind); k.inWords != nil {
		return k.inWords(r)
	}
	return r.Kind
}

// Baseline reports whether the regressor is only there to be beaten.
func (r *Regressor) Baseline() bool { return r.Kind == baseline.name }

// complete fills in defaults and refuses kinds and settings that cannot stand there.
func (r *Regressor) complete(at seat) error {
	if !fits(r.Kind, at.place) {
		return fmt.Errorf("regressor %q is not one of %v", r.Kind, kindsAt(at.place))
	}
	if err := r.completeGraph(at); err != nil {
		return err
	}
	if err := r.completeBlocks(); err != nil {
		return err
	}
	if check := kindOf(r.Kind).complete; check != nil {
		return check(r, at)
	}
	return nil
}

// shared are the blocks of settings that kinds of other names take.
var shared = map[string][]string{"gbdt": {"gbdt", "gbdt-quick", "extratrees", "forest"}, "knn": {"knn", "local"}}

// completeBlocks refuses blocks of settings of other kinds, which nothing would read.
func (r *Regressor) completeBlocks() error {
	v := reflect.ValueOf(*r)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if v.Field(i).Kind() != reflect.Pointer || v.Field(i).IsNil() {
			continue
		}
		if of := append(shared[name], name); !slices.Contains(of, r.Kind) {
			return fmt.Errorf("%s: settings of another kind than %s; say kind: %s", name, r.Kind, name)
		}
	}
	return nil
}

// fill puts the block of settings of the regressor's kind in place, with the defaults that depend on the kind or on the
// number n of training rows.
func (r *Regressor) fill(n int) {
	if fill := kindOf(r.Kind).fill; fill != nil {
		fill(r, n)
	}
}

// parts lists the regressors directly inside.
func (r *Regressor) parts() []part {
	if parts := kindOf(r.Kind).parts; parts != nil {
		return parts(r)
	}
	return nil
}

// walk calls do for the regressor and for all regressors inside it.
func (r *Regressor) walk(do func(*Regressor)) {
	do(r)
	for _, p := range r.parts() {
		p.regressor.walk(do)
	}
}
