package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/atomicfolder"
	"eahas/internal/paste"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/report"
	"eahas/trial/target"
)

// DisagreementsFile lists the trials about which two surrogates differ most.
const DisagreementsFile = "disagreements.txt"

// shownDisagreements is how many trials are listed for each target.
const shownDisagreements = 20

// notHeldOut is said in every comparison of frozen surrogates.
const notHeldOut = "frozen surrogates may have been trained on these very trials: the scores say how they differ, " +
	"not how they do on new configurations"

// Diff compares two frozen surrogates on the same logs: scores, paired differences (second less first), and the trials
// about which they differ most. The logs are those of c; with a nil c those of the config that the first bundle
// carries. Trials that one of the surrogates refuses are left out for both.
func Diff(ctx context.Context, c *Config, o Options, pathA, pathB string) (*Result, error) {
	bundles, names, err := openBoth(pathA, pathB)
	if err != nil {
		return nil, err
	}
	if c == nil {
		if c, err = carried(pathA, bundles[0].Info.Config); err != nil {
			return nil, err
		}
	}
	r := newRun(c, o, "-diff")
	p, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	s, err := answerBoth(ctx, p, bundles, names)
	if err != nil {
		return nil, err
	}
	rep, err := r.diffReport(p, s, bundles, names)
	if err != nil {
		return nil, err
	}
	text, first := disagreements(s)
	if err := r.publishReport(ctx, rep, atomicfolder.Content{Name: DisagreementsFile, Data: text}); err != nil {
		return nil, err
	}
	res := r.reported(p, s, uncertainties{})
	res.Summary = slices.Concat(res.Summary, mainDiffs(p.plan.Table.Own, rep.Diffs), first)
	return res, nil
}

// carried is the config inside a bundle, which may be anybody's: it says what to read, and never has anything written
// or simulated.
func carried(bundle, text string) (*Config, error) {
	c, err := Parse(filepath.Join(bundle, artifacts.ManifestName), []byte(text))
	if err == nil && c.Simulate != nil {
		err = fmt.Errorf("%w: %s: its trials were simulated, and no simulation is run because a bundle says so; name "+
			"the logs to compare on with -config", ErrConfig, bundle)
	}
	return c, err
}

// openBoth opens two bundles, and names them by their folders, or as first and second where those have one name.
func openBoth(pathA, pathB string) (bundles [2]*artifacts.Bundle, names [2]string, err error) {
	for i, path := range []string{pathA, pathB} {
		if bundles[i], err = artifacts.OpenBundle(path); err != nil {
			return bundles, names, err
		}
		names[i] = filepath.Base(filepath.Clean(path))
	}
	if names[0] == names[1] {
		names = [2]string{"first: " + names[0], "second: " + names[1]}
	}
	return bundles, names, nil
}

// diffReport is the report of an evaluation without what a frozen surrogate has not: folds, a representation's floor,
// noise.
func (r *run) diffReport(p *prepared, s experiment.Scored, bundles [2]*artifacts.Bundle,
	names [2]string) (rep report.Report, err error) {
	if rep, err = r.report(p, s, uncertainties{}); err != nil {
		return rep, err
	}
	rep.RepresentationFloor, rep.Noise = nil, nil
	rep.Split, rep.TrainedOn = "none: every trial is scored", true
	rep.Title = names[0] + " and " + names[1]
	rep.Command, rep.Next = paste.Line("eahas", "diff", names[0], names[1]), nil
	rep.Variants = nil
	for i, b := range bundles {
		rep.Variants = append(rep.Variants, report.Variant{Name: names[i],
			Description: "frozen: " + b.Surrogate.Spec().Name, Bytes: size(b)})
	}
	rep.Diffs, err = s.Diffs(0, 1)
	return rep, err
}

// mainDiffs writes a line for the main metrics of each target over all trials.
func mainDiffs(own target.Own, diffs []eval.Diff) (out []string) {
	for _, d := range diffs {
		if d.Group == eval.GroupAll && slices.Contains(experiment.MainMetrics(own, d.Target), d.Metric) {
			word := "not real"
			if d.Real() {
				word = "real"
			}
			out = append(out, fmt.Sprintf("%-17s %-9s %+.4g (%.4g to %.4g), %s", d.Target, d.Metric,
				d.Difference, d.CILow, d.CIHigh, word))
		}
	}
	return out
}

// size returns the bytes of a bundle's models.
func size(b *artifacts.Bundle) (n int64) {
	for _, f := range b.Files {
		if filepath.Ext(f.Name) == ".bin" {
			n += f.Size
		}
	}
	return n
}

// answerBoth scores what both surrogates say about the trials that both accept, on the targets that both answer.
func answerBoth(ctx context.Context, p *prepared, bundles [2]*artifacts.Bundle, names [2]string) (experiment.Scored,
	error) {
	none := experiment.Scored{}
	table := p.plan.Table
	rows, warnings := acceptedByBoth(table, bundles, names)
	if len(rows) == 0 {
		return none, fmt.Errorf("%w: no trial lies in the spaces of both surrogates", dataset.ErrNoTrials)
	}
	var outs [2]*experiment.Predictions
	var cs []experiment.Competitor
	for k, b := range bundles {
		if m := b.Surrogate.Spec().Metric; slices.Contains(p.plan.Targets, target.Curve) &&
			b.Surrogate.Head(artifacts.Curve) != nil &&
			(m.Unit != table.Metric.Unit || m.HigherBetter != table.Metric.HigherIsBetter) {
			return none, fmt.Errorf("%w: %s answers %s in %q, the logs hold %s in %q", ErrConfig, names[k], m.Name,
				m.Unit, table.Metric.Column, table.Metric.Unit)
		}
		var err error
		if outs[k], err = experiment.Predict(ctx, table, b.Surrogate, rows, experiment.NoSpread); err != nil {
			return none, fmt.Errorf("%s: %w", names[k], err)
		}
		cs = append(cs, experiment.Competitor{Name: names[k], Seeds: []*experiment.Predictions{outs[k]}})
	}
	plan := p.plan
	plan.Targets = slices.DeleteFunc(slices.Clone(plan.Targets), func(t target.Target) bool {
		return !outs[0].Answers(table, t) || !outs[1].Answers(table, t)
	})
	if len(plan.Targets) == 0 {
		return none, fmt.Errorf("%w: there is no target that both surrogates answer and the logs hold",
			dataset.ErrNoTrials)
	}
	return experiment.Score(plan, cs, nil, slices.Concat(p.warnings, warnings)), nil
}

// acceptedByBoth returns the trials that lie in both spaces, and what there is to warn about.
func acceptedByBoth(t *dataset.Table, bundles [2]*artifacts.Bundle, names [2]string) (rows []int, warnings []string) {
	refused := [2]int{}
	spaces := [2]features.Space{bundles[0].Surrogate.Spec().Space, bundles[1].Surrogate.Spec().Space}
	room := features.Config{}
	for i := range t.Trials {
		config, ok := t.Trials[i].Config.Into(room), true
		for k := range spaces {
			if spaces[k].Check(config) != nil {
				refused[k]++
				ok = false
			}
		}
		if ok {
			rows = append(rows, i)
		}
	}
	warnings = []string{notHeldOut}
	for k, n := range refused {
		if n > 0 {
			warnings = append(warnings, fmt.Sprintf("%s refuses %d of %d trials, which are left out for both", names[k],
				n, len(t.Trials)))
		}
	}
	return rows, warnings
}

// disagreement is one trial and what is said about it: of a curve the root mean squared difference and the last values,
// of a cost the values and the ratio's distance from 1.
type disagreement struct {
	row               int
	distance          float64
	truth, first, sec float64
}

// disagreements lists the trials with the largest differences, by target; first is a line for each target.
func disagreements(s experiment.Scored) (text []byte, first []string) {
	var b bytes.Buffer
	trials := s.Plan.Table.Trials
	for _, t := range s.Plan.Targets {
		all := distances(s, t)
		if len(all) == 0 {
			continue
		}
		what := "difference (root mean square along the curve)"
		if t != target.Curve {
			what = "difference"
		}
		if relative(s.Plan.Table, t) {
			what = "difference (relative)"
		}
		fmt.Fprintf(&b, "%s\n", t)
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintf(table, "trial\t%s\ttruth\t%s\t%s\t\n", what, s.Competitors[0].Name, s.Competitors[1].Name)
		for _, d := range all[:min(len(all), shownDisagreements)] {
			fmt.Fprintf(table, "%s\t%.4g\t%.6g\t%.6g\t%.6g\t\n", trials[d.row].ID, d.distance, d.truth, d.first, d.sec)
		}
		_ = table.Flush() // a buffer takes everything
		fmt.Fprintln(&b)
		d := all[0]
		first = append(first, fmt.Sprintf("%-17s largest disagreement: trial %s, %.4g and %.4g, truth %.4g", t,
			trials[d.row].ID, d.first, d.sec, d.truth))
	}
	return b.Bytes(), first
}

// relative reports whether a target's values are compared by their ratio.
func relative(table *dataset.Table, t target.Target) bool {
	d, _ := table.Own.Of(t)
	return d.Scale == target.Log
}

// distances returns how far the two surrogates are apart on each trial, the farthest first.
func distances(s experiment.Scored, t target.Target) []disagreement {
	var all []disagreement
	table := s.Plan.Table
	a, b := s.Competitors[0].Seeds[0], s.Competitors[1].Seeds[0]
	places, rows := a.Labelled(table, t)
	for j, i := range rows {
		k := places[j]
		d := disagreement{row: i}
		if t == target.Curve {
			x, y := a.Curve[k], b.Curve[k]
			for j := range x {
				d.distance += (x[j] - y[j]) * (x[j] - y[j]) / float64(len(x))
			}
			d.distance = math.Sqrt(d.distance)
			last := len(x) - 1
			d.truth, d.first, d.sec = table.Trials[i].Curve.Values[last], x[last], y[last]
		} else {
			d.truth, d.first, d.sec = dataset.Label(t, &table.Trials[i]), a.Cost[t][k], b.Cost[t][k]
			if d.distance = math.Abs(d.first - d.sec); relative(table, t) {
				d.distance = math.Exp(math.Abs(math.Log(d.first/d.sec))) - 1
			}
		}
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(x, y disagreement) int { return cmp.Compare(y.distance, x.distance) })
	return all
}
