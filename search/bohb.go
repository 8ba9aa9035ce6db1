package search

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"eahas/features"
)

var bohbKind = Kind{
	Name: "bohb", Rule: "hyperband whose configurations come from the density of the good ones on the deepest rung " +
		"that has enough of them; a third stay random",
	Source: "Falkner, Klein, Hutter, BOHB (ICML 2018); kernels and defaults of HpBandSter 0.7.4",
	Settings: append(slices.Clone(rungSettings),
		fraction("good", 0.15, 0.001, 0.999, "share of a rung's trials that counts as good"),
		whole("draws", 64, 1, 1e6, "candidates"),
		fraction("widen", 3, 0.01, 1000, "factor on the kernel's width when candidates are drawn"),
		fraction("random", 1.0/3, 0, 1, "share of configurations drawn at random"),
		Setting{Name: "brackets", Default: features.Text("hyperband"), Words: words("hyperband", "hpbandster"),
			Doc: "sizes: ceil(R/(s+1) eta^s), or HpBandSter's floor(R/(s+1)) eta^s"},
	),
	Prefixes: []string{"joule"},
	build: func(s *Setup) Method {
		m := &bohb{modelled: newModelled(s), rng: s.stream("sample"), good: s.number("good"), draws: s.count("draws"),
			widen: s.number("widen"), random: s.number("random"), units: map[int][]float64{}}
		size := bracketSize
		if s.word("brackets") == "hpbandster" {
			size = func(rungs, s int, eta float64) int { return rungs / (s + 1) * int(math.Pow(eta, float64(s))) }
		}
		m.hyperband = newHyperband(s, size, m.suggest, m.observed)
		m.byRung = make([][]point, m.rungs)
		return m
	},
}

// bohb is hyperband with a model.
type bohb struct {
	*hyperband
	*modelled
	rng         *rand.Rand
	good, widen float64
	random      float64
	draws       int
	units       map[int][]float64 // of every trial
	fresh       map[int]bool      // begun and never told
	byRung      [][]point         // losses on each rung, shallow first
}

// suggest returns a configuration for a new trial, whose number is hyperband.trials - 1.
func (m *bohb) suggest(left float64) features.Config {
	c, ok := m.model(left)
	if !ok {
		c = m.modelled.domain.Sample(m.rng)
	}
	trial := m.hyperband.trials - 1
	m.units[trial] = m.modelled.domain.Unit(nil, c)
	if m.fresh == nil {
		m.fresh = map[int]bool{}
	}
	m.fresh[trial] = true
	m.asked(Job{Trial: trial, Config: c})
	return c
}

// observed notes a loss on a rung.
func (m *bohb) observed(rung int, r Result) {
	m.byRung[rung] = append(m.byRung[rung], point{m.units[r.Trial], r.Loss, r.Trial})
	if m.fresh[r.Trial] {
		delete(m.fresh, r.Trial)
		m.learn(r, r.Loss)
	}
}

// model draws from the density of the good ones and returns the draw with the largest ratio to that of the others; ok
// is false when it is a random configuration's turn, or there are too few losses.
func (m *bohb) model(left float64) (features.Config, bool) {
	if m.rng.Float64() < m.random {
		return nil, false
	}
	axes := m.modelled.domain.Axes()
	d := len(axes)
	rung := len(m.byRung) - 1
	for rung >= 0 && len(m.byRung[rung]) < 2*(d+1) {
		rung--
	}
	if rung < 0 {
		return nil, false
	}
	order := slices.Clone(m.byRung[rung])
	slices.SortStableFunc(order, func(a, b point) int { return cmp.Compare(a.score, b.score) })
	n := max(d+1, int(m.good*float64(len(order))))
	good, bad := order[:n:n], order[n:]
	for trial := range m.hyperband.trials {
		if m.fresh[trial] {
			bad = append(bad, point{m.units[trial], 0, trial})
		}
	}
	l, g := newKernels(axes, m.filledUnits(good)), newKernels(axes, m.filledUnits(bad))
	return m.choose(m.draws, left, func() []float64 { return l.draw(m.rng, m.widen) },
		func(u []float64) float64 { return l.logDensity(u) - g.logDensity(u) })
}

func (m *bohb) filledUnits(ps []point) [][]float64 {
	out := make([][]float64, len(ps))
	for i, p := range ps {
		out[i] = filled(m.rng, m.modelled.domain.Axes(), p.unit)
	}
	return out
}
