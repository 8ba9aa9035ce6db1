package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/search/next"
	"eahas/trial/arrowio"
	"eahas/trial/names"
)

// ownTable is a table of finished trainings, a row each, whose columns are named after the bundle's axes: CSV, Parquet,
// JSON lines and all else that arrowio.Table reads. A row of an epoch may stand for it, too, where a column says the
// epoch: the last row of a configuration counts then.
type ownTable struct {
	table  *arrowio.Table
	spec   artifacts.Spec
	axes   map[string]int // axis -> column of the scan
	metric int
	energy int // -1: none
	joules float64
	epoch  int // -1: none
	scan   []string
}

// openOwnTable opens a file as a table of own trainings; nil where it is none: no table, or one that lacks an axis that
// every configuration has.
func openOwnTable(path string, spec artifacts.Spec) (*ownTable, error) {
	table, err := arrowio.OpenTable(path)
	if err != nil {
		return nil, nil // another tool's log, perhaps
	}
	t := &ownTable{table: table, spec: spec, axes: map[string]int{}, metric: -1, energy: -1, epoch: -1}
	var others []string
	for _, c := range table.Columns() {
		if c.List || c.Kind == "unsupported" {
			continue
		}
		if axis := axisOf(spec, c.Name); axis != "" {
			if _, twice := t.axes[axis]; !twice || c.Name == axis {
				t.axes[axis] = t.want(c.Name)
			}
			continue
		}
		others = append(others, c.Name)
	}
	for _, p := range spec.Space.Params {
		if _, has := t.axes[p.Name]; !has && !p.Optional && p.When == nil && (p.Numeric() || len(p.Choices) != 1) {
			table.Close()
			return nil, nil
		}
	}
	if err := t.results(others); err != nil {
		table.Close()
		return nil, fmt.Errorf("%w: %s: %w", next.ErrLog, path, err)
	}
	return t, nil
}

// readOwnTable reads a file as a table of own trainings; is is false where it is none.
func readOwnTable(ctx context.Context, path string, spec artifacts.Spec, say io.Writer) (trials []next.Trial, is bool,
	err error) {
	if st, err := os.Stat(path); err != nil || st.IsDir() {
		return nil, false, nil
	}
	t, err := openOwnTable(path, spec)
	if t == nil {
		return nil, err != nil, err
	}
	defer t.table.Close()
	trials, err = t.read(ctx, path, say)
	return trials, true, err
}

// want adds a column to the scan and returns its number there.
func (t *ownTable) want(column string) int {
	t.scan = append(t.scan, column)
	return len(t.scan) - 1
}

// axisOf returns the axis that a column is named after: as it is, or behind a path or a tool's prefix (config.lr,
// params_lr); "" for none.
func axisOf(spec artifacts.Spec, column string) string {
	if spec.Space.Param(column) != nil {
		return column
	}
	for _, prefix := range []string{"params_", "param_", "config_", "hp_"} {
		if name, ok := strings.CutPrefix(column, prefix); ok && spec.Space.Param(name) != nil {
			return name
		}
	}
	if last := lastPart(column); spec.Space.Param(last) != nil {
		return last
	}
	return ""
}

// lastPart is a column's name without the path before it.
func lastPart(column string) string { return column[strings.LastIndexAny(column, "./:")+1:] }

// results finds the columns of the metric, the energy and the epoch among those that are no axes.
func (t *ownTable) results(columns []string) error {
	metric, energy := "", ""
	for _, c := range columns {
		last := lastPart(c)
		switch {
		case last == t.spec.Metric.Name && (metric == "" || c == last):
			metric = c
		case (last == "value" || last == "values_0") && metric == "": // as Optuna's own tables have it
			metric = c
		case last == "epoch" || last == "epochs" && !slices.ContainsFunc(columns, func(other string) bool {
			return lastPart(other) == "epoch" // epochs is the planned number then
		}):
			t.epoch = t.want(c)
		}
		if cost, ok := names.CostOf(c); ok && cost.Kind == names.Energy && !cost.Aside && !cost.Part && !cost.Epoch &&
			cost.Piece == "" && energy == "" {
			unit := cost.Unit
			if unit == "" {
				unit = "J"
			}
			if factor, known := arrowio.Joules(unit); known {
				energy, t.joules = c, factor
			}
		}
	}
	if metric == "" {
		return fmt.Errorf("no column %q, which the bundle answers, nor value; there are %s", t.spec.Metric.Name,
			strings.Join(columns, ", "))
	}
	t.metric = t.want(metric)
	if energy != "" {
		t.energy = t.want(energy)
	}
	return nil
}

// read reads the rows. What is left out is said.
func (t *ownTable) read(ctx context.Context, path string, say io.Writer) ([]next.Trial, error) {
	var out []next.Trial
	left := leftOut{path: path, what: "rows"}
	leave := func(row int64, err error) { left.add(fmt.Sprintf("row %d", row), err) }
	err := t.table.Scan(ctx, t.scan, func(r *arrowio.Rows) error {
		for _, b := range r.Broken() {
			leave(b.Row, errors.New(b.Reason))
		}
		for i := range r.Len() {
			trial, err := t.row(r, i)
			if err != nil {
				leave(r.Number(i), err)
				continue
			}
			trial.Line = int(r.Number(i))
			out = append(out, trial)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", next.ErrLog, path, err)
	}
	if err := left.tell(len(out), say); err != nil {
		return nil, err
	}
	if t.spec.Metric.Percent() && !slices.ContainsFunc(out, func(n next.Trial) bool { return n.Value > 1 }) {
		fmt.Fprintf(say, "%s: column %s is taken for fractions: none of its values is above 1, and the bundle's %s is "+
			"in percent\n", path, t.scan[t.metric], t.spec.Metric.Name)
		for i := range out {
			out[i].Value *= 100
		}
	}
	if t.epoch >= 0 {
		out = lastOfEach(out)
	}
	return out, nil
}

// row makes a training of a row.
func (t *ownTable) row(r *arrowio.Rows, i int) (next.Trial, error) {
	out := next.Trial{Epochs: math.NaN(), Joules: math.NaN()}
	c := features.Config{}
	for axis, column := range t.axes {
		if !r.Null(column, i) {
			c[axis] = r.Value(column, i)
		}
	}
	out.Config = t.spec.Space.Canonical(c)
	if err := t.spec.Space.Check(out.Config); err != nil {
		return out, err
	}
	out.Value = r.Float(t.metric, i)
	switch {
	case math.IsNaN(out.Value) || math.IsInf(out.Value, 0):
		return out, fmt.Errorf("column %s has no finite value", t.scan[t.metric])
	case t.spec.Metric.Percent() && (out.Value < 0 || out.Value > 100):
		return out, fmt.Errorf("column %s: %g is not a percentage", t.scan[t.metric], out.Value)
	}
	if t.epoch >= 0 {
		if out.Epochs = r.Float(t.epoch, i); !(out.Epochs > 0) {
			return out, fmt.Errorf("column %s: %g is not above 0", t.scan[t.epoch], out.Epochs)
		}
	}
	if t.energy >= 0 {
		if x := r.Float(t.energy, i) * t.joules; x > 0 && !math.IsInf(x, 0) {
			out.Joules = x
		}
	}
	return out, nil
}

// lastOfEach keeps of rows of the same configuration, one after the other with rising epochs, the last. Whether the
// energy of such a row is that of its epoch or of all until then is not known, so that it does not count.
func lastOfEach(trials []next.Trial) []next.Trial {
	var out []next.Trial
	for _, t := range trials {
		if n := len(out); n > 0 && out[n-1].Epochs < t.Epochs && out[n-1].Config.Key() == t.Config.Key() {
			t.Joules = math.NaN()
			out[n-1] = t
			continue
		}
		out = append(out, t)
	}
	return out
}
