package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"eahas/features"
)

var optunaReader = Reader{
	Name:  "optuna",
	Tool:  "Optuna",
	Files: "the SQLite storage; trials_dataframe() as CSV",
	Told:  "SQLite with the tables trials, trial_params and trial_values; a CSV with number, state and params_*",
	Gives: "params as configuration, intermediate values by step, the objective as result (of a pruned trial it is " +
		"only its last intermediate value, and no result), datetimes as start and end, states",
	Convert: "other storages (journal, MySQL, PostgreSQL): optuna.load_study(study_name=NAME, " +
		"storage=STORAGE).trials_dataframe().to_csv(\"trials.csv\")",
	find: func(t *tree) *Found {
		return found(Certain, "Optuna's tables, or the columns of trials_dataframe()", t.free(func(f *file) bool {
			if isSQLite(f, "trial_params") {
				return true
			}
			h := header(f)
			return f.ext() == ".csv" && slices.Contains(h, "number") && slices.Contains(h, "state") &&
				slices.ContainsFunc(h, func(n string) bool { return strings.HasPrefix(n, "params_") })
		}))
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		log.declare(Column{Name: "duration_s", Role: RoleSeconds, Unit: "s", Shape: Total,
			Why: "datetime_complete - datetime_start"})
		order := slices.Clone(found.files) // storages first: a frame may be of the same study
		slices.SortStableFunc(order, func(a, b *file) int { return strings.Compare(frame(a), frame(b)) })
		return log.each(ctx, order, func(f *file) error {
			if frame(f) != "" {
				before := len(log.Runs)
				err := readTrialsFrame(ctx, f, log)
				log.guessDirection(log.Runs[before:])
				return err
			}
			db, err := openSQLite(ctx, f)
			if err != nil {
				return err
			}
			defer db.close()
			if err := readOptuna(ctx, db, f, log); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
			return nil
		})
	},
}

// frame is ".csv" for a CSV, and "" for a storage.
func frame(f *file) string {
	if f.ext() == ".csv" {
		return ".csv"
	}
	return ""
}

// optunaStates are the states of trials.
var optunaStates = map[string]Status{"COMPLETE": Finished, "PRUNED": Pruned, "FAIL": Failed, "RUNNING": Killed,
	"WAITING": Unknown}

func readOptuna(ctx context.Context, db *database, f *file, log *Log) error {
	for table, columns := range map[string][]string{"studies": {"study_id", "study_name"},
		"trials":       {"trial_id", "number", "study_id", "state", "datetime_start", "datetime_complete"},
		"trial_params": {"trial_id", "param_name", "param_value", "distribution_json"}} {
		if !db.has(table, columns...) {
			return fmt.Errorf("%w: the table %s has not the columns %s of Optuna 3 or later; python: optuna storage "+
				"upgrade", ErrFormat, table, strings.Join(columns, ", "))
		}
	}
	runs := map[int64]*Run{}
	maximize, err := optunaDirections(ctx, db)
	if err != nil {
		return err
	}
	err = db.query(ctx, `select t.trial_id, t.number, t.state, t.datetime_start, t.datetime_complete, `+
		`s.study_name, s.study_id from trials t join studies s on s.study_id = t.study_id `+
		`where t.state != 'WAITING' order by t.trial_id`,
		func(scan func(...any) error) error {
			var id, study int64
			var number sql.NullInt64
			var state, name string
			var from, to any
			if err := scan(&id, &number, &state, &from, &to, &name, &study); err != nil {
				return err
			}
			run, err := log.run("optuna", fmt.Sprintf("%s/%d", name, number.Int64), f.name)
			if err != nil {
				return err
			}
			runs[id] = run
			run.Tags["study"] = features.Text(name)
			run.lasted(moment(from), moment(to))
			run.Status = optunaStates[state]
			return nil
		})
	if err != nil {
		return err
	}
	if err := optunaParams(ctx, db, runs); err != nil {
		return err
	}
	if err := optunaValues(ctx, db, runs, log); err != nil {
		return err
	}
	log.objectives(maximize)
	return optunaAttributes(ctx, db, runs)
}

// optunaDirections returns whether the first study's objectives are maximized. Studies that differ are left to the
// names.
func optunaDirections(ctx context.Context, db *database) (map[int64]bool, error) {
	out := map[int64]bool{}
	if !db.has("study_directions", "direction", "objective") {
		return out, nil
	}
	mixed := map[int64]bool{}
	err := db.query(ctx, "select objective, direction from study_directions order by study_id",
		func(scan func(...any) error) error {
			var k int64
			var direction string
			if err := scan(&k, &direction); err != nil {
				return err
			}
			up := direction == "MAXIMIZE"
			if old, ok := out[k]; ok && old != up {
				mixed[k] = true
			}
			out[k] = up
			return nil
		})
	for k := range mixed {
		delete(out, k)
	}
	return out, err
}

// objectives declares the columns of the objective by its direction: what is minimized is a loss, what is maximized a
// score (an accuracy where the values are shares is for the user to say).
func (l *Log) objectives(maximize map[int64]bool) {
	for k, up := range maximize {
		kind := "loss"
		if up {
			kind = "score"
		}
		names := []string{objective(k)}
		if k == 0 {
			names = append(names, "intermediate")
		}
		for _, n := range names {
			l.declare(Column{Name: n, Role: RoleMetric, Kind: kind, Unit: "raw", Higher: &up,
				Why: "the study's objective, by its direction"})
		}
	}
}

func objective(k int64) string {
	if k == 0 {
		return "value"
	}
	return "value_" + strconv.FormatInt(k, 10)
}

func optunaParams(ctx context.Context, db *database, runs map[int64]*Run) error {
	return db.query(ctx, "select trial_id, param_name, param_value, distribution_json from trial_params order by "+
		"param_id", func(scan func(...any) error) error {
		var id int64
		var name, dist string
		var value sql.NullFloat64
		if err := scan(&id, &name, &value, &dist); err != nil {
			return err
		}
		if run := runs[id]; run != nil && value.Valid {
			run.set(name, optunaSetting(value.Float64, dist))
		}
		return nil
	})
}

// optunaSetting reads a parameter: categories are stored by their place in the list of choices.
func optunaSetting(x float64, distribution string) features.Value {
	var d struct {
		Name       string `json:"name"`
		Attributes struct {
			Choices []any `json:"choices"`
		} `json:"attributes"`
	}
	if json.Unmarshal([]byte(distribution), &d) == nil && d.Name == "CategoricalDistribution" {
		if i := int(x); i >= 0 && i < len(d.Attributes.Choices) && float64(i) == x {
			return setting(d.Attributes.Choices[i])
		}
		return features.Value{}
	}
	return features.Number(x)
}

// special is a value that SQL cannot hold.
func special(x sql.NullFloat64, kind string) float64 {
	switch kind {
	case "INF_POS":
		return math.Inf(1)
	case "INF_NEG":
		return math.Inf(-1)
	}
	if kind == "NAN" || !x.Valid {
		return math.NaN()
	}
	return x.Float64
}

func optunaValues(ctx context.Context, db *database, runs map[int64]*Run, log *Log) error {
	if db.has("trial_intermediate_values", "intermediate_value_type") {
		err := db.query(ctx, "select trial_id, step, intermediate_value, intermediate_value_type from "+
			"trial_intermediate_values order by trial_id, step", func(scan func(...any) error) error {
			var id, step int64
			var value sql.NullFloat64
			var kind string
			if err := scan(&id, &step, &value, &kind); err != nil {
				return err
			}
			if run := runs[id]; run != nil {
				return log.point(run, "intermediate", float64(step), special(value, kind))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if !db.has("trial_values", "value_type") {
		return nil
	}
	return db.query(ctx, "select trial_id, objective, value, value_type from trial_values order by trial_id, objective",
		func(scan func(...any) error) error {
			var id, k int64
			var value sql.NullFloat64
			var kind string
			if err := scan(&id, &k, &value, &kind); err != nil {
				return err
			}
			if run := runs[id]; run != nil && run.Status == Finished {
				run.Final[objective(k)] = features.Number(special(value, kind))
			}
			return nil
		})
}

// optunaAttributes keeps what the user noted at a trial: it may have been measured, so it is no axis.
func optunaAttributes(ctx context.Context, db *database, runs map[int64]*Run) error {
	if !db.has("trial_user_attributes", "trial_id", "key", "value_json") {
		return nil
	}
	return db.query(ctx, "select trial_id, key, value_json from trial_user_attributes order by trial_user_attribute_id",
		func(scan func(...any) error) error {
			var id int64
			var key, text string
			if err := scan(&id, &key, &text); err != nil {
				return err
			}
			var v any
			if run := runs[id]; run != nil && json.Unmarshal([]byte(text), &v) == nil {
				flatten("user."+key, v, func(name string, v features.Value) { run.Final[name] = v })
			}
			return nil
		})
}

// lasted notes start and end, and their difference as the run's duration.
func (r *Run) lasted(from, to float64) {
	r.span(from)
	r.span(to)
	if to > from && from > 0 {
		r.Final["duration_s"] = features.Number(to - from)
	}
}

// layouts are the ways in which tools print times. Those without a zone are taken for UTC; only differences count then.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999-07:00", "2006/01/02 15:04:05.999999999", "2006-01-02 15:04:05.999999999 -0700 MST",
	"2006-01-02_15-04-05"}

// moment reads a point in time as seconds since 1970 UTC; NaN when it is none.
func moment(v any) float64 {
	switch v := v.(type) {
	case time.Time:
		return float64(v.UnixNano()) / 1e9
	case int64:
		return float64(v)
	case float64:
		return v
	case []byte:
		return moment(string(v))
	case string:
		s := strings.TrimSpace(v)
		if x, ok := parseNumber(s); ok {
			return x
		}
		for _, l := range layouts {
			if t, err := time.Parse(l, s); err == nil {
				return float64(t.UnixNano()) / 1e9
			}
		}
	}
	return math.NaN()
}

// readTrialsFrame reads study.trials_dataframe() as CSV.
func readTrialsFrame(ctx context.Context, f *file, log *Log) error {
	again := 0
	defer func() {
		if again > 0 {
			log.leave(f.name, "%d trials are those of the storage beside it", again)
		}
	}()
	return eachRow(ctx, f, log, func(r *row) error {
		if sameTrial(log, r) {
			again++
			return nil
		}
		run, err := log.run("optuna", f.stem()+"/"+r.cell("number"), f.name)
		if err != nil {
			return err
		}
		run.Status = optunaStates[strings.TrimPrefix(r.cell("state"), "TrialState.")]
		run.lasted(moment(r.cell("datetime_start")), moment(r.cell("datetime_complete")))
		for i, name := range r.names {
			v := parseSetting(r.cells[i])
			if axis, ok := strings.CutPrefix(name, "params_"); ok {
				run.set(axis, v)
				continue
			}
			x, ok := v.Float()
			if (name == "value" || strings.HasPrefix(name, "values_")) && ok {
				k := strings.TrimPrefix(strings.TrimPrefix(name, "values_"), "value")
				if run.Status == Finished {
					run.Final[strings.TrimSuffix("value_"+strings.TrimPrefix(k, "0"), "_")] = features.Number(x)
				}
			} else if key, ok := strings.CutPrefix(name, "user_attrs_"); ok && !v.IsMissing() {
				run.Final["user."+key] = v
			}
		}
		return nil
	})
}

// guessDirection declares the objective of a frame, which does not hold the study's direction: a sampler learns, so its
// later trials are better than its first ones.
func (l *Log) guessDirection(runs []*Run) {
	var values []float64
	for _, r := range runs {
		if x, ok := r.Final["value"].Float(); ok && !math.IsNaN(x) && !math.IsInf(x, 0) {
			values = append(values, x)
		}
	}
	if len(values) == 0 {
		return
	}
	up, why := true, "taken for a score of which more is better"
	if n := len(values); n >= 6 {
		first, later := median(values[:max(3, min(10, n/3))]), median(values[n/2:])
		if up = later >= first; !up {
			why = "later trials are lower than the first ones, so less is taken for better"
		} else if later > first {
			why = "later trials are higher than the first ones, so more is taken for better"
		}
	}
	kind := "loss"
	if up {
		kind = "score"
	}
	l.declare(Column{Name: "value", Role: RoleMetric, Kind: kind, Unit: "raw", Higher: &up, Objective: true,
		Why: "the study's objective; THE DIRECTION IS A GUESS: " + why + "; else say higher_is_better"})
}

func median(xs []float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	return s[len(s)/2]
}

// sameTrial reports whether a storage that was read before holds the trial of a row: number, parameters and start are
// the same.
func sameTrial(log *Log, r *row) bool {
	started := moment(r.cell("datetime_start"))
	for _, run := range log.Runs {
		if run.Tool != "optuna" || run.Tags["study"].IsMissing() || path.Base(run.ID) != r.cell("number") ||
			math.Abs(run.Started-started) > 1e-3 {
			continue
		}
		same := true
		for i, name := range r.names {
			if axis, ok := strings.CutPrefix(name, "params_"); ok {
				same = same && run.Config[axis] == parseSetting(r.cells[i])
			}
		}
		if same {
			return true
		}
	}
	return false
}
