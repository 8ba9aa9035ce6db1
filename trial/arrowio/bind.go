package arrowio

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial"
)

// need says what a use asks of a column.
type need uint8

const (
	anyScalar     need = iota // a number, a text or a boolean
	numberScalar              // one number a row
	numberList                // a list of numbers a row
	numbersAnyhow             // of texts: one number a row, or a list of them
)

func (n need) String() string {
	return [...]string{"one value a row", "one number a row", "a list of numbers a row",
		"a number or a list of numbers a row"}[n]
}

// lists reports whether the use reads lists.
func (n need) lists() bool { return n == numberList || n == numbersAnyhow }

// binding says which column of a batch has which use; -1 where the mapping or the file has none.
type binding struct {
	p    *plan
	file *logFile
	want []int // leaves to read

	forms []*form   // by position in want: what the use makes of the column; nil when nothing
	cols  []*column // the columns of the present batch, converted

	id, fold, seed, length          int
	curve, epochs, unitBy           int
	time, energy, infer, ends       int
	sampleTime, sampleWatts, device int
	final, planned, ended, start    int
	likeDevice                      int  // a column that looks like a device, where none is declared
	instant                         bool // the samples' times are timestamps
	group, numbers                  []int
	plus                            []int // of energy.plus; -1 for what is absent
	params, slices                  []named
	where                           []filter
	numbersWhere                    [][]filter // of each of numbers: the rows that speak of it

	room features.Config // for the settings of the row that is read
}

type named struct {
	name string
	col  int
}

type filter struct {
	col     int
	allowed trial.Values
}

// listRemedy says how a list is read as a cost.
func listRemedy(l *leaf, use string, n need) string {
	if l.list && n == numberScalar && slices.Contains([]string{"energy", "time", "inference_energy"}, use) {
		return "; of a list of numbers say shape: per_epoch"
	}
	return ""
}

// bind finds the columns of a mapping in a file. Optional columns may be absent (pycls keeps curves and energies in
// different files).
func bind(p *plan, f *logFile, leaves []*leaf) (*binding, error) {
	b := &binder{binding: &binding{p: p, file: f, room: features.Config{}, curve: -1, epochs: -1, unitBy: -1, time: -1,
		energy: -1, infer: -1, ends: -1, sampleTime: -1, sampleWatts: -1, device: -1, final: -1, planned: -1, ended: -1,
		start:      -1,
		likeDevice: -1}, leaves: leaves, loose: p.Layout == trial.Pycls, series: numberList}
	if p.Layout == trial.Long {
		b.series = numberScalar
	}
	b.bindRun()
	b.bindCurve()
	b.time, b.energy, b.infer = b.cost(p.time), b.cost(p.energy), b.cost(p.infer)
	if p.energy != nil {
		for _, name := range p.Energy.Plus {
			part := *p.energy
			part.column = name
			b.plus = append(b.plus, b.cost(&part))
		}
	}
	b.bindSamples()
	b.bindCourse()
	b.bindSettings()
	p.see(leaves)
	return b.binding, b.err
}

// binder makes a binding. After its first error it finds nothing more.
type binder struct {
	*binding
	leaves []*leaf
	series need // of curves and costs per epoch
	loose  bool // most columns may be absent
	err    error
}

// find returns where the batches of a scan have a column, -1 without one.
func (b *binder) find(path, use string, n need, optional bool) int {
	return b.measured(path, use, n, optional, nil, "")
}

// measured finds a column of a quantity with a unit: one of units, that of declared unless the column has its own.
func (b *binder) measured(path, use string, n need, optional bool, units map[string]float64, declared string) int {
	if path == "" || b.err != nil {
		return -1
	}
	i := slices.IndexFunc(b.leaves, func(l *leaf) bool { return l.name == path })
	if i < 0 {
		if !optional {
			b.err = fmt.Errorf("%w: %q (%s)%s", ErrColumn, path, use, suggest(path, b.leaves))
		}
		return -1
	}
	l := b.leaves[i]
	if err := suits(l, n); err != nil {
		b.err = fmt.Errorf("column %q: %w; %s needs %s%s", path, err, use, n, listRemedy(l, use, n))
		return -1
	}
	make, err := formOf(l, use, n, units, declared)
	if err != nil {
		b.err = fmt.Errorf("column %q: %w", path, err)
		return -1
	}
	if make == nil {
		for at, w := range b.want {
			if w == i && b.forms[at] == nil {
				return at
			}
		}
	}
	b.want, b.forms = append(b.want, i), append(b.forms, make)
	return len(b.want) - 1
}

// bindRun finds what tells runs apart.
func (b *binder) bindRun() {
	m := &b.p.Mapping
	b.id = b.find(m.ID, "id", anyScalar, false)
	b.fold = b.find(m.Fold, "fold", numberScalar, b.loose)
	b.seed = b.find(m.Seed, "seed", anyScalar, b.loose)
	b.length = b.find(m.Length, "length", numberScalar, b.loose)
}

// bindCurve finds the learning curve, its epochs, and the column that says its unit.
func (b *binder) bindCurve() {
	c := b.p.Curve
	if c == nil {
		return
	}
	if b.curve = b.find(c.Column, "curve", b.series, b.loose); b.curve < 0 {
		return
	}
	b.epochs = b.find(c.Epochs.Column, "curve.epochs", b.series, false)
	if c.UnitBy != nil {
		b.unitBy = b.find(c.UnitBy.Column, "curve.unit_by", anyScalar, false)
	}
}

// cost finds the column of an energy, a power or a time.
func (b *binder) cost(c *costPlan) int {
	if c == nil {
		return -1
	}
	n := numberScalar
	if c.shape.PerEpochs() && !c.watts {
		n = b.series
	}
	if c.watts && c.shape.PerEpochs() {
		if i := slices.IndexFunc(b.leaves, func(l *leaf) bool { return l.name == c.column }); i >= 0 &&
			b.leaves[i].list {
			n = b.series // power per epoch
		}
	}
	return b.measured(c.column, c.what, n, b.loose, c.units, c.unit)
}

// bindSamples finds the ends of epochs, and the columns of power samples.
func (b *binder) bindSamples() {
	m := &b.p.Mapping
	if m.EpochEnds != nil {
		b.ends = b.measured(m.EpochEnds.Column, "epoch_ends", numberList, b.loose, timeUnits, m.EpochEnds.Unit)
	}
	s := m.Samples
	if s == nil {
		return
	}
	b.sampleTime = b.measured(s.Time, "samples.time", numberScalar, false, timeUnits, b.timeUnit(s, b.leaves))
	if b.p.counter {
		b.sampleWatts = b.measured(s.Counter, "samples.counter", numberScalar, false, energyUnits, s.Unit)
	} else {
		b.sampleWatts = b.measured(s.Watts, "samples.watts", numberScalar, false, powerUnits, cmp.Or(s.Unit, "W"))
	}
	b.device = b.find(s.Device, "samples.device", anyScalar, false)
	for _, l := range b.leaves {
		if s.Device == "" && b.likeDevice < 0 && l.use == nil && !l.list && deviceWords.MatchString(l.name) &&
			l.name != m.ID {
			b.likeDevice = b.find(l.name, "device", anyScalar, false)
		}
		b.instant = b.instant || l.name == s.Time && l.instant
	}
}

// bindCourse finds how a run went: its final metric, how long it was to be, how it ended, when it began.
func (b *binder) bindCourse() {
	m := &b.p.Mapping
	b.findNumbers()
	if m.Final != nil {
		b.final = b.find(m.Final.Column, "final", numberScalar, b.loose)
	}
	b.planned = b.find(m.Planned, "planned", numberScalar, b.loose)
	if m.Ended != nil {
		b.ended = b.find(m.Ended.Column, "ended", anyScalar, b.loose)
	}
	if m.Start != nil {
		b.start = b.measured(m.Start.Column, "start", numberScalar, b.loose, timeUnits, b.startUnit(m.Start, b.leaves))
	}
}

// bindSettings finds the columns of configurations: groups, axes, slices, and those that rows are chosen by. What one
// file of a sweep lacks is missing there; see plan.seen.
func (b *binder) bindSettings() {
	m, drifts := &b.p.Mapping, len(b.p.files) > 1
	for _, g := range m.Group {
		b.group = append(b.group, b.find(g, "group", anyScalar, false))
	}
	for _, name := range m.Params.Names() {
		b.params = append(b.params, named{name, b.find(m.Params[name], "params."+name, anyScalar, drifts)})
	}
	for _, name := range slices.Sorted(maps.Keys(m.Graphs)) {
		b.params = append(b.params, named{name, b.find(m.Graphs[name].Column(), "graphs."+name, anyScalar, drifts)})
	}
	for _, name := range b.p.axes {
		_, mapped := m.Params[name]
		if _, isGraph := m.Graphs[name]; mapped || isGraph || m.Layout == trial.Power {
			continue
		}
		if at := b.find(name, "axis "+name, anyScalar, true); at >= 0 {
			b.params = append(b.params, named{name, at})
		}
	}
	slices.SortFunc(b.params, func(x, y named) int { return strings.Compare(x.name, y.name) })
	for _, name := range m.Slices.Names() {
		b.slices = append(b.slices, named{name, b.find(m.Slices[name], "slices."+name, anyScalar, drifts)})
	}
	for _, name := range slices.Sorted(maps.Keys(m.Where)) {
		b.where = append(b.where, filter{b.find(name, "where", anyScalar, false), m.Where[name]})
	}
}

// deviceWords are names of columns that tell devices apart.
var deviceWords = regexp.MustCompile(`(?i)^(gpu|device|card|node|host|hostname|socket|index|uuid|gpu_uuid)(_?(id|` +
	`index|idx|name|number))?$`)

// startUnit is the unit of a run's start: as timeUnit.
func (b *binding) startUnit(s *trial.StartColumn, leaves []*leaf) string {
	return b.timeUnit(&trial.PowerColumns{Time: s.Column, TimeUnit: s.Unit}, leaves)
}

// timeUnit is the unit of the samples' times: seconds, unless something else is declared or the column has a unit of
// its own.
func (b *binding) timeUnit(s *trial.PowerColumns, leaves []*leaf) string {
	for _, l := range leaves {
		if l.name == s.Time && l.ownUnit != "" {
			return s.TimeUnit
		}
	}
	return cmp.Or(s.TimeUnit, "s")
}

// suits says why a leaf does not serve a need.
func suits(l *leaf, n need) error {
	switch {
	case l.use != nil:
		return l.use
	case l.kind == kindText && (n == numberScalar && !l.list || n.lists()):
		return nil // each text is looked at
	case n.lists() != l.list:
		return fmt.Errorf("%w: it is %s", ErrType, l.typ)
	}
	return nil
}

// suggest names columns with a similar name.
func suggest(path string, leaves []*leaf) string {
	low := strings.ToLower(path)
	var like []string
	for _, l := range leaves {
		name := strings.ToLower(l.name)
		if strings.Contains(name, low) || strings.Contains(low, name) || strings.HasSuffix(name, "."+low) {
			like = append(like, l.name)
		}
	}
	if len(like) == 0 {
		for _, l := range leaves {
			like = append(like, l.name)
		}
	}
	if len(like) > 12 {
		like = append(like[:12:12], "...")
	}
	return "; the file has " + strings.Join(like, ", ")
}

// keeps reports whether row r passes the filters.
func (b *binding) keeps(cols []*column, r int) bool { return keeps(b.where, cols, r) }

// keeps reports whether row r has the values that the filters allow.
func keeps(filters []filter, cols []*column, r int) bool {
	for _, f := range filters {
		if !slices.ContainsFunc(f.allowed, func(v features.Value) bool { return same(cols[f.col], r, v) }) {
			return false
		}
	}
	return true
}

// same compares an element with a value; a boolean column, and texts as Python writes booleans, also with the words
// true and false, a text with the number that it writes.
func same(c *column, e int, v features.Value) bool {
	if c.isNull(e) {
		return v.IsMissing()
	}
	if x, ok := v.Float(); ok && c.kind != kindText {
		return c.number(e) == x
	}
	s, ok := c.text(e)
	if !ok || v.IsMissing() {
		return false
	}
	if s == v.String() {
		return true
	}
	if w, ok := v.Str(); ok && (w == "true" || w == "false") {
		return strings.EqualFold(trimCell(s), w)
	}
	return c.kind == kindText && c.value(e) == v
}

// text returns a scalar as text, "" when the use has no column or the cell is null.
func (b *binding) text(cols []*column, col, r int) string {
	if col < 0 {
		return ""
	}
	s, _ := cols[col].text(r)
	return s
}
