package intake

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial/arrowio"
	"eahas/trial/names"
)

var kerasReader = Reader{
	Name:  "keras",
	Tool:  "Keras' CSVLogger, and any CSV of one run",
	Files: "training.log, history.csv, ...: one file a run, or runs below each other",
	Told: "a CSV that begins with epoch, or counts epochs or steps, and has a metric and no column that names runs; " +
		"else CSVs of the same columns, one of them a metric, in folders that each have a configuration, or whose " +
		"names all say the same settings (lr0.1_bs64): a row an epoch",
	Gives: "all columns by epoch, lines NAME: VALUE above them as settings; a run begins where the epochs do (an " +
		"epoch 0 with a loss is Keras' first: epoch 1 here); the configuration from a " +
		"params, config, hparams, args, opt or hyp file beside it, or from the name (-name)",
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
		if len(files) == 0 {
			if files = t.uncounted(); len(files) > 0 {
				return found(Likely, "CSV files of a row an epoch, one a run beside its configuration", files)
			}
		}
		return found(c, "CSV files by epoch, one a run", files)
	},
	read: func(ctx context.Context, t *tree, found *Found, log *Log) error {
		folders, parts := inFolders(found.files), partsOf(found.files)
		var runs []*Run
		err := log.each(ctx, found.files, func(f *file) error {
			id, twice := folders.run(f), parts[f.dir()]
			if twice != nil {
				id = f.dir()
			}
			got, err := readBelow(ctx, f, id, twice, log)
			if err != nil || len(got) == 0 {
				return err
			}
			for _, run := range got {
				run.setAbove(f)
			}
			if (folders.alone(f) || twice != nil) && len(got) == 1 {
				log.beside(t, "keras", got[0], f)
			}
			runs = append(runs, got...)
			return nil
		})
		if epochColumn(header(found.files[0])) < 0 {
			log.sayUncounted(len(found.files), found.files[0].name)
		}
		log.fixed(runs)
		log.onceIsFinal("keras")
		return err
	},
}

// setAbove takes what lines above the table say one thing each for settings of the run: model parameters: 17179620.
func (r *Run) setAbove(f *file) {
	_, lead := f.behindLead()
	for _, line := range bytes.SplitN(f.head(), []byte("\n"), lead+1)[:lead] {
		m := arrowio.Saying.FindSubmatch(line)
		if m == nil || names.IsNumbered(string(m[1])) || names.IsRunID(string(m[1])) {
			continue
		}
		r.set(strings.ReplaceAll(string(m[1]), " ", "_"), parseSetting(string(m[2])))
	}
}

// companions are names of files with a configuration beside the log of one run.
var companions = []string{"params", "hparams", "config", "args", "training_args", "hyperparameters", "hyperparams",
	"opt", "hyp"} // the last two are YOLO's

// beside gives a run the configuration that lies beside its log.
func (l *Log) beside(t *tree, tool string, run *Run, f *file) {
	for _, name := range companions {
		for _, ext := range []string{".json", ".yaml", ".yml"} {
			if c := t.beside(f.dir(), name+ext); c != nil && c != f {
				t.take(tool, c)
				l.companion(run, c)
			}
		}
	}
}

// naming are columns that tell runs apart: a table of many runs.
var naming = regexp.MustCompile(`(?i)^(run|trial|exp|experiment|job|config|model)?_?(id|name|hash|uuid)$|` +
	`^(run|trial|experiment)$`)

// epochColumn is the column that counts epochs, else steps; -1 when there is none. One that may state a planned number
// of epochs (epochs, beside epoch) is taken where no other counts.
func epochColumn(columns []string) int {
	counts := func(name string) bool { return names.IsEpoch(name) && !names.IsPlanned(name) }
	if i := slices.IndexFunc(columns, counts); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(columns, names.IsEpoch); i >= 0 {
		return i
	}
	return slices.IndexFunc(columns, names.IsStep)
}

// oneRun reports whether a CSV is the log of one run by epoch, or of several below each other; sure for the shape that
// Keras writes.
func oneRun(f *file) (fits, sure bool) {
	columns := header(f)
	at := epochColumn(columns)
	if at < 0 || len(columns) < 2 {
		return false, false
	}
	for i, n := range columns {
		if naming.MatchString(n) && !(names.IsAgain(n) && again(f, i, at)) {
			return false, false
		}
	}
	metric, chosen := false, false
	for i, n := range columns {
		metric = metric || i != at && names.Metric(n) != ""
		chosen = chosen || i != at && names.IsUsualSetting(n) && !names.IsKnownBefore(n)
	}
	if !metric || !counts(f, at) || chosen && names.IsPlanned(columns[at]) && firstCell(f, at) > 1 {
		return false, false // lr, batch_size, epochs = 50, 100, ...: a table of runs
	}
	return true, at == 0 && columns[0] == "epoch" && slices.Contains(columns, "loss") && slices.IsSorted(columns[1:])
}

// firstCell is the number in a column of the first row; NaN where there is none.
func firstCell(f *file, at int) float64 {
	if rows := headRows(f); len(rows) > 0 && at < len(rows[0]) {
		if x, ok := parseNumber(strings.Trim(rows[0][at], ` "`)); ok {
			return x
		}
	}
	return math.NaN()
}

// again reports whether a column that is called as one that names runs numbers repetitions in place of that: with one
// of its values an epoch comes twice in the file's first rows, each time in a block that another column tells apart.
func again(f *file, column, epoch int) bool {
	seen := map[[2]string]int{}
	rows := 0
	for _, cells := range headRows(f) {
		if max(column, epoch) >= len(cells) {
			continue
		}
		at := [2]string{cells[column], cells[epoch]}
		if last, twice := seen[at]; twice && rows > last+1 {
			return true
		}
		seen[at] = rows
		rows++
	}
	return false
}

// counts reports whether the column of the file's first rows counts: a column that hardly moves is one of a table of
// runs, and so is one that falls as often as it rises.
func counts(f *file, at int) bool {
	last, n, steps, falls := math.Inf(-1), 0, 0, 0
	for _, cells := range headRows(f) {
		if at >= len(cells) {
			continue
		}
		x, ok := parseNumber(strings.Trim(cells[at], ` "`))
		if !ok {
			if n == 0 {
				return false
			}
			continue
		}
		switch {
		case x > last:
			steps++
		case x < last:
			falls++
		}
		last = x
		n++
	}
	return n > 0 && 4*steps >= n && 2*falls <= steps
}

// below reads the rows of runs that stand below each other in a file: a run begins where the epochs begin anew, from
// the first run's first epoch. A fall to a later one is a run that was resumed: its later rows stand.
type below struct {
	log         *Log
	f           *file
	at          int             // the column that counts; -1: the rows do
	twice       map[string]bool // columns that another file of the run has, too
	rows        float64         // so far
	id          string
	runs        []*Run
	first, last float64 // epochs
	shift       float64 // of the file's epochs; NaN before the first row
}

// readBelow reads a file of one run, or of several.
func readBelow(ctx context.Context, f *file, id string, twice map[string]bool, log *Log) ([]*Run, error) {
	b := &below{log: log, f: f, id: id, twice: twice, shift: math.NaN(), last: math.Inf(1)}
	err := eachRow(ctx, f, log, b.row)
	return b.runs, err
}

// row takes one row into the run that it belongs to. Kept whole: the state of the walk decides each step.
func (b *below) row(r *row) error {
	if b.rows++; b.rows == 1 {
		b.at = epochColumn(r.names)
	}
	epoch := b.rows
	if b.at >= 0 {
		var ok bool
		if epoch, ok = parseNumber(r.cells[b.at]); !ok {
			return nil
		}
	}
	if math.IsNaN(b.shift) {
		b.shift, b.first = 0, epoch
		if epoch == 0 && trained(r) {
			b.shift = 1
		}
	}
	if len(b.runs) == 0 || epoch < b.last && epoch == b.first {
		id := b.id
		if n := len(b.runs); n > 0 {
			id = fmt.Sprintf("%s#%d", b.id, n+1)
		}
		run, err := b.log.run("keras", id, b.f.name)
		if err != nil {
			return err
		}
		run.Name = path.Base(id)
		b.runs = append(b.runs, run)
	}
	b.last = epoch
	run := b.runs[len(b.runs)-1]
	for i, name := range r.names {
		if i == b.at || name == "" {
			continue
		}
		if b.twice[name] {
			name = b.f.stem() + "/" + name
		}
		x, ok := b.log.reads(name, r.cells[i])
		switch {
		case !ok:
			if v := parseSetting(r.cells[i]); !v.IsMissing() && run.Config[name].IsMissing() {
				b.log.undecided(run, name, v)
			}
		case isMoment(name, x):
			run.tick(epoch+b.shift, sinceEpoch(x))
		default:
			if err := b.log.point(run, name, epoch+b.shift, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// fixed takes columns for settings that never change in any of the runs, and are no metric, cost or measure by name.
func (l *Log) fixed(runs []*Run) {
	changes := map[string]bool{}
	long := map[string]bool{}
	for _, r := range runs {
		for name, s := range r.Series {
			for _, x := range s.Values {
				changes[name] = changes[name] || x != s.Values[0]
			}
			long[name] = long[name] || len(s.Values) > 1
		}
	}
	for _, r := range runs {
		for name, s := range r.Series {
			if changes[name] || !long[name] || l.isResult(name) || names.IsMoment(name) {
				continue
			}
			delete(r.Series, name)
			if r.Seed == "" && (names.IsSeed(name) || names.IsAgain(name)) {
				r.Seed = features.Number(s.Values[0]).String()
				continue
			}
			if r.says(s.Values[0]) && !l.isChosen(name) {
				continue // lr by epoch beside the configuration's lr0, of which it never moves
			}
			l.undecided(r, name, features.Number(s.Values[0]))
		}
	}
}

// says reports whether the configuration holds a number already that differs in no more than its digits.
func (r *Run) says(x float64) bool {
	for _, v := range r.Config {
		if y, ok := v.Float(); ok && x != 0 && x != math.Trunc(x) && math.Abs(x-y) <= 1e-3*math.Abs(x) {
			return true
		}
	}
	return false
}

// trained reports whether a row has a value that only training gives: a training loss. Its epoch 0 was a whole pass
// then.
func trained(r *row) bool {
	for i, name := range r.names {
		n := strings.ToLower(name)
		held := strings.Contains(n, "val") || strings.Contains(n, "test") || strings.Contains(n, "eval")
		if _, ok := parseNumber(r.cells[i]); ok && !held && names.Metric(name) == "loss" {
			return true
		}
	}
	return false
}
