package recipe

import "eahas/tune"

// Tunable is the search space of a variant: what tuning may change in its representation and in its regressors, those
// inside others among them.
type Tunable struct {
	Space  tune.Space
	Start  []float64 // what the default settings are like, within the ends of the space
	base   Variant
	filled Variant // base with its defaults in place, of which points are changed copies
	setOne []func(*Variant, float64)
}

// NewTunable collects the settings of the curve's side of the variant, of the costs' side, or of both. n is the number
// of trials, on which some defaults depend.
func NewTunable(v Variant, curve, costs bool, n int) Tunable {
	t := Tunable{base: v, filled: v.Clone()}
	if curve {
		t.regressor("regressor.", n, func(v *Variant) *Regressor { return &v.Regressor })
		t.representation("representation.", func(v *Variant) *Representation { return &v.Representation })
	}
	if costs {
		t.regressor("cost.", n, func(v *Variant) *Regressor { return &v.Cost })
	}
	return t
}

func (t *Tunable) add(s tune.Setting, start float64, set func(*Variant, float64)) {
	t.Space = append(t.Space, s)
	t.Start = append(t.Start, max(s.Low, min(s.High, start)))
	t.setOne = append(t.setOne, set)
}

// regressor adds the knobs of one regressor, the one that of finds in a variant, and of its parts.
func (t *Tunable) regressor(prefix string, n int, of func(*Variant) *Regressor) {
	r := of(&t.filled)
	r.fill(n)
	if knobs := kindOf(r.Kind).knobs; knobs != nil {
		for _, k := range knobs(r) {
			k.Setting.Name = prefix + k.Setting.Name
			t.add(k.Setting, k.get(r), func(v *Variant, x float64) { k.set(of(v), x) })
		}
	}
	for i, p := range r.parts() {
		below := prefix + p.name + "."
		t.regressor(below, n, func(v *Variant) *Regressor { return of(v).parts()[i].regressor })
		if p.representation != nil {
			t.representation(below+"representation.",
				func(v *Variant) *Representation { return of(v).parts()[i].representation })
		}
	}
}

// representation adds the knobs of one representation.
func (t *Tunable) representation(prefix string, of func(*Variant) *Representation) {
	p := of(&t.filled)
	for _, k := range shapeOf(p.Kind).knobs {
		k.Setting.Name = prefix + k.Setting.Name
		t.add(k.Setting, k.get(p), func(v *Variant, x float64) { k.set(of(v), x) })
	}
}

// At returns the variant with the settings of a point, which shares nothing with any other; nil gives the variant as it
// is.
func (t *Tunable) At(point []float64) Variant {
	if point == nil {
		return t.base
	}
	v := t.filled.Clone()
	for j, x := range point {
		t.setOne[j](&v, x)
	}
	return v
}
