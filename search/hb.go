package search

import (
	"cmp"
	"math"
	"slices"

	"eahas/features"
)

var rungSettings = []Setting{
	whole("eta", 3, 2, 100, "each rung trains so many times longer, with so many times fewer trials"),
	whole("rungs", 4, 2, 20,
		"rungs: the last trains the whole run, each one before it 1/eta of the next, at least an epoch"),
}

var hbKind = Kind{
	Name: "hb", Rule: "brackets of successive halving, from many short trainings to few whole ones and round again; " +
		"survivors are resumed",
	Source: "Li et al., Hyperband (JMLR 2018); rungs are shares of the run's own length", Settings: rungSettings,
	build: func(s *Setup) Method {
		rng := s.stream("sample")
		return newHyperband(s, bracketSize, func(float64) features.Config { return s.domain.Sample(rng) }, nil)
	},
}

// hyperband runs bracket after bracket. A rung waits for all of its trials.
type hyperband struct {
	eta     float64
	rungs   int
	size    func(rungs, s int, eta float64) int // trials at the start of the bracket with s further rungs
	sample  func(left float64) features.Config
	observe func(rung int, r Result) // may be nil
	trials  int
	turn    int          // brackets begun
	s       int          // further rungs of this bracket
	rung    int          // of this bracket, 0..s
	queue   []rungMember // to be trained on this rung
	left    int          // new configurations to be drawn on this rung
	wait    int          // under way
	n       int          // trials of the bracket at its start
	done    []rungMember // trained on this rung
}

type rungMember struct {
	trial int
	loss  float64
}

func newHyperband(s *Setup, size func(int, int, float64) int, sample func(float64) features.Config,
	observe func(int, Result)) *hyperband {
	return &hyperband{eta: s.number("eta"), rungs: s.count("rungs"), size: size, sample: sample, observe: observe}
}

// bracketSize returns ceil(rungs/(s+1) eta^s): Hyperband, algorithm 1.
func bracketSize(rungs, s int, eta float64) int {
	return int(math.Ceil(float64(rungs) / float64(s+1) * math.Pow(eta, float64(s))))
}

// share returns how much of a run rung i of the bracket trains. Note: counting the rungs by int(log) loses one of six
// for 1..243 (HpBandSter, issue 110); here the number of rungs is given.
func (m *hyperband) share(i int) float64 { return math.Pow(m.eta, float64(i-m.s)) }

// Ask implements Method.
func (m *hyperband) Ask(_ int, left float64) []Job {
	for {
		switch {
		case len(m.queue) > 0:
			t := m.queue[0]
			m.queue = m.queue[1:]
			m.wait++
			return []Job{{Trial: t.trial, To: m.share(m.rung)}}
		case m.left > 0:
			m.left--
			m.wait++
			m.trials++
			return []Job{{Trial: m.trials - 1, Config: m.sample(left), To: m.share(m.rung)}}
		case m.wait > 0:
			return nil
		}
		m.advance()
	}
}

// advance goes to the next rung, or to the next bracket.
func (m *hyperband) advance() {
	m.rung++
	keep := int(float64(m.n) / math.Pow(m.eta, float64(m.rung)))
	if m.turn == 0 || m.rung > m.s || keep < 1 {
		m.s = m.rungs - 1 - m.turn%m.rungs
		m.turn++
		m.rung, m.done = 0, nil
		m.n = m.size(m.rungs, m.s, m.eta)
		m.left = m.n
		return
	}
	slices.SortStableFunc(m.done, func(a, b rungMember) int {
		return cmp.Or(cmp.Compare(a.loss, b.loss),
			cmp.Compare(a.trial, b.trial))
	})
	m.queue = append(m.queue, m.done[:min(keep, len(m.done))]...)
	m.done = nil
}

// Tell implements Method. A run so short that this rung has trained all of it stays in the bracket with its loss.
func (m *hyperband) Tell(r Result) {
	m.wait--
	m.done = append(m.done, rungMember{r.Trial, r.Loss})
	if m.observe != nil {
		m.observe(m.rungs-1-m.s+m.rung, r)
	}
}
