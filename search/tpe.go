package search

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"eahas/features"
)

var tpeKind = Kind{
	Name: "tpe", Rule: "10 random configurations, then of 24 draws from the density of the good ones the one with " +
		"the largest ratio to that of the others",
	Source: "Bergstra et al., Algorithms for hyper-parameter optimization (NIPS 2011); kernels and defaults of " +
		"Optuna 5.0's TPESampler",
	Settings: []Setting{
		whole("random", 10, 1, 1e6, "configurations drawn before the model is asked"),
		fraction("good", 0.1, 0.001, 0.999, "share of the trials that counts as good"),
		whole("most", 25, 1, 1e6, "good trials at most"),
		whole("draws", 24, 1, 1e6, "candidates"),
	},
	Prefixes: []string{"ea", "joule"},
	build: func(s *Setup) Method {
		return &tpe{awareness: newAwareness(s), modelled: newModelled(s), rng: s.stream("sample"),
			random: s.count("random"), good: s.number("good"), most: s.count("most"), draws: s.count("draws")}
	},
}

// tpe models where the good ones lie.
type tpe struct {
	*awareness
	*modelled
	rng                 *rand.Rand
	random, most, draws int
	good                float64
	trials              int
	points              []point // finished, in the order of time
	pending             map[int][]float64
}

// point is a trial on the unit cube.
type point struct {
	unit  []float64
	score float64
	trial int
}

// Ask implements Method.
func (m *tpe) Ask(_ int, left float64) []Job {
	job := Job{Trial: m.trials, To: 1}
	m.trials++
	if len(m.points) < m.random {
		job.Config = m.domain.Sample(m.rng)
	} else {
		job.Config = m.suggest(left)
	}
	m.asked(job)
	if m.pending == nil {
		m.pending = map[int][]float64{}
	}
	m.pending[job.Trial] = m.domain.Unit(nil, job.Config)
	return []Job{job}
}

// suggest returns the draw with the largest l/g.
func (m *tpe) suggest(left float64) features.Config {
	l, g := m.split()
	var candidates []features.Config
	var rows [][]float64
	var ratio []float64
	for range 10 * m.draws {
		c, ok := m.domain.Place(l.draw(m.rng))
		if !ok {
			continue
		}
		u := m.domain.Unit(nil, c)
		candidates, rows = append(candidates, c), append(rows, m.domain.Encode(nil, c))
		ratio = append(ratio, l.logDensity(u)-g.logDensity(u))
		if len(candidates) == m.draws {
			break
		}
	}
	if len(candidates) == 0 {
		return m.domain.Sample(m.rng)
	}
	if price := m.price(candidates, rows); price != nil {
		for i := range ratio {
			ratio[i] -= left * price[i]
		}
	}
	best := 0
	for i, r := range ratio {
		if r > ratio[best] {
			best = i
		}
	}
	return candidates[best]
}

// split makes the densities of the good trials and of the others, among which trials under way count.
func (m *tpe) split() (l, g *parzen) {
	order := slices.Clone(m.points)
	slices.SortStableFunc(order, func(a, b point) int { return cmp.Compare(a.score, b.score) })
	n := min(int(math.Ceil(m.good*float64(len(order)))), m.most)
	good, bad := order[:n:n], order[n:]
	for trial := range m.trials {
		if u, ok := m.pending[trial]; ok {
			bad = append(bad, point{u, 0, trial})
		}
	}
	return newParzen(m.domain.Axes(), m.units(good)), newParzen(m.domain.Axes(), m.units(bad))
}

// units lists the points in the order of their trials, axes that did not exist filled by draws: a conditional axis says
// nothing there.
func (m *tpe) units(ps []point) [][]float64 {
	ps = slices.Clone(ps)
	slices.SortFunc(ps, func(a, b point) int { return cmp.Compare(a.trial, b.trial) })
	out := make([][]float64, len(ps))
	for i, p := range ps {
		out[i] = filled(m.rng, m.domain.Axes(), p.unit)
	}
	return out
}

// filled returns u with a random coordinate where it has none.
func filled(rng *rand.Rand, axes []Axis, u []float64) []float64 {
	if !slices.ContainsFunc(u, math.IsNaN) {
		return u
	}
	u = slices.Clone(u)
	for j := range u {
		switch {
		case u[j] == u[j]:
		case axes[j].Ordered:
			u[j] = rng.Float64()
		default:
			u[j] = float64(rng.IntN(len(axes[j].Values)))
		}
	}
	return u
}

// Tell implements Method.
func (m *tpe) Tell(r Result) {
	m.tell(r)
	score := m.Score(r)
	m.points = append(m.points, point{m.pending[r.Trial], score, r.Trial})
	delete(m.pending, r.Trial)
	m.learn(r, score)
}
