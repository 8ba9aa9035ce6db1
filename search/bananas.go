package search

import (
	"math"
	"math/rand/v2"
	"slices"

	"eahas/features"
)

var poolSettings = []Setting{
	whole("random", 20, 1, 1e6, "configurations drawn before the model is asked"),
	whole("mutants", 200, 0, 1e6, "candidates made of the best by one or two changes"),
	whole("parents", 5, 1, 1e6, "how many of the best they are made of"),
	whole("fresh", 100, 0, 1e6, "candidates drawn at random"),
}

var bananasKind = Kind{
	Name: "bananas", Rule: "20 random configurations, then of mutants of the best and random candidates the one that " +
		"draws lowest from an ensemble's mean and scatter (independent Thompson sampling)",
	Source:   "White, Neiswanger, Savani, BANANAS (AAAI 2021), with 30 extremely randomised trees as the ensemble",
	Settings: poolSettings, Prefixes: []string{"ea"},
	build: func(s *Setup) Method { return newPool(s, (*pool).thompson) },
}

var mutantKind = Kind{
	Name: "mutant", Rule: "as bananas without the model: any of the mutants of the best. What the model adds is the " +
		"difference",
	Source: "White et al., How powerful are performance predictors in neural architecture search? (arXiv " +
		"2104.01177); a control",
	Settings: poolSettings[:3:3], Prefixes: []string{"ea"},
	build: func(s *Setup) Method { return newPool(s, nil) },
}

var eiKind = Kind{
	Name: "ei", Rule: "as bananas, with the largest expected improvement",
	Source:   "Hutter, Hoos, Leyton-Brown, SMAC (LION 2011): a forest with expected improvement",
	Settings: poolSettings, Prefixes: []string{"joule"},
	build: func(s *Setup) Method { return newPool(s, (*pool).improvement) },
}

// pool is the search with a model over a pool of candidates.
type pool struct {
	*awareness
	*modelled
	domain Domain
	rng    *rand.Rand
	// nil: any
	choose                         func(m *pool, candidates []features.Config, rows [][]float64, left float64) int
	random, mutants, parents, news int
	trials                         int
	design                         *design // of the first configurations; nil: at random
}

func newPool(s *Setup, choose func(*pool, []features.Config, [][]float64, float64) int) Method {
	m := &pool{awareness: newAwareness(s), modelled: newModelled(s), domain: s.domain, rng: s.stream("sample"),
		choose: choose,
		random: s.count("random"), mutants: s.count("mutants"), parents: s.count("parents")}
	if choose != nil {
		m.news = s.count("fresh")
	}
	if s.prefix == "joule" && s.word("design") == "cheap" {
		m.design = &design{m.modelled, s.stream("design")}
	}
	return m
}

// Ask implements Method.
func (m *pool) Ask(_ int, left float64) []Job {
	job := Job{Trial: m.trials, To: 1}
	m.trials++
	if m.trials <= m.random || len(m.told) == 0 {
		job.Config = m.domain.Sample(m.rng)
		if m.design != nil {
			if c, ok := m.design.next(); ok {
				job.Config = c
			}
		}
	} else {
		job.Config = m.candidate(left)
	}
	m.asked(job)
	return []Job{job}
}

// candidate returns the best of a fresh pool.
func (m *pool) candidate(left float64) features.Config {
	candidates, rows := m.pool()
	if m.choose == nil {
		return candidates[m.rng.IntN(len(candidates))]
	}
	return candidates[m.choose(m, candidates, rows, left)]
}

// pool returns mutants of the best and random configurations that were not begun before; where all were, one random
// one.
func (m *pool) pool() (out []features.Config, rows [][]float64) {
	seen := map[string]bool{}
	add := func(c features.Config) {
		key := c.Key()
		if seen[key] || m.begun[key] {
			return
		}
		seen[key] = true
		out, rows = append(out, c), append(rows, m.domain.Encode(nil, c))
	}
	best := m.best(m.parents)
	for i := range m.mutants {
		c := m.domain.Mutate(m.rng, best[i%len(best)])
		if m.rng.IntN(2) == 1 {
			c = m.domain.Mutate(m.rng, c)
		}
		add(c)
	}
	for range m.news {
		add(m.domain.Sample(m.rng))
	}
	if len(out) == 0 {
		c := m.domain.Sample(m.rng)
		out, rows = append(out, c), append(rows, m.domain.Encode(nil, c))
	}
	return out, rows
}

// best returns the configurations of the lowest scores, n at most.
func (m *pool) best(n int) []features.Config {
	order := make([]int, len(m.told))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case m.told[a].score < m.told[b].score:
			return -1
		case m.told[a].score > m.told[b].score:
			return 1
		}
		return 0
	})
	var out []features.Config
	for _, i := range order[:min(n, len(order))] {
		out = append(out, m.told[i].config)
	}
	return out
}

// Tell implements Method.
func (m *pool) Tell(r Result) {
	m.tell(r)
	m.learn(r, m.Score(r))
}

// thompson draws once from N(mean, sd) for each candidate and takes the lowest.
func (m *pool) thompson(_ []features.Config, rows [][]float64, _ float64) int {
	f := m.fit(m.target)
	best, at := math.Inf(1), 0
	for i, row := range rows {
		mean, sd := f.predict(row)
		if v := mean + sd*m.rng.NormFloat64(); v < best {
			best, at = v, i
		}
	}
	return at
}

// improvement takes the largest expected improvement; with the prefix joule less a ln c. Where no candidate promises
// any, the lowest mean.
func (m *pool) improvement(candidates []features.Config, rows [][]float64, left float64) int {
	f := m.fit(m.target)
	incumbent := math.Inf(1)
	for _, t := range m.told {
		incumbent = min(incumbent, m.target(t.score))
	}
	price := m.price(candidates, rows)
	best, at := math.Inf(-1), -1
	lowest, fallback := math.Inf(1), 0
	for i, row := range rows {
		mean, sd := f.predict(row)
		v := logEI(mean, sd, incumbent)
		if price != nil {
			v -= left * price[i]
		}
		if v > best {
			best, at = v, i
		}
		if mean < lowest {
			lowest, fallback = mean, i
		}
	}
	if at < 0 {
		return fallback
	}
	return at
}
