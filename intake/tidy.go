package intake

import (
	"context"
	"math"
	"path"
	"slices"

	"eahas/trial/names"
)

var tidyReader = Reader{
	Name: "tidy",
	Tool: "tables with a metric's name and its value in each row (MLflow, Katib, Comet, Aim, pandas.melt, " +
		"R's tidymodels)",
	Files: "metrics.csv: run, epoch or step, metric, value",
	Told: "a CSV with a column of metrics' names (metric, metric_name, key, variable) and one of values; columns " +
		".metric, .config, and .estimate or mean",
	Gives: "each metric as a series by epoch, else by step, else in the order of its rows; points in time as the " +
		"clock of the run; a metric that each run has once is a result; columns that are the same in all rows of a " +
		"run as settings or results by their names",
	Convert: "the same as Parquet or JSON: df.pivot_table(index=[RUN, EPOCH], columns=\"metric\", values=\"value\")" +
		".reset_index().to_csv(\"runs.csv\", index=False)",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool { return isTable(f) && tidyColumns(header(f)) != nil })
		return found(Likely, "a column of metrics' names and one of values", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		first := len(log.Runs)
		err := log.each(ctx, found.files, func(f *file) error { return readTidy(ctx, f, log) })
		for _, r := range log.Runs[first:] {
			r.unsame()
		}
		log.onceIsFinal("tidy")
		return err
	},
}

// isTable reports whether a file's name is that of a table of text.
func isTable(f *file) bool {
	return slices.Contains([]string{".csv", ".tsv", ".txt", ".tab"}, f.ext())
}

// tidyTable says which columns of a table are what; -1 for none.
type tidyTable struct{ metric, value, run, epoch, time, fold int }

// tidymodels finds the columns as R's tune writes them: .metric and .estimate of each fold, or mean over the folds;
// .config names the configuration, id the fold; nil for other tables.
func tidymodels(columns []string) *tidyTable {
	at := func(name string) int { return slices.Index(columns, name) }
	p := &tidyTable{metric: at(".metric"), value: max(at(".estimate"), at("mean")), run: at(".config"), epoch: -1,
		time: -1, fold: at("id")}
	if p.metric < 0 || p.value < 0 || p.run < 0 {
		return nil
	}
	return p
}

// tidyColumns finds the columns; nil when the table has not a column of names, one of values, and one that says which
// run or when.
func tidyColumns(columns []string) *tidyTable {
	if p := tidymodels(columns); p != nil {
		return p
	}
	p := &tidyTable{fold: -1, metric: slices.IndexFunc(columns, names.IsMetricColumn),
		value: slices.IndexFunc(columns, names.IsValueColumn), run: -1, epoch: epochColumn(columns), time: -1}
	if p.metric < 0 || p.value < 0 {
		return nil
	}
	for _, is := range []func(string) bool{naming.MatchString, names.IsRunID, names.IsID} {
		for i, n := range columns {
			if p.run < 0 && i != p.metric && i != p.value && i != p.epoch && !names.IsSeed(n) &&
				(is(n) || is(names.Last(n))) {
				p.run = i
			}
		}
	}
	p.time = slices.IndexFunc(columns, func(n string) bool { return names.IsMoment(n) || powerTimes.MatchString(n) })
	if p.run < 0 && p.epoch < 0 && p.time < 0 {
		return nil
	}
	return p
}

func readTidy(ctx context.Context, f *file, log *Log) error {
	var p *tidyTable
	rows := map[string]float64{} // of a metric of a run, where nothing counts
	return eachRow(ctx, f, log, func(r *row) error {
		if p == nil {
			p = tidyColumns(r.names)
		}
		id := f.stem()
		if p.run >= 0 {
			id = r.cells[p.run]
		}
		if p.fold >= 0 && id != "" {
			id += "-" + r.cells[p.fold]
		}
		metric := r.cells[p.metric]
		if id == "" || metric == "" {
			return nil
		}
		run, err := log.run("tidy", path.Clean(id), f.name)
		if err != nil {
			return err
		}
		run.Name = id
		if p.fold >= 0 {
			run.Seed = r.cells[p.fold]
		}
		epoch, ok := 0.0, false
		if p.epoch >= 0 {
			epoch, ok = parseNumber(r.cells[p.epoch])
		}
		if !ok {
			rows[id+"\x00"+metric]++
			epoch = rows[id+"\x00"+metric]
		}
		if p.time >= 0 {
			run.tick(epoch, sinceEpoch(moment(r.cells[p.time])))
		}
		for i, name := range r.names {
			if i == p.metric || i == p.value || i == p.run || i == p.epoch || i == p.time || i == p.fold || name == "" {
				continue
			}
			run.sameIn(log, name, r.cells[i])
		}
		x, number := parseNumber(r.cells[p.value])
		if !number || names.IsEpoch(metric) {
			return nil
		}
		return log.point(run, metric, epoch, x)
	})
}

// sinceEpoch takes milliseconds, microseconds and nanoseconds since 1970 for what they are, by their size; NaN for what
// is no point in time between 2001 and 2096.
func sinceEpoch(x float64) float64 {
	for _, unit := range []float64{1, 1e3, 1e6, 1e9} {
		if x >= 1e9*unit && x <= 4e9*unit {
			return x / unit
		}
	}
	return math.NaN()
}

// sameIn takes the value of a column that says the same in all rows of a run: a setting, or a result by its name. One
// that differs from an earlier row is marked, and unsame drops it.
func (r *Run) sameIn(log *Log, name, cell string) {
	v := parseSetting(cell)
	if v.IsMissing() {
		return
	}
	if r.cells == nil {
		r.cells = map[string]string{}
	}
	old, seen := r.cells[name]
	switch {
	case !seen:
		r.cells[name] = cell
		log.undecided(r, name, v)
	case old != cell && !slices.Contains(r.differ, name):
		r.differ = append(r.differ, name)
	}
}

// unsame drops what differed between the rows of the run.
func (r *Run) unsame() {
	for _, name := range r.differ {
		delete(r.Config, name)
		delete(r.Final, name)
		delete(r.Tags, name)
	}
	r.cells, r.differ = nil, nil
}
