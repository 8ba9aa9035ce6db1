package intake

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
)

var smacReader = Reader{
	Name:  "smac",
	Tool:  "SMAC3",
	Files: "runhistory.json",
	Told:  "a runhistory.json with data and configs",
	Gives: "the cost of each configuration, seed and instance by budget (one row of SMAC 2; arrays of SMAC 1), " +
		"seconds of each evaluation as a sum so far",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			return f.base() == "runhistory.json" && bytes.Contains(f.head(), []byte(`"data"`))
		})
		for _, f := range files {
			for _, name := range []string{"scenario.json", "configspace.json", "optimization.json",
				"intensifier.json"} {
				t.take("smac", t.beside(f.dir(), name))
			}
		}
		return found(Certain, "runhistory.json with data", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error { return readSMAC(f, log) })
	},
}

// smacRow is one evaluation.
type smacRow struct {
	config, instance, seed                     string
	budget, cost, seconds, status, start, stop float64
}

// smacColumns is the order of SMAC 2.0's arrays.
var smacColumns = []string{"config_id", "instance", "seed", "budget", "cost", "time", "status", "starttime", "endtime"}

func readSMAC(f *file, log *Log) error {
	v, err := readJSON(f)
	if err != nil {
		return err
	}
	doc := object(v)
	entries, ok := doc["data"].([]any)
	if !ok {
		return fmt.Errorf("%s: %w: data is no list", f.name, ErrFormat)
	}
	log.declare(Column{Name: "cost", Role: RoleMetric, Kind: "loss", Unit: "raw", Why: "what SMAC minimizes"})
	log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative,
		Why: "time of each evaluation, summed over the budgets so far"})
	var rows []smacRow
	most := math.NaN()
	for i, e := range entries {
		r, ok := smacEntry(e)
		if !ok {
			log.leave(f.name, "entry %d of data has no shape of SMAC 1 or 2", i)
			continue
		}
		if !(r.budget <= most) && r.budget > 0 {
			most = r.budget
		}
		rows = append(rows, r)
	}
	base := runPath(f)
	runs := map[string]*Run{}
	for _, r := range rows {
		key := "config " + r.config
		for _, part := range []struct{ name, of string }{{"seed", r.seed}, {"instance", r.instance}} {
			if part.of != "" {
				key += " " + part.name + " " + part.of
			}
		}
		run := runs[key]
		if run == nil {
			if run, err = log.run("smac", path.Join(base, key), f.name); err != nil {
				return err
			}
			runs[key] = run
			run.configure("", object(doc["configs"])[r.config])
			run.Seed = r.seed
			if r.instance != "" {
				run.set("instance", parseSetting(r.instance))
			}
			run.Planned = most
		}
		if err := log.smacRow(run, r, most); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) smacRow(run *Run, r smacRow, most float64) error {
	epoch := r.budget
	if !(epoch > 0) {
		epoch = 1
	}
	run.span(r.start)
	run.span(r.stop)
	run.tick(epoch, r.stop)
	switch {
	case r.status == 0: // running
		run.Status = Killed
		return nil
	case r.status != 1: // crashed, out of memory or time
		run.Status = Failed
	case !(r.budget < most):
		run.Status = Finished
	case run.Status == Unknown:
		run.Status = Pruned
	}
	if r.status == 1 {
		if err := l.point(run, "cost", epoch, r.cost); err != nil {
			return err
		}
	}
	if math.IsNaN(r.seconds) {
		return nil
	}
	spent := 0.0
	if s := run.Series["seconds"]; s != nil {
		spent = finite(s.last())
	}
	return l.point(run, "seconds", epoch, spent+r.seconds)
}

// smacEntry reads one entry of data: an object (SMAC 2.1 and later), an array (2.0), or [[config, instance, seed,
// budget], [cost, time, status, start, end, info]] (1).
func smacEntry(e any) (smacRow, bool) {
	m := object(e)
	if a, ok := e.([]any); ok {
		if len(a) == 2 {
			key, _ := a[0].([]any)
			value, _ := a[1].([]any)
			a = slices.Concat(key, value)
		}
		if len(a) < len(smacColumns) {
			return smacRow{}, false
		}
		m = map[string]any{}
		for i, name := range smacColumns {
			m[name] = a[i]
		}
		if status := object(m["status"]); status != nil { // {"__enum__": "StatusType.SUCCESS"}
			m["status"] = map[any]float64{"StatusType.SUCCESS": 1, "StatusType.RUNNING": 0}[status["__enum__"]]
			if status["__enum__"] != "StatusType.SUCCESS" && status["__enum__"] != "StatusType.RUNNING" {
				m["status"] = 2.0
			}
		}
	}
	word := func(name string) string {
		switch v := m[name].(type) {
		case float64:
			return strconv.FormatFloat(v, 'g', -1, 64)
		case string:
			return v
		}
		return ""
	}
	num := func(name string) float64 {
		if x, ok := number(m[name]); ok {
			return x
		}
		if list, ok := m[name].([]any); ok && len(list) > 0 { // several objectives: the first
			if x, ok := number(list[0]); ok {
				return x
			}
		}
		return math.NaN()
	}
	r := smacRow{word("config_id"), word("instance"), word("seed"), num("budget"), num("cost"), num("time"),
		num("status"), num("starttime"), num("endtime")}
	return r, r.config != "" && !math.IsNaN(r.status)
}
