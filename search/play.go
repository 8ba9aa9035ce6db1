package search

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"eahas/internal/nullable"
)

// Method is a way of searching. It is asked for jobs and told their results, from one goroutine. It knows no clock and
// draws from the streams of its seed only, so that equal answers give equal questions.
type Method interface {
	// Ask returns up to free jobs to begin now; none to wait for results of jobs under way, and with none under way to
	// end. left is the share of the budget that is not spent, 0..1.
	Ask(free int, left float64) []Job
	// Tell reports a job that ended, in the order of time.
	Tell(Result)
}

// Scorer is a Method that chooses its incumbent by something else than the observed loss.
type Scorer interface {
	// Score is the lower the better; it does not change anything.
	Score(Result) float64
}

// Play is what a run of a method needs.
type Play struct {
	Task   Task
	Header Header // Accounts among it; Format, Task, SHA256 and Unit are filled in
	Method Method
}

// Overhead is what a method itself needed.
type Overhead struct {
	Jobs   int           // told
	Asking time.Duration // spent in Ask and Tell
}

// player is the state of Run.
type player struct {
	Play
	ctx     context.Context
	ledger  *Ledger
	out     *traceWriter
	running []started
	idleAt  []float64 // per worker: since when it is idle
	free    []int     // idle workers, ascending
	clock   float64
	spent   float64 // of told events and idle workers
	idleS   float64
	n       int
	known   map[int]bool // trials that have an event
	inc     incumbent
	over    string
	cost    Overhead
}

type started struct {
	Result
	from   float64 // epochs
	worker int
	end    float64
}

type incumbent struct {
	event int
	rung  float64
	score float64
}

// Run plays the method to the end of its budget and writes the trace to w. Equal plays write equal bytes. The error
// wraps ErrBudget, ErrConfig, ErrMethod, what w returns, or is ctx.Err().
func (p Play) Run(ctx context.Context, w io.Writer) (Overhead, error) {
	g, err := p.begin(ctx, w)
	if err != nil {
		return Overhead{}, err
	}
	if err := g.loop(); err != nil {
		return g.cost, err
	}
	return g.cost, g.end()
}

// begin opens the accounts and writes the header.
func (p Play) begin(ctx context.Context, w io.Writer) (*player, error) {
	p.Header.Format, p.Header.Task = TraceFormat, p.Task.Name()
	p.Header.SHA256, p.Header.Unit = p.Task.Digest(), p.Task.Cost()
	l, err := NewLedger(p.Task, p.Header.Accounts)
	if err != nil {
		return nil, err
	}
	p.Header.Accounts = l.o
	g := &player{Play: p, ctx: ctx, ledger: l, out: newTraceWriter(w), known: map[int]bool{}, inc: incumbent{event: -1}}
	for k := range l.o.Workers {
		g.free = append(g.free, k)
	}
	g.idleAt = make([]float64, l.o.Workers)
	return g, g.out.line(p.Header)
}

func (g *player) end() error {
	return g.out.end(End{End: cmp.Or(g.over, "method"), Events: g.n, Spent: g.spent, IdleS: g.idleS})
}

func (g *player) loop() error {
	for {
		if err := g.ctx.Err(); err != nil {
			return err
		}
		for g.over == "" && len(g.free) > 0 {
			began := time.Now()
			jobs := g.Method.Ask(len(g.free), g.ledger.Left())
			g.cost.Asking += time.Since(began)
			if len(jobs) > len(g.free) {
				return fmt.Errorf("%w: %d jobs for %d workers", ErrMethod, len(jobs), len(g.free))
			}
			for _, j := range jobs {
				if err := g.start(j); err != nil {
					return err
				}
			}
			if len(jobs) == 0 {
				break
			}
		}
		if len(g.running) == 0 {
			return nil
		}
		if err := g.finish(); err != nil {
			return err
		}
	}
}

// start begins one job, or ends the search where the budget does not pay for it.
func (g *player) start(j Job) error {
	if g.over != "" {
		return nil
	}
	from := 0.0
	if j.Trial < len(g.ledger.trials) {
		if t := &g.ledger.trials[j.Trial]; t.run != nil && t.at >= 0 && !g.Header.Restart {
			from = t.run.Trained[t.at]
		}
	}
	worker := g.free[0]
	if wait := g.clock - g.idleAt[worker]; wait > 0 {
		g.idleS += wait
		g.spent += g.ledger.idle(wait)
	}
	r, err := g.ledger.Train(j)
	if errors.Is(err, ErrSpent) {
		g.over = "budget"
		return nil
	}
	if err != nil {
		return err
	}
	if r.Cut {
		g.over = "budget"
	}
	s := r.Seconds
	if math.IsNaN(s) {
		if g.Header.Workers > 1 {
			return fmt.Errorf("%w: %q does not know the seconds of a training, so that several workers cannot be put "+
				"in order; use workers: 1",
				ErrTask, g.Task.Name())
		}
		s = 0
	}
	g.free = g.free[1:]
	g.running = append(g.running, started{r, from, worker, g.clock + s})
	return nil
}

// finish tells the job that ends next.
func (g *player) finish() error {
	i := 0
	for k := range g.running {
		a, b := &g.running[k], &g.running[i]
		if cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.worker, b.worker), cmp.Compare(a.Trial, b.Trial)) < 0 {
			i = k
		}
	}
	s := g.running[i]
	g.running = slices.Delete(g.running, i, i+1)
	g.clock = s.end
	g.idleAt[s.worker] = s.end
	at, _ := slices.BinarySearch(g.free, s.worker)
	g.free = slices.Insert(g.free, at, s.worker)
	began := time.Now()
	g.Method.Tell(s.Result)
	g.cost.Asking += time.Since(began)
	g.cost.Jobs++
	return g.write(s)
}

// write appends the event to the trace and chooses the incumbent.
func (g *player) write(s started) error {
	g.spent += s.Cost
	e := Event{
		N: g.n, Trial: s.Trial, From: s.from, To: s.Trained, Share: s.Share, Rung: s.Job.To,
		Value: nullable.Pointer(s.Value), Cost: s.Cost, Eval: s.Eval,
		Joules: nullable.Pointer(s.Joules), Seconds: nullable.Pointer(s.Seconds), Second: s.Second, Spent: g.spent,
		Clock: nil, Worker: s.worker,
		True: s.True, Final: s.TrueFinal, ToFinish: s.ToFinish, Outside: s.Extrapolates,
	}
	if s.Cut {
		e.Rung = s.Share
	}
	if !math.IsNaN(s.Seconds) {
		e.Clock = nullable.Pointer(g.clock)
	}
	if !g.known[s.Trial] {
		g.known[s.Trial], e.Config = true, s.Config
	}
	score := s.Loss
	if m, ok := g.Method.(Scorer); ok {
		score = m.Score(s.Result)
	}
	if g.inc.event < 0 || e.Rung > g.inc.rung || e.Rung == g.inc.rung && score < g.inc.score {
		g.inc = incumbent{g.n, e.Rung, score}
	}
	e.Inc = g.inc.event
	g.n++
	return g.out.event(&e)
}

// resumed compares what is written with what a stopped run has left, and passes on only what is new.
type resumed struct {
	old []byte
	w   io.Writer
}

// Write implements io.Writer. ErrTrace: the bytes differ.
func (r *resumed) Write(b []byte) (int, error) {
	n := min(len(b), len(r.old))
	if !bytes.Equal(b[:n], r.old[:n]) {
		return 0, fmt.Errorf("%w: the run does not repeat what the file holds; it was made by another version or "+
			"changed", ErrTrace)
	}
	r.old = r.old[n:]
	if n == len(b) {
		return n, nil
	}
	m, err := r.w.Write(b[n:])
	return n + m, err
}
