package arrowio

import (
	"context"
	"slices"

	"eahas/trial"
)

// Alike sorts the files that the paths name (as [Describe] takes them) into logs: files of which each has at least half
// of the columns of the smaller one in common with the first of its log, in the order of reading. A path of which all
// files are in one log stands for them (a partitioned folder has to); else files are named one by one, from dataDir.
func Alike(paths []string, dataDir string) ([]trial.Strings, error) {
	type log struct {
		columns []string
		paths   trial.Strings
	}
	var logs []log
	for _, p := range paths {
		files, err := list([]string{p}, dataDir)
		if err != nil {
			return nil, err
		}
		var at []int
		for i := range files {
			var names []string
			err := withSource(&files[i], func(src source) error {
				for _, l := range src.leaves() {
					names = append(names, l.name)
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
			k := slices.IndexFunc(logs, func(l log) bool { return alike(l.columns, names) })
			if k < 0 {
				k = len(logs)
				logs = append(logs, log{columns: names})
			}
			at = append(at, k)
		}
		whole := !slices.ContainsFunc(at, func(k int) bool { return k != at[0] })
		for i, k := range at {
			switch {
			case !whole:
				logs[k].paths = append(logs[k].paths, files[i].path)
			case i == 0:
				logs[k].paths = append(logs[k].paths, p)
			}
		}
	}
	out := make([]trial.Strings, len(logs))
	for i, l := range logs {
		out[i] = l.paths
	}
	return out, nil
}

func alike(a, b []string) bool {
	n := 0
	for _, x := range a {
		if slices.Contains(b, x) {
			n++
		}
	}
	return 2*n >= min(len(a), len(b))
}

// ScanAll reads the named columns of all files that the paths name, as [Describe] takes them, and hands the rows out in
// order; column i of a part is columns[i], null in files that lack it. Rows that cannot be read are in no part. Rows
// are valid until each returns; an error of each ends the scan. Graphs are columns of their own, as of [Describe].
func ScanAll(ctx context.Context, paths []string, dataDir string, columns []string, each func(*Rows) error,
	graphs ...trial.GraphColumns) error {
	files, err := list(paths, dataDir)
	if err != nil {
		return err
	}
	for i := range files {
		f := &files[i]
		f.graphs = graphs
		if err := withSource(f, func(src source) error {
			return scanSome(ctx, src, f.show, columns,
				each)
		}); err != nil {
			return err
		}
	}
	return nil
}

// scanSome is ScanAll of one file.
func scanSome(ctx context.Context, src source, name string, columns []string, each func(*Rows) error) error {
	ls := src.leaves()
	var want []int
	at := make([]int, len(columns)) // place in want, or -1
	for i, c := range columns {
		at[i] = -1
		if k := slices.IndexFunc(ls, func(l *leaf) bool { return l.name == c && l.use == nil }); k >= 0 {
			at[i] = len(want)
			want = append(want, k)
		}
	}
	if len(want) == 0 {
		return nil
	}
	absent := newColumn(&leaf{name: "absent", typ: "text", kind: kindText})
	return src.scan(ctx, want, func(b *batch) error {
		out := *b
		out.cols = make([]*column, len(columns))
		for absent.n < b.n {
			absent.appendNull()
			absent.n++
		}
		for i, k := range at {
			if out.cols[i] = absent; k >= 0 {
				out.cols[i] = b.cols[k]
			}
		}
		return each(&Rows{&out, name})
	})
}
