package study

import (
	"fmt"
	"math"

	"eahas/features"
	"eahas/search"
)

// GridPoints is at how many equal steps of the budget curves are drawn.
const GridPoints = 60

// Outcome is what one run shows.
type Outcome struct {
	// GridPoints: truth of the incumbent less the best of the task, when k+1 of GridPoints are spent; NaN before the
	// first result
	Regret []float64
	IfDone []float64 // GridPoints: the same with the incumbent's run finished
	// GridPoints: hypervolume of all told checkpoints by their truth, as a share of that of the true front
	Volume  []float64
	Config  features.Config
	Loss    float64         // truth of the last incumbent if its run is finished
	Judged  float64         // the same by the judge; NaN without one
	Sure    search.Interval // of the last incumbent by the searched surrogate; Level 0 where it does not know
	Left    float64         // cost of finishing it
	Outside bool            // it lies beside the training data
	Events  int
	Trials  int
	Whole   int // trials trained to the end
	IdleS   float64
	Rungs   map[float64]float64 // share of the run's length -> spent there
	Front   []search.FrontPoint
	trace   *search.Trace
}

// newOutcome reads a trace as the outcome on a task. ErrTrace: it belongs to another task or budget.
func newOutcome(t *Task, tr *search.Trace) (*Outcome, error) {
	if tr.Header.SHA256 != t.Digest() {
		return nil, fmt.Errorf("%w: it was made with another bundle or table (%.12s, this is %.12s)", search.ErrTrace,
			tr.Header.SHA256, t.Digest())
	}
	if len(tr.Events) == 0 {
		return nil, fmt.Errorf("%w: it has no event", search.ErrTrace)
	}
	nan := func() []float64 {
		v := make([]float64, GridPoints)
		for i := range v {
			v[i] = math.NaN()
		}
		return v
	}
	o := &Outcome{Regret: nan(), IfDone: nan(), Volume: nan(), Rungs: map[float64]float64{}, IdleS: tr.End.IdleS,
		Events: len(tr.Events), Judged: math.NaN(), trace: tr}
	var points []search.FrontPoint
	configs := map[int]features.Config{}
	at := 0
	for k := range GridPoints {
		limit := tr.Header.Budget * float64(k+1) / GridPoints * (1 + 1e-12)
		for ; at < len(tr.Events) && (tr.Events[at].Spent <= limit || k == GridPoints-1); at++ {
			points = o.see(&tr.Events[at], configs, points)
		}
		if at == 0 {
			continue
		}
		inc := &tr.Events[tr.Events[at-1].Inc]
		o.Regret[k], o.IfDone[k] = inc.True-t.Bounds.Best, inc.Final-t.Bounds.Best
		o.Volume[k] = t.Bounds.Hypervolume(points) / t.Bounds.Volume
	}
	inc := &tr.Events[tr.Events[len(tr.Events)-1].Inc]
	o.Config, o.Loss, o.Left, o.Outside = configs[inc.Trial], inc.Final, inc.ToFinish, inc.Outside
	o.Front = front(points)
	o.Trials = len(configs)
	return o, nil
}

// see takes in one event.
func (o *Outcome) see(e *search.Event, configs map[int]features.Config,
	points []search.FrontPoint) []search.FrontPoint {
	if e.Config != nil {
		configs[e.Trial] = e.Config
	}
	if e.Share >= 1 && e.From < e.To {
		o.Whole++
	}
	o.Rungs[math.Round(e.Rung*1e3)/1e3] += e.Cost
	points = append(points, search.FrontPoint{Loss: e.True, Second: e.Second})
	if len(points) > 256 { // only the front counts
		points = front(points)
	}
	return points
}

// sure asks the task how sure it is of the last incumbent, where it knows.
func (o *Outcome) sure(a search.Asker) (err error) {
	if s, ok := a.(search.Sure); ok {
		o.Sure, err = s.Interval(o.Config)
	}
	return err
}

// judge asks the task's judge about the last incumbent.
func (o *Outcome) judge(t *Task, a search.Asker) error {
	r, err := a.Ask(o.Config, 0, false)
	if err != nil {
		return err
	}
	o.Judged = t.Judge.Metric().Loss(r.Truth[len(r.Truth)-1])
	return nil
}
