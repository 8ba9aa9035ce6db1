package search

import (
	"math"
	"strconv"

	"eahas/features"
	"eahas/internal/stream"
)

// modelled keeps what a method with a model knows: finished trials, those under way, and their encoded rows.
type modelled struct {
	domain Domain
	seed   uint64
	joule  bool // costs count
	known  Asker
	told   []observation
	open   map[int][]float64 // trials under way: their rows
	begun  map[string]bool   // keys of configurations
	fits   int
	costs  *forest // of ln c; grown anew when a twentieth more trials are known
	priced int     // trials that it knows
}

// observation is a finished trial.
type observation struct {
	config features.Config
	row    []float64
	score  float64
	second float64
	full   float64 // cost of the whole run by its own epochs
}

func newModelled(s *Setup) *modelled {
	m := &modelled{domain: s.domain, seed: stream.Seed(s.Seed, "method", s.name, "model"), joule: s.prefix == "joule",
		open: map[int][]float64{}, begun: map[string]bool{}}
	if m.joule && s.word("cost") == "known" {
		m.known = s.Task.Asker()
	}
	return m
}

func (m *modelled) asked(j Job) {
	m.open[j.Trial] = m.domain.Encode(nil, j.Config)
	m.begun[j.Config.Key()] = true
}

func (m *modelled) learn(r Result, score float64) {
	m.told = append(m.told, observation{r.Config, m.open[r.Trial], score, r.Second, r.Full})
	delete(m.open, r.Trial)
}

// fit grows the forest of the scores under a map. Trials under way count with the mean that a first forest predicts for
// them, so that several workers do not ask for the same (Ginsbourger et al. 2010, "kriging believer").
func (m *modelled) fit(value func(score float64) float64) *forest {
	return m.fitTargets(func(i int) float64 { return value(m.told[i].score) })
}

// fitTargets is fit with a target for each finished trial.
func (m *modelled) fitTargets(target func(i int) float64) *forest {
	rows, y := m.rows(len(m.open)), make([]float64, 0, len(m.told)+len(m.open))
	for i := range m.told {
		y = append(y, target(i))
	}
	m.fits++
	f := fitForest(len(m.domain.Columns()), rows, y, stream.Seed(m.seed, "fit", strconv.Itoa(m.fits)))
	if len(m.open) == 0 {
		return f
	}
	for trial := range m.largest() + 1 {
		if row, ok := m.open[trial]; ok {
			mean, _ := f.predict(row)
			rows, y = append(rows, row...), append(y, mean)
		}
	}
	return fitForest(len(m.domain.Columns()), rows, y, stream.Seed(m.seed, "believer", strconv.Itoa(m.fits)))
}

// largest returns the largest number of a trial under way, -1 with none.
func (m *modelled) largest() int {
	out := -1
	for trial := range m.open {
		out = max(out, trial)
	}
	return out
}

// rows returns the rows of the finished trials, one after the other, with room for more.
func (m *modelled) rows(more int) []float64 {
	p := len(m.domain.Columns())
	out := make([]float64, 0, (len(m.told)+more)*p)
	for _, t := range m.told {
		out = append(out, t.row...)
	}
	return out
}

// pricing reports whether costs count: where price would return any.
func (m *modelled) pricing() bool {
	if !m.joule || len(m.told) == 0 {
		return false
	}
	first := math.Log(m.told[0].full)
	for _, t := range m.told {
		if !(math.Abs(math.Log(t.full)-first) < 1e-9) {
			return true
		}
	}
	return false
}

// price returns ln c of each candidate, as a forest on the costs of the method's own trials has it; nil where costs do
// not count, or all trials cost the same, so that the choice is then bit for bit the one without costs.
func (m *modelled) price(candidates []features.Config, rows [][]float64) []float64 {
	if !m.pricing() {
		return nil
	}
	y := make([]float64, len(m.told))
	for i, t := range m.told {
		y[i] = math.Log(t.full)
	}
	out := make([]float64, len(rows))
	if m.known != nil {
		for i, c := range candidates {
			out[i] = knownCost(m.known, c)
		}
		return out
	}
	if n := len(y); m.costs == nil || n >= m.priced+max(1, n/20) {
		m.costs, m.priced = fitForest(len(m.domain.Columns()), m.rows(0), y,
			stream.Seed(m.seed, "price", strconv.Itoa(n))), n
	}
	for i, row := range rows {
		out[i], _ = m.costs.predict(row)
	}
	return out
}

// knownCost returns ln of what the whole run costs without noise.
func knownCost(a Asker, c features.Config) float64 {
	r, err := a.Ask(c, 0, false)
	if err != nil {
		panic("search: a configuration of the domain was refused: " + err.Error())
	}
	return math.Log(r.TrueCost)
}
