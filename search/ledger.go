package search

import (
	"fmt"
	"math"
	"strconv"

	"eahas/features"
	"eahas/internal/stream"
)

// Job asks for a piece of training.
type Job struct {
	Trial  int             // 0, 1, ... in the order in which trials begin; a known number resumes that trial
	Config features.Config // of the trial; not read when it is resumed
	To     float64         // train until this share of the run's own length, 0 < To <= 1; at least one epoch
	Epochs float64         // in place of To where it is above 0: train until so many epochs, at most the whole run
}

// Result is what one job showed and cost.
type Result struct {
	Job
	Share   float64 // of the run's own length that is trained now; below To when the budget cut the job
	Trained float64 // epochs trained now
	Value   float64 // the observed metric; NaN when the training failed
	Loss    float64 // of the value, the lower the better; the task's worst when the training failed
	Cost    float64 // of this job, in the unit of the budget
	Total   float64 // cost of the trial so far
	Full    float64 // cost of the whole run, extrapolated from the trial's own epochs: Total / Share
	Second  float64 // what is to be low beside the loss: the trial's cost so far, or the task's own second quantity
	Joules  float64 // of this job; NaN when unknown
	Seconds float64 // of this job; NaN when unknown
	Eval    float64 // joules of this job's evaluations; 0 when they are not counted
	Done    bool    // the whole run is trained
	Cut     bool    // the budget ended it before To

	True, TrueFinal float64 // losses without noise, now and of the whole run; methods must not look
	ToFinish        float64 // cost of what is left of the run
	Extrapolates    bool
}

// Accounts say how trainings are charged.
type Accounts struct {
	Budget float64 `json:"budget"` // in the unit of the task's cost
	Noise  bool    `json:"noise"`  // trainings differ from the truth as real ones do
	// evaluations charged: "report" (one a job), "epoch" (one an epoch), "none"
	Eval    string  `json:"eval"`
	Restart bool    `json:"restart,omitempty"` // a resumed trial is trained anew from the start, and charged so
	Workers int     `json:"workers"`           // trainings at the same time, >= 1
	IdleW   float64 `json:"idle_w,omitempty"`  // watts of a worker that waits
	Seed    uint64  `json:"seed"`              // of the run; methods with equal seeds see equal trainings
}

// How evaluations are charged.
const (
	EvalReport = "report"
	EvalEpoch  = "epoch"
	EvalNone   = "none"
)

// Ledger keeps the accounts of one search on one task. It is not safe for concurrent use.
type Ledger struct {
	task   Task
	asker  Asker
	o      Accounts
	trials []ledgerTrial
	spent  float64 // charged so far, of trainings that may not be told yet
}

// ledgerTrial is the state of one trial.
type ledgerTrial struct {
	config  features.Config
	run     *Run // nil when nothing is left to train
	at      int  // the last checkpoint that was trained; -1 before the first
	total   float64
	repeats int     // times that it was begun
	length  float64 // epochs of the whole run
	last    Result
}

// NewLedger opens the accounts. ErrBudget: the budget is not above zero.
func NewLedger(task Task, o Accounts) (*Ledger, error) {
	if o.Eval == "" {
		o.Eval = EvalReport
	}
	o.Workers = max(1, o.Workers)
	switch {
	case !(o.Budget > 0) || math.IsInf(o.Budget, 0):
		return nil, fmt.Errorf("%w: %g %s; it must be a finite number above 0", ErrBudget, o.Budget, task.Cost())
	case o.Eval != EvalReport && o.Eval != EvalEpoch && o.Eval != EvalNone:
		return nil, fmt.Errorf("%w: eval %q is none of report, epoch, none", ErrMethod, o.Eval)
	}
	return &Ledger{task: task, asker: task.Asker(), o: o}, nil
}

// Left returns the share of the budget that is not spent, 0..1.
func (l *Ledger) Left() float64 { return max(0, 1-l.spent/l.o.Budget) }

// Spent returns what was charged so far, in the unit of the budget.
func (l *Ledger) Spent() float64 { return l.spent }

// check refuses a job that makes no sense where so many trials are known.
func (j *Job) check(trials int) error {
	if !(j.To > 0 && j.To <= 1) && !(j.Epochs > 0) || j.Trial < 0 || j.Trial > trials {
		return fmt.Errorf("%w: job of trial %d to %g of its length (%d trials are known)", ErrMethod, j.Trial, j.To,
			trials)
	}
	return nil
}

// Train does a job and charges it. Where the budget does not pay for all of it, it ends at the last epoch that is paid
// for (Cut), and where it pays for none, the error wraps ErrSpent, or ErrBudget when nothing was trained before. A job
// of which nothing is left to train costs nothing and repeats what was seen. The error wraps ErrConfig for a
// configuration outside the task, ErrMethod for a job that makes no sense.
func (l *Ledger) Train(j Job) (Result, error) {
	if err := j.check(len(l.trials)); err != nil {
		return Result{}, err
	}
	if j.Trial == len(l.trials) {
		t := ledgerTrial{config: j.Config}
		if err := l.begin(&t); err != nil {
			return Result{}, err
		}
		l.trials = append(l.trials, t)
	}
	t := &l.trials[j.Trial]
	j.Config = t.config
	if j.Epochs > 0 {
		j.To = min(1, j.Epochs/t.length)
	}
	if t.last.Share >= j.To*(1-1e-9) { // a run so short that the rung before has trained this one too
		again := t.last
		again.Job, again.Cost, again.Eval, again.Joules, again.Seconds, again.Cut = j, 0, 0, 0, 0, false
		return again, nil
	}
	if l.o.Restart && t.at >= 0 {
		if err := l.begin(t); err != nil {
			return Result{}, err
		}
	}
	from, to := t.at, t.run.checkpoint(j.To)
	want := to
	for to > from && l.spent+l.charge(t.run, from, to) > l.o.Budget*(1+1e-12) {
		to--
	}
	if to == from {
		if l.spent == 0 {
			return Result{}, fmt.Errorf("%w: %g %s do not pay for the first epoch of %s, which costs %g",
				ErrBudget, l.o.Budget, l.task.Cost(), t.config.Key(), l.charge(t.run, from, from+1))
		}
		return Result{}, ErrSpent
	}
	return l.train(j, t, from, to, to < want), nil
}

// begin asks for a fresh training of the trial.
func (l *Ledger) begin(t *ledgerTrial) (err error) {
	seed := stream.Seed(l.o.Seed, "run", t.config.Key(), strconv.Itoa(t.repeats))
	t.run, err = l.asker.Ask(t.config, seed, l.o.Noise)
	if err != nil {
		return err
	}
	t.at = -1
	t.length = t.run.Trained[len(t.run.Trained)-1]
	t.repeats++
	return nil
}

// charge returns what training from one checkpoint to another costs, with its evaluations.
func (l *Ledger) charge(r *Run, from, to int) float64 {
	return at(r.Cost, to) - at(r.Cost, from) + l.evaluations(r, from, to)
}

// evaluations returns the joules of the evaluations of a job; 0 where they are not counted or the budget is not in
// joules.
func (l *Ledger) evaluations(r *Run, from, to int) float64 {
	if l.task.Cost() != Joules || !(r.Eval > 0) {
		return 0
	}
	switch l.o.Eval {
	case EvalReport:
		return r.Eval
	case EvalEpoch:
		return r.Eval * float64(to-from)
	}
	return 0
}

// train moves the trial on and says what happened.
func (l *Ledger) train(j Job, t *ledgerTrial, from, to int, cut bool) Result {
	r, m := t.run, l.task.Metric()
	cost := at(r.Cost, to) - at(r.Cost, from)
	eval := l.evaluations(r, from, to)
	l.spent += cost + eval
	t.at = to
	t.total += cost + eval
	last := len(r.Trained) - 1
	out := Result{
		Job: j, Share: r.share(to), Trained: r.Trained[to], Value: r.Values[to], Cost: cost + eval, Eval: eval,
		Total:  t.total,
		Joules: at(r.Joules, to) - at(r.Joules, from), Seconds: at(r.Seconds, to) - at(r.Seconds, from),
		Done: to == last, Cut: cut, True: m.Loss(r.Truth[to]), TrueFinal: m.Loss(r.Truth[last]),
		ToFinish: at(r.Cost, last) - at(r.Cost, to), Extrapolates: r.Extrapolates,
	}
	out.Loss = l.loss(out.Value)
	out.True, out.TrueFinal = l.finite(out.True), l.finite(out.TrueFinal)
	out.Full = at(r.Cost, to) / out.Share
	if out.Second = r.Second; math.IsNaN(r.Second) {
		out.Second = at(r.Cost, to)
	}
	if t.last = out; out.Done {
		t.run = nil
	}
	return out
}

func (l *Ledger) loss(value float64) float64 { return l.finite(l.task.Metric().Loss(value)) }

// finite replaces a loss that is not finite by the task's worst.
func (l *Ledger) finite(loss float64) float64 {
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return l.task.Worst()
	}
	return loss
}

// idle charges watts for workers that waited, up to what is left, and returns the charge.
func (l *Ledger) idle(seconds float64) float64 {
	if l.task.Cost() != Joules || l.o.IdleW <= 0 || !(seconds > 0) {
		return 0
	}
	c := min(seconds*l.o.IdleW, max(0, l.o.Budget-l.spent))
	l.spent += c
	return c
}
