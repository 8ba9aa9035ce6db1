package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"
)

var mllogReader = Reader{
	Name:  "mllog",
	Tool:  "MLPerf's mlperf_logging",
	Files: "result_0.txt, result_1.txt, ...: one run a file",
	Told:  "lines with :::MLLOG and JSON",
	Gives: "eval_* by epoch_num where all runs have it, else by samples_count, step, or their number; seconds since " +
		"run_start; what is said once with a value (global_batch_size, opt_*, submission_benchmark, " +
		"submission_platform) as settings; seed; run_stop's status. eval_accuracy that falls in most runs is a loss",
	find: func(t *tree) *Found {
		return found(Certain, "lines of mlperf_logging", t.free(func(f *file) bool {
			return bytes.Contains(f.head(), []byte(mllogMark+" {"))
		}))
	},
	read: readMLLogs,
}

// mllogMark stands before the JSON of a line; MPI's ranks may print something before it.
const mllogMark = ":::MLLOG"

// mllogLine is one line of a log.
type mllogLine struct {
	Time  float64 `json:"time_ms"` // milliseconds since 1970
	Type  string  `json:"event_type"`
	Key   string  `json:"key"`
	Value any     `json:"value"`
	Meta  struct {
		Epoch   *float64 `json:"epoch_num"`
		Samples *float64 `json:"samples_count"`
		Step    *float64 `json:"step"`
		Status  string   `json:"status"`
	} `json:"metadata"`
}

// mllogPoint is one evaluation.
type mllogPoint struct {
	name  string
	value float64
	at    float64            // seconds since the start
	by    map[string]float64 // epoch_num, samples_count, step, number
}

// mllogRun is what a file says.
type mllogRun struct {
	run    *Run
	points []mllogPoint
	start  float64            // run_start, milliseconds since 1970; NaN before it
	number map[string]float64 // evaluations so far, by name
}

// mllogCounts are what an evaluation may be counted by, the best first.
var mllogCounts = []string{"epoch_num", "samples_count", "step", "number"}

func readMLLogs(ctx context.Context, _ *tree, found *Found, log *Log) error {
	log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative, Why: "since run_start"})
	log.declare(Column{Name: "duration_s", Role: RoleSeconds, Unit: "s", Shape: Total, Why: "run_stop - run_start"})
	var all []*mllogRun
	err := log.each(ctx, found.files, func(f *file) error {
		id := strings.TrimSuffix(f.name, path.Ext(f.name))
		run, err := log.run("mllog", id, f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(id)
		m := &mllogRun{run: run, start: math.NaN(), number: map[string]float64{}}
		all = append(all, m)
		return eachLine(ctx, f, func(_ int, line string) error {
			_, text, ok := strings.Cut(line, mllogMark)
			var x mllogLine
			if ok && json.NewDecoder(newTolerant(strings.NewReader(text))).Decode(&x) == nil {
				m.line(&x)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return log.mllogPoints(all)
}

// line takes one line. Kept whole: it is the list of keys.
func (m *mllogRun) line(x *mllogLine) {
	key := x.Key
	switch {
	case key == "run_start":
		if math.IsNaN(m.start) {
			m.start = x.Time
			m.run.Started = x.Time / 1000
		}
	case key == "run_stop":
		m.run.Ended = x.Time / 1000
		if x.Time > m.start {
			m.run.Final["duration_s"] = features.Number((x.Time - m.start) / 1000)
		}
		switch x.Meta.Status {
		case "success":
			m.run.Status = Finished
		case "aborted":
			m.run.Status = Killed
		}
	case key == "seed":
		if v, ok := x.Value.(float64); ok && m.run.Seed == "" {
			m.run.Seed = features.Number(v).String()
		}
	case strings.HasPrefix(key, "eval_") && !math.IsNaN(m.start):
		v, ok := x.Value.(float64)
		if !ok {
			return
		}
		m.number[key]++
		p := mllogPoint{name: key, value: v, at: (x.Time - m.start) / 1000,
			by: map[string]float64{"number": m.number[key]}}
		for name, at := range map[string]*float64{"epoch_num": x.Meta.Epoch, "samples_count": x.Meta.Samples,
			"step": x.Meta.Step} {
			if at != nil {
				p.by[name] = *at
			}
		}
		m.points = append(m.points, p)
	case x.Type == "POINT_IN_TIME" && math.IsNaN(m.start) && !mllogNever[key]:
		switch x.Value.(type) {
		case float64, string, bool:
			m.run.set(key, setting(x.Value))
		}
	}
}

// mllogNever are keys with a value that say nothing of the training.
var mllogNever = map[string]bool{"cache_clear": true, "submission_status": true, "submission_poc_name": true,
	"submission_poc_email": true, "submission_entry": true}

// mllogCount is what all evaluations are counted by.
func mllogCount(all []*mllogRun) string {
	return mllogCounts[slices.IndexFunc(mllogCounts, func(name string) bool {
		return !slices.ContainsFunc(all, func(m *mllogRun) bool {
			return slices.ContainsFunc(m.points, func(p mllogPoint) bool {
				_, ok := p.by[name]
				return !ok
			})
		})
	})]
}

// mllogPoints stores the evaluations of all runs by what all of them count, and says whether their accuracy is one.
func (l *Log) mllogPoints(all []*mllogRun) error {
	by, falls := mllogCount(all), 0
	for _, m := range all {
		first, last := math.NaN(), math.NaN()
		for _, p := range m.points {
			if err := l.point(m.run, p.name, p.by[by], p.value); err != nil {
				return err
			}
			if err := l.point(m.run, "seconds", p.by[by], p.at); err != nil {
				return err
			}
			if p.name == "eval_accuracy" {
				if last = p.value; math.IsNaN(first) {
					first = p.value
				}
			}
		}
		switch {
		case last < first:
			falls++
		case last > first:
			falls--
		}
	}
	if falls > 0 {
		l.declare(Column{Name: "eval_accuracy", Role: RoleMetric, Kind: "loss", Unit: "raw", Split: "validation",
			Objective: true, Why: "falls from the first evaluation to the last in most runs"})
	}
	if by != "epoch_num" && len(all) > 0 {
		l.Notes = append(l.Notes, "an epoch is counted by "+by)
	}
	return nil
}
