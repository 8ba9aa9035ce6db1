package search

import (
	"math/rand/v2"

	"eahas/features"
)

var lsKind = Kind{
	Name: "ls", Rule: "10 random configurations, then from the best one uphill: the first better neighbour is the " +
		"next place; at an optimum one new random configuration",
	Source:   "White, Nolen, Savani, Exploring the loss landscape in neural architecture search (UAI 2021)",
	Settings: []Setting{whole("random", 10, 1, 1e6, "configurations drawn before the climb")},
	Prefixes: []string{"ea"},
	build: func(s *Setup) Method {
		return &ls{awareness: newAwareness(s), domain: s.domain, rng: s.stream("sample"), fresh: s.count("random")}
	},
}

// ls climbs.
type ls struct {
	*awareness
	domain Domain
	rng    *rand.Rand
	trials int
	fresh  int // random configurations that are still to be drawn
	wait   int // random configurations under way
	here   features.Config
	score  float64
	list   []features.Config // neighbours of here that were not tried
	tried  int               // neighbours under way
	jump   bool              // the next result is the new place, whatever it is
}

// Ask implements Method.
func (m *ls) Ask(int, float64) []Job {
	switch {
	case m.fresh > 0:
		m.fresh--
		m.wait++
		return m.job(m.domain.Sample(m.rng))
	case m.wait > 0:
		return nil
	case len(m.list) > 0:
		c := m.list[0]
		m.list = m.list[1:]
		m.tried++
		return m.job(c)
	case m.tried > 0:
		return nil
	}
	m.jump, m.wait = true, 1
	return m.job(m.domain.Sample(m.rng))
}

func (m *ls) job(c features.Config) []Job {
	m.trials++
	return []Job{{Trial: m.trials - 1, Config: c, To: 1}}
}

// Tell implements Method.
func (m *ls) Tell(r Result) {
	m.tell(r)
	score := m.Score(r)
	climbing := m.wait == 0
	if climbing {
		m.tried--
	} else {
		m.wait--
	}
	better := m.here == nil || m.jump || score < m.score
	if better {
		m.here, m.score, m.jump = r.Config, score, false
	}
	if climbing && better || !climbing && m.wait == 0 && m.fresh == 0 {
		m.list = m.domain.Neighbours(m.rng, m.here)
	}
}
