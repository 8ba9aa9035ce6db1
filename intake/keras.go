package intake

import (
	"context"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
)

var kerasReader = Reader{
	Name:  "keras",
	Tool:  "Keras' CSVLogger, and any CSV of one run",
	Files: "training.log, history.csv, ...: one file a run",
	Told:  "a CSV that begins with epoch, or counts epochs or steps, and has a metric and no column that names runs",
	Gives: "all columns by epoch (an epoch 0 with a loss is Keras' first: epoch 1 here); the configuration from a " +
		"params, config, hparams or args file beside it, or from the name (-name)",
	find: func(t *tree) *Found {
		c := Certain
		files := t.free(func(f *file) bool {
			if !slices.Contains([]string{".csv", ".tsv", ".log", ".txt"}, f.ext()) {
				return false
			}
			fits, sure := oneRun(f)
			if fits && !sure {
				c = Likely
			}
			return fits
		})
		return found(c, "CSV files by epoch, one a run", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		folders := map[string]int{}
		for _, f := range found.files {
			folders[f.dir()]++
		}
		return log.each(ctx, found.files, func(f *file) error {
			id := path.Join(f.dir(), f.stem())
			if folders[f.dir()] == 1 && f.dir() != "." && len(folders) > 1 {
				id = f.dir()
			}
			run, err := log.run("keras", id, f.name)
			if err != nil {
				return err
			}
			run.Name = path.Base(id)
			for _, name := range companions {
				for _, ext := range []string{".json", ".yaml", ".yml"} {
					c := t.beside(f.dir(), name+ext)
					if c != nil && folders[f.dir()] == 1 {
						t.take("keras", c)
						log.companion(run, c)
					}
				}
			}
			return readOneRun(ctx, f, run, log)
		})
	},
}

// companions are names of files with a configuration beside the log of one run.
var companions = []string{"params", "hparams", "config", "args", "training_args", "hyperparameters", "hyperparams"}

// naming are columns that tell runs apart: a table of many runs.
var naming = regexp.MustCompile(`(?i)^(run|trial|exp|experiment|job|config|model)?_?(id|name|hash|uuid)$|^(run|trial|experiment)$`)

// epochColumn is the column that counts epochs, else steps; -1 when there is none.
func epochColumn(names []string) int {
	if i := slices.IndexFunc(names, epochWords.MatchString); i >= 0 {
		return i
	}
	return slices.IndexFunc(names, stepWords.MatchString)
}

// oneRun reports whether a CSV is the log of one run by epoch; sure for the shape that Keras writes.
func oneRun(f *file) (fits, sure bool) {
	names := header(f)
	at := epochColumn(names)
	if at < 0 || len(names) < 2 || slices.ContainsFunc(names, naming.MatchString) {
		return false, false
	}
	metric := false
	for i, n := range names {
		metric = metric || i != at && metricKind(n) != ""
	}
	if !metric || !rises(f, at) {
		return false, false
	}
	return true, at == 0 && names[0] == "epoch" && slices.Contains(names, "loss") && slices.IsSorted(names[1:])
}

// rises reports whether the column of the file's first rows is numbers that never fall: several runs below each other
// fall.
func rises(f *file, at int) bool {
	sep := string(separator(firstLine(f)))
	last, n, steps := math.Inf(-1), 0, 0
	for i, line := range strings.Split(string(f.head()), "\n") {
		cells := strings.Split(strings.TrimRight(line, "\r"), sep)
		if i == 0 || at >= len(cells) {
			continue
		}
		x, ok := parseNumber(strings.Trim(cells[at], ` "`))
		if !ok {
			if n == 0 {
				return false
			}
			continue
		}
		if x < last {
			return false
		}
		if x > last {
			steps++
		}
		last = x
		n++
	}
	return n > 0 && 4*steps >= n // a column that hardly moves is one of a table of runs
}

func firstLine(f *file) []byte {
	line, _, _ := strings.Cut(string(f.head()), "\n")
	return []byte(line)
}

// readOneRun reads the rows of one run.
func readOneRun(ctx context.Context, f *file, run *Run, log *Log) error {
	shift := math.NaN()
	return eachRow(ctx, f, log, func(r *row) error {
		at := epochColumn(r.names)
		epoch, ok := parseNumber(r.cells[at])
		if !ok {
			return nil
		}
		if math.IsNaN(shift) {
			shift = 0
			if epoch == 0 && trained(r) {
				shift = 1
			}
		}
		for i, name := range r.names {
			x, ok := parseNumber(r.cells[i])
			if i == at || name == "" || !ok {
				continue
			}
			if strings.EqualFold(name, "timestamp") || name == "_timestamp" {
				run.tick(epoch+shift, x)
				continue
			}
			if err := log.point(run, name, epoch+shift, x); err != nil {
				return err
			}
		}
		return nil
	})
}

// trained reports whether a row has a value that only training gives: a training loss. Its epoch 0 was a whole pass
// then.
func trained(r *row) bool {
	for i, name := range r.names {
		n := strings.ToLower(name)
		held := strings.Contains(n, "val") || strings.Contains(n, "test") || strings.Contains(n, "eval")
		if _, ok := parseNumber(r.cells[i]); ok && !held && metricKind(name) == "loss" {
			return true
		}
	}
	return false
}
