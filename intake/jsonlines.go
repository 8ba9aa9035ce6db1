package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"eahas/internal/literal"
	"eahas/trial/names"
)

var linesReader = Reader{
	Name:  "jsonlines",
	Tool:  "JSON lines of one run, as scripts, MMDetection and Detectron2 write them",
	Files: "metrics.jsonl, log.json, *.log.json: one file a run",
	Told: "two or more files of JSON objects, one a line, of which most count epochs or steps, and no column that " +
		"names several runs; else files of alike lines of numbers, a metric among them, in folders that each have a " +
		"configuration: a line an epoch",
	Gives: "nested objects by path, by epoch; lines without an epoch as settings or results by their names; a column " +
		"mode, split or phase (train, val) goes before the metrics' names; the configuration from a params, config, " +
		"hparams or args file beside it",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			return slices.Contains([]string{".jsonl", ".ndjson", ".json", ".log", ".txt"}, f.ext()) && linesOfOneRun(f)
		})
		files = t.copies("jsonlines", files)
		if len(files) == 0 {
			if files = t.uncountedLines(); len(files) > 1 {
				return found(Likely, fmt.Sprintf("%d files of JSON lines, a line an epoch, one a run beside "+
					"its configuration", len(files)), files)
			}
		}
		if len(files) < 2 {
			return nil
		}
		return found(Likely, fmt.Sprintf("%d files of JSON lines by epoch, one a run", len(files)), files)
	},
	read: readLineFiles,
}

// copies takes files away that lie beside one that begins with the same bytes and is as long: MMEngine writes what it
// logs as scalars.json and under the time of the run.
func (t *tree) copies(tool string, files []*file) []*file {
	type key struct {
		dir, head string
		size      int64
	}
	seen := map[key]bool{}
	return slices.DeleteFunc(files, func(f *file) bool {
		k := key{f.dir(), string(f.head()), f.size}
		again := seen[k]
		seen[k] = true
		if again {
			t.take(tool, f)
			t.leave(f.name, "what another file beside it holds, too")
		}
		return again
	})
}

// headLines decodes the whole lines of a file's beginning, at most 200; nil when one of them is no object.
func headLines(f *file) []map[string]any {
	head := skipSpace(f.head())
	if len(head) == 0 || head[0] != '{' {
		return nil
	}
	lines := bytes.Split(head, []byte("\n"))
	if len(f.head()) == headBytes {
		lines = lines[:len(lines)-1] // cut off
	}
	var out []map[string]any
	for i, line := range lines[:min(len(lines), 200)] {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		m, ok := lineOf(line)
		if !ok && i == len(lines)-1 {
			break // torn
		}
		if !ok {
			return nil
		}
		out = append(out, m)
	}
	return out
}

// lineOf decodes one line into its leaves by path.
func lineOf(line []byte) (map[string]any, bool) {
	if len(line) > ownLine {
		return nil, false
	}
	var v map[string]any
	d := json.NewDecoder(newTolerant(bytes.NewReader(line)))
	if d.Decode(&v) != nil || d.More() || v == nil {
		return nil, false
	}
	out := map[string]any{}
	return out, literal.Leaves(v, func(name string, v any) { out[name] = v })
}

// counter is the path of a line's number of epochs, else of steps; "" for a line without.
func counter(line map[string]any) string {
	for _, is := range []func(string) bool{names.IsEpoch, names.IsStep} {
		best := ""
		for name, v := range line {
			if x, ok := number(v); ok && x == x && is(names.Last(name)) && (best == "" || len(name) < len(best) ||
				len(name) == len(best) && name < best) {
				best = name
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

// linesOfOneRun reports whether a file holds lines by epoch of one run.
func linesOfOneRun(f *file) bool {
	lines := headLines(f)
	counted, falls := 0, 0
	last := -1.0
	named := map[string]string{}
	for _, l := range lines {
		for name, v := range l {
			if !naming.MatchString(name) {
				continue
			}
			text := setting(v).String()
			if old, ok := named[name]; ok && old != text {
				return false
			}
			named[name] = text
		}
		if at := counter(l); at != "" && len(l) > 1 {
			x, _ := number(l[at])
			counted++
			if x < last {
				falls++
			}
			last = x
		}
	}
	return counted >= 2 && 2*counted > len(lines) && falls == 0
}

func readLineFiles(ctx context.Context, t *tree, found *Found, log *Log) error {
	folders := inFolders(found.files)
	var runs []*Run
	bare := !linesOfOneRun(found.files[0])
	if bare {
		log.sayUncounted(len(found.files), found.files[0].name)
	}
	err := log.each(ctx, found.files, func(f *file) error {
		id := folders.run(f)
		run, err := log.run("jsonlines", id, f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(id)
		runs = append(runs, run)
		broken, first, rows := 0, 0, 0
		shift := -1.0
		err = eachLine(ctx, f, func(n int, line string) error {
			if strings.TrimSpace(line) == "" {
				return nil
			}
			m, ok := lineOf([]byte(line))
			if !ok {
				if broken++; broken == 1 {
					first = n
				}
				return nil
			}
			if rows++; bare {
				m["epoch"] = float64(rows)
			}
			return log.lineOfRun(run, m, &shift)
		})
		if broken > 0 {
			log.leave(f.name, "%d lines are no JSON objects, the first is line %d", broken, first)
		}
		if folders.alone(f) {
			log.beside(t, "jsonlines", run, f)
		}
		return err
	})
	log.fixed(runs)
	return err
}

// lineOfRun takes up one line. shift is added to epochs, and settled by the first line that has one: an epoch 0 with a
// training loss was a whole pass.
func (l *Log) lineOfRun(run *Run, line map[string]any, shift *float64) error {
	at := counter(line)
	if at == "" {
		for _, name := range slices.Sorted(maps.Keys(line)) {
			l.undecided(run, name, setting(line[name]))
		}
		return nil
	}
	epoch, _ := number(line[at])
	part := ""
	for _, name := range slices.Sorted(maps.Keys(line)) {
		s, ok := line[name].(string)
		if ok && (names.IsSplit(name) || names.Last(name) == "mode") && names.SplitOf(s) != names.NoSplit {
			part = s + "/"
			delete(line, name)
		}
	}
	if *shift < 0 {
		*shift = 0
		if epoch == 0 && trainedLine(line, part) {
			*shift = 1
		}
	}
	for _, name := range slices.Sorted(maps.Keys(line)) {
		v := line[name]
		x, ok := number(v)
		switch {
		case name == at:
		case ok && (names.IsStep(names.Last(name)) || names.IsEpoch(names.Last(name))):
		case isMoment(name, x):
			run.tick(epoch+*shift, sinceEpoch(x))
		case ok:
			if l.isResult(name) {
				name = part + name
			}
			if err := l.point(run, name, epoch+*shift, x); err != nil {
				return err
			}
		case naming.MatchString(name):
			run.tagged(name, setting(v).String())
		case run.Config[name].IsMissing():
			l.undecided(run, name, setting(v))
		}
	}
	return nil
}

// trainedLine reports whether a line has a training loss.
func trainedLine(line map[string]any, part string) bool {
	for name, v := range line {
		n := strings.ToLower(part + name)
		held := strings.Contains(n, "val") || strings.Contains(n, "test")
		if _, ok := number(v); ok && !held && names.Metric(name) == "loss" {
			return true
		}
	}
	return false
}
