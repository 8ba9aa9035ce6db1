package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/arithmetic"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/pipeline/stage"
	"eahas/report"
	"eahas/trial"
)

// Adapt says to what a bundle is adapted.
type Adapt struct {
	Bundle   string   // folder of the bundle
	Paths    []string // logs of a few runs, from the current folder or absolute
	Axis     string   // the axis that has new categories; "": the one that does
	Category string   // the new category; "": all of that axis that are not known
}

// RunAdapt makes a new bundle of one, which knows more categories of an axis: devices of which a few runs were
// logged. What the bundle answers for the known ones stays as it is; nothing is trained from zero.
func RunAdapt(ctx context.Context, a Adapt, o Options) (*Result, error) {
	old, err := openEarlier(a.Bundle)
	if err != nil {
		return nil, err
	}
	if first := old.Surrogate.Spec().Own.First(); len(first) > 0 {
		return nil, fmt.Errorf("%w: a bundle in which %v is predicted first for the others cannot be adapted; retrain "+
			"on all logs: eahas run -from %s", ErrConfig, first, a.Bundle)
	}
	c := old.config
	o.DataDir = dataDirOf(c, o.DataDir, true)
	if len(a.Paths) == 0 {
		return nil, fmt.Errorf("%w: adapting needs logs of a few runs with the new category", ErrConfig)
	}
	more, err := newMappings(ctx, c, a.Paths, DataDir(o.DataDir))
	if err != nil {
		return nil, err
	}
	before := *c // what the bundle was made by
	c.Logs, c.Added, c.file = more, nil, ""
	r := newRun(c, o, "-adapted")
	in, err := r.ingest(ctx)
	if err != nil {
		return nil, err
	}
	axis, categories, err := newCategories(old.Surrogate.Spec().Space, a, in.Trials)
	if err != nil {
		return nil, err
	}
	var all []experiment.AdaptedTo
	rejected := in.Rejections
	s := old.Surrogate
	for _, category := range categories { // one after the other: each is adapted from those before it, too
		w := widenTo(s.Spec().Space, axis, features.Text(category), in.Trials)
		runs, outside, err := r.fewRuns(w, in)
		if err != nil {
			return nil, err
		}
		made, err := experiment.AdaptTo(ctx, s, w.space, w.axis, w.category, runs, old.First, r.config.Seed)
		if err != nil {
			return nil, err
		}
		for i, w := range w.widened {
			made.Lines = slices.Insert(made.Lines, i, "Space: "+w.String()+".")
		}
		all, rejected = append(all, made), slices.Concat(rejected, outside)
		s, before.Space.Space = made.Surrogate, w.space
	}
	r.sayKnown(in, axis, categories)
	before.Added = append(slices.Clone(before.Added), Added{Logs: more})
	return r.saveAdapted(ctx, a, old, &before, in, all, rejected)
}

// wider is the space of a bundle with the new category.
type wider struct {
	space    features.Space
	axis     string
	category features.Value
	runs     []trial.Trial // that have it
	widened  []features.Widened
}

// newCategories finds the new categories among the runs, of one axis.
func newCategories(space features.Space, a Adapt, trials []trial.Trial) (axis string, categories []string, err error) {
	if i := slices.IndexFunc(space.Params, func(p features.Param) bool { return p.Kind == features.Graph }); i >= 0 {
		return "", nil, fmt.Errorf("%w: a bundle with an axis of graphs (%s) cannot be adapted; retrain on all logs: "+
			"eahas run -from %s", ErrConfig, space.Params[i].Name, a.Bundle)
	}
	unknown := map[string][]string{} // by axis
	for i := range space.Params {
		p := &space.Params[i]
		if p.Kind != features.Choice || a.Axis != "" && p.Name != a.Axis {
			continue
		}
		values := map[string]bool{}
		for _, t := range trials {
			if v := t.Config.Get(p.Name); !v.IsMissing() && p.Index(v) < 0 && (a.Category == "" ||
				v.String() == a.Category) {
				values[v.String()] = true
			}
		}
		if len(values) > 0 {
			unknown[p.Name] = slices.Sorted(maps.Keys(values))
		}
	}
	axes := slices.Sorted(maps.Keys(unknown))
	switch {
	case len(axes) == 0:
		return "", nil, fmt.Errorf("%w: no run has a category that the bundle does not know%s. The axes of categories "+
			"are %s: say -axis and -to, or, for more runs of what it knows, eahas run -from %s", ErrConfig, asked(a),
			choiceAxes(space),
			a.Bundle)
	case len(axes) > 1:
		var all []string
		for _, axis := range axes {
			all = append(all, axis+" = "+strings.Join(unknown[axis], ", "))
		}
		return "", nil, fmt.Errorf("%w: the runs have categories of several axes that the bundle does not know (%s), "+
			"and it is adapted to those of one: name it with -axis", ErrConfig, strings.Join(all, "; "))
	}
	return axes[0], unknown[axes[0]], nil
}

// widenTo makes the space hold a new category and the numbers of its runs. Other new categories stay outside.
func widenTo(space features.Space, axis string, category features.Value, trials []trial.Trial) wider {
	w := wider{axis: axis, category: category}
	var configs []features.Config
	for _, t := range trials {
		if t.Config.Get(w.axis).String() == w.category.String() {
			w.runs, configs = append(w.runs, t), append(configs, t.Config.Config())
		}
	}
	w.space, w.widened = space.Widen(configs)
	w.keepOthers(space)
	return w
}

// keepOthers takes back new categories of other axes: nothing is known of them.
func (w *wider) keepOthers(space features.Space) {
	w.widened = slices.DeleteFunc(w.widened, func(c features.Widened) bool {
		p := w.space.Param(c.Axis)
		if c.Axis == w.axis || p.Kind != features.Choice {
			return c.Axis == w.axis
		}
		*p = *space.Param(c.Axis)
		return true
	})
}

func asked(a Adapt) string {
	switch {
	case a.Axis != "" && a.Category != "":
		return fmt.Sprintf(" (asked for: %s = %s)", a.Axis, a.Category)
	case a.Axis != "" || a.Category != "":
		return fmt.Sprintf(" (asked for: %s%s)", a.Axis, a.Category)
	}
	return ""
}

func choiceAxes(space features.Space) string {
	var out []string
	for i := range space.Params {
		if p := &space.Params[i]; p.Kind == features.Choice {
			out = append(out, p.Name)
		}
	}
	if len(out) == 0 {
		return "none (a device has to be an axis of the bundle: train it on logs with a column for it)"
	}
	return strings.Join(out, ", ")
}

// fewRuns are the runs of the new category that the wider space holds, as training sees them.
func (r *run) fewRuns(w wider, in *ingested) (*dataset.Table, []trial.Rejection, error) {
	table, outside, err := dataset.New(dataset.Settings{Space: w.space, Epochs: r.config.Epochs, Seed: r.config.Seed,
		Split: dataset.Split{By: "holdout", Holdout: 0.5}, Own: in.Targets}, in.Metric, w.runs)
	if err != nil {
		return nil, outside, fmt.Errorf("%w: runs of two configurations with %s = %s are needed at least", err, w.axis,
			w.category)
	}
	if r.options.Strict && len(outside)+len(in.Rejections) > 0 {
		return nil, outside, strict(slices.Concat(in.Rejections, outside))
	}
	return table, outside, nil
}

// sayKnown says how many runs are of known categories.
func (r *run) sayKnown(in *ingested, axis string, categories []string) {
	left := 0
	for _, t := range in.Trials {
		if !slices.Contains(categories, t.Config.Get(axis).String()) {
			left++
		}
	}
	if left > 0 {
		r.stages.Say(stage.Note, "", "%d runs of known categories are not looked at", left)
	}
}

// saveAdapted freezes the adapted surrogate beside the report of the bundle that it was made from, opens it again and
// compares.
func (r *run) saveAdapted(ctx context.Context, a Adapt, old *earlier, c *Config, in *ingested,
	all []experiment.AdaptedTo, rejected []trial.Rejection) (*Result, error) {
	rep, err := report.Read(a.Bundle + "/" + report.JSONFile)
	if err != nil {
		rep = report.Report{Title: old.Surrogate.Spec().Name}
	}
	var golden []features.Config
	var summary []string
	runs := 0
	for _, made := range all {
		rep.Adapted = append(rep.Adapted, report.Adapted{Bundle: old.name, Axis: made.Axis, Category: made.Category,
			Runs: made.Runs, Lines: made.Lines, Targets: made.Targets})
		rep.Warnings = append(rep.Warnings, fmt.Sprintf("%s = %s is answered from %d runs: its scores are those under "+
			"\"Adapted\", all others are of the known categories", made.Axis, made.Category, made.Runs))
		golden = append(golden, goldenConfigs(made.Table)...)
		summary = append(summary, rep.Adapted[len(rep.Adapted)-1].Summary()...)
		runs += made.Runs
	}
	made := all[len(all)-1]
	rep.Version, rep.Command = artifacts.CodeVersion, "eahas adapt "+old.name
	files, err := report.Files(rep)
	if err != nil {
		return nil, err
	}
	lines, err := rejectedLines(rejected)
	if err != nil {
		return nil, err
	}
	resolved, err := c.Resolved()
	if err != nil {
		return nil, err
	}
	info := old.Info
	info.CodeVersion, info.Arithmetic, info.Config = artifacts.CodeVersion, arithmetic.Fingerprint(), resolved
	info.Inputs = slices.Concat(info.Inputs, inputFiles(in))
	info.Reports = []artifacts.Report{{Name: RejectedFile, Data: lines}}
	for _, f := range files {
		info.Reports = append(info.Reports, artifacts.Report(f))
	}
	info.Golden, info.Replace = slices.Concat(golden, old.First), r.options.Replace
	if err := makeParent(r.options.Out); err != nil {
		return nil, err
	}
	if err := made.Surrogate.Save(ctx, r.options.Out, info); err != nil {
		return nil, err
	}
	if err := r.opensTheSame(ctx, made.Table, made.Surrogate); err != nil {
		return nil, err
	}
	return &Result{Out: r.options.Out, Trials: runs, Rejected: rejected, Summary: summary,
		Example: example(made.Table.Space, made.Table.Trials)}, nil
}
