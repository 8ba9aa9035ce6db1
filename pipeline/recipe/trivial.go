package recipe

import (
	"strings"

	gbdttrain "eahas/models/gbdt/train"
)

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
		Weighting: "uniform", NoScales: true, MaxRows: fewRuns}}))
}

// ReferencePrefix begins the names of references, which learn and are there to be compared with. No other variant's
// name does.
const ReferencePrefix = "reference: "

// ReferenceTrees are boosted trees as a user of LightGBM 4 would train them first: its default settings (100 rounds of
// rate .1, 31 leaves, 20 rows a leaf) for six singular vectors of the curves and for each cost.
func ReferenceTrees() Variant {
	settings := Regressor{Kind: boosting.name,
		GBDT: &gbdttrain.Params{Rounds: 100, Rate: .1, Leaves: 31, MinChildCount: 20}}
	v := Variant{Base: "svd+gbdt", Regressor: settings, Cost: settings}
	if err := v.Complete(); err != nil {
		panic("recipe: the reference is refused: " + err.Error())
	}
	v.Name = ReferencePrefix + "boosted trees"
	return v
}

// NeedsReference reports whether no variant is such trees already: there are none, or the log has few rows, where
// boosted trees have other defaults.
func NeedsReference(variants []Variant, rows int) bool {
	return FirstTrees(variants) == "" || rows < smallLog
}

// FirstTrees names the first variant whose curves are learnt by boosted trees alone; "" for none.
func FirstTrees(variants []Variant) string {
	for i := range variants {
		if kind := variants[i].Regressor.Kind; kind == boosting.name || kind == quickBoosting.name {
			return variants[i].Name
		}
	}
	return ""
}

// fewRuns is among how many runs the nearest one is looked for where there are very many: each answer looks at all.
const fewRuns = 2000

// IsTrivial reports whether a name is that of a trivial variant.
func IsTrivial(name string) bool { return strings.HasPrefix(name, TrivialPrefix) }

// IsReference reports whether a name is that of a reference.
func IsReference(name string) bool { return strings.HasPrefix(name, ReferencePrefix) }
