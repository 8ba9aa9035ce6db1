package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"eahas/trial/names"
)

// uncounted lists CSVs of one run each in which no column counts: numbers alone, one of them a metric, with the same
// columns in two folders or more that each hold a configuration and no other log of a run. Their rows are counted.
func (t *tree) uncounted() []*file {
	return t.rowsAlone([]string{".csv", ".tsv", ".log", ".txt"}, func(f *file) (string, int) {
		columns := header(f)
		return strings.Join(columns, "\n"), numbersAlone(f, columns)
	})
}

// uncountedLines lists files of JSON lines as uncounted does tables.
func (t *tree) uncountedLines() []*file {
	return t.rowsAlone([]string{".jsonl", ".ndjson", ".json", ".log", ".txt"}, func(f *file) (string, int) {
		lines, key, metric := headLines(f), "", false
		for i, line := range lines {
			columns := slices.Sorted(maps.Keys(line))
			if i == 0 {
				key = strings.Join(columns, "\n")
			}
			for _, name := range columns {
				_, isNumber := number(line[name])
				if !isNumber && line[name] != nil || naming.MatchString(name) {
					return "", 0
				}
				metric = metric || names.Metric(name) != ""
			}
			if counter(line) != "" {
				return "", 0
			}
		}
		if !metric {
			return "", 0
		}
		return key, len(lines)
	})
}

// rowsAlone lists files of such endings that look gives a number of rows for, where two or more that look alike lie in
// folders of their own, each with a configuration, and one has several rows.
func (t *tree) rowsAlone(ends []string, look func(*file) (alike string, rows int)) []*file {
	groups := map[string][]*file{}
	long := map[string]bool{}
	for _, f := range t.free(func(f *file) bool { return slices.Contains(ends, f.ext()) && t.configured(f) }) {
		if key, rows := look(f); rows > 0 {
			groups[key] = append(groups[key], f)
			long[key] = long[key] || rows > 1
		}
	}
	var out []*file
	for key, files := range groups {
		folders := inFolders(files)
		if len(files) > 1 && long[key] && !slices.ContainsFunc(files, func(f *file) bool { return !folders.alone(f) }) {
			out = append(out, files...)
		}
	}
	slices.SortFunc(out, func(a, b *file) int { return compareNames(a.name, b.name) })
	return out
}

// configured reports whether a file lies in a folder with a configuration, and with nothing else that logs a run.
func (t *tree) configured(f *file) bool {
	beside := false
	for _, g := range t.dirs[f.dir()] {
		switch {
		case g == f && !slices.Contains(companions, f.stem()):
		case g == f:
			return false // the configuration itself
		case slices.Contains(companions, g.stem()) &&
			slices.Contains([]string{".json", ".yaml", ".yml"}, g.ext()):
			beside = true
		case t.taken[g] != "":
			return false
		}
	}
	return beside
}

// numbersAlone counts the first rows of a table that has a metric, no column that counts or names runs, and nothing but
// numbers in its cells; 0 for others.
func numbersAlone(f *file, columns []string) (rows int) {
	metric := false
	for _, name := range columns {
		if names.IsEpoch(name) || names.IsStep(name) || naming.MatchString(name) {
			return 0
		}
		metric = metric || names.Metric(name) != ""
	}
	if !metric {
		return 0
	}
	head := headRows(f)
	for i, cells := range head {
		if len(cells) != len(columns) {
			if i == len(head)-1 {
				break // the end of the file, or of what was looked at
			}
			return 0
		}
		for _, c := range cells {
			if c = strings.Trim(c, ` "`); c == "" {
				continue
			}
			if _, ok := parseNumber(c); !ok && i < len(head)-1 {
				return 0
			}
		}
		rows++
	}
	return rows
}

// sayUncounted says in how many files the rows were counted, if there are any; the first is one of them.
func (l *Log) sayUncounted(n int, first string) {
	if n > 0 {
		l.Notes = append(l.Notes, fmt.Sprintf("in %d files, such as %s, nothing counts epochs: each row is one, from 1", n,
			first))
	}
}
