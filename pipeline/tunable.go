package pipeline

import (
	"encoding/json"
	"fmt"

	"eahas/artifacts"
	gbdttrain "eahas/models/gbdt/train"
	mlptrain "eahas/models/mlp/train"
	"eahas/tune"
)

// tunable is the search space of a variant: the knobs of its representation and of the regressors that its heads need, the parts
// of stacks and two-part models among them.
type tunable struct {
	base   Variant
	filled Variant // base with its defaults in place, of which points are changed copies
	Space  tune.Space
	Start  []float64 // what the default settings are like, within the ends of the space
	setOne []func(*Variant, float64)
}

// newTunable collects the knobs that matter for the heads that are trained. n is the number of trials, on which some defaults depend.
func newTunable(v Variant, heads []string, n int) tunable {
	t := tunable{base: v, filled: v.clone()}
	curve, cost := false, false
	for _, h := range heads {
		curve = curve || h == artifacts.Curve
		cost = cost || h != artifacts.Curve
	}
	if curve {
		t.regressor("regressor.", n, func(v *Variant) *Regressor { return &v.Regressor })
		t.representation("representation.", func(v *Variant) *Representation { return &v.Representation })
	}
	if cost {
		t.regressor("cost.", n, func(v *Variant) *Regressor { return &v.Cost })
	}
	return t
}

func (t *tunable) add(s tune.Setting, start float64, set func(*Variant, float64)) {
	t.Space = append(t.Space, s)
	t.Start = append(t.Start, max(s.Low, min(s.High, start)))
	t.setOne = append(t.setOne, set)
}

// regressor adds the knobs of one regressor, the one that of finds in a variant, and of its parts.
func (t *tunable) regressor(prefix string, n int, of func(*Variant) *Regressor) {
	r := of(&t.filled)
	r.fill(n)
	for _, k := range r.knobs() {
		k.Setting.Name = prefix + k.Setting.Name
		t.add(k.Setting, k.get(r), func(v *Variant, x float64) { k.set(of(v), x) })
	}
	switch r.Kind {
	case "stack":
		for i := range r.Stack.Members {
			p := fmt.Sprintf("%sstack.%d.", prefix, i)
			t.regressor(p, n, func(v *Variant) *Regressor { return &of(v).Stack.Members[i].Regressor })
			t.representation(p+"representation.", func(v *Variant) *Representation { return &of(v).Stack.Members[i].Representation })
		}
	case powerTime:
		t.regressor(prefix+"powertime.power.", n, func(v *Variant) *Regressor { return &of(v).PowerTime.Power })
		t.regressor(prefix+"powertime.time.", n, func(v *Variant) *Regressor { return &of(v).PowerTime.Time })
	case "physical":
		t.regressor(prefix+"physical.rest.", n, func(v *Variant) *Regressor { return of(v).Physical.Rest })
	case "twopart":
		t.regressor(prefix+"twopart.gate.", n, func(v *Variant) *Regressor { return &of(v).TwoPart.Gate })
		t.regressor(prefix+"twopart.alive.", n, func(v *Variant) *Regressor { return &of(v).TwoPart.Alive })
		t.regressor(prefix+"twopart.failed.", n, func(v *Variant) *Regressor { return &of(v).TwoPart.Failed })
	}
}

// knobs are the regressor's own, without those of its parts.
func (r *Regressor) knobs() []knob {
	switch {
	case r.Kind != "stack":
		return knobs[r.Kind]
	case len(r.Stack.Members) < 2:
		return []knob{guidedKnob}
	}
	return append(stackKnobs[:len(stackKnobs):len(stackKnobs)], guidedKnob)
}

// representation adds the knobs of one representation.
func (t *tunable) representation(prefix string, of func(*Variant) *Representation) {
	p := of(&t.filled)
	for _, k := range shapeKnobs[p.Kind] {
		k.Setting.Name = prefix + k.Setting.Name
		t.add(k.Setting, k.get(p), func(v *Variant, x float64) { k.set(of(v), x) })
	}
}

// at returns the variant with the settings of a point, which shares nothing with any other; nil gives the variant as it is.
func (t *tunable) at(point []float64) Variant {
	if point == nil {
		return t.base
	}
	v := t.filled.clone()
	for j, x := range point {
		t.setOne[j](&v, x)
	}
	return v
}

// clone returns a copy that shares no memory with v. It goes through the JSON that also makes the keys of the stages, so
// nothing that a result depends on is left out.
func (v *Variant) clone() Variant {
	b, err := json.Marshal(v)
	if err != nil {
		panic("pipeline: a variant's settings are not JSON: " + err.Error())
	}
	var out Variant
	if err := json.Unmarshal(b, &out); err != nil {
		panic("pipeline: a variant does not come back from JSON: " + err.Error())
	}
	return out
}

// fill puts the block of settings of the regressor's kind in place, with the defaults that depend on the kind or on the number n
// of training rows.
func (r *Regressor) fill(n int) {
	switch r.Kind {
	case "gbdt":
		orDefault(&r.GBDT, boosting(n))
	case "extratrees":
		orDefault(&r.GBDT, gbdttrain.Params{Forest: true, ExtraTrees: true, MultiOutput: true})
	case "forest":
		orDefault(&r.GBDT, gbdttrain.Params{Forest: true, MultiOutput: true})
	case "mlp":
		orDefault(&r.MLP, mlptrain.Params{})
		r.MLP.Epochs = r.MLP.EpochsFor(n)
		if len(r.MLP.Hidden) == 0 {
			r.MLP.Hidden = mlptrain.DefaultHidden()
		}
	case "knn":
		orDefault(&r.KNN, KNNParams{})
	case "gp":
		orDefault(&r.GP, GPParams{})
	case "linear":
		orDefault(&r.Linear, LinearParams{})
	case "golearn":
		orDefault(&r.Golearn, GolearnParams{})
	}
}

// orDefault makes *p point to def where it points to nothing.
func orDefault[T any](p **T, def T) {
	if *p == nil {
		*p = &def
	}
}
