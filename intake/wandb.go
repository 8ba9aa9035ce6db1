package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"
	"eahas/internal/literal"

	"eahas/trial/names"
)

var wandbReader = Reader{
	Name: "wandb",
	Tool: "Weights & Biases",
	Files: "run-ID.wandb of the local folder wandb/; run history as CSV or JSON lines; the runs table of the API " +
		"(name, config, summary) or of the page; a chart's CSV (three columns a run)",
	Told: "the mark :W&B; columns _step, _runtime, _timestamp; columns name, config, summary; columns NAME - " +
		"METRIC, NAME - METRIC__MIN, NAME - METRIC__MAX",
	Gives: "history by epoch where an epoch is logged, else by step; _runtime as seconds since the start; config; " +
		"summary as results",
	Convert: "history as Parquet (run.history() or an artifact): pandas.read_parquet(FILE).to_csv(\"history.csv\", " +
		"index=False)",
	find: func(t *tree) *Found {
		c := Certain
		files := t.free(func(f *file) bool {
			if f.ext() == ".wandb" {
				return bytes.HasPrefix(f.head(), []byte(":W&B"))
			}
			return wandbTable(f) != ""
		})
		for _, f := range files {
			if f.ext() == ".wandb" {
				t.take("wandb", t.free(func(g *file) bool {
					return strings.HasPrefix(g.name, f.dir()+"/") &&
						g.ext() != ".wandb"
				})...)
			}
		}
		return found(c, "marks of W&B's files and exports", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		log.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative,
			Why: "_runtime counts on from the start"})
		log.declare(Column{Name: "total_seconds", Role: RoleSeconds, Unit: "s", Shape: Total,
			Why: "Runtime of the runs table"})
		first := len(log.Runs)
		// Tables of runs last: they name configurations of histories that were read before.
		order := slices.Clone(found.files)
		slices.SortStableFunc(order, func(a, b *file) int { return wandbOrder(a) - wandbOrder(b) })
		err := log.each(ctx, order, func(f *file) error { return readWandb(ctx, f, log, first) })
		for _, run := range log.Runs[first:] {
			run.wandbEpochs()
		}
		return err
	},
}

func wandbOrder(f *file) int {
	if k := wandbTable(f); k == "runs" || k == "page" {
		return 1
	}
	return 0
}

// wandbTable tells which export of W&B a table is: history, runs (of the API), page (its runs table) or chart; "" for
// none. Kept whole: a list of signs.
func wandbTable(f *file) string {
	if f.ext() == ".jsonl" || f.ext() == ".json" {
		if bytes.Contains(f.head(), []byte(`"_step"`)) && bytes.Contains(f.head(), []byte(`"_timestamp"`)) {
			return "history"
		}
		return ""
	}
	if f.ext() != ".csv" && f.ext() != ".tsv" {
		return ""
	}
	h := header(f)
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(h, n) })
	}
	switch {
	case has("_step") && (has("_runtime") || has("_timestamp")):
		return "history"
	case has("name", "config", "summary"):
		return "runs"
	case has("Name", "State", "Created", "Runtime"), has("Name", "State", "Sweep"):
		return "page"
	}
	for _, n := range h {
		if base, ok := strings.CutSuffix(n, "__MIN"); ok && strings.Contains(base, " - ") && slices.Contains(h, base) &&
			slices.Contains(h, base+"__MAX") {
			return "chart"
		}
	}
	return ""
}

// readWandb reads one file, by what it is; first is the index of the first run of this folder.
func readWandb(ctx context.Context, f *file, log *Log, first int) error {
	if f.ext() == ".wandb" {
		return readWandbFile(f, log)
	}
	switch wandbTable(f) {
	case "history":
		return readWandbHistory(ctx, f, log)
	case "chart":
		return readWandbChart(ctx, f, log)
	case "runs":
		return readWandbRuns(ctx, f, log, first)
	}
	return readWandbPage(ctx, f, log, first)
}

// readWandbFile reads the file that a run writes while it trains.
func readWandbFile(f *file, log *Log) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	run, err := log.run("wandb", strings.TrimPrefix(f.stem(), "run-"), f.name)
	if err != nil {
		return err
	}
	run.Status = Killed // until its exit is read
	if err := eachWandbRecord(r, func(b []byte) error { return log.wandbRecord(run, b) }); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}

// readWandbHistory reads the history of one run, as the API gives it.
func readWandbHistory(ctx context.Context, f *file, log *Log) error {
	run, err := log.run("wandb", strings.TrimSuffix(f.stem(), "_history"), f.name)
	if err != nil {
		return err
	}
	if f.ext() != ".csv" && f.ext() != ".tsv" {
		_, err := eachJSON(f, func(v any) error { return log.wandbLine(run, object(v)) })
		return err
	}
	return eachRow(ctx, f, log, func(r *row) error {
		line := map[string]any{}
		for i, name := range r.names {
			if x, ok := parseNumber(r.cells[i]); ok {
				line[name] = x
			}
		}
		return log.wandbLine(run, line)
	})
}

// readWandbRuns reads a table of runs, as the API gives it: name, config and summary as text.
func readWandbRuns(ctx context.Context, f *file, log *Log, first int) error {
	return eachRow(ctx, f, log, func(r *row) error {
		config, err1 := dict(r.cell("config"))
		summary, err2 := dict(r.cell("summary"))
		if err1 != nil || err2 != nil {
			log.leave(f.name, "line %d: config and summary are neither JSON nor Python's dict", r.line)
			return nil
		}
		run, err := log.wandbNamed(r.cell("name"), r.cell("id"), f, first)
		if err != nil {
			return err
		}
		for key, v := range object(config) {
			if !strings.HasPrefix(key, "_") {
				run.configure(key, v)
			}
		}
		for key, v := range object(summary) {
			if x, ok := number(v); ok && key == "_runtime" && run.Series["seconds"] == nil {
				run.Final["total_seconds"] = features.Number(x)
			}
			run.wandbSummary(key, v)
		}
		run.wandbState(r.cell("state"))
		return nil
	})
}

// wandbNamed finds the run that a table names, among those whose history was read, or makes it.
func (l *Log) wandbNamed(name, id string, f *file, first int) (*Run, error) {
	var match *Run
	for _, r := range l.Runs[first:] {
		if r.ID == name || id != "" && r.ID == id || r.Name == name {
			if match != nil {
				match = nil
				break
			}
			match = r
		}
	}
	if match != nil {
		return match, nil
	}
	key := name
	if id != "" {
		key = id
	}
	for n := 2; l.byID["wandb\x00"+key] != nil; n++ {
		key = fmt.Sprintf("%s#%d", name, n)
		if n > 1000 {
			return nil, fmt.Errorf("%w: more than 1000 runs are named %q; export their ids too", ErrFormat, name)
		}
	}
	run, err := l.run("wandb", key, f.name)
	if err == nil {
		run.Name = name
	}
	return run, err
}

func (r *Run) wandbState(state string) {
	switch strings.ToLower(state) {
	case "finished":
		r.Status = Finished
	case "failed", "crashed":
		r.Status = Failed
	case "killed", "running", "preempted", "preempting":
		r.Status = Killed
	}
}

// pageColumns are columns of the page's runs table that say who and when.
var pageColumns = []string{"Name", "State", "Notes", "User", "Tags", "Created", "Runtime", "Sweep", "ID", "Host",
	"Hostname", "GitHub", "Commit", "Project", "Entity", "End Time", "Updated", "Description", "GPU Type", "GPU Count",
	"Python Version", "OS", "Group", "Job Type", "Agent"}

// readWandbPage reads the runs table as the page exports it: configuration and summary stand side by side and nothing
// says which is which. Names of metrics are results; the rest is for the data to tell, as in any table of runs.
func readWandbPage(ctx context.Context, f *file, log *Log, first int) error {
	return eachRow(ctx, f, log, func(r *row) error {
		run, err := log.wandbNamed(r.cell("Name"), r.cell("ID"), f, first)
		if err != nil {
			return err
		}
		run.wandbState(r.cell("State"))
		for i, name := range r.names {
			if slices.Contains(pageColumns, name) {
				if x, ok := parseNumber(r.cells[i]); ok && name == "Runtime" && run.Series["seconds"] == nil {
					run.Final["total_seconds"] = features.Number(x)
				}
				continue
			}
			log.undecided(run, name, parseSetting(r.cells[i]))
		}
		return nil
	})
}

// wandbLine reads one line of a history: numbers by step, kept until the epochs are known.
func (l *Log) wandbLine(run *Run, line map[string]any) error {
	step, ok := number(line["_step"])
	if !ok {
		return nil
	}
	if at, ok := number(line["_timestamp"]); ok {
		run.tick(step, at)
		run.span(at)
	}
	var err error
	for name, v := range line {
		if name == "_runtime" {
			if x, ok := number(v); ok && err == nil {
				err = l.point(run, "seconds", step, x)
			}
			continue
		}
		if strings.HasPrefix(name, "_") {
			continue
		}
		if x, ok := number(v); ok && err == nil {
			err = l.point(run, name, step, x)
		} else if m := object(v); m != nil && m["_type"] == nil {
			flatten(name, v, func(name string, v features.Value) {
				if x, ok := v.Float(); ok && err == nil {
					err = l.point(run, name, step, x)
				}
			})
		}
	}
	return err
}

// wandbEpochs turns steps into epochs where an epoch was logged beside the values, and drops results that repeat the
// last value of their series.
func (r *Run) wandbEpochs() {
	_ = r.byEpoch() // an epoch that falls leaves the steps
	for name := range r.Final {
		if r.Series[name] != nil {
			delete(r.Final, name)
		}
		if names.IsEpoch(name) || names.IsStep(name) {
			delete(r.Final, name)
		}
	}
}

// readWandbChart reads the CSV of one chart: a column a run with its least and largest value of the step beside it.
func readWandbChart(ctx context.Context, f *file, log *Log) error {
	return eachRow(ctx, f, log, func(r *row) error {
		step, ok := parseNumber(r.cells[0])
		if !ok {
			return nil
		}
		for i, name := range r.names {
			k := strings.LastIndex(name, " - ")
			if k <= 0 || strings.HasSuffix(name, "__MIN") || strings.HasSuffix(name, "__MAX") {
				continue
			}
			x, ok := parseNumber(r.cells[i])
			if !ok || math.IsInf(step, 0) {
				continue
			}
			run, err := log.run("wandb", path.Join(strings.TrimPrefix(name[:k], "Name: ")), f.name)
			if err != nil {
				return err
			}
			run.Name = run.ID
			if metric := name[k+3:]; metric != "_step" {
				if err := log.point(run, metric, step, x); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// dict reads a dict as JSON or as Python prints it.
func dict(s string) (any, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return map[string]any{}, nil
	}
	if len(s) > maxLine {
		return nil, ErrLimit
	}
	var v any
	if json.NewDecoder(newTolerant(strings.NewReader(s))).Decode(&v) == nil {
		return v, nil
	}
	return literal.Python(s)
}
