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
				if len(lines) == 1 && strings.Contains(name, ".") {
					return "", 0 // a document with parts, not a row
				}
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
	configured := t.configured()
	for _, f := range t.free(func(f *file) bool {
		return configured[f.dir()] && slices.Contains(ends, f.ext()) && !slices.Contains(companions, f.stem())
	}) {
		if key, rows := look(f); rows > 0 {
			groups[key] = append(groups[key], f)
			long[key] = long[key] || rows > 1
		}
	}
	var out []*file
	if len(groups) == 0 {
		return t.namedAlone(ends, look)
	}
	for key, files := range groups {
		folders := inFolders(files)
		if len(files) > 1 && long[key] && !slices.ContainsFunc(files, func(f *file) bool { return !folders.alone(f) }) {
			out = append(out, files...)
		}
	}
	slices.SortFunc(out, func(a, b *file) int { return compareNames(a.name, b.name) })
	return out
}

// namedAlone lists files that rowsAlone would, but for a configuration, where the runs' names, or their paths, all say
// the same settings. A single row each is what came of the runs.
func (t *tree) namedAlone(ends []string, look func(*file) (alike string, rows int)) []*file {
	groups := map[string][]*file{}
	for _, f := range t.free(func(f *file) bool {
		return slices.Contains(ends, f.ext()) && !slices.Contains(companions, f.stem())
	}) {
		if key, rows := look(f); rows > 0 {
			groups[key] = append(groups[key], f)
		}
	}
	var best []*file
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		files := groups[key]
		folders := inFolders(files)
		var texts []string
		for _, f := range files {
			texts = append(texts, folders.run(f))
		}
		if len(files) > len(best) && toldByNames(texts) != nil {
			best = files
		}
	}
	return best
}

// configured lists the folders with a configuration, and with nothing else that logs a run.
func (t *tree) configured() map[string]bool {
	out := map[string]bool{}
	for dir, files := range t.dirs {
		beside, logged := false, false
		for _, f := range files {
			if slices.Contains(companions, f.stem()) && slices.Contains([]string{".json", ".yaml", ".yml"}, f.ext()) {
				beside = true
			} else if t.taken[f] != "" {
				logged = true
			}
		}
		out[dir] = beside && !logged
	}
	return out
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
		l.Notes = append(l.Notes, fmt.Sprintf("in %d files, such as %s, nothing counts epochs: each row is one, from 1",
			n, first))
	}
}
