package recipe

import "strings"

// TrivialPrefix begins the names of trivial variants. No other variant's name does.
const TrivialPrefix = "trivial: "

// Trivial are the answers that a surrogate must beat: the mean of all runs, the mean of the runs that have the same
// value of an axis (none for an empty axis), and the nearest run. They learn nothing, and nobody tunes, recommends or
// freezes them.
func Trivial(axis string) []Variant {
	make := func(name, kind string, settings Regressor) Variant {
		settings.Kind = kind
		v := Variant{Base: "grid+" + kind, Regressor: settings, Cost: settings}
		if err := v.Complete(); err != nil {
			panic("recipe: a trivial variant is refused: " + err.Error())
		}
		v.Name = TrivialPrefix + name
		return v
	}
	out := []Variant{make("mean", average.name, Regressor{Mean: &MeanParams{}})}
	if axis != "" {
		out = append(out, make("mean by "+axis, average.name,
			Regressor{Mean: &MeanParams{By: []string{axis}, Plain: true}}))
	}
	return append(out, make("nearest run", neighbours.name, Regressor{KNN: &KNNParams{Neighbours: 1,
		Weighting: "uniform", NoScales: true}}))
}

// IsTrivial reports whether a name is that of a trivial variant.
func IsTrivial(name string) bool { return strings.HasPrefix(name, TrivialPrefix) }
