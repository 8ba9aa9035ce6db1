package recipe

import (
	"slices"

	"eahas/tune"
)

// knob is one setting of a regressor that tuning may change. Its name is where the setting stands in a config.
type knob struct {
	tune.Setting
	get func(r *Regressor) float64 // what it is now, with the default in place of 0
	// get and set meet a regressor of this kind with its block of settings in place, see fill
	set func(r *Regressor, x float64)
}

// choice is a knob whose numbers mean the values of a list; a value that is not in it counts as the first.
func choice[T comparable](name string, values []T, at func(*Regressor) *T) knob {
	return knob{tune.Setting{Name: name, Scale: tune.Choice, Low: 0, High: float64(len(values) - 1)},
		func(r *Regressor) float64 { return indexOf(values, *at(r)) },
		func(r *Regressor, x float64) { *at(r) = values[int(x)] }}
}

var offOn = []bool{false, true}

// indexOf returns where x stands in a list, 0 for what is not in it.
func indexOf[T comparable](list []T, x T) float64 { return float64(max(0, slices.Index(list, x))) }

// shapeKnob is one setting of a representation.
type shapeKnob struct {
	tune.Setting
	get func(p *Representation) float64
	set func(p *Representation, x float64)
}
