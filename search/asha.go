package search

import (
	"math"
	"math/rand/v2"
)

var ashaKind = Kind{
	Name: "asha", Rule: "whenever a worker is free: promote a trial that is in the best 1/eta of its rung, from the " +
		"top rung down; else begin a new one on the lowest",
	Source: "Li et al., A system for massively parallel hyperparameter tuning (MLSys 2020)", Settings: rungSettings,
	Prefixes: []string{"mo"},
	build: func(s *Setup) Method {
		m := &asha{domain: s.domain, rng: s.stream("sample"), eta: s.number("eta"), mo: s.prefix == "mo"}
		m.rungs = make([]ashaRung, s.count("rungs"))
		return m
	},
}

// asha promotes without waiting.
type asha struct {
	domain Domain
	rng    *rand.Rand
	eta    float64
	mo     bool
	trials int
	rungs  []ashaRung
	at     []int // per trial: the rung that it was last asked to
}

type ashaRung struct {
	members  []member
	trials   []int // of the members
	promoted map[int]bool
	barren   int // members when nothing was left to promote
}

func (m *asha) share(rung int) float64 { return math.Pow(m.eta, float64(rung+1-len(m.rungs))) }

// Ask implements Method.
func (m *asha) Ask(int, float64) []Job {
	for k := len(m.rungs) - 2; k >= 0; k-- {
		if trial := m.rungs[k].promotable(m.eta, m.mo); trial >= 0 {
			m.rungs[k].promoted[trial] = true
			m.at[trial] = k + 1
			return []Job{{Trial: trial, To: m.share(k + 1)}}
		}
	}
	m.trials++
	m.at = append(m.at, 0)
	return []Job{{Trial: m.trials - 1, Config: m.domain.Sample(m.rng), To: m.share(0)}}
}

// promotable returns the best trial of the best floor(n/eta) that was not promoted, or -1.
func (r *ashaRung) promotable(eta float64, mo bool) int {
	n := int(float64(len(r.members)) / eta)
	if n == 0 || len(r.members) == r.barren {
		return -1
	}
	for _, i := range ascending(placesOf(r.members, mo))[:n] {
		if !r.promoted[r.trials[i]] {
			return r.trials[i]
		}
	}
	r.barren = len(r.members)
	return -1
}

// Tell implements Method.
func (m *asha) Tell(r Result) {
	k := &m.rungs[m.at[r.Trial]]
	if k.promoted == nil {
		k.promoted = map[int]bool{}
	}
	k.members = append(k.members, member{r.Config, r.Loss, r.Loss, r.Second})
	k.trials = append(k.trials, r.Trial)
}
