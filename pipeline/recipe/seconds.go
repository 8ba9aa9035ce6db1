package recipe

import (
	"eahas/models/auto"
	mlptrain "eahas/models/mlp/train"
)

// secondsEach is about what a training on a thousand rows costs a member of the variant auto, in seconds of one core of
// 2025 (AMD EPYC, Zen 5): for a curve of six numbers, and for one cost. Measured on DeepOBS, Zeus and the default run.
var secondsEach = map[string]struct{ curve, cost float64 }{
	boosting.name:   {0.5, 0.1},
	extraTrees.name: {0.4, 0.3},
	network.name:    {5, 2},
	process.name:    {5, 3},
	neighbours.name: {1, 0.3},
	guided:          {28, 0},
}

// quickShare is what the effort quick needs of that: fewer trees and fewer rows of processes.
const quickShare = 0.4

// wholeShare is what a network of L-BFGS on a thousand rows needs of one of Adam, whose time does not fall with the
// rows.
const wholeShare = 0.5

// usualColumns is the number of columns up to which the logs' width hardly counts; beyond it all members take longer
// with each column, neighbours most, which search for a scale of each axis (345 cells of 72 axes, 200 columns: 45 s a
// fold).
const usualColumns = 30

// Seconds is about how long one training of the variant on n rows of so many columns takes, in seconds of one core, for
// a curve (or none) and a number of costs; 0 where nothing is known of it, for all but the variants made of auto. It is
// right within a factor of 3 or so, enough to know minutes from hours.
func (v *Variant) Seconds(n, columns int, curve bool, costs int) float64 {
	sum := 0.0
	for _, place := range []struct {
		r     *Regressor
		heads int
		curve bool
	}{{&v.Regressor, oneIf(curve), true}, {&v.Cost, costs, false}} {
		p := place.r.Auto
		if place.r.Kind != together.name || p == nil {
			continue
		}
		each := 0.0
		add := func(kind string, few bool) {
			s := secondsEach[kind]
			rows := float64(n) / 1000
			if few {
				rows *= wholeShare
			} else if kind == network.name { // as many steps on few rows as on many
				rows = 1
			}
			if place.curve {
				each += s.curve * rows
			} else {
				each += s.cost * rows
			}
		}
		for _, m := range p.seeing(n) {
			mlp := m.Regressor.MLP
			add(m.Regressor.Kind, mlp != nil && (mlp.Solver == mlptrain.LBFGS || n < fewRows))
		}
		if place.curve && p.guides(n) {
			add(guided, false)
		}
		if p.Effort == "quick" {
			each *= quickShare
		}
		sum += each * float64(p.trainings(n)*place.heads)
	}
	return sum * max(1, float64(columns)/usualColumns)
}

// trainings is how often a member is trained on n rows, most of them groups of their own.
func (p *AutoParams) trainings(n int) int {
	if p.Effort == "quick" {
		return auto.DefaultTrainings(n, quickFolds)
	}
	return auto.DefaultTrainings(n, 0)
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
