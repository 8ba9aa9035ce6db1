package recipe

import (
	"math"

	"eahas/models"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/tune"
)

// boosting is gradient-boosted trees; quickBoosting takes fewer and larger steps on small logs: a tenth of the trees,
// which are asked in a quarter of the time and answer a little worse (docs/benchmarks.md).
var (
	boosting      = boostedTrees("gbdt", boosted)
	quickBoosting = boostedTrees("gbdt-quick", boostedQuickly)
)

// boostedTrees is a kind of boosted trees with default settings for n training rows.
func boostedTrees(name string, def func(n int) gbdttrain.Params) kind {
	return kind{
		name:   name,
		trees:  true,
		places: anywhere,
		fill:   func(r *Regressor, n int) { orDefault(&r.GBDT, def(n)) },
		trainer: func(r *Regressor, _ Task, _ models.Representation, data models.Data) (models.Trainer, error) {
			return gbdttrain.Trainer{Params: or(r.GBDT, def(data.X.N))}, nil
		},
		knobs:   boostingKnobs,
		shorten: shortenTrees,
	}
}

// boostingKnobs lists what tuning may change of boosted trees.
func boostingKnobs(*Regressor) []knob {
	return []knob{
		treeRounds(2000),
		{tune.Setting{Name: "gbdt.rate", Scale: tune.Log, Low: 0.01, High: 0.3},
			func(r *Regressor) float64 { return r.GBDT.WithDefaults().Rate },
			func(r *Regressor, x float64) { r.GBDT.Rate = x }},
		{tune.Setting{Name: "gbdt.leaves", Scale: tune.LogInt, Low: 4, High: 128},
			func(r *Regressor) float64 { return float64(r.GBDT.WithDefaults().Leaves) },
			func(r *Regressor, x float64) { r.GBDT.Leaves = int(x) }},
		treeLeaf(40),
		{tune.Setting{Name: "gbdt.lambda", Scale: tune.Log, Low: 0.001, High: 10},
			func(r *Regressor) float64 { return r.GBDT.Lambda },
			func(r *Regressor, x float64) { r.GBDT.Lambda = x }},
		treeColumns(0.3),
		choice("gbdt.extra_trees", offOn, func(r *Regressor) *bool { return &r.GBDT.ExtraTrees }),
	}
}

// smallLog is the number of training rows below which boosting draws its thresholds at random, with small steps and
// small leaves. On the logs of docs/results.md that is what scores best; with many rows plain boosting does as well in
// less time.
const smallLog = 20_000

// boosted gives the default settings of boosted trees for n training rows; zeros are the defaults of gbdttrain.Params.
func boosted(n int) gbdttrain.Params {
	if n < smallLog {
		return gbdttrain.Params{ExtraTrees: true, Rounds: 1000, Rate: 0.03, MinChildCount: 3}
	}
	return gbdttrain.Params{}
}

// boostedQuickly gives those of the kind gbdt-quick.
func boostedQuickly(n int) gbdttrain.Params {
	p := boosted(n)
	if n < smallLog {
		p.Rounds, p.Rate = 100, 0.1
	}
	return p
}

// shortenTrees takes a share of the rounds. Boosting takes steps larger by the root of the share instead, so that a
// small rate is not mistaken for a bad one.
//
// Note: rank correlation of a quarter of the rounds with all of them, same fold, 40 random points of bezier+gbdt on the
// deepobs and zeus logs: rate as it is .87 and .70, by the root .96 and .94, by the share (at most 1; 24 points) .91
// and .70. Forests: 1.00.
func shortenTrees(r *Regressor, share float64) {
	p := r.GBDT.WithDefaults()
	r.GBDT.Rounds = lessOf(p.Rounds, share)
	if !p.Forest {
		r.GBDT.Rate = min(1, p.Rate/math.Sqrt(share))
	}
}

// treeRounds, treeLeaf and treeColumns are knobs of boosted trees and of forests.
func treeRounds(high float64) knob {
	return knob{tune.Setting{Name: "gbdt.rounds", Scale: tune.LogInt, Low: 100, High: high},
		func(r *Regressor) float64 { return float64(r.GBDT.WithDefaults().Rounds) },
		func(r *Regressor, x float64) { r.GBDT.Rounds = int(x) }}
}

func treeLeaf(high float64) knob {
	return knob{tune.Setting{Name: "gbdt.min_child_count", Scale: tune.LogInt, Low: 1, High: high},
		func(r *Regressor) float64 { return float64(r.GBDT.WithDefaults().MinChildCount) },
		func(r *Regressor, x float64) { r.GBDT.MinChildCount = int(x) }}
}

func treeColumns(low float64) knob {
	return knob{tune.Setting{Name: "gbdt.col_sample", Scale: tune.Linear, Low: low, High: 1},
		func(r *Regressor) float64 { return r.GBDT.WithDefaults().ColSample },
		func(r *Regressor, x float64) { r.GBDT.ColSample = x }}
}
