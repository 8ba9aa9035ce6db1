package intake

import (
	"context"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"

	"eahas/trial/names"
)

var synetuneReader = Reader{
	Name:  "synetune",
	Tool:  "Syne Tune",
	Files: "results.csv.zip and metadata.json",
	Told:  "a table with trial_id and columns st_worker_time, config_*",
	Gives: "reported values by resource, st_worker_time as seconds since the start; st_decision and st_status say " +
		"how a trial ended",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			if f.ext() != ".csv" {
				return false
			}
			h := header(f)
			return slices.Contains(h, "trial_id") && slices.ContainsFunc(h,
				func(n string) bool { return strings.HasPrefix(n, "st_") })
		})
		for _, f := range files {
			for dir := f.dir(); dir != "."; dir = path.Dir(dir) { // the table lies in an archive beside metadata.json
				if m := t.beside(dir, "metadata.json"); m != nil {
					t.take("synetune", m)
					t.take("synetune", t.free(func(g *file) bool {
						return strings.HasPrefix(g.name, dir+"/") &&
							g != f
					})...)
					break
				}
			}
		}
		return found(Certain, "trial_id and st_* columns", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readSyneTune(ctx, f, log) })
	},
}

// syneRow takes the results of one row.
func (l *Log) syneRow(run *Run, r *row, epoch float64) error {
	for i, name := range r.names {
		x, ok := parseNumber(r.cells[i])
		switch {
		case !ok, name == "trial_id", strings.HasPrefix(name, "config_"), names.IsEpoch(name),
			names.IsStep(name):
			continue
		case name == "st_worker_time":
			name = "seconds"
		case strings.HasPrefix(name, "st_"), name == "elapsed_time":
			continue
		}
		if err := l.point(run, name, epoch, x); err != nil {
			return err
		}
	}
	return nil
}

// readSyneTune reads one table of results: a row a report of a trial.
func readSyneTune(ctx context.Context, f *file, log *Log) error {
	log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative,
		Why: "st_worker_time counts on from the trial's start"})
	base := strings.TrimSuffix(path.Join(f.dir(), f.stem()), "/results.csv.zip/results")
	var runs []*Run
	count := map[*Run]float64{}
	ended := map[*Run]string{}
	longest := 0.0
	err := eachRow(ctx, f, log, func(r *row) error {
		before := len(log.Runs)
		run, err := log.run("synetune", path.Join(base, r.cell("trial_id")), f.name)
		if err != nil {
			return err
		}
		if len(log.Runs) > before {
			runs = append(runs, run)
			for i, name := range r.names {
				if axis, ok := strings.CutPrefix(name, "config_"); ok {
					run.set(axis, parseSetting(r.cells[i]))
				}
			}
			run.Planned = math.NaN()
		}
		count[run]++
		epoch := count[run]
		if at := epochColumn(r.names); at >= 0 {
			if x, ok := parseNumber(r.cells[at]); ok {
				epoch = x
			}
		}
		longest = max(longest, epoch)
		if x, ok := parseNumber(r.cell("st_worker_timestamp")); ok {
			run.tick(epoch, x)
			run.span(x)
		}
		ended[run] = r.cell("st_decision") + " " + r.cell("st_status")
		run.Tags["trial"] = features.Text(r.cell("trial_id"))
		return log.syneRow(run, r, epoch)
	})
	for _, run := range runs {
		run.Planned = longest
		run.Status = syneStatus(run.reached() >= longest, ended[run])
	}
	return err
}

// reached sorts the series and returns the last epoch of all.
func (r *Run) reached() float64 {
	last := 0.0
	for _, s := range r.Series {
		s.sort()
		last = max(last, s.Epochs[len(s.Epochs)-1])
	}
	return last
}

// syneStatus says how a run ended by whether it went as far as the others, and by its last decision and status.
func syneStatus(whole bool, said string) Status {
	switch {
	case whole || strings.Contains(said, "Completed"):
		return Finished
	case strings.Contains(said, "STOP"), strings.Contains(said, "PAUSE"), strings.Contains(said, "Paused"):
		return Pruned
	case strings.Contains(said, "Failed"):
		return Failed
	}
	return Killed
}
