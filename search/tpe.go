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
	points              []point // finished, by trial
	best                []int32 // of them, by score, of equal ones the one that was told first
	pending             map[int][]float64
	unsorted            bool      // a point lacks a coordinate, or was told out of turn: sorted is given up
	sorted              [][]int32 // per ordered axis: points by their coordinate, of equal ones the older first
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
	c, ok := m.modelled.choose(m.draws, left, func() []float64 { return l.draw(m.rng) },
		func(u []float64) float64 { return l.logDensity(u) - g.logDensity(u) })
	if !ok {
		c = m.domain.Sample(m.rng)
	}
	return c
}

// split makes the densities of the good trials and of the others, among which trials under way count.
func (m *tpe) split() (l, g *parzen) {
	n := min(int(math.Ceil(m.good*float64(len(m.points)))), m.most)
	good := make([]bool, len(m.points))
	for _, i := range m.best[:n] {
		good[i] = true
	}
	place := make([]int32, len(m.points)) // of each point among the good ones, or among the others
	var ls, gs []point
	for i, p := range m.points {
		side := &gs
		if good[i] {
			side = &ls
		}
		place[i] = int32(len(*side))
		*side = append(*side, p)
	}
	axes := m.domain.Axes()
	if !m.unsorted && len(m.pending) == 0 {
		low, rest := m.orders(good, place, len(ls))
		return newParzen(axes, m.units(ls), low), newParzen(axes, m.units(gs), rest)
	}
	for trial := range m.trials {
		if u, ok := m.pending[trial]; ok {
			gs = append(gs, point{u, 0, trial})
		}
	}
	slices.SortFunc(gs, func(a, b point) int { return cmp.Compare(a.trial, b.trial) })
	return newParzen(axes, m.units(ls), nil), newParzen(axes, m.units(gs), nil)
}

// orders parts the sorted points of each axis into the good ones and the others.
func (m *tpe) orders(good []bool, place []int32, n int) (l, g [][]int32) {
	l, g = make([][]int32, len(m.sorted)), make([][]int32, len(m.sorted))
	for j, order := range m.sorted {
		if order == nil {
			continue
		}
		l[j], g[j] = make([]int32, 0, n), make([]int32, 0, len(order)-n)
		for _, i := range order {
			if good[i] {
				l[j] = append(l[j], place[i])
			} else {
				g[j] = append(g[j], place[i])
			}
		}
	}
	return l, g
}

// units lists the points' coordinates, axes that did not exist filled by draws: a conditional axis says nothing there.
func (m *tpe) units(ps []point) [][]float64 {
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
		if u[j] != u[j] {
			u[j] = axes[j].draw(rng)
		}
	}
	return u
}

// Tell implements Method.
func (m *tpe) Tell(r Result) {
	m.tell(r)
	score := m.Score(r)
	m.insert(point{m.pending[r.Trial], score, r.Trial})
	delete(m.pending, r.Trial)
	m.learn(r, score)
}

// insert keeps the point in its places.
func (m *tpe) insert(p point) {
	i := int32(len(m.points))
	if n := len(m.points); n > 0 && m.points[n-1].trial > p.trial { // several workers: put all in order anew
		at, _ := slices.BinarySearchFunc(m.points, p.trial, func(q point, trial int) int { return q.trial - trial })
		m.points = slices.Insert(m.points, at, p)
		for k, b := range m.best {
			if b >= int32(at) {
				m.best[k]++
			}
		}
		i, m.unsorted = int32(at), true
	} else {
		m.points = append(m.points, p)
	}
	at, _ := slices.BinarySearchFunc(m.best, p.score, func(b int32, score float64) int {
		if m.points[b].score <= score {
			return -1
		}
		return 1
	})
	m.best = slices.Insert(m.best, at, i)
	if m.unsorted = m.unsorted || slices.ContainsFunc(p.unit, math.IsNaN); m.unsorted {
		return
	}
	if m.sorted == nil {
		m.sorted = make([][]int32, len(p.unit))
	}
	for j, x := range p.unit {
		if !m.domain.Axes()[j].Ordered {
			continue
		}
		at, _ := slices.BinarySearchFunc(m.sorted[j], x, func(k int32, x float64) int {
			if m.points[k].unit[j] <= x {
				return -1
			}
			return 1
		})
		m.sorted[j] = slices.Insert(m.sorted[j], at, i)
	}
}
