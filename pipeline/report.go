package pipeline

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/paste"
	"eahas/internal/stream"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/report"
	"eahas/simulate"
	"eahas/trial/target"
)

// exampleCurves is how many learning curves the report shows.
const exampleCurves = 9

// report gathers what the run knows. It holds no times and no paths of the machine, so equal runs give equal
// reports.
func (r *run) report(p *prepared, s experiment.Scored, u uncertainties) (report.Report, error) {
	table := p.plan.Table
	rep := report.Report{
		Title: r.config.Name, Version: artifacts.CodeVersion, Command: r.command("run"),
		Dataset: datasetInWords(r.config.Name, p),
		Space:   spaceInWords(table, append(r.config.knownInWords(p.known), firstInWords(table)...)),
		Split:   r.config.Evaluate.Split.InWords(table), Targets: table.Own,
		Rows: slices.Concat(s.Rows, s.Unseen.Rows, s.Trivial.Rows), RepresentationFloor: s.Floor, Noise: s.Noise(),
		Seeds: s.SeedScores(), Worth: u.worth, Frozen: u.frozen, Explanation: u.why, Warnings: r.warnings(s, u),
		Next: []string{"eahas query artifacts/" + r.config.Name + " " + example(table.Space, table.Trials)},
	}
	rep.News, rep.Diffs = p.news, p.newsDiffs
	if p.in.Synthetic {
		rep.Synthetic = simulate.Notice
	}
	for i := range r.config.Variants {
		v := describe(&r.config.Variants[i])
		v.FailureReason = s.Failure(v.Name)
		rep.Variants = append(rep.Variants, v)
	}
	for _, name := range s.Unseen.Names {
		rep.Variants = append(rep.Variants, report.Variant{Name: name, Baseline: true,
			Description: "the same recipe, each " + s.Unseen.Axis + " answered by a surrogate that never saw it"})
	}
	for _, c := range s.Trivial.Competitors {
		trivial := recipe.IsTrivial(c.Name)
		rep.Variants = append(rep.Variants, report.Variant{Name: c.Name, Trivial: trivial, Baseline: !trivial,
			Description: s.Trivial.About(c.Name)})
	}
	rep.Against = s.Trivial.Diffs
	if !s.Trivial.Reference() {
		trees, err := s.AgainstOne(recipe.FirstTrees(r.config.Variants))
		if err != nil {
			return rep, err
		}
		rep.Against = slices.Concat(rep.Against, trees)
	}
	unit := shortUnit(table.Metric.Unit)
	for _, c := range s.Competitors {
		rep.Calibration = append(rep.Calibration, calibration(table.Own, c.Name, u.of[c.Name], u.all, unit)...)
	}
	for _, c := range u.repeats {
		rep.Calibration = append(rep.Calibration, report.Calibration{Variant: u.frozen, Target: c.Target, Repeats: true,
			Unit: widthUnit(table.Own, c.Target, unit), Levels: c.Levels})
	}
	for i, name := range s.Unseen.Names {
		sure := s.Unseen.Sure[s.Unseen.Of[i]]
		rep.Calibration = append(rep.Calibration, calibration(table.Own, name, sure, false, unit)...)
	}
	r.addCurves(&rep, s)
	if err := r.addExamples(&rep, s, u, u.frozen); err != nil {
		return rep, err
	}
	addCosts(&rep, s)
	return rep, nil
}

// command is the command line that repeats a run, with further options.
func (r *run) command(name string, options ...string) string {
	words := []string{"eahas", name}
	if r.config.file != "" {
		words = append(words, "-config", filepath.Base(r.config.file))
	}
	return paste.Line(append(words, options...)...)
}

// warnings are those of the scores and of the intervals.
func (r *run) warnings(s experiment.Scored, u uncertainties) []string {
	var few experiment.Warnings
	for _, c := range s.Competitors {
		if one := u.of[c.Name]; one != nil {
			few.Add(c.Name, one.Few...)
		}
	}
	return slices.Concat(s.Warnings, few.Lines())
}

func (r *run) addCurves(rep *report.Report, s experiment.Scored) {
	if !s.Has(target.Curve) {
		return
	}
	m := s.Plan.Table.Metric
	rep.Curve = report.Axis{Name: m.Column, Unit: shortUnit(m.Unit), LowerBetter: !m.HigherIsBetter,
		FromEpoch: r.config.Evaluate.FromEpoch, GroupedBy: "curve length", EpochName: epochName(r.config.Logs),
		Logarithmic: !s.Plan.Table.Percent() && spansDecades(s.Plan.Table.Trials)}
	if g := r.config.Evaluate.GroupBy; g != "" {
		rep.Curve.GroupedBy = g
	}
	if s.Plan.Table.Percent() {
		rep.Curve.BoundHigh = 100
	}
	for i, c := range s.Competitors {
		rep.ByEpoch = append(rep.ByEpoch, report.EpochSeries{Variant: c.Name, Epochs: s.Details[c.Name].ByEpoch})
		rep.Predictions = append(rep.Predictions,
			report.FinalPredictions(c.Name, shortUnit(m.Unit), s.CurveData(i)))
	}
}

// addExamples chooses the curves to show by the errors of the variant called by, else of the first.
func (r *run) addExamples(rep *report.Report, s experiment.Scored, u uncertainties, by string) error {
	if !s.Has(target.Curve) || len(s.Competitors) == 0 {
		return nil
	}
	var names []string
	var data []eval.CurveData
	var bands []*report.Band
	for i, c := range s.Competitors {
		b, err := s.Bands(i, u.of[c.Name])
		if err != nil {
			return err
		}
		names, data, bands = append(names, c.Name), append(data, s.CurveData(i)), append(bands, reportBand(b))
	}
	rep.ExamplesBy = cmp.Or(by, names[0])
	rep.Examples = report.ChooseExamples(names, data, bands, rep.ExamplesBy, r.config.Evaluate.FromEpoch, exampleCurves,
		stream.Seed(r.config.Seed, "examples"))
	return nil
}

// reportBand is what the report draws around curves; nil for none.
func reportBand(b *experiment.Bands) *report.Band {
	if b == nil {
		return nil
	}
	return &report.Band{Level: experiment.BandLevel, Around: b.Around}
}

// unitOf is the unit of a target that has one number a trial.
func unitOf(s experiment.Scored, t target.Target) string {
	d, _ := s.Plan.Table.Own.Of(t)
	return shortUnit(d.Unit)
}

func addCosts(rep *report.Report, s experiment.Scored) {
	for i, c := range s.Competitors {
		for _, t := range s.Plan.Targets {
			if t == target.Curve {
				continue
			}
			d, rows := s.CostData(i, t)
			p := report.PredictionSet{Variant: c.Name, Target: t, Unit: unitOf(s, t), Truth: d.Truth, Pred: d.Pred,
				Groups: d.Groups}
			for _, row := range rows {
				p.IDs = append(p.IDs, s.Plan.Table.Trials[row].ID)
			}
			rep.Predictions = append(rep.Predictions, p)
		}
	}
}

// calibration is the part of the report about one variant's intervals: those in use, or all that were tried.
func calibration(own target.Own, name string, u *experiment.Uncertainty, all bool,
	curveUnit string) []report.Calibration {
	if u == nil {
		return nil
	}
	var out []report.Calibration
	for _, t := range u.Targets {
		unit := widthUnit(own, t, curveUnit)
		for _, c := range u.Checks[t] {
			if !c.Chosen && !all {
				continue
			}
			out = append(out, report.Calibration{Variant: name, Target: t, Source: c.InWords(), Chosen: c.Chosen,
				Unit: unit, Levels: c.Levels})
		}
	}
	return out
}

// widthUnit is the unit of the widths of a target's intervals.
func widthUnit(own target.Own, t target.Target, curveUnit string) string {
	d, _ := own.Of(t)
	switch {
	case t == target.Curve:
		return curveUnit
	case d.Scale != target.Log:
		return shortUnit(d.Unit)
	}
	return "ln"
}

// describe says what a variant is.
func describe(v *recipe.Variant) report.Variant {
	return report.Variant{Name: v.Name, Representation: v.Representation.InWords(), Regressor: v.Regressor.Kind,
		Baseline: v.Regressor.Baseline(), Description: v.InWords()}
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

// Rerender reads a report.json and writes the three forms of the report into a folder, which is made if it is absent:
// whole or not at all where nothing but a report is in it, else each file.
func Rerender(ctx context.Context, path, dir string) error {
	rep, err := report.Read(path)
	if err != nil {
		return err
	}
	files, err := report.Files(rep)
	if err != nil {
		return err
	}
	return publish(ctx, dir, true, files)
}
