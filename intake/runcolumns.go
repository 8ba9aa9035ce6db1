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
	Gives: "a series for each run, called as the file where its name is a metric's, else value; the configuration from " +
		"a table that lists the runs (beside it or given with it), or from the runs' names (-name)",
	find: func(t *tree) *Found {
		byHeader := map[string][]*file{}
		files := t.free(func(f *file) bool { return isTable(f) && areRuns(f) })
		for _, f := range files {
			key := strings.Join(header(f), "\x00")
			byHeader[key] = append(byHeader[key], f)
		}
		// The same columns in many folders are those of one run a file.
		files = slices.DeleteFunc(files, func(f *file) bool {
			return len(inFolders(byHeader[strings.Join(header(f), "\x00")])) > 2
		})
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
	for i, n := range columns[1:] {
		_, cost := names.CostOf(n)
		if n == "" || slices.Contains(columns[:i+1], n) || names.IsEpoch(n) || names.IsStep(n) || names.IsSeed(n) ||
			isPlainMeasure(n, cost) {
			return false
		}
	}
	sep := string(separator(firstLine(f)))
	lines := strings.Split(string(f.text()), "\n")
	for _, line := range lines[1:min(len(lines)-1, 50)] {
		cells := strings.Split(strings.TrimRight(line, "\r"), sep)
		for _, c := range cells[1:] {
			if _, ok := parseNumber(strings.Trim(c, ` "`)); !ok && strings.Trim(c, ` "`) != "" {
				return false
			}
		}
	}
	return len(lines) > 2
}

// isPlainMeasure reports whether a column's name calls it a metric, a cost, a setting that follows a schedule or
// another thing that one run logs by epoch. Digits beside such a word are those of a run's name, as in lr0.1-bs32.
func isPlainMeasure(name string, cost bool) bool {
	if strings.ContainsAny(name, "0123456789") && strings.ContainsAny(name, "=-_ ") && len(settingsIn(name)) > 0 {
		return false
	}
	return names.Metric(name) != "" || cost || names.IsMeasured(name) || names.IsMoment(name) ||
		slices.Contains([]string{"lr", "learning_rate", "momentum", "beta", "temperature", "tau", "kl"},
			strings.ToLower(names.Last(name)))
}
