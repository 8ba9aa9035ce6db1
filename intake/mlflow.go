package intake

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"path"
	"strings"

	"eahas/features"
)

var mlflowReader = Reader{
	Name:  "mlflow",
	Tool:  "MLflow",
	Files: "the file store mlruns/, the SQLite store mlflow.db",
	Told:  "meta.yaml with run_id beside params/ and metrics/; SQLite with the tables runs, params and metrics",
	Gives: "params as configuration, metrics by step, status, start and end; power among the system metrics " +
		"(system/gpu_0_power_usage_watts) is integrated to joules",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			return f.base() == "meta.yaml" && strings.Contains(string(f.head()), "run_id:") ||
				isSQLite(f, "experiments") && isSQLite(f, "runs")
		})
		for _, f := range files {
			if f.base() == "meta.yaml" {
				t.take("mlflow", t.beside(path.Dir(f.dir()), "meta.yaml"))
			}
		}
		got := found(Certain, "runs with params and metrics", files)
		if got != nil {
			t.take("mlflow", t.free(func(f *file) bool { return mlflowRunOf(t, f) != "" })...)
		}
		return got
	},
	read: readMLflow,
}

// mlflowRunOf is the folder of the run to which a file of a file store belongs.
func mlflowRunOf(t *tree, f *file) string {
	for dir := f.dir(); dir != "."; dir = path.Dir(dir) {
		if m := t.beside(dir, "meta.yaml"); m != nil && t.taken[m] == "mlflow" || m != nil &&
			strings.Contains(string(m.head()), "run_id:") {
			return dir
		}
	}
	return ""
}

// mlflowStates are the states of runs, as words and as the numbers of the file store.
var mlflowStates = map[string]Status{"FINISHED": Finished, "FAILED": Failed, "KILLED": Killed, "RUNNING": Killed,
	"SCHEDULED": Unknown, "3": Finished, "4": Failed, "5": Killed, "1": Killed, "2": Unknown}

func readMLflow(ctx context.Context, t *tree, found *Found, log *Log) error {
	log.declare(Column{Name: "duration_s", Role: RoleSeconds, Unit: "s", Shape: Total, Why: "end_time - start_time"})
	stores := map[string][]*file{} // run folder -> its params, metrics and tags
	for _, f := range t.files {
		for _, kind := range []string{"/params/", "/metrics/", "/tags/"} {
			if i := strings.LastIndex(f.name, kind); i > 0 {
				stores[f.name[:i]] = append(stores[f.name[:i]], f)
				break
			}
		}
	}
	err := log.each(ctx, found.files, func(f *file) error {
		if f.base() == "meta.yaml" {
			return readMLflowFolder(ctx, f, stores[f.dir()], log)
		}
		db, err := openSQLite(ctx, f)
		if err != nil {
			return err
		}
		defer db.close()
		if err := readMLflowDatabase(ctx, db, f, log); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		return nil
	})
	log.onceIsFinal("mlflow")
	return err
}

func readMLflowFolder(ctx context.Context, meta *file, files []*file, log *Log) error {
	v, err := readYAML(meta)
	if err != nil {
		return err
	}
	m := object(v)
	word := func(name string) string {
		if m[name] == nil {
			return ""
		}
		return setting(m[name]).String()
	}
	if word("lifecycle_stage") == "deleted" {
		log.leave(meta.name, "a deleted run")
		return nil
	}
	run, err := log.run("mlflow", word("run_id"), meta.dir())
	if err != nil {
		return err
	}
	run.Name = word("run_name")
	run.Status = mlflowStates[word("status")]
	run.lasted(milliseconds(m["start_time"]), milliseconds(m["end_time"]))
	return log.each(ctx, files, func(f *file) error {
		kind, key, _ := strings.Cut(strings.TrimPrefix(f.name, meta.dir()+"/"), "/")
		switch kind {
		case "params":
			if f.size < 1<<20 {
				run.set(key, parseSetting(string(f.head())))
			}
		case "tags":
			if !strings.HasPrefix(key, "mlflow.") && f.size < 4096 {
				run.Tags[key] = parseSetting(string(f.head()))
			}
		case "metrics":
			return eachLine(ctx, f, func(n int, line string) error { // milliseconds value step [...]
				p := strings.Fields(line)
				if len(p) < 2 {
					return nil
				}
				at, ok1 := parseNumber(p[0])
				x, ok2 := parseNumber(p[1])
				step := 0.0
				if len(p) > 2 {
					step, _ = parseNumber(p[2])
				}
				if !ok1 || !ok2 {
					return fmt.Errorf("%s: line %d: %w: %.80q", f.name, n, ErrFormat, line)
				}
				return log.mlflowMetric(run, key, step, x, at/1000)
			})
		}
		return nil
	})
}

func milliseconds(v any) float64 {
	if x, ok := number(v); ok && x > 0 {
		return x / 1000
	}
	return math.NaN()
}

// mlflowMetric takes one value of a metric; power among the system metrics becomes samples of the run.
func (l *Log) mlflowMetric(run *Run, key string, step, x, at float64) error {
	if name, ok := strings.CutPrefix(key, "system/"); ok {
		if device, ok := strings.CutSuffix(name, "_power_usage_watts"); ok {
			return l.sample(run, "mlflow", run.From, device, at, x)
		}
		return nil
	}
	run.tick(step, at)
	return l.point(run, key, step, x)
}

// mlflowRuns makes the runs of the table runs, by their ids.
func mlflowRuns(ctx context.Context, db *database, f *file, log *Log) (map[string]*Run, error) {
	runs := map[string]*Run{}
	err := db.query(ctx, "select run_uuid, coalesce(name, ''), coalesce(status, ''), start_time, end_time from runs "+
		"where lifecycle_stage = 'active' order by start_time, run_uuid", func(scan func(...any) error) error {
		var id, name, status string
		var from, to sql.NullFloat64
		if err := scan(&id, &name, &status, &from, &to); err != nil {
			return err
		}
		run, err := log.run("mlflow", id, f.name)
		if err != nil {
			return err
		}
		run.Name, run.Status = name, mlflowStates[status]
		run.lasted(from.Float64/1000, to.Float64/1000)
		runs[id] = run
		return nil
	})
	return runs, err
}

// mlflowSettings reads the tables of parameters and, where there is one, of tags.
func mlflowSettings(ctx context.Context, db *database, runs map[string]*Run) error {
	err := db.query(ctx, "select run_uuid, key, value from params", func(scan func(...any) error) error {
		var id, key, value string
		if err := scan(&id, &key, &value); err != nil {
			return err
		}
		if run := runs[id]; run != nil {
			run.set(key, parseSetting(value))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !db.has("tags", "run_uuid", "key", "value") {
		return nil
	}
	return db.query(ctx, "select run_uuid, key, coalesce(value, '') from tags where key not like 'mlflow.%'",
		func(scan func(...any) error) error {
			var id, key, value string
			if err := scan(&id, &key, &value); err != nil {
				return err
			}
			if run := runs[id]; run != nil && len(value) < 4096 {
				run.Tags[key] = parseSetting(value)
			}
			return nil
		})
}

// readMLflowDatabase reads the tables of one database.
func readMLflowDatabase(ctx context.Context, db *database, f *file, log *Log) error {
	if !db.has("runs", "run_uuid", "name", "status", "start_time", "end_time", "lifecycle_stage") ||
		!db.has("metrics", "run_uuid", "key", "value", "timestamp", "step") ||
		!db.has("params", "run_uuid", "key", "value") {
		return fmt.Errorf("%w: the tables runs, metrics and params are not those of MLflow 1 to 3; mlflow db upgrade",
			ErrFormat)
	}
	runs, err := mlflowRuns(ctx, db, f, log)
	if err != nil {
		return err
	}
	if err := mlflowSettings(ctx, db, runs); err != nil {
		return err
	}
	nan := "0"
	if db.has("metrics", "is_nan") {
		nan = "is_nan"
	}
	return db.query(ctx, "select run_uuid, key, value, timestamp, step, "+nan+" from metrics order by run_uuid, "+
		"timestamp", func(scan func(...any) error) error {
		var id, key string
		var value, at, step float64
		var isNaN bool
		if err := scan(&id, &key, &value, &at, &step, &isNaN); err != nil {
			return err
		}
		if isNaN {
			value = math.NaN()
		}
		if run := runs[id]; run != nil {
			return log.mlflowMetric(run, key, step, value, at/1000)
		}
		return nil
	})
}

// tagged keeps short texts for grouping.
func (r *Run) tagged(name, text string) {
	if text != "" && len(text) < 256 {
		r.Tags[name] = features.Text(text)
	}
}
