package search

import (
	"math/rand/v2"

	"eahas/features"
)

var nsga2Kind = Kind{
	Name: "nsga2", Rule: "generations of 50 for loss and cost: parents by tournaments of (front, crowding distance), " +
		"uniform crossover, mutation of one axis on average",
	Source: "Deb et al., NSGA-II (IEEE TEC 2002); operators and defaults of Optuna 5.0's NSGAIISampler",
	Settings: []Setting{
		whole("population", 50, 2, 1e6, "configurations of a generation"),
		fraction("crossover", 0.9, 0, 1, "share of children that have two parents"),
		fraction("swap", 0.5, 0, 1, "probability of an axis to come from the second parent"),
	},
	build: func(s *Setup) Method {
		return &nsga2{domain: s.domain, rng: s.stream("sample"), size: s.count("population"),
			crossover: s.number("crossover"), swap: s.number("swap")}
	},
}

// nsga2 breeds.
type nsga2 struct {
	domain          Domain
	rng             *rand.Rand
	size            int
	crossover, swap float64
	trials          int
	parents         []member // elite of all generations before, nil during the first; best first
	children        []member // of this generation, as they are told
}

// Ask implements Method.
func (m *nsga2) Ask(int, float64) []Job {
	m.trials++
	job := Job{Trial: m.trials - 1, To: 1}
	if m.parents == nil {
		job.Config = m.domain.Sample(m.rng)
	} else {
		job.Config = m.child()
	}
	return []Job{job}
}

// child makes a configuration of the parents.
func (m *nsga2) child() features.Config {
	var c features.Config
	if m.rng.Float64() < m.crossover {
		a, b := m.tournament(), m.tournament()
		for range 10 { // two parents, where there are two
			if b != a {
				break
			}
			b = m.tournament()
		}
		c = m.cross(m.parents[a].config, m.parents[b].config)
	} else {
		c = m.parents[m.rng.IntN(len(m.parents))].config
	}
	return m.mutate(c)
}

// tournament returns the better of two parents, which stand in the order of (front, crowding distance).
func (m *nsga2) tournament() int { return min(m.rng.IntN(len(m.parents)), m.rng.IntN(len(m.parents))) }

// cross takes each axis from one of two, until the domain has the mixture; the first parent where it never does.
func (m *nsga2) cross(a, b features.Config) features.Config {
	u, v := m.domain.Unit(nil, a), m.domain.Unit(nil, b)
	w := make([]float64, len(u))
	for range 20 {
		for j := range w {
			w[j] = u[j]
			if m.rng.Float64() < m.swap && v[j] == v[j] || u[j] != u[j] {
				w[j] = v[j]
			}
		}
		if c, ok := m.domain.Place(w); ok {
			return c
		}
	}
	return a
}

// mutate redraws each axis with probability 1/d, evenly, until the domain has the outcome.
func (m *nsga2) mutate(c features.Config) features.Config {
	axes := m.domain.Axes()
	u := filled(m.rng, axes, m.domain.Unit(nil, c)) // an axis that comes to exist needs a value
	w := make([]float64, len(u))
	for range 20 {
		changed := false
		for j := range w {
			if w[j] = u[j]; m.rng.Float64() < 1/float64(len(axes)) {
				w[j], changed = axes[j].draw(m.rng), true
			}
		}
		if !changed {
			return c
		}
		if out, ok := m.domain.Place(w); ok {
			return out
		}
	}
	return m.domain.Mutate(m.rng, c)
}

// Tell implements Method.
func (m *nsga2) Tell(r Result) {
	m.children = append(m.children, member{r.Config, r.Loss, r.Loss, r.Second})
	if len(m.children) < m.size {
		return
	}
	all := append(m.parents, m.children...)
	var elite []member
	for _, i := range paretoOrder(all)[:m.size] {
		elite = append(elite, all[i])
	}
	m.parents, m.children = elite, nil
}
