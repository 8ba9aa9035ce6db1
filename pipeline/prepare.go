package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"eahas/eval"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/pipeline/guess"
	"eahas/pipeline/stage"
	"eahas/report"
	"eahas/trial"
)

// prepared is everything that is known before the first training.
type prepared struct {
	in       *ingested // its trials are those of the plan's table
	plan     experiment.Plan
	rejected []trial.Rejection // by the ingest and by the space
	warnings []string
	known    map[string]int // trials that say what a formula gives, by the quantity

	news      *report.News // of logs that came in after a bundle was made; nil for none
	newsDiffs []eval.Diff  // the earlier bundle and the retrained surrogate on trials that neither has seen
}

// ready reads the logs and prepares the training.
func (r *run) ready(ctx context.Context) (*prepared, error) {
	in, err := r.ingest(ctx)
	if err != nil {
		return nil, err
	}
	return r.prepare(in)
}

// prepare makes the table, its folds, and the plan of what is answered and what is trained for it.
func (r *run) prepare(in *ingested) (*prepared, error) {
	c := r.config
	known, err := c.checkKnown(in)
	if err != nil {
		return nil, err
	}
	table, outside, err := dataset.New(dataset.Settings{Space: c.Space.Space, Epochs: c.Epochs, Split: c.Evaluate.Split,
		Seed: c.Seed, Own: in.Targets}, in.Metric, in.Trials)
	if errors.Is(err, dataset.ErrNoTrials) {
		return nil, noTrials(err, in, outside)
	}
	if err != nil {
		return nil, err
	}
	if r.options.Strict && len(outside) > 0 {
		return nil, strict(outside)
	}
	p := &prepared{in: in.withoutTrials(), known: known, rejected: slices.Concat(in.Rejections, outside)}
	p.plan, p.warnings, err = experiment.NewPlan(experiment.Plan{Table: table, Key: in.key, Scoring: c.Evaluate.Scoring,
		GroupBy: c.Evaluate.GroupBy, Climbed: c.Freeze, Seed: c.Seed, Workers: r.stages.Goroutines()},
		c.Targets.wanted())
	if err != nil {
		return nil, err
	}
	p.warnings = slices.Concat(guess.Leaks(c.Space.Space, c.Settings, table.Trials), p.warnings)
	why := ""
	if reasons := countReasons(p.rejected); len(reasons) > 0 {
		why = fmt.Sprintf(" (%d of them: %s; %s lists all)", reasons[0].Count, reasons[0].What, RejectedFile)
	}
	r.stages.Say(stage.Note, "data", "%d trials, %d rejected%s, %d targets", len(table.Trials), len(p.rejected), why,
		len(p.plan.Targets))
	return p, nil
}

// withoutTrials is all but the trials, which a table holds in the space's own words.
func (in *ingested) withoutTrials() *ingested {
	out := *in
	out.Trials = nil
	return &out
}

// noTrials says why nothing is left, with the first rejection as a specimen.
func noTrials(err error, in *ingested, outside []trial.Rejection) error {
	all := slices.Concat(in.Rejections, outside)
	err = fmt.Errorf("%w: %d rows read, %d filtered out, %d rejected", err, in.Rows, in.Filtered, len(all))
	if len(all) > 0 {
		err = fmt.Errorf("%w; the first: %s", err, inWords(all[0]))
	}
	return err
}

// strict is the error of a strict run with rejected rows.
func strict(rejections []trial.Rejection) error {
	return fmt.Errorf("%w: %d; the first: %s", ErrRejected, len(rejections), inWords(rejections[0]))
}

func inWords(j trial.Rejection) string {
	return fmt.Sprintf("%s row %d, column %q, value %q: %s", j.File, j.Row, j.Column, j.Value, j.Reason)
}
