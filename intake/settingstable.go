package intake

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/trial/names"
)

// maxSettingsRows is how many rows a table has at most that is looked at for the runs' settings.
const maxSettingsRows = 200_000

// settingsTables looks at the tables that no reader took: one that names the runs in one of its columns says their
// settings; where there is no run, but energy by time, one that says when its runs began and ended holds the runs.
func (l *Log) settingsTables(ctx context.Context, t *tree) error {
	for _, f := range t.free(func(f *file) bool { return isTable(f) && len(header(f)) > 1 }) {
		var err error
		if len(l.Runs) > 0 {
			err = l.settingsTable(ctx, t, f)
		} else if len(l.samples)+len(l.meters) > 0 {
			err = l.runsTable(ctx, t, f)
		}
		switch {
		case errors.Is(err, ErrLimit) || ctx.Err() != nil:
			return err
		case err != nil:
			l.leave(f.name, "%v", err)
		}
	}
	return nil
}

// took notes that a file was read after all, which Open left out.
func (l *Log) took(t *tree, tool string, f *file) {
	t.take(tool, f)
	left := LeftOut{f.name, strange(f)}
	l.Left = slices.DeleteFunc(l.Left, func(x LeftOut) bool { return x == left })
}

// byNames indexes the runs by what a table may call them: id, its last part, and name. What several share is nil.
func byNames(runs []*Run) map[string]*Run {
	out := map[string]*Run{}
	for _, r := range runs {
		for _, k := range slices.Compact([]string{r.ID, path.Base(r.ID), r.Name}) {
			if old, twice := out[k]; twice && old != r {
				out[k] = nil
			} else if k != "" {
				out[k] = r
			}
		}
	}
	return out
}

// settingsTable gives the runs what a table says of them, where one of its columns names half of them or more, each
// once.
func (l *Log) settingsTable(ctx context.Context, t *tree, f *file) error {
	index := byNames(l.Runs)
	var hits []map[*Run]int
	rows := 0
	err := eachRow(ctx, f, &Log{}, func(r *row) error {
		if hits == nil {
			hits = make([]map[*Run]int, len(r.names))
			for i := range hits {
				hits[i] = map[*Run]int{}
			}
		}
		if rows++; rows > maxSettingsRows {
			return errTooLong
		}
		for i, c := range r.cells {
			if run := index[strings.TrimSpace(c)]; run != nil {
				hits[i][run]++
			}
		}
		return nil
	})
	if errors.Is(err, errTooLong) {
		return nil
	}
	best := -1
	for i := range hits {
		if best < 0 || len(hits[i]) > len(hits[best]) {
			best = i
		}
	}
	if err != nil || best < 0 || len(hits[best]) < 2 || 2*len(hits[best]) < len(l.Runs) {
		return err
	}
	for _, n := range hits[best] {
		if n > 1 {
			return nil // several rows a run: no table of settings
		}
	}
	l.took(t, "settings", f)
	l.Notes = append(l.Notes, fmt.Sprintf("%s: its column %s names %d of %d runs: its other columns are said of them",
		f.name, header(f)[best], len(hits[best]), len(l.Runs)))
	return eachRow(ctx, f, l, func(r *row) error {
		if run := index[strings.TrimSpace(r.cells[best])]; run != nil {
			l.tableRow(run, r, best)
		}
		return nil
	})
}

var errTooLong = errors.New("intake: a table with many rows")

// tableRow takes the cells of a row of a table of runs: when the run was, how it ended, settings and results.
func (l *Log) tableRow(run *Run, r *row, id int) {
	for i, name := range r.names {
		cell := strings.TrimSpace(r.cells[i])
		when := math.NaN()
		if names.IsMoment(name) {
			when = sinceEpoch(moment(cell))
		}
		switch {
		case i == id || cell == "":
		case !math.IsNaN(when) && isStart(name):
			run.Started = when
		case !math.IsNaN(when) && isEnd(name):
			run.Ended = when
		case run.Status == Unknown && endOf(cell) != Unknown && names.IsState(name):
			run.Status = endOf(cell)
		case run.Config[name].IsMissing() && run.Series[name] == nil && run.Final[name].IsMissing():
			if x, ok := duration(name, cell); ok {
				l.declare(Column{Name: name, Role: RoleSeconds, Unit: "s", Shape: Total,
					Why: "its name; hours, minutes and seconds as text"})
				run.Final[name] = x
				continue
			}
			l.undecided(run, name, parseSetting(cell))
		}
	}
}

func isStart(name string) bool {
	return slices.ContainsFunc(names.Words(names.Last(name)), func(w string) bool {
		return slices.Contains([]string{"start", "started", "begin", "began", "startzeit"}, w)
	})
}

func isEnd(name string) bool {
	return slices.ContainsFunc(names.Words(names.Last(name)), func(w string) bool {
		return slices.Contains([]string{"end", "ended", "stop", "stopped", "finished", "complete", "completed",
			"completion", "endzeit"}, w)
	})
}

// endOf reads a tool's word for how a run ended.
func endOf(word string) Status {
	word, _, _ = strings.Cut(strings.ToLower(word), " ") // Slurm: CANCELLED by 1000
	switch word {
	case "complete", "completed", "finished", "success", "succeeded", "done", "terminated":
		return Finished
	case "stopped_early", "early_stopped", "early_stopping", "stopped":
		return Stopped
	case "pruned":
		return Pruned
	case "failed", "fail", "crashed", "error", "out_of_memory", "node_fail":
		return Failed
	case "killed", "cancelled", "canceled", "timeout", "preempted", "running", "interrupted", "aborted", "deadline":
		return Killed
	}
	return Unknown
}

// runsTable makes runs of a table that says when each began and ended, for the energy that was logged by time.
func (l *Log) runsTable(ctx context.Context, t *tree, f *file) error {
	h := header(f)
	id := slices.IndexFunc(h, naming.MatchString)
	start := slices.IndexFunc(h, func(n string) bool { return names.IsMoment(n) && isStart(n) })
	end := slices.IndexFunc(h, func(n string) bool { return names.IsMoment(n) && isEnd(n) })
	if start < 0 || end < 0 {
		return nil
	}
	l.took(t, "settings", f)
	l.Notes = append(l.Notes, fmt.Sprintf("%s: a run a row, from %s to %s: energy is that of its time", f.name,
		h[start], h[end]))
	n := 0
	return eachRow(ctx, f, l, func(r *row) error {
		n++
		key := fmt.Sprintf("row %d", n)
		if id >= 0 && r.cells[id] != "" {
			key = r.cells[id]
		}
		run, err := l.run("table", path.Clean(key), f.name)
		if err != nil {
			return err
		}
		run.Name = key
		l.tableRow(run, r, id)
		return nil
	})
}
