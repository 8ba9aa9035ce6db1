package study

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"eahas/eval"
	"eahas/features"
	"eahas/internal/nullable"
	"eahas/internal/par"
	"eahas/search"
)

// Summary is what a study shows: numbers and names only, for the report. Losses and regrets are in the metric's unit,
// costs in the task's; unknown numbers are NaN.
type Summary struct {
	Name      string          `json:"name"`
	About     string          `json:"about,omitempty"`
	Synthetic string          `json:"synthetic,omitempty"`
	Version   string          `json:"version"`
	Seeds     int             `json:"seeds"`
	Workers   int             `json:"workers"`
	Noise     string          `json:"noise"`
	GPerKWh   float64         `json:"g_per_kwh,omitempty"`
	Methods   []MethodSummary `json:"methods"`
	Tasks     []TaskSummary   `json:"tasks"`
	Across    *Across         `json:"across,omitempty"` // over at least 8 tasks
	Warnings  []string        `json:"warnings,omitempty"`
}

// MethodSummary is a method over all tasks.
type MethodSummary struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Rule     string          `json:"rule"`
	Source   string          `json:"source"`
	Settings features.Config `json:"settings,omitempty"`
	Rank     nullable.Floats `json:"rank"` // GridPoints: mean over tasks and seeds of the rank by regret; 1 is the best
	Jobs     int             `json:"jobs,omitempty"`
	Seconds  float64         `json:"seconds,omitempty"` // in the method itself
	Joules   float64         `json:"joules,omitempty"`  // those seconds times cpu_w
}

// TaskSummary is one task.
type TaskSummary struct {
	Name     string        `json:"name"`
	SHA256   string        `json:"sha256"`
	Loss     string        `json:"loss"` // what is to be low
	Unit     string        `json:"unit"` // of the loss
	Cost     string        `json:"cost"` // joules, seconds or epochs
	Budget   float64       `json:"budget"`
	Floor    float64       `json:"floor"` // regrets below it are not told apart
	FloorBy  string        `json:"floor_by,omitempty"`
	Target   Figure        `json:"target"` // regret whose cost is compared: the median that TargetBy ends with
	TargetBy string        `json:"target_by"`
	Bounds   search.Bounds `json:"bounds"`
	Knee     int           `json:"knee"`   // of the bounds' front; -1 for none
	Scores   []Score       `json:"scores"` // per method, in the study's order
}

// Score is a method on a task.
type Score struct {
	Method  string `json:"method"`
	Regret  Spread `json:"regret"`            // at the end, of the incumbent as it is
	IfDone  Spread `json:"regret_if_done"`    // with its run finished
	Volume  Spread `json:"hypervolume"`       // share of the true front's
	Loss    Spread `json:"loss"`              // truth of the incumbent if finished
	Judged  Spread `json:"judged"`            // the same by the judge
	Sure    Sure   `json:"sure"`              // how sure the surrogate is of the incumbents
	Diff    Gap    `json:"regret_less_first"` // paired over seeds, less the first method's
	VolDiff Gap    `json:"hypervolume_less_first"`
	Reached int    `json:"reached"` // seeds that reached the target
	// median share of the budget, seeds that missed it counting as the whole
	Cost float64 `json:"cost_to_target"`
	// expected cost to the target: all that was spent until then, over the successes
	ERT       Figure              `json:"ert"`
	Outside   int                 `json:"extrapolating"` // incumbents beside the training data
	Below     int                 `json:"below_floor"`   // seeds that ended below the floor
	Trials    float64             `json:"trials"`        // median
	Jobs      float64             `json:"jobs"`
	IdleS     float64             `json:"idle_s"`
	Rungs     []RungCost          `json:"rungs"`
	Curve     Band                `json:"curve"` // regret along the budget
	DoneCurve Band                `json:"curve_if_done"`
	VolCurve  Band                `json:"hypervolume_curve"`
	Front     []search.FrontPoint `json:"front"` // of the run with the median hypervolume
	Knee      int                 `json:"knee"`
	Best      features.Config     `json:"incumbent"` // of the run with the median regret
}

// Sure is the interval that the searched surrogate gives to the incumbents: medians over the seeds.
type Sure struct {
	Level float64 `json:"level"` // its probability; 0: the surrogate does not know how sure it is
	Low   Figure  `json:"low"`
	High  Figure  `json:"high"`
	Held  int     `json:"held"` // seeds whose judged loss lies inside; 0 without a judge
}

// Spread is a median with its quartiles.
type Spread struct {
	Median Figure `json:"median"`
	Low    Figure `json:"q1"`
	High   Figure `json:"q3"`
}

// Gap is a difference of medians with its 95 % interval.
type Gap struct {
	Value Figure `json:"value"`
	Low   Figure `json:"low"`
	High  Figure `json:"high"`
}

// Figure is a number that may be unknown: NaN here, null in JSON.
type Figure float64

// MarshalJSON writes null for what is not finite.
func (f Figure) MarshalJSON() ([]byte, error) { return nullable.AppendFloat(nil, float64(f)), nil }

// UnmarshalJSON reads null as NaN.
func (f *Figure) UnmarshalJSON(b []byte) error {
	var p *float64
	err := json.Unmarshal(b, &p)
	*f = Figure(nullable.Value(p))
	return err
}

func gap(a, b []float64, seed uint64) Gap {
	d, low, high := eval.BootstrapMedianDifference(a, b, seed)
	return Gap{Figure(d), Figure(low), Figure(high)}
}

// Real reports whether the interval leaves out zero.
func (g Gap) Real() bool { return g.Low > 0 || g.High < 0 }

// Band is a median with its quartiles along the budget.
type Band struct {
	Median nullable.Floats `json:"median"`
	Low    nullable.Floats `json:"q1"`
	High   nullable.Floats `json:"q3"`
}

// RungCost is what was spent on one rung, as a share of all.
type RungCost struct {
	Rung  float64 `json:"rung"` // share of a run's length
	Share float64 `json:"share"`
}

// Summarise reads the traces of the study in dir. The error names a trace that is missing, unfinished, changed, or of
// another task.
func Summarise(ctx context.Context, c *Config, tasks []*Task, dir string, workers int) (*Summary, error) {
	plays := c.plays(tasks)
	outcomes := make([]*Outcome, len(plays))
	err := par.Each(ctx, len(plays), workers, func(_ context.Context, i int) error {
		p := plays[i]
		path := TracePath(dir, p.task.Name(), p.method.As, p.seed)
		tr, err := search.ReadTrace(path)
		if err != nil {
			return fmt.Errorf("%w; eahas search run plays what is missing", err)
		}
		o, err := newOutcome(p.task, tr)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := o.sure(p.task.Asker()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if p.task.Judge != nil {
			if err := o.judge(p.task, p.task.Judge.Asker()); err != nil {
				return fmt.Errorf("%s: judge: %w", path, err)
			}
		}
		outcomes[i] = o
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.summarise(tasks, outcomes, dir)
}

// summarise puts the outcomes, in the order of plays, into words and numbers.
func (c *Config) summarise(tasks []*Task, outcomes []*Outcome, dir string) (*Summary, error) {
	s := &Summary{Name: c.Name, About: c.About, Version: version, Seeds: c.Seeds, Workers: c.Workers, Noise: c.Noise,
		GPerKWh: c.GPerKWh}
	var err error
	if s.Methods, err = c.methods(dir); err != nil {
		return nil, err
	}
	ranks := make([][]float64, len(c.Methods)) // method x GridPoints
	for m := range ranks {
		ranks[m] = make([]float64, GridPoints)
	}
	for i, t := range tasks {
		mine := make([][]*Outcome, len(c.Methods))
		for m := range mine {
			at := (i*len(c.Methods) + m) * c.Seeds
			mine[m] = outcomes[at : at+c.Seeds]
		}
		s.Tasks = append(s.Tasks, c.task(t, mine))
		addRanks(ranks, mine, t.Floor, 1/float64(len(tasks)*c.Seeds))
		if n := t.Synthetic(); n != "" {
			s.Synthetic = n
		}
	}
	for m := range ranks {
		s.Methods[m].Rank = ranks[m]
	}
	s.Across = across(s)
	s.warn(tasks)
	return s, nil
}

// methods describes the methods.
func (c *Config) methods(dir string) ([]MethodSummary, error) {
	thought, err := allOverheads(dir)
	if err != nil {
		return nil, err
	}
	var out []MethodSummary
	for _, m := range c.Methods {
		k, err := search.Describe(m.Kind)
		if err != nil {
			return nil, err
		}
		t := thought[m.As]
		out = append(out, MethodSummary{Name: m.As, Kind: m.Kind, Rule: k.Rule, Source: k.Source, Settings: m.Settings,
			Jobs: t.Jobs, Seconds: t.Seconds,
			Joules: t.Seconds * c.CPUW})
	}
	return out, nil
}

// addRanks adds the ranks of the methods by regret, seed by seed, at each step of the budget; regrets below the floor
// are ties, and a method without a result ranks last.
func addRanks(sum [][]float64, runs [][]*Outcome, floor, weight float64) {
	values := make([]float64, len(runs))
	for s := range runs[0] {
		for k := range GridPoints {
			for m := range runs {
				if values[m] = max(floor, runs[m][s].Regret[k]); math.IsNaN(runs[m][s].Regret[k]) {
					values[m] = math.Inf(1)
				}
			}
			for m, r := range eval.AverageRanks(values) {
				sum[m][k] += r * weight
			}
		}
	}
}

// task summarises one task: runs is method x seed.
func (c *Config) task(t *Task, runs [][]*Outcome) TaskSummary {
	m := t.Metric()
	out := TaskSummary{Name: t.Name(), SHA256: t.Digest(), Loss: m.LossName(), Unit: m.Unit, Cost: t.Cost(),
		Budget: t.Budget,
		Floor:  t.Floor, FloorBy: t.FloorBy, Bounds: *t.Bounds, Knee: kneeOf(t.Bounds.Front)}
	base := max(0, slices.IndexFunc(c.Methods, func(m MethodConfig) bool { return m.Kind == "rs" }))
	out.TargetBy = c.Methods[base].As
	out.Target = Figure(eval.Quantile(finalRegrets(runs[base]), 0.5))
	for i, mc := range c.Methods {
		s := score(t, runs[i], float64(out.Target))
		s.Method = mc.As
		key := stableSeed(t.Name(), mc.As)
		first, mine := finalRegrets(runs[0]), finalRegrets(runs[i])
		s.Diff = gap(first, mine, key)
		s.VolDiff = gap(finals(runs[0], lastVolume), finals(runs[i], lastVolume), key)
		out.Scores = append(out.Scores, s)
	}
	return out
}

func finals(runs []*Outcome, f func(*Outcome) float64) []float64 {
	out := make([]float64, len(runs))
	for i, o := range runs {
		out[i] = f(o)
	}
	return out
}

func finalRegrets(runs []*Outcome) []float64 {
	return finals(runs, func(o *Outcome) float64 { return o.Regret[GridPoints-1] })
}

func lastVolume(o *Outcome) float64 { return o.Volume[GridPoints-1] }

// score summarises one method on one task.
func score(t *Task, runs []*Outcome, target float64) Score {
	s := Score{
		Regret: spread(finalRegrets(runs)), IfDone: spread(finals(runs,
			func(o *Outcome) float64 { return o.IfDone[GridPoints-1] })),
		Volume: spread(finals(runs, lastVolume)), Loss: spread(finals(runs,
			func(o *Outcome) float64 { return o.Loss })),
		Judged:    spread(finals(runs, func(o *Outcome) float64 { return o.Judged })),
		Trials:    eval.Quantile(finals(runs, func(o *Outcome) float64 { return float64(o.Trials) }), 0.5),
		Jobs:      eval.Quantile(finals(runs, func(o *Outcome) float64 { return float64(o.Events) }), 0.5),
		IdleS:     eval.Quantile(finals(runs, func(o *Outcome) float64 { return o.IdleS }), 0.5),
		Curve:     band(runs, func(o *Outcome) []float64 { return o.Regret }),
		DoneCurve: band(runs, func(o *Outcome) []float64 { return o.IfDone }),
		VolCurve:  band(runs, func(o *Outcome) []float64 { return o.Volume }),
	}
	s.toTarget(t, runs, target)
	s.Sure = sureOf(runs)
	for _, o := range runs {
		if o.Outside {
			s.Outside++
		}
		if o.Regret[GridPoints-1] < t.Floor {
			s.Below++
		}
	}
	s.Rungs = rungs(runs)
	s.Front = middle(runs, lastVolume).Front
	s.Knee = kneeOf(s.Front)
	s.Best = middle(runs, func(o *Outcome) float64 { return o.Regret[GridPoints-1] }).Config
	return s
}

// sureOf sums up how sure the surrogate is of the runs' incumbents.
func sureOf(runs []*Outcome) Sure {
	out := Sure{Level: runs[0].Sure.Level, Low: Figure(math.NaN()), High: Figure(math.NaN())}
	if out.Level == 0 {
		return out
	}
	out.Low = Figure(eval.Quantile(finals(runs, func(o *Outcome) float64 { return o.Sure.Low }), 0.5))
	out.High = Figure(eval.Quantile(finals(runs, func(o *Outcome) float64 { return o.Sure.High }), 0.5))
	for _, o := range runs {
		if o.Sure.Holds(o.Judged) {
			out.Held++
		}
	}
	return out
}

// middle returns the run with the lower median of f.
func middle(runs []*Outcome, f func(*Outcome) float64) *Outcome {
	sorted := slices.Clone(runs)
	slices.SortStableFunc(sorted, func(a, b *Outcome) int {
		switch x, y := f(a), f(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return sorted[(len(sorted)-1)/2]
}

// toTarget finds when each run first had a regret of at most the target. ERT: Auger and Hansen, "Performance evaluation
// of an advanced local search evolutionary algorithm" (CEC 2005).
func (s *Score) toTarget(t *Task, runs []*Outcome, target float64) {
	var shares []float64
	spent := 0.0
	for _, o := range runs {
		cost, ok := t.Budget, false
		for _, e := range o.trace.Events {
			if o.trace.Events[e.Inc].True-t.Bounds.Best <= target*(1+1e-12) {
				cost, ok = e.Spent, true
				break
			}
		}
		if ok {
			s.Reached++
		}
		spent += cost
		shares = append(shares, cost/t.Budget)
	}
	s.Cost = eval.Quantile(shares, 0.5)
	if s.ERT = Figure(math.NaN()); s.Reached > 0 {
		s.ERT = Figure(spent / float64(s.Reached))
	}
}

func spread(v []float64) Spread {
	return Spread{Figure(eval.Quantile(v, 0.5)), Figure(eval.Quantile(v, 0.25)), Figure(eval.Quantile(v, 0.75))}
}

// band takes median and quartiles at each step of the budget; NaN until every run has a result.
func band(runs []*Outcome, f func(*Outcome) []float64) Band {
	var b Band
	for k := range GridPoints {
		s := spread(finals(runs, func(o *Outcome) float64 { return f(o)[k] }))
		b.Median, b.Low, b.High = append(b.Median, float64(s.Median)), append(b.Low, float64(s.Low)),
			append(b.High, float64(s.High))
	}
	return b
}

// rungs returns where the budget went, the shallowest rung first; rungs below half a percent are left out.
func rungs(runs []*Outcome) []RungCost {
	seen := map[float64]bool{}
	for _, o := range runs {
		for r := range o.Rungs {
			seen[r] = true
		}
	}
	var out []RungCost
	total := 0.0
	for _, r := range slices.Sorted(maps.Keys(seen)) {
		sum := 0.0
		for _, o := range runs {
			sum += o.Rungs[r]
		}
		total += sum
		out = append(out, RungCost{r, sum})
	}
	for i := range out {
		out[i].Share /= total
	}
	return slices.DeleteFunc(out, func(r RungCost) bool { return r.Share < 0.005 })
}

// front returns the points that nothing dominates, by loss ascending.
func front(points []search.FrontPoint) []search.FrontPoint {
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = p.Loss, p.Second
	}
	var out []search.FrontPoint
	for _, i := range eval.Front(x, y) {
		out = append(out, points[i])
	}
	return out
}

// kneeOf returns which point of a front is its knee in loss and the logarithm of the second quantity; -1 for none.
func kneeOf(f []search.FrontPoint) int {
	x, y, all := make([]float64, len(f)), make([]float64, len(f)), make([]int, len(f))
	for i, p := range f {
		x[i], y[i], all[i] = p.Loss, math.Log(p.Second), i
	}
	return eval.Knee(all, x, y)
}
