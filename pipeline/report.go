package pipeline

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/report"
	"eahas/simulate"
	"eahas/trial"
)

const syntheticNotice = simulate.Notice

// exampleCurves is how many learning curves the report shows.
const exampleCurves = 9

// report gathers what the run knows. It holds no times and no paths of the machine, so equal runs give equal reports.
func (r *run) report(s *scored) report.Report {
	rep := report.Report{
		Title: r.config.Name, Version: artifacts.CodeVersion, Command: r.command(),
		Dataset: s.dataset(r.config.Name), Space: spaceSummary(s.data), Split: s.data.splitInWords(r.config),
		Rows: s.rows, RepresentationFloor: s.floor, Noise: s.noise, Seeds: s.luck(), Warnings: s.warnings,
	}
	if s.in.Synthetic {
		rep.Synthetic = syntheticNotice
	}
	for i := range r.config.Variants {
		rep.Variants = append(rep.Variants, r.config.Variants[i].describe())
	}
	rep.Next = []string{"go run ./cmd/export query artifacts/" + r.config.Name + " " + example(s.data.Space, s.data.Trials)}
	r.addCalibration(&rep, s)
	r.addCurves(&rep, s)
	r.addCosts(&rep, s)
	return rep
}

func (r *run) command() string {
	if r.config.file == "" {
		return "go run ./cmd/train run"
	}
	return "go run ./cmd/train run -config " + filepath.Base(r.config.file)
}

func (r *run) addCurves(rep *report.Report, s *scored) {
	if !s.has(artifacts.Curve) {
		return
	}
	m := s.data.Metric
	rep.Curve = report.Axis{Name: m.Column, Unit: shortUnit(m.Unit), LowerBetter: !m.HigherIsBetter,
		FromEpoch: r.config.Evaluate.FromEpoch, GroupedBy: "curve length"}
	if g := r.config.Evaluate.GroupBy; g != "" {
		rep.Curve.GroupedBy = g
	}
	if m.Unit == "percent" {
		rep.Curve.BoundHigh = 100
	}
	var names []string
	var data []eval.CurveData
	for vi, v := range r.config.Variants {
		d := s.data.curveData(r.config.Evaluate.GroupBy, s.outs[vi].Rows, s.outs[vi].Curve)
		names, data = append(names, v.Name), append(data, d)
		rep.ByEpoch = append(rep.ByEpoch, report.EpochSeries{Variant: v.Name, Epochs: s.details[v.Name].ByEpoch})
		rep.Predictions = append(rep.Predictions, report.FinalPredictions(v.Name, shortUnit(m.Unit), d))
	}
	rep.Examples = report.ChooseExamples(names, data, r.config.Evaluate.FromEpoch, exampleCurves, stream.Seed(r.config.Seed, "examples"))
}

func (r *run) addCosts(rep *report.Report, s *scored) {
	for vi, v := range r.config.Variants {
		for _, target := range s.targets {
			if target == artifacts.Curve {
				continue
			}
			p := report.PredictionSet{Variant: v.Name, Target: target, Unit: "J"}
			if target == artifacts.TimePerEpoch {
				p.Unit = "s"
			}
			d := s.costData(vi, target, r.config.Evaluate.GroupBy)
			p.Truth, p.Pred, p.Groups = d.Truth, d.Pred, d.Groups
			for _, i := range s.data.labelled(target, s.outs[vi].Rows) {
				p.IDs = append(p.IDs, s.data.Trials[i].ID)
			}
			rep.Predictions = append(rep.Predictions, p)
		}
	}
}

func shortUnit(unit string) string {
	switch unit {
	case "percent":
		return "%"
	case "raw":
		return ""
	}
	return unit
}

func (s *scored) dataset(name string) report.Dataset {
	d := report.Dataset{Name: name, Trials: len(s.data.Trials)}
	for _, f := range s.in.Inputs {
		d.Files = append(d.Files, report.File{Name: f.Path, Bytes: f.Bytes, SHA256: f.SHA256})
	}
	groups := map[string]bool{}
	for i := range s.data.Trials {
		t := &s.data.Trials[i]
		groups[t.Group] = true
		d.WithCurve += yes(len(t.Curve.Epochs) > 0)
		d.WithEnergy += yes(!math.IsNaN(t.TrainEnergy.Mean) || !math.IsNaN(t.TrainEnergy.Total))
		d.WithTime += yes(!math.IsNaN(t.TrainTime.Mean) || !math.IsNaN(t.TrainTime.Total))
	}
	d.Groups = len(groups)
	d.Rejected = countReasons(s.rejected)
	for _, n := range s.in.Notes {
		d.Notes = append(d.Notes, report.Count{What: n.Kind, Count: n.N})
	}
	if s.in.Filtered > 0 {
		d.Notes = append(d.Notes, report.Count{What: "rows that `where` filtered out", Count: int(s.in.Filtered)})
	}
	if s.in.Joined > 0 {
		d.Notes = append(d.Notes, report.Count{What: "trials joined from several files", Count: s.in.Joined})
	}
	return d
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// countReasons counts rejections by column and reason, the most frequent first.
func countReasons(rejected []trial.Rejection) []report.Count {
	at := map[string]int{}
	var out []report.Count
	for _, j := range rejected {
		what := j.Reason
		if j.Column != "" {
			what = j.Column + ": " + what
		}
		k, ok := at[what]
		if !ok {
			k = len(out)
			at[what] = k
			out = append(out, report.Count{What: what})
		}
		out[k].Count++
	}
	slices.SortStableFunc(out, func(a, b report.Count) int { return b.Count - a.Count })
	return out
}

func spaceSummary(d *Dataset) report.Space {
	sp := report.Space{Columns: d.X.P()}
	for i := range d.Space.Params {
		p := &d.Space.Params[i]
		sp.Axes = append(sp.Axes, report.SpaceAxis{Name: p.Name, Kind: string(p.Kind), Values: axisValues(p), Unit: p.Unit})
	}
	return sp
}

func axisValues(p *features.Param) string {
	num := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	if p.Numeric() {
		t := num(p.Low) + " to " + num(p.High)
		if p.Step > 0 {
			t += ", step " + num(p.Step)
		}
		return t + when(p)
	}
	t := ""
	for i, c := range p.Choices {
		if i > 0 {
			t += ", "
		}
		if i == 12 && len(p.Choices) > 14 {
			t += fmt.Sprintf("and %d more", len(p.Choices)-i)
			break
		}
		t += c.String()
	}
	return t + when(p)
}

func when(p *features.Param) string {
	if p.When == nil {
		return ""
	}
	t := "; only for " + p.When.Param + " "
	for i, v := range p.When.In {
		if i > 0 {
			t += " or "
		}
		t += v.String()
	}
	return t
}

func (d *Dataset) splitInWords(c *Config) string {
	switch by := c.Evaluate.By; {
	case by == "holdout":
		return fmt.Sprintf("one split: %g %% of the configurations held out", 100*c.Evaluate.Holdout)
	case by == "hash" || d.Trials[0].Fold < 0:
		return fmt.Sprintf("%d folds, by a hash of the configuration", d.Folds)
	}
	return fmt.Sprintf("%d folds, given by the logs", d.Folds)
}

func (v *Variant) describe() report.Variant {
	out := report.Variant{Name: v.Name, Representation: v.Representation.describe(), Regressor: v.Regressor.Kind, Baseline: v.Regressor.Kind == "golearn"}
	out.Description = fmt.Sprintf("curve: %s + %s; costs: %s on logarithms", out.Representation, v.Regressor.Kind, v.Cost.costs())
	return out
}

// costs says what learns the costs.
func (r *Regressor) costs() string {
	if r.Kind == powerTime {
		return fmt.Sprintf("power by %s x time by %s,", r.PowerTime.Power.Kind, r.PowerTime.Time.Kind)
	}
	return r.Kind
}

func (p *Representation) describe() string {
	switch p.Kind {
	case "bezier", "bernstein":
		if p.Degree == degreeAuto {
			return p.Kind + ", degree chosen on the training curves"
		}
		return fmt.Sprintf("%s, degree %d", p.Kind, p.Degree)
	case "svd":
		if p.Components > 0 {
			return fmt.Sprintf("svd, %d components", p.Components)
		}
	}
	return p.Kind
}

// summary says the main figures of a variant, a line for each target.
func summary(variant string, s *scored) []string {
	var out []string
	for _, t := range s.targets {
		metrics := []string{eval.MetricLogR2, eval.MetricTau, eval.MetricMAPE, eval.MetricMedianAPE, eval.MetricImpossible}
		if t == artifacts.Curve {
			metrics = []string{eval.MetricAvgR2, eval.MetricAvgTau, eval.MetricFinalR2, eval.MetricFinalTau, eval.MetricRMSE, eval.MetricImpossible}
		}
		line := fmt.Sprintf("%-18s %-17s", variant, t)
		for _, m := range metrics {
			if row, ok := eval.Find(s.rows, variant, t, eval.GroupAll, m); ok {
				line += fmt.Sprintf("  %s %.4g", m, row.Value)
			}
		}
		out = append(out, line)
	}
	return out
}

// Rerender reads a report.json and writes the three forms of the report into a folder, which is made if it is absent.
func Rerender(path, dir string) error {
	rep, err := report.Read(path)
	if err != nil {
		return err
	}
	return report.Write(dir, rep)
}
