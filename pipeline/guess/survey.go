package guess

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// column is what is known about one column of a log.
type column struct {
	arrowio.ColumnInfo

	runs []inRun

	changes int // runs in which it has more than one value
	falls   int // runs in which a number is below the one before

	called        *bool // see isSettingByName
	counted       bool  // that follows is known; from the end of the reading on
	values, known int   // see distinct

	graph    bool // made of several columns
	unchosen bool // its values say that nobody chose them
	role     Role
	as       string // kind, unit and shape, in words
	why      string
}

// inRun is what a column does in one run.
type inRun struct {
	first   features.Value // its first value that is not null; the missing value where there is none, and for lists
	start   float64        // its first number; NaN where there is none
	last    float64        // its last number; NaN where there is none
	sum     float64        // of its numbers
	n       int            // its numbers
	changed bool           // it has more than one value
	falls   int            // numbers below the one before
	stray   features.Value // the first text of a column that is of numbers but for a few
}

// survey is a log that has been read once.
type survey struct {
	paths   trial.Strings
	long    bool   // one row an epoch
	id      string // column that names runs; "" when each row is a run and none names it
	epoch   string // column that counts epochs; "" for wide logs
	runs    int
	rows    int
	columns []*column
	graphs  []trial.GraphColumns
	power   *trial.Mapping // of a log of power samples
	files   []string       // that have rows, in the order of the reading

	scanned int // rows that are read
	broken  int // rows that cannot be
	example trial.Rejection
}

// column returns the column of a name, or nil.
func (s *survey) column(name string) *column {
	i := slices.IndexFunc(s.columns, func(c *column) bool { return c.Name == name })
	if i < 0 || name == "" {
		return nil
	}
	return s.columns[i]
}

// look reads the files of a log: first what its columns are, then what they do in each run. An id and an epoch column
// that are given are not looked for.
func look(ctx context.Context, paths trial.Strings, dir string, given *trial.Mapping) (*survey, error) {
	infos, err := arrowio.Describe(ctx, paths, dir)
	if err != nil {
		return nil, err
	}
	s := &survey{paths: paths}
	for _, i := range infos {
		if i.Strays > 0 { // until the runs say otherwise
			i.Kind = "number"
			if i.Whole {
				i.Kind = "integer"
			}
		}
		s.columns = append(s.columns, &column{ColumnInfo: i})
		s.rows = max(s.rows, int(i.Rows))
	}
	if given != nil {
		s.long, s.id = given.Layout == trial.Long, given.ID
		if given.Curve != nil {
			s.epoch = given.Curve.Epochs.Column
		}
	} else if err := s.findRuns(ctx, dir); err != nil {
		return nil, err
	}
	if err := s.addGraphs(ctx, dir); err != nil {
		return nil, err
	}
	if err := s.scan(ctx, dir); err != nil {
		return nil, err
	}
	if s.runs == 0 && s.broken > 0 {
		return nil, fmt.Errorf("%w: %s", ErrUnclear, s.unreadable())
	}
	for _, c := range s.columns {
		c.judgeStrays()
	}
	return s, nil
}

// unreadable says in words how many rows cannot be read, and why.
func (s *survey) unreadable() string {
	x := s.example
	text := fmt.Sprintf("%d rows cannot be read, %d can; the first is row %d (from 0) of %s: %s",
		s.broken, s.scanned, x.Row, x.File, x.Reason)
	if cells, err := strconv.Atoi(x.Value); err == nil && cells > len(s.columns) {
		text += "; a cell with a separator inside, such as a list, needs quotes around it"
	}
	return text
}

// scan fills in what the columns do within runs and between them.
func (s *survey) scan(ctx context.Context, dir string) error {
	var names []string
	var cols []*column
	for _, c := range s.columns {
		if c.NotRead == "" {
			names, cols = append(names, c.Name), append(cols, c)
		}
	}
	id := slices.Index(names, s.id)
	runOf := map[string]int{}
	var list []float64
	return arrowio.ScanAll(ctx, s.paths, dir, names, func(r *arrowio.Rows) error {
		if n := len(s.files); n == 0 || s.files[n-1] != r.File() {
			s.files = append(s.files, r.File())
		}
		if bad := r.Broken(); len(bad) > 0 {
			if s.broken += len(bad); s.broken == len(bad) {
				s.example = bad[0]
			}
		}
		s.scanned += r.Len()
		for row := range r.Len() {
			run := s.runs
			if s.long && id >= 0 {
				key := r.Text(id, row)
				k, ok := runOf[key]
				if !ok {
					k = s.runs
					runOf[key] = k
				}
				run = k
			}
			if run == s.runs {
				s.newRun()
			}
			for i, c := range cols {
				if r.Null(i, row) {
					continue
				}
				if c.List {
					list = r.Floats(list[:0], i, row)
					c.series(run, list)
					continue
				}
				c.cell(run, r.Value(i, row), r.Float(i, row))
			}
		}
		return nil
	}, s.graphs...)
}

func (s *survey) newRun() {
	s.runs++
	for _, c := range s.columns {
		c.runs = append(c.runs, inRun{start: math.NaN(), last: math.NaN()})
	}
}

// cell adds a scalar of a run.
func (c *column) cell(run int, v features.Value, x float64) {
	r := &c.runs[run]
	if _, text := v.Str(); text && c.Strays > 0 {
		if r.stray.IsMissing() {
			r.stray = v
		}
		return
	}
	if r.first.IsMissing() {
		r.first = v
	} else if !v.IsMissing() && v != r.first && !r.changed {
		r.changed = true
		c.changes++
	}
	c.number(run, x)
}

// number adds a number of a run, in the order of the log.
func (c *column) number(run int, x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return
	}
	r := &c.runs[run]
	if r.n == 0 {
		r.start = x
	}
	if x < r.last {
		if r.falls++; r.falls == 1 {
			c.falls++
		}
	}
	r.last = x
	r.sum += x
	r.n++
}

// series adds the list of a run.
func (c *column) series(run int, xs []float64) {
	for _, x := range xs {
		c.number(run, x)
	}
	if len(xs) > 1 && slices.Min(xs) < slices.Max(xs) {
		c.runs[run].changed = true
		c.changes++
	}
}

// distinct counts the values of a scalar over the runs, and the runs that have one.
func (c *column) distinct() (values, runs int) {
	if c.counted {
		return c.values, c.known
	}
	seen := map[features.Value]bool{}
	for i := range c.runs {
		if v := c.runs[i].first; !v.IsMissing() {
			runs++
			seen[v] = true
		}
	}
	c.counted, c.values, c.known = true, len(seen), runs
	return len(seen), runs
}
