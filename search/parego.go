package search

import (
	"math"
	"math/rand/v2"

	"eahas/features"
)

var paregoKind = Kind{
	Name: "parego", Rule: "as ei on a random weighting of loss and ln cost, both scaled to 0..1: the larger weighted " +
		"one plus 0.05 of their sum; a new weight for each trial",
	Source: "Knowles, ParEGO (IEEE TEC 2006), with a forest", Settings: poolSettings,
	build: func(s *Setup) Method {
		m := newPool(s, nil).(*pool)
		m.news = s.count("fresh")
		p := &parego{weights: s.stream("weights")}
		m.choose = p.choose
		p.pool = m
		return p
	},
}

// parego weighs anew for every trial.
type parego struct {
	*pool
	weights *rand.Rand
}

// choose takes the largest expected improvement of the weighted sum.
func (m *parego) choose(p *pool, _ []features.Config, rows [][]float64, _ float64) int {
	w := m.weights.Float64()
	loss, cost := make([]float64, len(p.told)), make([]float64, len(p.told))
	for i, t := range p.told {
		loss[i], cost[i] = t.score, math.Log(t.second)
	}
	scale(loss)
	scale(cost)
	mixed := make([]float64, len(loss))
	best := math.Inf(1)
	for i := range loss {
		a, b := w*loss[i], (1-w)*cost[i]
		mixed[i] = max(a, b) + 0.05*(a+b)
		best = min(best, mixed[i])
	}
	f := p.fitTargets(func(i int) float64 { return mixed[i] })
	at, top := 0, math.Inf(-1)
	for i, row := range rows {
		mean, sd := f.predict(row)
		if v := logEI(mean, sd, best); v > top {
			at, top = i, v
		}
	}
	return at
}

// scale maps the values to 0..1.
func scale(v []float64) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	for i := range v {
		if hi > lo {
			v[i] = (v[i] - lo) / (hi - lo)
		} else {
			v[i] = 0
		}
	}
}
