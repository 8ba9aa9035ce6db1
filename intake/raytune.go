package intake

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"
)

var rayReader = Reader{
	Name:  "raytune",
	Tool:  "Ray Tune",
	Files: "trial folders: result.json, progress.csv, params.json",
	Told:  "a result.json or progress.csv with training_iteration and trial_id",
	Gives: "every reported number by training_iteration, time_total_s as seconds since the start, params.json as " +
		"configuration; a trial whose error.txt exists failed, one that ended before the longest was cut by its " +
		"scheduler",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			switch f.base() {
			case "result.json":
				return f.size > 0 && bytes.Contains(f.head(), []byte(`"training_iteration"`)) &&
					bytes.Contains(f.head(), []byte(`"trial_id"`))
			case "progress.csv":
				h := header(f)
				return slices.Contains(h, "training_iteration") && slices.Contains(h, "trial_id")
			}
			return false
		})
		var first []*file
		for _, f := range files {
			if f.base() == "progress.csv" && slices.ContainsFunc(files,
				func(g *file) bool { return g.base() == "result.json" && g.dir() == f.dir() }) {
				t.take("raytune", f)
				continue
			}
			first = append(first, f)
			for _, c := range t.dirs[f.dir()] { // the same numbers again as TensorBoard events, and pickles
				t.take("raytune", c)
			}
		}
		seen := map[string]bool{}
		for _, f := range first {
			if up := path.Dir(f.dir()); !seen[up] {
				seen[up] = true
				t.take("raytune", t.dirs[up]...)
			}
		}
		return found(Certain, "results with training_iteration and trial_id", first)
	},
	read: readRay,
}

// rayBookkeeping are what Ray Tune reports beside what the training did.
var rayBookkeeping = []string{"timestamp", "time_this_iter_s", "time_since_restore", "iterations_since_restore",
	"timesteps_since_restore", "timesteps_total", "episodes_total", "pid", "done",
	"date", "hostname", "node_ip", "trial_id", "experiment_id", "experiment_tag", "checkpoint_dir_name",
	"should_checkpoint", "config", "training_iteration", "warmup_time", "time_total_s"}

func readRay(ctx context.Context, t *tree, found *Found, log *Log) error {
	log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative,
		Why: "time_total_s counts on from the start"})
	before := len(log.Runs)
	states, err := rayStates(ctx, t, found, log)
	if err != nil {
		return err
	}
	longest := map[string]float64{}
	done := map[*Run]bool{}
	err = log.each(ctx, found.files, func(f *file) error {
		run, err := log.run("raytune", f.dir(), f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(f.dir())
		log.companion(run, t.beside(f.dir(), "params.json"))
		if f.base() == "progress.csv" {
			err = eachRow(ctx, f, log, func(r *row) error {
				line := map[string]any{}
				for i, name := range r.names {
					if x, ok := parseNumber(r.cells[i]); ok {
						line[name] = x
					} else if v := parseSetting(r.cells[i]); !v.IsMissing() {
						line[name] = v.String()
					}
				}
				return log.rayResult(run, line, done)
			})
		} else {
			var torn bool
			torn, err = eachJSON(f, func(v any) error { return log.rayResult(run, object(v), done) })
			if torn {
				log.leave(f.name, "its last line is torn")
			}
		}
		if run.Planned > 0 {
			longest[path.Dir(f.dir())] = max(longest[path.Dir(f.dir())], run.Planned)
		}
		return err
	})
	for _, run := range log.Runs[before:] {
		last := run.Planned
		run.Planned = longest[path.Dir(run.ID)]
		state := states[run.Tags["trial_id"].String()]
		switch {
		case t.beside(run.ID, "error.txt") != nil, state == "ERROR":
			run.Status = Failed
		case !done[run] && state != "TERMINATED":
			run.Status = Killed
		case last < run.Planned:
			run.Status = Pruned
		default:
			run.Status = Finished
		}
	}
	return err
}

// rayStates reads how trials ended from the experiment's state: trial_id to TERMINATED, ERROR, RUNNING, PENDING or
// PAUSED.
func rayStates(ctx context.Context, t *tree, found *Found, log *Log) (map[string]string, error) {
	out := map[string]string{}
	seen := map[string]bool{}
	var files []*file
	for _, f := range found.files {
		up := path.Dir(f.dir())
		if seen[up] {
			continue
		}
		seen[up] = true
		for _, s := range t.dirs[up] {
			if strings.HasPrefix(s.base(), "experiment_state-") && s.ext() == ".json" {
				files = append(files, s)
			}
		}
	}
	return out, log.each(ctx, files, func(f *file) error {
		v, err := readJSON(f)
		if err != nil {
			return err
		}
		trials, _ := object(v)["trial_data"].([]any)
		for _, e := range trials {
			pair, _ := e.([]any)
			if len(pair) == 0 {
				continue
			}
			text, _ := pair[0].(string)
			trial, err := dict(text)
			if err != nil {
				continue
			}
			id, _ := object(trial)["trial_id"].(string)
			state, _ := object(trial)["status"].(string)
			out[id] = state
		}
		return nil
	})
}

// rayResult reads one reported result. The run's Planned holds its last iteration meanwhile.
func (l *Log) rayResult(run *Run, line map[string]any, done map[*Run]bool) error {
	epoch, ok := number(line["training_iteration"])
	if !ok {
		return nil
	}
	if run.Planned = epoch; len(run.Config) == 0 {
		run.configure("", line["config"])
		run.Planned = epoch
	}
	if id, ok := line["trial_id"].(string); ok {
		run.tagged("trial_id", id)
	}
	if at, ok := number(line["timestamp"]); ok {
		run.tick(epoch, at)
		run.span(at)
		if s, ok := number(line["time_total_s"]); ok && s >= 0 {
			run.span(at - s)
		}
	}
	if s, ok := number(line["time_total_s"]); ok {
		if err := l.point(run, "seconds", epoch, s); err != nil {
			return err
		}
	}
	switch d := line["done"].(type) {
	case bool:
		done[run] = d
	case string:
		done[run] = d == "true"
	}
	if err := l.rayMetrics(run, line, epoch); err != nil {
		return fmt.Errorf("training_iteration %v: %w", epoch, err)
	}
	return nil
}

// rayMetrics takes every number of a result that is not Ray's own bookkeeping.
func (l *Log) rayMetrics(run *Run, line map[string]any, epoch float64) (err error) {
	flatten("", line, func(name string, v features.Value) {
		top, _, _ := strings.Cut(strings.ReplaceAll(name, "/", "."), ".")
		x, ok := v.Float()
		if s, text := v.Str(); text && (s == "+Inf" || s == "-Inf" || s == "NaN") {
			x, ok = parseNumber(s)
		}
		if err == nil && ok && !slices.Contains(rayBookkeeping, top) && !slices.Contains(rayBookkeeping, name) {
			err = l.point(run, name, epoch, x)
		}
	})
	if err == nil { // flatten gives no NaN: a missing value is not handed out as a number
		for name, v := range line {
			if x, ok := number(v); ok && math.IsNaN(x) && !slices.Contains(rayBookkeeping, name) {
				err = l.point(run, name, epoch, x)
			}
		}
	}
	return err
}
