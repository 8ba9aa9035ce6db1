package pipeline

import (
	"cmp"
	"math"

	"eahas/artifacts"
)

// budgetShares are the shares of the training budget on which tuning scores a trial before it does so with all of it.
var budgetShares = []float64{0.25}

// parts calls do for the regressor and for all regressors inside it.
func (r *Regressor) parts(do func(*Regressor)) {
	do(r)
	if r.Stack != nil && r.Kind == "stack" {
		for i := range r.Stack.Members {
			r.Stack.Members[i].Regressor.parts(do)
		}
	}
	if r.PowerTime != nil && r.Kind == powerTime {
		r.PowerTime.Power.parts(do)
		r.PowerTime.Time.parts(do)
	}
	if r.Physical != nil && r.Physical.Rest != nil && r.Kind == "physical" {
		r.Physical.Rest.parts(do)
	}
	if r.TwoPart != nil && r.Kind == "twopart" {
		r.TwoPart.Gate.parts(do)
		r.TwoPart.Alive.parts(do)
		r.TwoPart.Failed.parts(do)
	}
}

// hasBudget reports whether the regressor, or one inside it, is trained step by step: boosting rounds, trees or epochs.
func (r *Regressor) hasBudget() bool {
	found := false
	r.parts(func(p *Regressor) { found = found || p.stepwise() })
	return found
}

// hasBudget reports whether any of the regressors that the heads need has one.
func (v *Variant) hasBudget(heads []string) bool {
	for _, h := range heads {
		if h == artifacts.Curve && v.Regressor.hasBudget() || h != artifacts.Curve && v.Cost.hasBudget() {
			return true
		}
	}
	return false
}

// stepwise reports whether the regressor itself is.
func (r *Regressor) stepwise() bool {
	switch r.Kind {
	case "gbdt", "extratrees", "forest", "mlp":
		return true
	}
	return false
}

// cheaper returns the variant with a share (0..1) of its training budget, n rows given; parts without a budget stay as they are.
func (v *Variant) cheaper(share float64, n int) Variant {
	out := v.clone()
	for _, r := range []*Regressor{&out.Regressor, &out.Cost} {
		r.parts(func(p *Regressor) {
			if p.stepwise() {
				p.fill(n)
				p.shorten(share)
			}
		})
	}
	return out
}

// shorten takes a share of the rounds, trees or epochs. Boosting takes steps larger by the root of the share instead, so that a small
// rate is not mistaken for a bad one; a network's rate falls to 0 over the epochs that there are.
// Note: rank correlation of a quarter of the rounds with all of them, same fold, 40 random points of bezier+gbdt on the deepobs and
// zeus logs: rate as it is .87 and .70, by the root .96 and .94, by the share (at most 1; 24 points) .91 and .70. Forests: 1.00.
func (r *Regressor) shorten(share float64) {
	if r.Kind == "mlp" {
		r.MLP.Epochs = lessOf(r.MLP.Epochs, share)
		return
	}
	r.GBDT.Rounds = lessOf(int(treeRounds(r)), share)
	if !r.GBDT.Forest {
		r.GBDT.Rate = min(1, cmp.Or(r.GBDT.Rate, 0.1)/math.Sqrt(share))
	}
}

// lessOf returns a share of n, at least 1.
func lessOf(n int, share float64) int { return max(1, int(math.Ceil(share*float64(n)))) }
