package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"eahas/eval"
	"eahas/internal/atomicfolder"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/pipeline/search"
	"eahas/report"
	"eahas/trial/target"
)

// Names of the files that Tune writes beside the report.
const (
	TunedFile   = "tuned.yaml"    // the variant with its settings, to paste into a config
	JournalFile = "journal.jsonl" // see package tune
)

// Tune searches settings for one variant of the config. For every fold of the evaluation a study of its own, on the
// other folds' trials only, chooses the settings with which the fold is then predicted: the reported score has never
// seen the trials that it was tuned on. A last study on all trials chooses the settings that are recommended. The curve
// and the costs have studies of their own. The studies run side by side and share the workers; with a number of trials
// as budget the result does not depend on how many there are.
//
// The journal in the output folder survives a kill: the same command goes on, and several processes may run it at once.
func Tune(ctx context.Context, c *Config, o Options, variant string, b search.Budget) (*Result, error) {
	if b.Trials <= 0 && b.Minutes <= 0 {
		return nil, fmt.Errorf("%w: tune: neither a number of trials nor minutes", ErrConfig)
	}
	if err := c.Choose([]string{variant}); err != nil {
		return nil, err
	}
	r := newRun(c, o, "-tune")
	p, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	found, err := search.Run(ctx, p.plan, r.stages, c.Variants[0], b, filepath.Join(r.options.Out, JournalFile))
	if err != nil {
		return nil, err
	}
	return r.reportTuning(ctx, p, found)
}

// reportTuning scores default and tuned settings on the outer folds and writes the files.
func (r *run) reportTuning(ctx context.Context, p *prepared, found *search.Found) (*Result, error) {
	def, tuned := r.config.Variants[0], found.Variant
	s := experiment.Score(p.plan, []experiment.Competitor{
		{Name: def.Name, Seeds: []*experiment.Predictions{found.ByDefault}},
		{Name: tuned.Name, Seeds: []*experiment.Predictions{found.Tuned}},
	}, nil, p.warnings)
	rep, err := r.report(p, s, uncertainties{})
	if err != nil {
		return nil, err
	}
	rep.Noise = nil
	rep.Variants = append(rep.Variants, describe(&tuned))
	rep.Variants[1].Description += "; the scores are those of settings that were chosen for each fold without it"
	if rep.Diffs, err = s.Diffs(0, 1); err != nil {
		return nil, err
	}
	rep.Recommended = verdict(p.plan.Table.Own, def.Name, tuned.Name, found.Changed, rep.Diffs)
	rep.Command = r.command("tune", "-variant", def.Name)
	rep.Next = []string{"# with the variant of " + TunedFile + " pasted into the variants of the config:",
		r.command("compare")}
	rep.Warnings = slices.Clone(rep.Warnings)
	for _, l := range found.Lines {
		rep.Warnings = append(rep.Warnings, "tuning, "+l)
	}
	snippet, err := recipe.Snippet(tuned)
	if err != nil {
		return nil, err
	}
	if err := r.publishReport(ctx, rep, atomicfolder.Content{Name: TunedFile, Data: snippet}); err != nil {
		return nil, err
	}
	res := r.reported(p, s, uncertainties{})
	res.Summary = append(res.Summary, found.Lines...)
	res.Summary = append(res.Summary, "recommended: "+rep.Recommended.Variant+". "+rep.Recommended.Why)
	return res, nil
}

// verdict says whether tuning helped, by the paired intervals on the outer folds. changed: the study on all trials
// found something.
func verdict(own target.Own, def, tuned string, changed bool, diffs []eval.Diff) *report.Recommendation {
	if !changed {
		return &report.Recommendation{Variant: def, Why: "On all trials no settings beat the default."}
	}
	if worse := experiment.ReallyWorse(own, tuned, diffs); worse != "" {
		return &report.Recommendation{Variant: def, Why: "On held-out folds the tuned settings are really worse in " +
			worse + "."}
	}
	better := ""
	for _, d := range diffs {
		if d.Group == eval.GroupAll && d.Real() && (d.Difference < 0) == experiment.LowerBetter(d.Metric) {
			better += fmt.Sprintf(" %s %s by %.3g (%.3g to %.3g);", d.Target, d.Metric, d.Difference, d.CILow, d.CIHigh)
		}
	}
	if better == "" {
		return &report.Recommendation{Variant: tuned,
			Why: "On held-out folds it is as good as the default, and better on the inner folds; no difference " +
				"is real."}
	}
	return &report.Recommendation{Variant: tuned, Why: "Really better on held-out folds that the tuning never saw:" +
		better[:len(better)-1] + "."}
}
