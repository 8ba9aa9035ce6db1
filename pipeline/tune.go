package pipeline

import (
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"eahas/eval"
	"eahas/report"
	"eahas/tune"
)

// Names of the files that Tune writes beside the report.
const (
	TunedFile   = "tuned.yaml"    // the variant with its settings, to paste into a config
	JournalFile = "journal.jsonl" // see package tune
)

// TuneOptions say what to tune and for how long.
type TuneOptions struct {
	Variant string  // of the config
	Trials  int     // of each study, the default settings included; 0: no limit but the time
	Minutes float64 // of all studies together; 0: no limit but the trials
}

// tuneRules changes whenever the same search would choose otherwise. It is part of the search's name in the journal.
const tuneRules = 4

const (
	tunedSuffix  = "-tuned"
	tuneSuffix   = "-tune"
	noTrialLimit = 1 << 20
)

// tuning is a search under way.
type tuning struct {
	*run
	s        *scored
	variant  *Variant
	sides    []*side
	budget   TuneOptions
	deadline time.Time // when no further trial begins; zero: never
	journal  *tune.Journal
	identity string
	turns    *turns
	count    trialCount
}

// Tune searches settings for one variant. For every fold of the evaluation a study of its own, on the other folds' trials
// only, chooses the settings with which the fold is then predicted: the reported score has never seen the trials that
// it was tuned on. A last study on all trials chooses the settings that are recommended. The curve and the costs have studies of
// their own. The studies run side by side and share
// the workers; with a number of trials as budget the result does not depend on how many there are.
//
// The journal in the output folder survives a kill: the same command goes on, and several processes may run it at once.
func Tune(ctx context.Context, c *Config, o Options, t TuneOptions) (*Result, error) {
	if t.Trials <= 0 && t.Minutes <= 0 {
		return nil, fmt.Errorf("%w: tune: neither a number of trials nor minutes", ErrConfig)
	}
	if err := c.Choose([]string{t.Variant}); err != nil {
		return nil, err
	}
	r := newRun(c, o)
	if o.Out == "" {
		r.options.Out += tuneSuffix
	}
	s, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	w, err := newTuning(r, s, t)
	if err != nil {
		return nil, err
	}
	if w.journal, err = tune.OpenJournal(filepath.Join(r.options.Out, JournalFile), w.identity); err != nil {
		return nil, err
	}
	defer w.journal.Close()
	return w.all(ctx)
}

// newTuning finds out what can be tuned and names the search.
func newTuning(r *run, s *scored, t TuneOptions) (*tuning, error) {
	v := &r.config.Variants[0]
	w := &tuning{run: r, s: s, variant: v, budget: t, sides: newSides(s.data, *v, s.targets)}
	if len(w.sides) == 0 {
		return nil, fmt.Errorf("%w: tune: %s has no settings that can be tuned", ErrConfig, t.Variant)
	}
	studies := (s.data.Folds + 1) * len(w.sides)
	w.turns = newTurns(r.workers(), studies)
	w.count = trialCount{observer: r.options.Observer, total: studies * t.Trials, done: make([]int, studies)}
	if t.Minutes > 0 {
		w.deadline = time.Now().Add(time.Duration(t.Minutes * float64(time.Minute)))
	}
	parts := []any{"tune", tuneRules, r.dataKey, v, r.config.Seed, innerFolds, confirmFolds}
	for _, sd := range w.sides {
		parts = append(parts, sd.targets, sd.heads, sd.knobs.Space, sd.knobs.Start, sd.shares)
	}
	k, err := keyOf(parts...)
	w.identity = hex.EncodeToString(k[:])
	return w, err
}

// all runs every study, scores what they chose and writes the result.
func (w *tuning) all(ctx context.Context) (*Result, error) {
	d := w.s.data
	byDefault, tuned := make([]*foldOutput, d.Folds), make([]*foldOutput, d.Folds)
	lines := make([]string, d.Folds+1)
	g, gctx := errgroup.WithContext(ctx)
	for fold := range d.Folds {
		g.Go(func() (err error) {
			byDefault[fold], tuned[fold], lines[fold], err = w.outerFold(gctx, fold)
			return err
		})
	}
	var final []*choice
	g.Go(func() (err error) {
		final, err = w.choices(gctx, d.Folds, "all", d.all())
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	lines[d.Folds] = "all trials: " + w.why(final)
	w.s.outs = []*outOfFold{merge(byDefault), merge(tuned)}
	return w.finish(final, lines)
}

// choices runs the studies of all sides on the given rows. part counts these sets of rows, name names them.
func (w *tuning) choices(ctx context.Context, part int, name string, rows []int) ([]*choice, error) {
	out := make([]*choice, len(w.sides))
	g, ctx := errgroup.WithContext(ctx)
	for k, sd := range w.sides {
		g.Go(func() (err error) {
			defer w.turns.leave()
			out[k], err = w.study(ctx, sd, part*len(w.sides)+k, w.studyName(name, sd), rows)
			return err
		})
	}
	return out, g.Wait()
}

// outerFold predicts a fold of the evaluation by the default and by the settings that studies without the fold chose, and says in
// a line how they ended.
func (w *tuning) outerFold(ctx context.Context, fold int) (byDefault, tuned *foldOutput, line string, err error) {
	name := fmt.Sprintf("fold %d", fold)
	if byDefault, err = w.predictFold(ctx, w.variant, fold); err != nil { // before the search, which would be in vain
		return nil, nil, "", err
	}
	chosen, err := w.choices(ctx, fold, name, w.s.data.without(fold))
	if err != nil {
		return nil, nil, "", err
	}
	line = name + ": " + w.why(chosen)
	v, changed := w.combined(chosen)
	if !changed {
		return byDefault, byDefault, line, nil
	}
	v.Name += tunedSuffix
	tuned, err = w.predictFold(ctx, &v, fold)
	if err != nil && ctx.Err() == nil {
		w.note(Warning, "", "tuning, %s: %s", name, err)
		return byDefault, byDefault, line + ", but they cannot be trained without the fold: default kept", nil
	}
	return byDefault, tuned, line, err
}

// predictFold is foldStage in turn.
func (w *tuning) predictFold(ctx context.Context, v *Variant, fold int) (*foldOutput, error) {
	workers, done, err := w.turns.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	r := *w.run
	r.options.Workers = workers
	return r.foldStage(ctx, w.s.data, v, w.s.heads, fold, 0)
}

// finish scores default and tuned settings on the outer folds and writes the files.
func (w *tuning) finish(final []*choice, lines []string) (*Result, error) {
	tuned, changed := w.combined(final)
	tuned.Name += tunedSuffix
	w.config.Variants = append(w.config.Variants, tuned)
	w.variant = &w.config.Variants[0]
	for vi := range w.config.Variants {
		w.scoreVariant(w.s, vi)
	}
	rep := w.report(w.s)
	rep.Variants[1].Description += "; the scores are those of settings that were chosen for each fold without it"
	var err error
	if rep.Diffs, err = w.pairedDiffs(w.s, 0, 1); err != nil {
		return nil, err
	}
	rep.Recommended = w.verdict(changed, rep.Diffs)
	rep.Next = []string{"paste " + TunedFile + " into the variants of the config"}
	for _, l := range lines {
		rep.Warnings = append(rep.Warnings, "tuning, "+l)
	}
	if err := report.Write(w.options.Out, rep); err != nil {
		return nil, err
	}
	snippet, err := snippetOf(tuned)
	if err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(w.options.Out, TunedFile), snippet); err != nil {
		return nil, err
	}
	res := w.result(w.s, w.options.Out)
	res.Example = ""
	res.Summary = append(res.Summary, lines...)
	res.Summary = append(res.Summary, "recommended: "+rep.Recommended.Variant+". "+rep.Recommended.Why)
	return res, nil
}

// verdict says whether tuning helped, by the paired intervals on the outer folds. changed: the study on all trials found something.
func (w *tuning) verdict(changed bool, diffs []eval.Diff) *report.Recommendation {
	name := w.config.Variants[1].Name
	if !changed {
		return &report.Recommendation{Variant: w.variant.Name, Why: "On all trials no settings beat the default."}
	}
	if worse := reallyWorse(name, diffs); worse != "" {
		return &report.Recommendation{Variant: w.variant.Name, Why: "On held-out folds the tuned settings are really worse in " + worse + "."}
	}
	better := ""
	for _, d := range diffs {
		if d.Group == eval.GroupAll && d.Real() && (d.Difference < 0) == lowerBetter(d.Metric) {
			better += fmt.Sprintf(" %s %s by %.3g (%.3g to %.3g);", d.Target, d.Metric, d.Difference, d.CILow, d.CIHigh)
		}
	}
	if better == "" {
		return &report.Recommendation{Variant: name, Why: "On held-out folds it is as good as the default, and better on the inner folds; no difference is real."}
	}
	return &report.Recommendation{Variant: name, Why: "Really better on held-out folds that the tuning never saw:" + better[:len(better)-1] + "."}
}
