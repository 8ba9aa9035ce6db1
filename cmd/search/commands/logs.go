package commands

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/intake"
	"eahas/search/next"
)

// openTrials reads own trainings from a file of next's lines, or from logs that package intake knows, such as our own
// (docs/log.md). What is left out of a log is said; lines that are wrong are errors.
func openTrials(ctx context.Context, path string, spec artifacts.Spec, say io.Writer) ([]next.Trial, error) {
	lines, err := looksLikeLines(path)
	if err != nil {
		return nil, err
	}
	if !lines {
		var said bytes.Buffer
		trials, isTable, err := readOwnTable(ctx, path, spec, &said)
		if isTable && err == nil {
			_, err = said.WriteTo(say)
			return trials, err
		}
		// Other tools' lines, such as our own log's, open as tables, too, which then have no such rows.
		logged, otherwise := readLogs(ctx, path, spec, say)
		if isTable && otherwise != nil {
			return nil, err
		}
		return logged, otherwise
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	trials, err := next.Read(f, spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return trials, nil
}

// looksLikeLines reports whether a file begins like a line that next.Read reads: an object that is no log's header. An
// empty file is a log without lines.
func looksLikeLines(path string) (bool, error) {
	st, err := os.Stat(path)
	if err != nil || st.IsDir() {
		return false, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := bufio.NewReader(io.LimitReader(f, 1<<16)).ReadBytes('\n')
	if err != nil && err != io.EOF {
		return false, err
	}
	head = bytes.TrimSpace(head)
	return len(head) == 0 || head[0] == '{' && bytes.Contains(head, []byte(`"config"`)) &&
		!bytes.Contains(head, []byte(`"eahas_log"`)), nil
}

// readLogs makes trainings of the runs of a log.
func readLogs(ctx context.Context, path string, spec artifacts.Spec, say io.Writer) ([]next.Trial, error) {
	match, err := intake.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", next.ErrLog, path, err)
	}
	if match == nil {
		return nil, fmt.Errorf(`%w: %s is neither lines such as {"config": {…}, "value": …}, nor a table `+
			`with a column for each axis (%s), nor the log of a known tool (see eahas import -h)`, next.ErrLog, path,
			axisNames(spec))
	}
	defer match.Close()
	log, err := match.Read(ctx, intake.Options{})
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", next.ErrLog, path, err)
	}
	metric, err := metricOf(log, spec.Metric)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", next.ErrLog, path, err)
	}
	energy := energyOf(log)
	var out []next.Trial
	left := leftOut{path: path, what: "runs"}
	for i, r := range log.Runs {
		t, err := trialOf(r, metric, energy, spec)
		if err != nil {
			left.add(r.ID, err)
			continue
		}
		t.Line = i + 1
		out = append(out, t)
	}
	return out, left.tell(len(out), say)
}

// leftOut counts the runs or rows of a file that cannot be used.
type leftOut struct {
	path, what string
	n          int
	first      string // why
}

func (l *leftOut) add(name string, err error) {
	if l.n++; l.first == "" {
		l.first = fmt.Sprintf("%s: %v", name, err)
	}
}

// tell says what was left out beside what was used; it is an error where nothing was.
func (l *leftOut) tell(used int, say io.Writer) error {
	switch {
	case used == 0:
		return fmt.Errorf("%w: %s: none of its %d %s can be used; the first: %s", next.ErrLog, l.path, l.n, l.what,
			l.first)
	case l.n > 0:
		fmt.Fprintf(say, "%s: %d of %d %s were left out, the first, %s\n", l.path, l.n, used+l.n, l.what, l.first)
	}
	return nil
}

// axisNames lists the axes of a bundle for a message.
func axisNames(spec artifacts.Spec) string {
	var out []string
	for _, p := range spec.Space.Params {
		out = append(out, p.Name)
	}
	return strings.Join(out, ", ")
}

// metricOf finds the column that the bundle's metric is: by its name, else the one of its kind that the log calls its
// objective.
func metricOf(log *intake.Log, m artifacts.Metric) (*intake.Column, error) {
	var names []string
	var objective *intake.Column
	for i := range log.Columns {
		c := &log.Columns[i]
		if c.Role != intake.RoleMetric {
			continue
		}
		if c.Name == m.Name {
			return c, nil
		}
		if c.Objective && c.Kind == string(m.Kind) {
			objective = c
		}
		names = append(names, c.Name)
	}
	if objective == nil {
		return nil, fmt.Errorf("no metric %q, which the bundle answers; there are %s", m.Name,
			strings.Join(names, ", "))
	}
	return objective, nil
}

// energyOf finds the column of the runs' energy, the one by epoch before that of whole runs; nil without one.
func energyOf(log *intake.Log) *intake.Column {
	var found *intake.Column
	for i := range log.Columns {
		c := &log.Columns[i]
		if c.Role == intake.RoleJoules && (found == nil || c.List && !found.List) && !math.IsNaN(c.Factor()) {
			found = c
		}
	}
	return found
}

var errNoValue = errors.New("the metric has no value")

// trialOf makes a training of a run: its last value, by the epoch where that was measured. Settings that the bundle
// does not know as axes are left out.
func trialOf(r *intake.Run, metric, energy *intake.Column, spec artifacts.Spec) (next.Trial, error) {
	t := next.Trial{Epochs: math.NaN(), Joules: math.NaN()}
	c := features.Config{}
	for name, v := range r.Config {
		if spec.Space.Param(name) != nil && !v.IsMissing() {
			c[name] = v
		}
	}
	t.Config = spec.Space.Canonical(c)
	if err := spec.Space.Check(t.Config); err != nil {
		return t, err
	}
	s := r.Series[metric.Name]
	if s == nil || len(s.Values) == 0 {
		return t, errNoValue
	}
	last := len(s.Values) - 1
	if t.Value, t.Epochs = s.Values[last], s.Epochs[last]; math.IsNaN(t.Value) || math.IsInf(t.Value, 0) ||
		!(t.Epochs > 0) {
		return t, fmt.Errorf("its last value is %g at epoch %g", t.Value, t.Epochs)
	}
	if spec.Metric.Percent() {
		if metric.Unit == "fraction" {
			t.Value *= 100
		}
		if t.Value < 0 || t.Value > 100 {
			return t, fmt.Errorf("value %g is not a percentage", t.Value)
		}
	}
	if energy != nil {
		t.Joules = joulesOf(r, energy)
	}
	return t, nil
}

// joulesOf returns the energy of a run's training, without what was spent before its first epoch; NaN when unknown.
func joulesOf(r *intake.Run, c *intake.Column) float64 {
	x := math.NaN()
	if s := r.Series[c.Name]; s != nil && len(s.Values) > 0 {
		switch last := len(s.Values) - 1; c.Shape {
		case intake.Cumulative:
			if x = s.Values[last]; s.Epochs[0] == 0 {
				x -= s.Values[0]
			}
		case intake.PerEpoch:
			x = 0
			for i, v := range s.Values {
				if s.Epochs[i] > 0 {
					x += v
				}
			}
		}
	} else if v, ok := r.Final[c.Name].Float(); ok {
		x = v
	}
	if x *= c.Factor(); !(x > 0) || math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}
