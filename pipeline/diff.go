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
	"eahas/features"
	"eahas/report"
)

// DisagreementsFile lists the trials about which two surrogates differ most.
const DisagreementsFile = "disagreements.txt"

// shownDisagreements is how many trials are listed for each target.
const shownDisagreements = 20

// notHeldOut is said in every comparison of frozen surrogates.
const notHeldOut = "frozen surrogates may have been trained on these very trials: the scores say how they differ, not how they do on new configurations"

// Diff compares two frozen surrogates on the same logs: scores, paired differences (second less first), and the trials
// about which they differ most. The logs are those of c; with a nil c those of the config that the first bundle carries.
// Trials that one of the surrogates refuses are left out for both.
func Diff(ctx context.Context, c *Config, o Options, pathA, pathB string) (*Result, error) {
	var bundles [2]*artifacts.Bundle
	for i, path := range []string{pathA, pathB} {
		var err error
		if bundles[i], err = artifacts.OpenBundle(path); err != nil {
			return nil, err
		}
	}
	if c == nil {
		var err error
		if c, err = Parse(filepath.Join(pathA, artifacts.ManifestName), []byte(bundles[0].Info.Config)); err != nil {
			return nil, err
		}
	}
	names := [2]string{filepath.Base(filepath.Clean(pathA)), filepath.Base(filepath.Clean(pathB))}
	if names[0] == names[1] {
		names = [2]string{"first: " + names[0], "second: " + names[1]}
	}
	c.Variants = []Variant{{Name: names[0]}, {Name: names[1]}}
	r := newRun(c, o)
	if o.Out == "" {
		r.options.Out += "-diff"
	}
	s, err := r.ready(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.answerBoth(ctx, bundles, names); err != nil {
		return nil, err
	}
	for vi := range c.Variants {
		r.scoreVariant(s, vi)
	}
	s.floor = nil
	rep := r.report(s)
	rep.Split = "none: every trial is scored"
	rep.Command, rep.Next = "go run ./cmd/train diff "+names[0]+" "+names[1], nil
	for i, b := range bundles {
		rep.Variants[i] = report.Variant{Name: names[i], Description: "frozen: " + b.Surrogate.Spec().Name, Bytes: size(b)}
	}
	if rep.Diffs, err = r.pairedDiffs(s, 0, 1); err != nil {
		return nil, err
	}
	if err := report.Write(r.options.Out, rep); err != nil {
		return nil, err
	}
	text, first := s.disagreements(names)
	if err := writeFile(filepath.Join(r.options.Out, DisagreementsFile), text); err != nil {
		return nil, err
	}
	res := r.result(s, r.options.Out)
	res.Example = ""
	for _, d := range rep.Diffs {
		if d.Group == "all" && slices.Contains(mainMetrics(d.Target), d.Metric) {
			word := "not real"
			if d.Real() {
				word = "real"
			}
			res.Summary = append(res.Summary, fmt.Sprintf("%-17s %-9s %+.4g (%.4g to %.4g), %s", d.Target, d.Metric, d.Difference, d.CILow, d.CIHigh, word))
		}
	}
	res.Summary = append(res.Summary, first...)
	return res, nil
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

// answerBoth fills outs with what both surrogates say about the trials that both accept, and keeps the targets that both
// answer.
func (s *scored) answerBoth(ctx context.Context, bundles [2]*artifacts.Bundle, names [2]string) error {
	var rows []int
	refused := [2]int{}
	spaces := [2]features.Space{bundles[0].Surrogate.Spec().Space, bundles[1].Surrogate.Spec().Space}
	for i := range s.data.Trials {
		ok := true
		for k := range spaces {
			if spaces[k].Check(s.data.Trials[i].Config) != nil {
				refused[k]++
				ok = false
			}
		}
		if ok {
			rows = append(rows, i)
		}
	}
	s.warnings = append(s.warnings, notHeldOut)
	for k, n := range refused {
		if n > 0 {
			s.warnings = append(s.warnings, fmt.Sprintf("%s refuses %d of %d trials, which are left out for both", names[k], n, len(s.data.Trials)))
		}
	}
	if len(rows) == 0 {
		return fmt.Errorf("%w: no trial lies in the spaces of both surrogates", ErrNoTrials)
	}
	for k, b := range bundles {
		if m := b.Surrogate.Spec().Metric; s.has(artifacts.Curve) && b.Surrogate.Head(artifacts.Curve) != nil &&
			(m.Unit != s.data.Metric.Unit || m.HigherBetter != s.data.Metric.HigherIsBetter) {
			return fmt.Errorf("%w: %s answers %s in %q, the logs hold %s in %q", ErrConfig, names[k], m.Name, m.Unit, s.data.Metric.Column, s.data.Metric.Unit)
		}
		out, err := s.data.predict(ctx, b.Surrogate, rows)
		if err != nil {
			return fmt.Errorf("%s: %w", names[k], err)
		}
		s.outs = append(s.outs, merge([]*foldOutput{out}))
	}
	s.targets = slices.DeleteFunc(s.targets, func(t string) bool {
		if t == artifacts.Curve {
			return len(s.outs[0].Curve) == 0 || len(s.outs[1].Curve) == 0
		}
		col := targetColumn(t)
		return slices.ContainsFunc(s.data.labelled(t, rows), func(i int) bool {
			return math.IsNaN(s.outs[0].Cost[i][col]) || math.IsNaN(s.outs[1].Cost[i][col])
		})
	})
	if len(s.targets) == 0 {
		return fmt.Errorf("%w: there is no target that both surrogates answer and the logs hold", ErrNoTrials)
	}
	return nil
}

// disagreement is one trial and what is said about it: of a curve the root mean squared difference and the last values,
// of a cost the values and the ratio's distance from 1.
type disagreement struct {
	row               int
	distance          float64
	truth, first, sec float64
}

// disagreements lists the trials with the largest differences, by target; first is a line for each target.
func (s *scored) disagreements(names [2]string) (text []byte, first []string) {
	var b bytes.Buffer
	for _, target := range s.targets {
		all := s.distances(target)
		if len(all) == 0 {
			continue
		}
		what := "difference (root mean square along the curve)"
		if target != artifacts.Curve {
			what = "difference (relative)"
		}
		fmt.Fprintf(&b, "%s\n", target)
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintf(t, "trial\t%s\ttruth\t%s\t%s\t\n", what, names[0], names[1])
		for _, d := range all[:min(len(all), shownDisagreements)] {
			fmt.Fprintf(t, "%s\t%.4g\t%.6g\t%.6g\t%.6g\t\n", s.data.Trials[d.row].ID, d.distance, d.truth, d.first, d.sec)
		}
		_ = t.Flush() // a buffer takes everything
		fmt.Fprintln(&b)
		d := all[0]
		first = append(first, fmt.Sprintf("%-17s largest disagreement: trial %s, %.4g and %.4g, truth %.4g", target, s.data.Trials[d.row].ID, d.first, d.sec, d.truth))
	}
	return b.Bytes(), first
}

// distances returns how far the two surrogates are apart on each trial, the farthest first.
func (s *scored) distances(target string) []disagreement {
	var all []disagreement
	a, b := s.outs[0], s.outs[1]
	for _, i := range s.data.labelled(target, a.Rows) {
		d := disagreement{row: i}
		if target == artifacts.Curve {
			x, y := a.Curve[i], b.Curve[i]
			for j := range x {
				d.distance += (x[j] - y[j]) * (x[j] - y[j]) / float64(len(x))
			}
			d.distance = math.Sqrt(d.distance)
			last := len(x) - 1
			d.truth, d.first, d.sec = s.data.Trials[i].Curve.Values[last], x[last], y[last]
		} else {
			col := targetColumn(target)
			d.truth, d.first, d.sec = label(target, &s.data.Trials[i]), a.Cost[i][col], b.Cost[i][col]
			d.distance = math.Exp(math.Abs(math.Log(d.first/d.sec))) - 1
		}
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(x, y disagreement) int { return cmp.Compare(y.distance, x.distance) })
	return all
}
