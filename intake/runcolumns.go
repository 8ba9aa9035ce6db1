package intake

import (
	"context"
	"path"
	"slices"
	"strings"

	"eahas/trial/names"
)

var runColumnsReader = Reader{
	Name:  "run-columns",
	Tool:  "tables with a column for each run, as charts are downloaded",
	Files: "val_acc.csv: epoch, run_a, run_b, ...: one file for each metric",
	Told: "a CSV whose first column counts epochs or steps, and whose other columns, three or more, are numbers that " +
		"no name calls a metric, a cost or a setting",
	Gives: "a series for each run, called as the file where its name is a metric's, else value; the configuration " +
		"from a table that lists the runs (beside it or given with it), or from the runs' names (-name)",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool { return isTable(f) && areRuns(f) })
		key := func(f *file) string { return strings.Join(header(f), "\x00") }
		folders := map[string]map[string]bool{} // in which a line of names stands
		for _, f := range files {
			k := key(f)
			if folders[k] == nil {
				folders[k] = map[string]bool{}
			}
			folders[k][f.dir()] = true
		}
		// The same columns in many folders are those of one run a file.
		files = slices.DeleteFunc(files, func(f *file) bool { return len(folders[key(f)]) > 2 })
		return found(Likely, "a column for each run", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		return log.each(ctx, found.files, func(f *file) error {
			metric := f.stem()
			if names.Metric(metric) == "" {
				if _, cost := names.CostOf(metric); !cost {
					metric = "value"
				}
			}
			return eachRow(ctx, f, log, func(r *row) error {
				epoch, ok := parseNumber(r.cells[0])
				if !ok {
					return nil
				}
				for i, name := range r.names[1:] {
					x, ok := parseNumber(r.cells[i+1])
					if !ok {
						continue
					}
					run, err := log.run("run-columns", path.Join(f.dir(), name), f.name)
					if err != nil {
						return err
					}
					run.Name = name
					if err := log.point(run, metric, epoch, x); err != nil {
						return err
					}
				}
				return nil
			})
		})
	},
}

// areRuns reports whether a table has an epoch and then a column for each run.
func areRuns(f *file) bool {
	columns := header(f)
	if len(columns) < 4 || epochColumn(columns) != 0 || !counts(f, 0) {
		return false
	}
	if len(newRow(slices.Clone(columns)).index) < len(columns) { // a name is there twice
		return false
	}
	for _, n := range columns[1:] {
		if n == "" || names.IsEpoch(n) || names.IsStep(n) || names.IsSeed(n) || isPlainMeasure(n) {
			return false
		}
	}
	rows := headRows(f)
	for _, cells := range rows[:min(len(rows)-1, 49)] {
		for _, c := range cells[1:] {
			c = strings.Trim(c, ` "`)
			if _, ok := parseNumber(c); !ok && c != "" {
				return false
			}
		}
	}
	return len(rows) > 1
}

// isPlainMeasure reports whether a column's name calls it a metric, a cost, a setting that follows a schedule or
// another thing that one run logs by epoch. Digits beside such a word are those of a run's name, as in lr0.1-bs32.
func isPlainMeasure(name string) bool {
	if strings.ContainsAny(name, "0123456789") && strings.ContainsAny(name, "=-_ ") && holdsSettings(name) {
		return false
	}
	_, cost := names.CostOf(name)
	return names.Metric(name) != "" || cost || names.IsMeasured(name) || names.IsMoment(name) ||
		slices.Contains([]string{"lr", "learning_rate", "momentum", "beta", "temperature", "tau", "kl"},
			strings.ToLower(names.Last(name)))
}
