package pipeline

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/stream"
	"eahas/models"
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

// The folds of tuning.
const (
	innerFolds   = 3 // that a trial is scored on, one after the other
	confirmFolds = 4 // of another split, on which the best settings must beat the default once more
	tunedSuffix  = "-tuned"
	tuneSuffix   = "-tune"
	noTrialLimit = 1 << 20
)

// tuning is a search under way.
type tuning struct {
	*run
	s        *scored
	variant  *Variant
	knobs    tunable
	budget   TuneOptions
	journal  *tune.Journal
	identity string
}

// choice is how one study ended.
type choice struct {
	Point []float64 // nil: the default settings stay
	Why   string
}

// Tune searches settings for one variant. For every fold of the evaluation a study of its own, on the other folds' trials
// only, chooses the settings with which the fold is then predicted: the reported score has never seen the trials that
// it was tuned on. A last study on all trials chooses the settings that are recommended.
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
	w := &tuning{run: r, s: s, variant: &c.Variants[0], budget: t, knobs: newTunable(c.Variants[0], s.heads)}
	if len(w.knobs.Space) == 0 {
		return nil, fmt.Errorf("%w: tune: %s has no settings that can be tuned", ErrConfig, t.Variant)
	}
	k, err := keyOf("tune", r.dataKey, w.variant, s.heads, r.config.Seed, w.knobs.Space, w.knobs.Start, innerFolds, confirmFolds)
	if err != nil {
		return nil, err
	}
	w.identity = hex.EncodeToString(k[:])
	if w.journal, err = tune.OpenJournal(filepath.Join(r.options.Out, JournalFile), w.identity); err != nil {
		return nil, err
	}
	defer w.journal.Close()
	return w.all(ctx)
}

// all runs every study, scores what they chose and writes the result.
func (w *tuning) all(ctx context.Context) (*Result, error) {
	d := w.s.data
	byDefault, tuned := make([]*foldOutput, d.Folds), make([]*foldOutput, d.Folds)
	left := d.Folds + 1
	began := time.Now()
	var lines []string
	for fold := range d.Folds {
		name := fmt.Sprintf("fold %d", fold)
		ch, err := w.study(ctx, name, d.without(fold), w.deadline(began, left))
		if err != nil {
			return nil, err
		}
		left--
		lines = append(lines, fmt.Sprintf("%s: %s", name, ch.Why))
		if byDefault[fold], err = w.foldStage(ctx, d, w.variant, w.s.heads, fold); err != nil {
			return nil, err
		}
		tuned[fold] = byDefault[fold]
		if ch.Point != nil {
			v := w.knobs.at(ch.Point, len(d.Trials))
			v.Name += tunedSuffix
			if tuned[fold], err = w.foldStage(ctx, d, &v, w.s.heads, fold); err != nil {
				return nil, err
			}
		}
	}
	final, err := w.study(ctx, "all", d.all(), w.deadline(began, left))
	if err != nil {
		return nil, err
	}
	lines = append(lines, "all trials: "+final.Why)
	w.s.outs = []*outOfFold{merge(byDefault), merge(tuned)}
	return w.finish(final, lines)
}

// deadline gives a study its share of the time that is left.
func (w *tuning) deadline(began time.Time, left int) time.Time {
	if w.budget.Minutes <= 0 {
		return time.Time{}
	}
	end := began.Add(time.Duration(w.budget.Minutes * float64(time.Minute)))
	return time.Now().Add(time.Until(end) / time.Duration(left))
}

// study searches on the given rows and decides between what it found and the default.
func (w *tuning) study(ctx context.Context, name string, rows []int, deadline time.Time) (*choice, error) {
	folds, err := w.split(rows, innerFolds, name)
	if err != nil {
		return nil, err
	}
	trials := w.budget.Trials
	if trials <= 0 {
		trials = noTrialLimit
	}
	done := 0
	st := tune.Study{Name: name, Space: w.knobs.Space, Trials: trials, Rungs: innerFolds, Deadline: deadline, Start: w.knobs.Start,
		Seed: stream.Seed(w.config.Seed, "tune")}
	st.Score = func(ctx context.Context, trial int, point []float64, rung int) (float64, error) {
		done = max(done, trial)
		w.options.Observer.send(Event{Stage: "tune " + name, Kind: Progress, Done: done, Total: max(done, w.budget.Trials)})
		v := w.knobs.at(point, len(rows))
		out, err := w.inner(ctx, &v, rows, folds, rung)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			return tune.Failed, nil // these settings cannot be trained
		}
		return w.loss(&v, merge([]*foldOutput{out})), nil
	}
	all, err := st.Run(ctx, w.journal)
	if err != nil {
		return nil, err
	}
	best, byDefault := tune.Best(all)
	if best == nil || best.Number == 0 {
		return &choice{Why: fmt.Sprintf("%d trials, none better than the default on the inner folds", len(all))}, nil
	}
	if byDefault != nil && byDefault.Values[len(byDefault.Values)-1] <= best.Values[len(best.Values)-1] {
		return &choice{Why: fmt.Sprintf("%d trials, none better than the default on the inner folds", len(all))}, nil
	}
	ch, err := w.confirm(ctx, name, rows, best.Point)
	if err == nil {
		ch.Why = fmt.Sprintf("%d trials, %s", len(all), ch.Why)
	}
	return ch, err
}

// split deals the rows' groups to folds.
func (w *tuning) split(rows []int, folds int, names ...string) ([]int, error) {
	groups := make([]string, len(rows))
	for j, i := range rows {
		groups[j] = w.s.data.Trials[i].Group
	}
	out, err := eval.FoldsByHash(groups, folds, stream.Seed(w.config.Seed, append([]string{"tune folds"}, names...)...))
	if err != nil {
		return nil, fmt.Errorf("%w: tune: %w", ErrEmptyFold, err)
	}
	return out, nil
}

// inner trains on the rows outside an inner fold and predicts those inside.
func (w *tuning) inner(ctx context.Context, v *Variant, rows, folds []int, fold int) (*foldOutput, error) {
	var train, test []int
	for j, i := range rows {
		if folds[j] == fold {
			test = append(test, i)
		} else {
			train = append(train, i)
		}
	}
	o := models.Options{Seed: stream.Seed(w.config.Seed, "tune", fmt.Sprint(fold)), Workers: w.workers()}
	heads, err := w.s.data.trainHeads(ctx, v, w.s.heads, train, o)
	if err != nil {
		return nil, err
	}
	sur, err := w.s.data.surrogate(heads, nil)
	if err != nil {
		return nil, err
	}
	return w.s.data.predict(ctx, sur, test)
}

// scoredBy pretends that the given predictions are all that there is.
func (w *tuning) scoredBy(outs ...*outOfFold) *scored {
	s := *w.s
	s.outs = outs
	return &s
}

// loss is the mean over the targets of the logarithm of the first main metric's loss, so that all targets weigh the same
// whatever their unit. The lower the better.
func (w *tuning) loss(v *Variant, out *outOfFold) float64 {
	s, o := w.scoredBy(out), w.evalOptions()
	o.Resamples = -1
	sum := 0.0
	for _, target := range s.targets {
		metric := mainMetrics(target)[0]
		var rows []eval.Row
		if target == artifacts.Curve {
			rows, _ = eval.CurveRows(v.Name, s.data.curveData(w.config.Evaluate.GroupBy, out.Rows, out.Curve), o)
		} else {
			rows, _ = eval.CostRows(v.Name, target, s.costData(0, target, ""), o)
		}
		row, _ := eval.Find(rows, v.Name, target, eval.GroupAll, metric)
		x := loss(metric, row.Value)
		if math.IsNaN(x) {
			return tune.Failed
		}
		sum += math.Log(max(x, 1e-9)) / float64(len(s.targets))
	}
	return sum
}

// confirm lets the best settings meet the default once more, on another split of the same rows. They are taken when
// their loss is lower there and no main metric is worse by more than its paired interval.
func (w *tuning) confirm(ctx context.Context, study string, rows []int, point []float64) (*choice, error) {
	ch := new(choice)
	err := w.stage(ctx, "tune confirm "+study, []any{w.identity, study, point}, ch, func(models.Options) error {
		folds, err := w.split(rows, confirmFolds, study, "confirm")
		if err != nil {
			return err
		}
		found := w.knobs.at(point, len(rows))
		outs := [2][]*foldOutput{}
		for fold := range confirmFolds {
			for k, v := range []*Variant{w.variant, &found} {
				out, err := w.inner(ctx, v, rows, folds, fold)
				if err != nil && k == 1 && ctx.Err() == nil {
					ch.Why = "the best cannot be trained on another split: default kept"
					return nil
				}
				if err != nil {
					return err
				}
				outs[k] = append(outs[k], out)
			}
		}
		a, b := merge(outs[0]), merge(outs[1])
		before, after := w.loss(w.variant, a), w.loss(w.variant, b)
		found.Name += tunedSuffix
		diffs, err := w.pairedDiffsOf(w.scoredBy(a, b), w.variant.Name, found.Name, 0, 1)
		if err != nil {
			return err
		}
		worse := reallyWorse(found.Name, diffs)
		switch {
		case !(after < before):
			ch.Why = "the best does not beat the default on another split: default kept"
		case worse != "":
			ch.Why = "the best is really worse on another split in " + worse + ": default kept"
		default:
			ch.Point = point
			ch.Why = fmt.Sprintf("the best lowers the loss by %.1f %% on another split: taken", 100*(1-math.Exp(after-before)))
		}
		return nil
	})
	return ch, err
}

// finish scores default and tuned settings on the outer folds and writes the files.
func (w *tuning) finish(final *choice, lines []string) (*Result, error) {
	tuned := w.knobs.at(final.Point, len(w.s.data.Trials))
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
	rep.Recommended = w.verdict(final, rep.Diffs)
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

// verdict says whether tuning helped, by the paired intervals on the outer folds.
func (w *tuning) verdict(final *choice, diffs []eval.Diff) *report.Recommendation {
	name := w.config.Variants[1].Name
	if final.Point == nil {
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
