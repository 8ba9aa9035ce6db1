package next

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models/energy"
	"eahas/search"
	"eahas/trial/target"
)

// Options steer Advise. Zero fields mean the defaults.
type Options struct {
	K      int             // configurations to name; default 5
	Fixed  features.Config // axes that must have these values, such as the data set
	Level  float64         // of the intervals; default .95; one of the bundle's
	Weight float64         // a of ln EI - a ln J: 0 (default) looks at the gain alone, 1 at the gain per joule
	Stop   float64         // stop when the best candidate promises less than so much per kWh; 0: never
	Beyond bool            // also advise what lies beside the bundle's training data
	Draws  int             // random candidates; default 2000
	Seed   uint64

	// a target of the bundle's own that is a number, in place of the curve's last value; values of own trainings
	// are its
	Metric string
	// one of scale log in place of the joules: what a training's gain is weighed against, kept low (a throughput: high)
	Second string
}

// Advice is what to train next.
type Advice struct {
	Trials int // own trainings that were read
	// the lowest loss among the whole ones, and where there is none, what the bundle expects of the median
	// configuration
	Best      float64
	BestIs    string // which of both
	LossName  string
	CostName  string // what Candidate.Joules is: energy, or the second target
	CostUnit  string // its unit
	Unit      string
	ShiftLoss float64 // mean of own less predicted, over the own trainings, before the correction; NaN without any
	ShiftLn   float64 // the same of ln joules
	Level     float64
	Next      []Candidate // the most promising first
	Left      int         // candidates left out because they lie beside the bundle's training data
	Stop      bool        // the best of Next promises less per kWh than asked for
}

// Candidate is a configuration with what is expected of it.
type Candidate struct {
	Config                        features.Config
	Loss, LossLow, LossHigh       float64 // of the whole training
	Joules, JoulesLow, JoulesHigh float64 // or the second target; NaN where the bundle knows none
	Gain                          float64 // expected improvement of the best loss
	PerKWh                        float64 // Gain per kWh; NaN where the cost is no energy
	Outside                       bool    // beside the bundle's training data
}

const (
	mutants = 500 // candidates made of the best
	apart   = 0.2 // distance on the unit cube at which a second advice counts about two thirds
)

// Advise names the configurations to train next. The same arguments give the same advice. The error wraps
// search.ErrTask, search.ErrConfig, ErrLog or artifacts.ErrLevel.
func Advise(ctx context.Context, s *artifacts.Surrogate, trials []Trial, o Options) (*Advice, error) {
	o = o.resolve()
	spec := s.Spec()
	if o.Metric == "" && (s.Head(artifacts.Curve) == nil || spec.Epochs.Length == artifacts.LengthNone) {
		return nil, fmt.Errorf("%w: the bundle has no learning curve of known length; -metric names a target of its "+
			"own (%v)", search.ErrTask, spec.Own.Names())
	}
	energy := s.Head(artifacts.EnergyPerEpoch) != nil || s.Head(artifacts.EnergyTotal) != nil
	if o.Metric == "" && o.Second == "" && !energy {
		return nil, fmt.Errorf("%w: the bundle does not know the energy of a training", search.ErrTask)
	}
	if o.Stop > 0 && (o.Second != "" || !energy) {
		return nil, fmt.Errorf("%w: a gain per kWh needs the energy of a training", search.ErrTask)
	}
	metric, second, err := search.ObjectivesOf(s, o.Metric, o.Second)
	if err != nil {
		return nil, err
	}
	w := &world{s: s, spec: spec, metric: metric, of: target.Target(o.Metric), second: second, level: o.Level}
	if levels := s.Levels(); len(levels) > 0 && !slices.Contains(levels, o.Level) {
		return nil, fmt.Errorf("%w: %g; the bundle has %v", artifacts.ErrLevel, o.Level, levels)
	}
	if err := w.correct(ctx, trials, o.Seed); err != nil {
		return nil, err
	}
	domain, err := search.NewDomain(spec.Space, o.Fixed)
	if err != nil {
		return nil, err
	}
	a := &Advice{Trials: len(trials), LossName: w.metric.LossName(), Unit: w.metric.Unit, Level: o.Level,
		CostName: "energy", CostUnit: "J"}
	if second != nil {
		a.CostName, a.CostUnit = second.InWords(), second.Unit
	}
	if err := a.shifts(w, trials); err != nil {
		return nil, err
	}
	candidates, sds, err := w.candidates(ctx, domain, trials, a, o)
	if err != nil {
		return nil, err
	}
	a.choose(domain, second, candidates, sds, o)
	if len(a.Next) == 0 {
		return nil, errors.New("no candidate was found beside those that were trained; -beyond looks beside the " +
			"bundle's training data")
	}
	best := a.Next[0].PerKWh
	for _, c := range a.Next {
		best = max(best, c.PerKWh)
	}
	a.Stop = o.Stop > 0 && best < o.Stop
	return a, nil
}

func (o Options) resolve() Options {
	if o.K == 0 {
		o.K = 5
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Draws == 0 {
		o.Draws = 2000
	}
	return o
}

// shifts says how far the own trainings lie from the bundle, and what the best of them is.
func (a *Advice) shifts(w *world, trials []Trial) error {
	a.Best, a.ShiftLoss, a.ShiftLn = math.Inf(1), math.NaN(), math.NaN()
	var loss, ln []float64
	for _, t := range trials {
		p, err := w.raw(t.Config)
		if err != nil {
			return err
		}
		last := w.spec.Epochs.Trained(w.answer.Last)
		if t.Epochs == t.Epochs && t.Epochs < last*(1-1e-9) {
			continue
		}
		own := w.metric.Loss(t.Value)
		if loss = append(loss, own-p.loss); own < a.Best {
			a.Best, a.BestIs = own, fmt.Sprintf("line %d of the log", t.Line)
		}
		if t.Joules == t.Joules && w.second == nil && p.joules == p.joules {
			ln = append(ln, math.Log(t.Joules/p.joules))
		}
	}
	mean := func(v []float64) float64 {
		sum := 0.0
		for _, x := range v {
			sum += x
		}
		return sum / float64(len(v)) // NaN without any
	}
	a.ShiftLoss, a.ShiftLn = mean(loss), mean(ln)
	return nil
}

// candidates asks for random configurations and for mutants of the best, and leaves out what was trained and what lies
// beside the training data.
func (w *world) candidates(ctx context.Context, d search.Domain, trials []Trial, a *Advice, o Options) ([]Candidate,
	[]float64, error) {
	rng := stream.New(o.Seed, "next")
	seen := map[string]bool{}
	for _, t := range trials {
		seen[t.Config.Key()] = true
	}
	var out []Candidate
	var sds []float64
	try := func(c features.Config) error {
		if key := c.Key(); seen[key] {
			return nil
		} else {
			seen[key] = true
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		p, sd, err := w.ask(c)
		if err != nil {
			return err
		}
		if p.outside && !o.Beyond {
			a.Left++
			return nil
		}
		out = append(out, Candidate{Config: c, Loss: p.loss, LossLow: p.lossLow, LossHigh: p.lossHigh, Joules: p.joules,
			JoulesLow:  p.joulesLow,
			JoulesHigh: p.joulesHigh, Outside: p.outside})
		sds = append(sds, sd)
		return nil
	}
	for range o.Draws {
		if err := try(d.Sample(rng)); err != nil {
			return nil, nil, err
		}
	}
	var losses []float64
	for _, c := range out {
		losses = append(losses, c.Loss)
	}
	if math.IsInf(a.Best, 1) && len(losses) > 0 {
		slices.Sort(losses)
		a.Best, a.BestIs = losses[len(losses)/2], "the bundle's median configuration; the log has no whole training"
	}
	parents := w.parents(out, trials)
	for i := range mutants {
		if len(parents) == 0 {
			break
		}
		if err := try(d.Mutate(rng, parents[i%len(parents)])); err != nil {
			return nil, nil, err
		}
	}
	return out, sds, nil
}

// parents are the five best own trainings and the five best candidates.
func (w *world) parents(candidates []Candidate, trials []Trial) []features.Config {
	own := slices.Clone(trials)
	slices.SortStableFunc(own, func(a, b Trial) int { return compare(w.metric.Loss(a.Value), w.metric.Loss(b.Value)) })
	drawn := slices.Clone(candidates)
	slices.SortStableFunc(drawn, func(a, b Candidate) int { return compare(a.Loss, b.Loss) })
	var out []features.Config
	for _, t := range own[:min(5, len(own))] {
		out = append(out, t.Config)
	}
	for _, c := range drawn[:min(5, len(drawn))] {
		out = append(out, c.Config)
	}
	return out
}

func compare(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// choose takes the best k candidates one after the other. A candidate near one that is chosen already counts less: the
// factor is 1 - exp(-(distance/0.2)²), after the local penalisation of González et al. (AISTATS 2016).
func (a *Advice) choose(d search.Domain, second *target.Definition, candidates []Candidate, sds []float64,
	o Options) {
	score := make([]float64, len(candidates))
	units := make([][]float64, len(candidates))
	direction := 1.0
	if second != nil && !second.LowerBetter() {
		direction = -1
	}
	for i := range candidates {
		c := &candidates[i]
		ln := search.LogExpectedImprovement(c.Loss, sds[i], a.Best)
		c.Gain = math.Exp(ln)
		c.PerKWh = math.NaN()
		if o.Second == "" {
			c.PerKWh = c.Gain / energy.ToKWh(c.Joules)
		}
		if score[i] = ln; !math.IsNaN(c.Joules) {
			score[i] -= o.Weight * direction * math.Log(c.Joules)
		}
		units[i] = d.Unit(nil, c.Config)
	}
	for range min(o.K, len(candidates)) {
		best := -1
		for i, s := range score {
			if !math.IsInf(s, -1) && (best < 0 || s > score[best]) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		a.Next = append(a.Next, candidates[best])
		for i := range score {
			dist := search.Distance(d.Axes(), units[i], units[best])
			score[i] += math.Log(-math.Expm1(-dist * dist / (apart * apart)))
		}
	}
}
