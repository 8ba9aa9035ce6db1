package report

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"eahas/eval"
	"eahas/trial/target"
)

// Band gives the ends of an interval around a variant's predicted curves.
type Band struct {
	Level  float64                               // the probability that it should hold, 0 < Level < 1
	Around func(trial int) (low, high []float64) // of one trial of the data, at each of its epochs; nil, nil for none
}

// scoredTrial is a trial, by its index, and the error of its predicted curve.
type scoredTrial struct {
	trial int
	rmse  float64
}

// byError lists the trials with at least two finite points from an epoch on, the best predicted first.
func byError(trials []eval.CurveTrial, fromEpoch float64) []scoredTrial {
	var all []scoredTrial
	for i, t := range trials {
		k, _ := slices.BinarySearch(t.Epochs, fromEpoch)
		if e := eval.RMSE(t.Truth[k:], t.Pred[k:]); len(t.Epochs)-k >= 2 && !math.IsNaN(e) && !math.IsInf(e, 0) {
			all = append(all, scoredTrial{i, e})
		}
	}
	slices.SortStableFunc(all, func(a, b scoredTrial) int { return cmp.Compare(a.rmse, b.rmse) })
	return all
}

// variantCurves returns what each variant predicts of one trial, with its band where it has one.
func variantCurves(variants []string, data []eval.CurveData, bands []*Band, trial int) []VariantCurve {
	var out []VariantCurve
	for v, name := range variants {
		c := VariantCurve{Variant: name, Values: data[v].Trials[trial].Pred}
		if bands != nil && bands[v] != nil {
			c.Low, c.High = bands[v].Around(trial)
			if c.Low != nil {
				c.Level = bands[v].Level
			}
		}
		out = append(out, c)
	}
	return out
}

// ChooseExamples picks curves to show: of the trials with at least two finite points, the best, the median and the
// worst predicted by the variant called by, else the first (by RMSE of the curve), and then random ones up to n in all,
// by seed.
// Variants and data go in pairs and hold the same trials in the same order. Points before fromEpoch are shown, but do
// not count for the error. Bands are nil, or as many as variants; each may be nil.
func ChooseExamples(variants []string, data []eval.CurveData, bands []*Band, by string,
	fromEpoch float64, n int, seed uint64) []Example {
	if len(variants) != len(data) {
		panic("report: different numbers of variants and predictions")
	}
	if len(data) == 0 {
		return nil
	}
	first := max(0, slices.Index(variants, by))
	all := byError(data[first].Trials, fromEpoch)
	if len(all) == 0 {
		return nil
	}
	var out []Example
	taken := map[int]bool{}
	show := func(s scoredTrial, why string) {
		if taken[s.trial] || len(out) >= n {
			return
		}
		taken[s.trial] = true
		t := data[first].Trials[s.trial]
		out = append(out, Example{ID: t.ID, Group: t.Group, Why: why, Error: s.rmse, Epochs: t.Epochs, Truth: t.Truth,
			Pred: variantCurves(variants, data, bands, s.trial)})
	}
	show(all[0], "best")
	show(all[len(all)/2], "median")
	show(all[len(all)-1], "worst")
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, i := range rng.Perm(len(all)) {
		show(all[i], "random")
	}
	return out
}

// FinalPredictions returns the curves' last points as a set to plot; trials without points are left out.
func FinalPredictions(variant, unit string, d eval.CurveData) PredictionSet {
	p := PredictionSet{Variant: variant, Target: target.Curve, Unit: unit}
	for _, t := range d.Trials {
		if last := len(t.Epochs) - 1; last >= 0 {
			p.IDs, p.Groups = append(p.IDs, t.ID), append(p.Groups, t.Group)
			p.Truth, p.Pred = append(p.Truth, t.Truth[last]), append(p.Pred, t.Pred[last])
		}
	}
	return p
}
