package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"eahas/eval"
	"eahas/models"
	"eahas/trial"
)

// Options are the things about a run that do not change its result.
type Options struct {
	Out      string   // the bundle's folder; default artifacts/<name>
	DataDir  string   // relative paths of the logs start here; default: see DataDir
	Replace  bool     // an existing bundle at Out is replaced instead of refused
	Strict   bool     // a rejected row ends the run with ErrRejected
	Workers  int      // goroutines at most; <= 0 means GOMAXPROCS
	Observer Observer // may be nil
}

// Result says what a run did.
type Result struct {
	Out      string // the bundle's folder, "" if the run froze nothing
	UpToDate bool   // the bundle was there already, made from the same config and inputs
	Trials   int    // usable trials
	Rejected []trial.Rejection
	Rows     []eval.Row
	Warnings []string
	Summary  []string // one line a variant and target, for a terminal
	Example  string   // "axis=value ..." of a configuration to query
}

// DataDir returns the folder that relative paths of logs start from: the given one, else $EAHAS_DATA, else
// ../shared/data.
func DataDir(given string) string {
	if given != "" {
		return given
	}
	if d := os.Getenv("EAHAS_DATA"); d != "" {
		return d
	}
	return filepath.Join("..", "shared", "data")
}

// run is one run under way.
type run struct {
	config  *Config
	options Options
	store   store
	dataKey key // of everything that the evaluation and the training read

	allSources bool // intervals are made from every source, to compare them
}

func newRun(c *Config, o Options) *run {
	if o.Out == "" {
		o.Out = filepath.Join("artifacts", c.Name)
	}
	o.DataDir = DataDir(o.DataDir)
	out := filepath.Clean(o.Out)
	return &run{config: c, options: o, store: store{dir: filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+".stages")}}
}

func (r *run) workers() int {
	if r.options.Workers > 0 {
		return r.options.Workers
	}
	return runtime.GOMAXPROCS(0)
}

func (r *run) note(kind EventKind, stage, format string, args ...any) {
	r.options.Observer.send(Event{Stage: stage, Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// stage gives out, a pointer, the output of a stage: read from the store if it was finished before under the same key,
// else made by work and kept.
func (r *run) stage(ctx context.Context, name string, parts []any, out any, work func(models.Options) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	k, err := keyOf(append([]any{name}, parts...)...)
	if err != nil {
		return err
	}
	done, err := r.store.load(name, k, out)
	if err != nil {
		return err
	}
	if done {
		r.note(Cached, name, "")
		return nil
	}
	r.note(Started, name, "")
	o := models.Options{Seed: r.config.Seed, Workers: r.workers(), Progress: func(done, total int) {
		r.options.Observer.send(Event{Stage: name, Kind: Progress, Done: done, Total: total})
	}}
	began := startClock()
	if err := work(o); err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	spent := began.spent()
	if err := r.store.save(name, k, out); err != nil {
		return err
	}
	if err := r.store.saveTime(name, k, spent); err != nil {
		return err
	}
	r.note(Finished, name, "")
	return nil
}

// Run does a whole run: ingest, split, train and score every variant on held-out trials, train the chosen variant on
// all of them, freeze it, open it again and compare, write the report. Finished stages are kept beside the output folder;
// after an interruption, or with one setting changed, only what is missing runs.
func Run(ctx context.Context, c *Config, o Options) (*Result, error) {
	r := newRun(c, o)
	in, err := r.ingest(ctx)
	if err != nil {
		return nil, err
	}
	if res, err := r.existing(in); res != nil || err != nil {
		return res, err
	}
	s, err := r.score(ctx, in)
	if err != nil {
		return nil, err
	}
	return r.freeze(ctx, s)
}

// Evaluate does a run up to its scores and writes the report, without a bundle, into the output folder.
func Evaluate(ctx context.Context, c *Config, o Options) (*Result, error) {
	r := newRun(c, o)
	in, err := r.ingest(ctx)
	if err != nil {
		return nil, err
	}
	s, err := r.score(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := r.gauge(ctx, s, r.everyVariant()...); err != nil {
		return nil, err
	}
	return r.reportOnly(s)
}
