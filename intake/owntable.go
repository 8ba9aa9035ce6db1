package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/trial/arrowio"
)

// isOwnTable reports whether a file is a Parquet or Arrow table that says of itself that it is a log of ours.
func isOwnTable(f *file) bool {
	head := f.head()
	if !bytes.HasPrefix(head, []byte("PAR1")) && !bytes.HasPrefix(head, []byte("ARROW1")) &&
		!bytes.HasPrefix(head, []byte{0xff, 0xff, 0xff, 0xff}) {
		return false
	}
	t, err := f.table()
	if err != nil {
		return false
	}
	defer t.Close()
	_, ok := t.Meta()[ownKey]
	return ok
}

const ownKey = "eahas.log"

// table opens the file as a table. The caller closes it.
func (f *file) table() (*arrowio.Table, error) {
	if f.disk != "" {
		return arrowio.OpenTable(f.disk)
	}
	b, err := f.all()
	if err != nil {
		return nil, err
	}
	return arrowio.TableOf(b, f.name)
}

// ownTableFile is one Parquet or Arrow file of ours that is being read.
type ownTableFile struct {
	log     *Log
	f       *file
	columns []ownColumn
	energy  string             // where joules come from, as a run says it
	key     [2]int             // places in columns of the run's id and of the epoch
	factor  map[string]float64 // of a cost's unit, by name

	broken map[string]bool // runs that contradict themselves
	cells  int             // that are no numbers
	cell   string          // the first of them
}

// ownColumn is a column with what its field says of it.
type ownColumn struct {
	arrowio.TableColumn
	role, of string // of: the name of the axis, metric, tag or cost
}

// readOwnTable reads one table. The columns are what their fields say; those without a role are counted and ignored.
func (l *Log) readOwnTable(ctx context.Context, f *file) error {
	t, err := f.table()
	if err != nil {
		return err
	}
	defer t.Close()
	if v, err := strconv.ParseFloat(t.Meta()[ownKey], 64); err != nil || v != ownVersion {
		return fmt.Errorf("%s: %w: version %q of the log; this program reads version %d", f.name, ErrFormat,
			t.Meta()[ownKey], ownVersion)
	}
	o := &ownTableFile{log: l, f: f, key: [2]int{-1, -1}, factor: map[string]float64{},
		broken: map[string]bool{}}
	ignored := 0
	for _, c := range t.Columns() {
		own := ownColumn{c, c.Meta["eahas.role"], c.Meta["eahas.name"]}
		if own.of == "" {
			own.of = c.Name
		}
		if own.role == "" || c.List || c.Kind == "unsupported" {
			ignored++
			continue
		}
		if err := o.declare(own); err != nil {
			return fmt.Errorf("%s: column %q: %w", f.name, c.Name, err)
		}
		o.columns = append(o.columns, own)
	}
	if o.key[0] < 0 || o.key[1] < 0 {
		return fmt.Errorf("%s: %w: a log of ours needs a field of the role run and one of the role epoch", f.name,
			ErrFormat)
	}
	if ignored > 0 {
		l.leave(f.name, "%d columns without a role (eahas.role)", ignored)
	}
	return o.read(ctx, t)
}

// declare takes up what a field says. Kept whole: one case a role.
func (o *ownTableFile) declare(c ownColumn) error {
	l, at := o.log, len(o.columns)
	column := Column{Name: c.of, Unit: c.Meta["eahas.unit"], Why: "the file says so"}
	switch c.role {
	case "run":
		o.key[0] = at
	case "epoch":
		o.key[1] = at
	case "axis":
		if text := c.Meta["eahas.axis"]; text != "" {
			return l.declareAxis(c.of, []byte(text))
		}
	case "metric", "result":
		column.Role, column.Kind, column.Split = RoleMetric, c.Meta["eahas.kind"], c.Meta["eahas.split"]
		column.Objective = c.Meta["eahas.objective"] == "true"
		if d := c.Meta["eahas.direction"]; d != "" {
			up := d == "max"
			column.Higher = &up
		}
		l.declare(column)
	case "seconds", "joules":
		column.Role, column.Shape = Role(c.role), Shape(c.Meta["eahas.shape"])
		if column.Shape == "" {
			column.Shape = Cumulative
		}
		unit := column.Unit
		column.Unit = map[string]string{"seconds": "s", "joules": "J"}[c.role]
		if unit == "" || c.TableColumn.Unit != "" { // durations come in seconds
			unit = column.Unit
		}
		if role, ok := unitOf[unit]; !ok || role != column.Role {
			return fmt.Errorf("%w: eahas.unit %q is no unit of %s", ErrFormat, unit, c.role)
		}
		o.factor[c.of] = baseFactor[unit]
		if !slices.Contains([]Shape{Cumulative, PerEpoch, Total}, column.Shape) {
			return fmt.Errorf("%w: eahas.shape %q", ErrFormat, column.Shape)
		}
		if c.role == "joules" {
			o.energy = strings.Trim(c.Meta["eahas.source"]+" "+c.Meta["eahas.tool"], " ")
		}
		l.declare(column)
		if d := l.declared[c.of]; d.Role != column.Role || d.Shape != column.Shape {
			return fmt.Errorf("%w: %s is %s here, and %s in another file", ErrFormat, c.of, column.Shape, d.Shape)
		}
	}
	return nil
}

// unitOf says of a unit whether it is one of seconds or of joules.
var unitOf = func() map[string]Role {
	out := map[string]Role{}
	for unit := range baseFactor {
		if strings.HasSuffix(unit, "J") || strings.HasSuffix(unit, "Wh") {
			out[unit] = RoleJoules
		} else {
			out[unit] = RoleSeconds
		}
	}
	return out
}()

// declareAxis takes up the declared range of an axis, as JSON. All that declare an axis must declare the same.
func (l *Log) declareAxis(name string, text []byte) error {
	var p features.Param
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("%w: the declared range of %q: %w", ErrFormat, name, err)
	}
	p.Name = name
	one := features.Space{Params: []features.Param{p}}
	if p.When != nil {
		return fmt.Errorf("%w: the declared range of %q: a condition (when) stands in a config", ErrFormat, name)
	}
	if err := one.Validate(); err != nil {
		return fmt.Errorf("%w: the declared range of %q: %w", ErrFormat, name, err)
	}
	if l.Space == nil {
		l.Space = map[string]features.Param{}
	}
	old, ok := l.Space[name]
	if ok && !slices.Equal(plainParam(&old), plainParam(&p)) {
		return fmt.Errorf("%w: the axis %q is declared in two ways: %s and %s", ErrFormat, name, plainParam(&old),
			plainParam(&p))
	}
	l.Space[name] = p
	return nil
}

// plainParam is a declared range as docs/log.md writes it.
func plainParam(p *features.Param) []byte {
	q := *p
	q.Name = ""
	b, err := json.Marshal(q)
	if err != nil {
		panic("intake: a range has no JSON: " + err.Error())
	}
	return bytes.Replace(b, []byte(`"name":"",`), nil, 1)
}

// read takes up the rows.
func (o *ownTableFile) read(ctx context.Context, t *arrowio.Table) error {
	var ask []string
	for _, c := range o.columns {
		ask = append(ask, c.Name)
	}
	began := map[*Run]bool{} // the runs of this file
	err := t.Scan(ctx, ask, func(r *arrowio.Rows) error {
		for _, b := range r.Broken() {
			o.log.leave(o.f.name, "row %d: %s", b.Row, b.Reason)
		}
		for row := range r.Len() {
			if err := o.row(r, row, began); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if o.cells > 0 {
		o.log.leave(o.f.name, "%d cells are no numbers, the first: %s", o.cells, o.cell)
	}
	for run := range began {
		if run.Status == Unknown {
			run.Status = Killed
		}
	}
	o.log.Runs = slices.DeleteFunc(o.log.Runs, func(r *Run) bool { return o.broken[r.ID] && r.From == o.f.name })
	return nil
}

// row takes up one row.
func (o *ownTableFile) row(r *arrowio.Rows, row int, began map[*Run]bool) error {
	id := r.Text(o.key[0], row)
	if id == "" || len(id) > ownRunLength {
		o.log.leave(o.f.name, "row %d: a run's id of %d bytes", r.Number(row), len(id))
		return nil
	}
	if o.broken[id] {
		return nil
	}
	run, err := o.log.run("eahas", id, o.f.name)
	if err != nil {
		return err
	}
	if !began[run] {
		if run.From != o.f.name || run.Status != Unknown {
			o.broken[id] = true
			o.log.leave(o.f.name, "the run %q stands in %s too", id, run.From)
			return nil
		}
		began[run] = true
	}
	epoch := math.NaN()
	if !r.Null(o.key[1], row) {
		epoch = r.Float(o.key[1], row)
	}
	for i, c := range o.columns {
		if r.Null(i, row) {
			continue
		}
		if err := o.cellOf(run, c, epoch, r, i, row); err != nil {
			return err
		}
	}
	return nil
}

// cellOf takes up one cell that is not null. Kept whole: one case a role.
func (o *ownTableFile) cellOf(run *Run, c ownColumn, epoch float64, r *arrowio.Rows, i, row int) error {
	switch c.role {
	case "axis":
		o.constant(run, c, r.Number(row), r.Value(i, row))
	case "tag":
		run.Tags[c.of] = r.Value(i, row)
	case "seed":
		run.Seed = r.Value(i, row).String()
	case "planned_epochs":
		run.Planned = r.Float(i, row)
	case "end":
		switch s := Status(r.Text(i, row)); s {
		case Finished, Stopped, Pruned, Failed, Killed:
			run.Status = s
		default:
			o.wrong(c, r, i, row)
		}
	case "started":
		if c.Time {
			run.span(r.Float(i, row))
		} else {
			run.span(moment(r.Text(i, row)))
		}
	case "device":
		run.Device = r.Text(i, row)
	case "source":
		run.Tags["source"] = r.Value(i, row)
	case "metric", "result", "seconds", "joules":
		x := r.Float(i, row)
		if x != x && c.Kind == "text" && !strings.EqualFold(strings.TrimSpace(r.Text(i, row)), "nan") {
			o.wrong(c, r, i, row)
			return nil
		}
		return o.number(run, c, epoch, x)
	}
	return nil
}

// number takes up a measured number: of a metric and of costs by epoch a point, else what is known of the whole run.
func (o *ownTableFile) number(run *Run, c ownColumn, epoch, x float64) error {
	if f := o.factor[c.of]; f > 0 {
		x *= f
	}
	if c.role == "joules" {
		run.EnergyFrom = o.energy
	}
	if c.role == "result" || o.log.declared[c.of].Shape == Total {
		run.Final[c.of] = features.Number(x)
		return nil
	}
	if math.IsNaN(epoch) {
		return nil
	}
	if d := o.log.declared[c.of]; c.role == "seconds" && d.Shape == Cumulative {
		run.tick(epoch, run.Started+x)
	}
	return o.log.point(run, c.of, epoch, x)
}

// constant sets an axis, which is the same in all rows of a run. A run that contradicts itself is left out.
func (o *ownTableFile) constant(run *Run, c ownColumn, row int64, v features.Value) {
	if old, ok := run.Config[c.of]; ok && old != v {
		o.broken[run.ID] = true
		o.log.leave(o.f.name, "row %d: the axis %q of the run %q is %s, and was %s before: the run is left out", row,
			c.of, run.ID, v, old)
		return
	}
	run.Config[c.of] = v
}

// wrong counts a cell that is not what its role needs.
func (o *ownTableFile) wrong(c ownColumn, r *arrowio.Rows, i, row int) {
	if o.cells++; o.cells == 1 {
		o.cell = fmt.Sprintf("row %d, column %q: %q", r.Number(row), c.Name, r.Text(i, row))
	}
}
