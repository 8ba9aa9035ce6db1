package intake

import (
	"context"
	"maps"
	"path"
	"slices"

	"eahas/features"
)

var sacredReader = Reader{
	Name:  "sacred",
	Tool:  "Sacred's FileStorageObserver",
	Files: "N/run.json, N/config.json, N/metrics.json",
	Told:  "a run.json that begins with artifacts or has experiment and heartbeat, beside config.json",
	Gives: "config.json as configuration, metrics.json by step with its times, start, stop and status; the result",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			if f.base() != "run.json" || t.beside(f.dir(), "config.json") == nil {
				return false
			}
			keys := topKeys(f)
			return keys["heartbeat"] && keys["status"] && keys["start_time"] || keys["artifacts"] && keys["experiment"]
		})
		for _, f := range files {
			t.take("sacred", t.beside(f.dir(), "config.json"), t.beside(f.dir(), "metrics.json"),
				t.beside(f.dir(), "info.json"))
		}
		return found(Certain, "run.json beside config.json", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readSacred(t, f, log) })
	},
}

func readSacred(t *tree, f *file, log *Log) error {
	v, err := readJSON(f)
	if err != nil {
		return err
	}
	m := object(v)
	run, err := log.run("sacred", f.dir(), f.name)
	if err != nil {
		return err
	}
	run.Name = path.Base(f.dir())
	log.companion(run, t.beside(f.dir(), "config.json"))
	run.Started, run.Ended = sinceEpoch(moment(m["start_time"])), sinceEpoch(moment(m["stop_time"]))
	if s, ok := m["status"].(string); ok {
		run.Status = endOf(s)
	}
	if x, ok := number(m["result"]); ok {
		run.Final["result"] = features.Number(x)
	}
	series := t.beside(f.dir(), "metrics.json")
	if series == nil {
		return nil
	}
	all, err := readJSON(series)
	if err != nil {
		return err
	}
	metrics := object(all)
	for _, name := range slices.Sorted(maps.Keys(metrics)) { // the last time of a step stands
		if err := log.sacredSeries(run, name, object(metrics[name])); err != nil {
			return err
		}
	}
	return nil
}

// sacredSeries reads one metric: lists of steps, values and timestamps of one length.
func (l *Log) sacredSeries(run *Run, name string, m map[string]any) error {
	steps, _ := m["steps"].([]any)
	values, _ := m["values"].([]any)
	times, _ := m["timestamps"].([]any)
	for i := range min(len(steps), len(values)) {
		step, ok := number(steps[i])
		x, ok2 := number(values[i])
		if !ok || !ok2 {
			continue
		}
		if i < len(times) {
			run.tick(step, sinceEpoch(moment(times[i])))
		}
		if err := l.point(run, name, step, x); err != nil {
			return err
		}
	}
	return nil
}
