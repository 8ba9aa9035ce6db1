package search

import (
	"math/rand/v2"

	"eahas/features"
)

var reaKind = Kind{
	Name: "rea", Rule: "30 random configurations, then mutants of the best of 10 drawn from the population; the " +
		"oldest dies",
	Source: "Real et al., Regularized evolution for image classifier architecture search (AAAI 2019); population as " +
		"in EA-HAS-Bench",
	Settings: []Setting{
		whole("population", 30, 2, 1e6, "configurations that live"),
		whole("sample", 10, 1, 1e6, "drawn from them, with replacement, to choose a parent"),
	},
	Prefixes: []string{"ea", "mo"},
	build: func(s *Setup) Method {
		return &rea{awareness: newAwareness(s), domain: s.domain, rng: s.stream("sample"), mo: s.prefix == "mo",
			size: s.count("population"), sample: s.count("sample")}
	},
}

// rea ages.
type rea struct {
	*awareness
	domain       Domain
	rng          *rand.Rand
	trials       int
	size, sample int
	mo           bool
	alive        []member // oldest first
}

// member is a configuration that was trained.
type member struct {
	config features.Config
	score  float64
	loss   float64
	second float64
}

// Ask implements Method.
func (m *rea) Ask(int, float64) []Job {
	m.trials++
	job := Job{Trial: m.trials - 1, To: 1}
	if m.trials <= m.size || len(m.alive) == 0 {
		job.Config = m.domain.Sample(m.rng)
		return []Job{job}
	}
	place := placesOf(m.alive, m.mo)
	best := m.rng.IntN(len(m.alive))
	for range m.sample - 1 {
		if i := m.rng.IntN(len(m.alive)); place[i] < place[best] {
			best = i
		}
	}
	job.Config = m.domain.Mutate(m.rng, m.alive[best].config)
	return []Job{job}
}

// Tell implements Method.
func (m *rea) Tell(r Result) {
	m.tell(r)
	m.alive = append(m.alive, member{r.Config, m.Score(r), r.Loss, r.Second})
	if len(m.alive) > m.size {
		m.alive = m.alive[1:]
	}
}
