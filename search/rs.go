package search

import "math/rand/v2"

var rsKind = Kind{
	Name: "rs", Rule: "random configurations, trained to the end",
	Source: "Bergstra and Bengio, Random search for hyper-parameter optimization (JMLR 2012)",
	build:  func(s *Setup) Method { return &rs{domain: s.domain, rng: s.stream("sample")} },
}

// rs draws and trains.
type rs struct {
	domain Domain
	rng    *rand.Rand
	trials int
}

// Ask implements Method.
func (m *rs) Ask(int, float64) []Job {
	m.trials++
	return []Job{{Trial: m.trials - 1, Config: m.domain.Sample(m.rng), To: 1}}
}

// Tell implements Method.
func (m *rs) Tell(Result) {}
