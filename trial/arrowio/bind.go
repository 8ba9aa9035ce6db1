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
	anyScalar    need = iota // a number, a text or a boolean
	numberScalar             // one number a row
	numberList               // a list of numbers a row
)

func (n need) String() string {
	return [...]string{"one value a row", "one number a row", "a list of numbers a row"}[n]
}

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
	group                           []int
	params, slices                  []named
	where                           []filter
}

type named struct {
	name string
	col  int
}

type filter struct {
	col     int
	allowed trial.Values
}

// bind finds the columns of a mapping in a file. Optional columns may be absent (pycls keeps curves and energies in
// different files).
func bind(p *plan, f *logFile, leaves []*leaf) (*binding, error) {
	b := &binding{p: p, file: f}
	var err error
	measured := func(path, use string, n need, optional bool, units map[string]float64, declared string) int {
		if path == "" || err != nil {
			return -1
		}
		i := slices.IndexFunc(leaves, func(l *leaf) bool { return l.name == path })
		if i < 0 {
			if !optional {
				err = fmt.Errorf("%s: %w: %q (%s)%s", f.show, ErrColumn, path, use, suggest(path, leaves))
			}
			return -1
		}
		l := leaves[i]
		if e := suits(l, n); e != nil {
			err = fmt.Errorf("%s: column %q: %w; %s needs %s", f.show, path, e, use, n)
			return -1
		}
		make, e := formOf(l, use, n, units, declared)
		if e != nil {
			err = fmt.Errorf("%s: column %q: %w", f.show, path, e)
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
	find := func(path, use string, n need, optional bool) int { return measured(path, use, n, optional, nil, "") }
	m := &p.Mapping
	series := numberList // curves and costs per epoch
	if m.Layout == trial.Long {
		series = numberScalar
	}
	loose := m.Layout == trial.Pycls
	drifts := len(p.files) > 1 // what one file of a sweep lacks is missing there; see plan.seen
	b.id = find(m.ID, "id", anyScalar, false)
	b.fold = find(m.Fold, "fold", numberScalar, loose)
	b.seed = find(m.Seed, "seed", anyScalar, loose)
	b.length = find(m.Length, "length", numberScalar, loose)
	b.curve, b.epochs, b.unitBy = -1, -1, -1
	if c := m.Curve; c != nil {
		b.curve = find(c.Column, "curve", series, loose)
		if b.curve >= 0 {
			b.epochs = find(c.Epochs.Column, "curve.epochs", series, false)
			if c.UnitBy != nil {
				b.unitBy = find(c.UnitBy.Column, "curve.unit_by", anyScalar, false)
			}
		}
	}
	cost := func(c *costPlan) int {
		if c == nil {
			return -1
		}
		n := numberScalar
		if c.shape.PerEpochs() && !c.watts {
			n = series
		}
		if c.watts && c.shape.PerEpochs() {
			if i := slices.IndexFunc(leaves, func(l *leaf) bool { return l.name == c.column }); i >= 0 &&
				leaves[i].list {
				n = series // power per epoch
			}
		}
		return measured(c.column, c.what, n, loose, c.units, c.unit)
	}
	b.time, b.energy, b.infer = cost(p.time), cost(p.energy), cost(p.infer)
	b.ends, b.sampleTime, b.sampleWatts, b.device = -1, -1, -1, -1
	b.final, b.planned, b.ended, b.start, b.likeDevice = -1, -1, -1, -1, -1
	if m.EpochEnds != nil {
		b.ends = measured(m.EpochEnds.Column, "epoch_ends", numberList, loose, timeUnits, m.EpochEnds.Unit)
	}
	if s := m.Samples; s != nil {
		b.sampleTime = measured(s.Time, "samples.time", numberScalar, false, timeUnits, b.timeUnit(s, leaves))
		if p.counter {
			b.sampleWatts = measured(s.Counter, "samples.counter", numberScalar, false, energyUnits, s.Unit)
		} else {
			b.sampleWatts = measured(s.Watts, "samples.watts", numberScalar, false, powerUnits, cmp.Or(s.Unit, "W"))
		}
		b.device = find(s.Device, "samples.device", anyScalar, false)
		for _, l := range leaves {
			if s.Device == "" && b.likeDevice < 0 && l.use == nil && !l.list && deviceWords.MatchString(l.name) &&
				l.name != m.ID {
				b.likeDevice = find(l.name, "device", anyScalar, false)
			}
			b.instant = b.instant || l.name == s.Time && l.instant
		}
	}
	if m.Final != nil {
		b.final = find(m.Final.Column, "final", numberScalar, loose)
	}
	b.planned = find(m.Planned, "planned", numberScalar, loose)
	if m.Ended != nil {
		b.ended = find(m.Ended.Column, "ended", anyScalar, loose)
	}
	if m.Start != nil {
		b.start = measured(m.Start.Column, "start", numberScalar, loose, timeUnits, b.startUnit(m.Start, leaves))
	}
	for _, g := range m.Group {
		b.group = append(b.group, find(g, "group", anyScalar, false))
	}
	for _, name := range m.Params.Names() {
		b.params = append(b.params, named{name, find(m.Params[name], "params."+name, anyScalar, drifts)})
	}
	for _, name := range p.axes {
		if _, mapped := m.Params[name]; mapped || m.Layout == trial.Power {
			continue
		}
		if at := find(name, "axis "+name, anyScalar, true); at >= 0 {
			b.params = append(b.params, named{name, at})
		}
	}
	slices.SortFunc(b.params, func(x, y named) int { return strings.Compare(x.name, y.name) })
	for _, name := range m.Slices.Names() {
		b.slices = append(b.slices, named{name, find(m.Slices[name], "slices."+name, anyScalar, drifts)})
	}
	for _, name := range slices.Sorted(maps.Keys(m.Where)) {
		b.where = append(b.where, filter{find(name, "where", anyScalar, false), m.Where[name]})
	}
	p.see(leaves)
	return b, err
}

// deviceWords are names of columns that tell devices apart.
var deviceWords = regexp.MustCompile(`(?i)^(gpu|device|card|node|host|hostname|socket|index|uuid|gpu_uuid)(_?(id|index|idx|name|number))?$`)

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
	case l.kind == kindText && (n == numberScalar && !l.list || n == numberList):
		return nil // each text is looked at
	case n == numberList != l.list:
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
func (b *binding) keeps(cols []*column, r int) bool {
	for _, f := range b.where {
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
