package intake

import (
	"context"
	"maps"
	"path"
	"slices"

	"eahas/features"
	"eahas/trial/names"
)

var sacredReader = Reader{
	Name:  "sacred",
	Tool:  "Sacred's FileStorageObserver",
	Files: "N/run.json, N/config.json, N/metrics.json, N/info.json",
	Told:  "a run.json that begins with artifacts or has experiment and heartbeat, beside config.json",
	Gives: "config.json as configuration, metrics.json by step with its times, start, stop and status; " +
		"the result, and the numbers of info.json (of a list of like objects the mean)",
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
	if run.Ended > run.Started {
		run.Final["duration_s"] = features.Number(run.Ended - run.Started)
		log.declare(Column{Name: "duration_s", Role: RoleSeconds, Unit: "s", Shape: Total,
			Why: "stop_time - start_time"})
	}
	if info := t.beside(f.dir(), "info.json"); info != nil {
		v, err := readJSON(info)
		if err != nil {
			log.leave(info.name, "%v", err)
		} else if err := log.sacredInfo(run, "", v); err != nil {
			return err
		}
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

// sacredInfo takes what a program noted of its run: a number is a result, a list of numbers under the name of a metric
// its curve, a list of objects with the same numbers repetitions, of which the mean is the result.
func (l *Log) sacredInfo(run *Run, name string, v any) error {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			at := k
			if name != "" {
				at = name + "." + k
			}
			if err := l.sacredInfo(run, at, v[k]); err != nil {
				return err
			}
		}
	case []any:
		if objects(v) {
			meanOfEach(run, name, v)
		} else if numeric(v) && len(v) > 1 && names.Metric(name) != "" {
			for i, e := range v {
				if x, ok := number(e); ok {
					if err := l.point(run, name, float64(i+1), x); err != nil {
						return err
					}
				}
			}
		}
	default:
		x, ok := number(v)
		if _, taken := run.Config[name]; ok && !taken && len(run.Final) < maxFlattened {
			run.Final[name] = features.Number(x)
		}
	}
	return nil
}

// meanOfEach takes the mean of each number that all objects of a list have.
func meanOfEach(run *Run, name string, list []any) {
	sums, counts := map[string]float64{}, map[string]int{}
	for _, e := range list {
		for k, v := range object(e) {
			if x, ok := number(v); ok {
				sums[k] += x
				counts[k]++
			}
		}
	}
	for k, n := range counts {
		if n == len(list) {
			run.Final[name+"."+k] = features.Number(sums[k] / float64(n))
		}
	}
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
