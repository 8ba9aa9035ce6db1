package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"eahas/eval"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/report"
	"eahas/trial"
)

// Options are the things about a run that do not change its result.
type Options struct {
	Out      string         // the bundle's folder; default artifacts/<name>
	DataDir  string         // relative paths of the logs start here; default: see DataDir
	Replace  bool           // an existing bundle at Out is replaced instead of refused
	Strict   bool           // a rejected row ends the run with ErrRejected
	Workers  int            // goroutines at most; <= 0 means GOMAXPROCS
	Observer stage.Observer // may be nil
}

// Result says what a run did.
type Result struct {
	Out      string // the bundle's folder, "" if the run froze nothing
	UpToDate bool   // the bundle was there already, made from the same config and inputs
	Trials   int    // usable trials
	Configs  int    // different configurations among them, repeats counted once
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

// run is one run under way: what was asked for, and where stages are done. Everything that it finds out is handed from
// step to step as values.
type run struct {
	config  *Config
	options Options
	stages  stage.Runner

	largeLogs int64 // bytes of logs from which these are read into a file in place of the heap
}

// newRun starts a run whose output goes to o.Out, or else to the default folder with a suffix. Stages are kept beside
// the folder that Run writes, so that no command trains again what another has trained.
func newRun(c *Config, o Options, suffix string) *run {
	out := o.Out
	if out == "" {
		out = filepath.Join("artifacts", c.Name)
		o.Out = out + suffix
	}
	out = filepath.Clean(out)
	o.DataDir = DataDir(o.DataDir)
	kept := stage.Store{Dir: WorkFolder(out)}
	return &run{c, o, stage.Runner{Store: kept, Observer: o.Observer, Seed: c.Seed, Workers: o.Workers}, largeLogs}
}

// WorkFolder is where the stages of a run lie whose output folder is out: beside it.
func WorkFolder(out string) string {
	return filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+".stages")
}

// Run does a whole run: ingest, split, train and score every variant on held-out trials, train the chosen variant on
// all of them, freeze it, open it again and compare, write the report. Finished stages are kept beside the output
// folder; after an interruption, or with one setting changed, only what is missing runs.
func Run(ctx context.Context, c *Config, o Options) (*Result, error) {
	r := newRun(c, o, "")
	in, err := r.ingest(ctx)
	if err != nil {
		return nil, err
	}
	return r.from(ctx, in, func(*prepared) error { return nil })
}

// from does a run from what was read. What else there is to find out once the variants are scored goes to the report.
func (r *run) from(ctx context.Context, in *ingested, also func(*prepared) error) (*Result, error) {
	if res, err := r.existing(in); res != nil || err != nil {
		return res, err
	}
	p, err := r.prepare(in)
	if err != nil {
		return nil, err
	}
	s, err := r.score(ctx, p, r.config.Freeze, false)
	if err != nil {
		return nil, err
	}
	if err := also(p); err != nil {
		return nil, err
	}
	return r.freeze(ctx, p, s)
}

// Evaluate does a run up to its scores and writes the report, without a bundle, into the output folder.
func Evaluate(ctx context.Context, c *Config, o Options) (*Result, error) {
	r := newRun(c, o, "")
	p, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	s, err := r.score(ctx, p, "", false)
	if err != nil {
		return nil, err
	}
	u, err := r.learnUncertainty(ctx, s, c.Variants, false)
	if err != nil {
		return nil, err
	}
	return r.reportOnly(ctx, p, s, u)
}

// score trains and scores all variants on held-out trials. The run goes on without one that cannot be trained, unless
// it is the one named must. finals says that each will be trained on all trials, too.
func (r *run) score(ctx context.Context, p *prepared, must string, finals bool) (experiment.Scored, error) {
	r.sayTimes(p)
	r.sayWork(p, must, finals)
	outs, failed, err := p.plan.Evaluate(ctx, r.stages, r.config.Variants, must)
	if err != nil {
		return experiment.Scored{}, err
	}
	s, err := r.compete(ctx, p, outs, failed, recipe.NeedsReference(r.config.Variants, len(p.plan.Table.Trials)))
	if err != nil || !r.config.Evaluate.Unseen {
		return s, err
	}
	if s.Unseen, err = s.AskUnseen(ctx, r.stages, r.trained(s)); err != nil {
		return s, err
	}
	for _, line := range s.Unseen.Lines {
		r.stages.Say(stage.Warning, "", "%s", line)
	}
	s.Warnings = slices.Concat(s.Warnings, s.Unseen.Lines)
	return s, nil
}

// compete scores competitors, puts trivial answers and, where asked to, the reference beside them, and passes the
// warnings on.
func (r *run) compete(ctx context.Context, p *prepared, cs []experiment.Competitor, failed []*experiment.Failure,
	reference bool) (experiment.Scored, error) {
	p.plan.Gather(cs)
	s := experiment.Score(p.plan, cs, failed, slices.Concat(p.warnings, p.plan.Table.Warnings))
	var err error
	if s.Trivial, err = s.AskTrivial(ctx, r.stages, reference); err != nil {
		return s, err
	}
	s.Warnings = slices.Concat(s.Warnings, s.Trivial.Warnings, s.Trivial.Lines())
	for _, w := range s.Warnings {
		r.stages.Say(stage.Warning, "", "%s", w)
	}
	return s, nil
}

// uncertainties is what is known about how sure the variants are.
type uncertainties struct {
	of  map[string]*experiment.Uncertainty // by name; of some or all variants
	all bool                               // every source of intervals was tried, to compare them

	repeats []experiment.Repeated // of the frozen variant's bundle; nil where nothing is frozen

	frozen string              // the variant that is frozen; "" where nothing is
	worth  *report.Worth       // what a search on the frozen variant would find; nil where nothing is frozen
	why    *report.Explanation // of the frozen variant; nil where nothing is frozen
}

// trained are the variants of the config that could be trained.
func (r *run) trained(s experiment.Scored) []recipe.Variant {
	return slices.DeleteFunc(slices.Clone(r.config.Variants),
		func(v recipe.Variant) bool { return s.Failure(v.Name) != "" })
}

// learnUncertainty learns how sure the given variants of the config are. With all, every source of intervals is tried.
func (r *run) learnUncertainty(ctx context.Context, s experiment.Scored, variants []recipe.Variant,
	all bool) (uncertainties, error) {
	out := uncertainties{of: map[string]*experiment.Uncertainty{}, all: all}
	for i := range r.config.Variants {
		v := &r.config.Variants[i]
		if _, asked := recipe.Find(variants, v.Name); !asked {
			continue
		}
		c, trained := s.Competitor(v.Name)
		if !trained {
			continue
		}
		u, err := s.LearnUncertainty(ctx, r.stages, v, c, all)
		if err != nil {
			return out, err
		}
		out.of[v.Name] = u
	}
	return out, nil
}
