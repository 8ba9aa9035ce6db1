package arrowio

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"eahas/trial"
)

// form is what a use makes of a column whose values are not yet what it needs. It is the only place where the type of a
// column and the declared unit meet:
//
//   - texts become numbers ("0.5", "NaN", "69.32 W"), lists of numbers ("[0.1, 0.2]") or points in time
//   - durations, times of day and timestamps, which know their unit, become numbers in the declared unit
//
// A text that is no number becomes null and a rejection with row, column and value.
type form struct {
	what       string
	need       need
	units      map[string]float64 // factors of units that a text may end in; nil when none may
	factor     float64            // of the declared unit
	sawInstant bool
	instant    bool    // texts are points in time, read as seconds since 1970
	bare       bool    // no unit is declared: each text has to have one
	scale      float64 // of the column's seconds, to the declared unit; 0 when the column has no unit of its own
	dst        *column

	texts, wrong int    // texts that were looked at, and those of them that are no numbers
	example      string // of a wrong one
}

// checkUnit says whether the unit that a column has of its own and the declared one go together, and that there is one.
func checkUnit(l *leaf, what string, units map[string]float64, declared string) error {
	if l.ownUnit == "" {
		if units != nil && declared == "" && l.kind != kindText {
			return fmt.Errorf("%w: %s needs a unit: the column is %s, which has none of its own", ErrUnit, what, l.typ)
		}
		return nil
	}
	if _, ok := units["ms"]; !ok {
		return fmt.Errorf("%w: it is %s, a time, and %s is none", ErrType, l.typ, what)
	}
	if declared != "" && declared != "s" && declared != l.ownUnit {
		return fmt.Errorf("%w: it is %s, which has the unit %s of its own, and %q is declared; leave unit out",
			ErrUnit, l.typ, l.ownUnit, declared)
	}
	return nil
}

// formOf decides what a use has to do with a leaf; nil when its values serve as they are. units and declared are those
// of the use, nil and "" where it has none.
func formOf(l *leaf, what string, n need, units map[string]float64, declared string) (*form, error) {
	if n == anyScalar {
		return nil, nil
	}
	f := &form{what: what, need: n, units: units, factor: 1}
	if units != nil && declared != "" {
		f.factor = units[declared]
	}
	if err := checkUnit(l, what, units, declared); err != nil {
		return nil, err
	}
	if l.ownUnit != "" {
		if f.scale = 1 / f.factor; f.scale == 1 && l.list == n.lists() {
			return nil, nil
		}
	}
	if l.kind != kindText && f.scale == 0 {
		return nil, nil
	}
	_, f.instant = units["ms"]
	f.bare = units != nil && declared == ""
	f.dst = newColumn(&leaf{name: l.name, typ: l.typ, kind: kindFloat, list: n.lists(), ownUnit: l.ownUnit,
		instant: l.instant})
	return f, nil
}

// apply converts a batch's column. bad is told of elements that are no numbers.
func (f *form) apply(c *column, bad func(r int, value, reason string)) *column {
	d := f.dst
	d.reset()
	d.n = c.n
	switch {
	case c.kind != kindText:
		d.off, d.absent, d.null = append(d.off, c.off...), append(d.absent, c.absent...), append(d.null, c.null...)
		for _, x := range c.floats {
			d.floats = append(d.floats, x*f.scale)
		}
	case !c.list && f.need == numberScalar:
		for e := range c.texts {
			f.element(c, e, e, bad)
		}
	case c.list:
		d.absent = append(d.absent, c.absent...)
		for r := range c.n {
			d.off = append(d.off, len(d.floats))
			lo, hi := c.span(r)
			for e := lo; e < hi; e++ {
				f.element(c, e, r, bad)
			}
		}
		d.off = append(d.off, len(d.floats))
	default:
		for r := range c.n {
			f.listText(c, r, bad)
		}
		d.off = append(d.off, len(d.floats))
	}
	return d
}

// element appends element e of a text column, which stands in row r.
func (f *form) element(c *column, e, r int, bad func(int, string, string)) {
	s := ""
	if !c.isNull(e) {
		s = trimCell(c.texts[e])
	}
	if isNullText(s) {
		f.dst.appendNull()
		return
	}
	x, why := f.number(s)
	if why != "" {
		bad(r, clip(s), why)
		f.dst.appendNull()
		return
	}
	f.dst.floats = append(f.dst.floats, x)
}

// listText appends the list that the text of row r writes: "[0.1, NaN, None]", as Python and JSON write it.
func (f *form) listText(c *column, r int, bad func(int, string, string)) {
	d := f.dst
	d.off = append(d.off, len(d.floats))
	if c.isNull(r) || isNullText(trimCell(c.texts[r])) {
		d.appendAbsent(r)
		return
	}
	s := trimCell(c.texts[r])
	if f.need == numbersAnyhow && !strings.HasPrefix(s, "[") && !strings.HasPrefix(s, "(") {
		f.element(c, r, r, bad)
		return
	}
	if len(s) < 2 || !(s[0] == '[' && s[len(s)-1] == ']' || s[0] == '(' && s[len(s)-1] == ')') {
		f.texts, f.wrong, f.example = f.texts+1, f.wrong+1, s
		bad(r, clip(s), "not a list of numbers such as [0.1, 0.2]")
		d.appendAbsent(r)
		return
	}
	cells := strings.FieldsFunc(s[1:len(s)-1], func(c rune) bool {
		return c == ',' || c == ' ' || c == '\n' ||
			c == '\t' || c == ';'
	})
	for _, cell := range cells {
		if cell = strings.Trim(cell, `'"`); isNullText(cell) {
			d.appendNull()
			continue
		}
		x, why := f.number(cell)
		if why != "" {
			bad(r, clip(cell), why)
			d.appendNull()
			continue
		}
		d.floats = append(d.floats, x)
	}
}

// number parses a text and counts it.
func (f *form) number(s string) (float64, string) {
	x, why := f.parse(s)
	f.texts++
	if why != "" {
		if f.wrong++; f.wrong == 1 {
			f.example = strings.Clone(s)
		}
	}
	return x, why
}

// check says that a column of texts is of the wrong type for its use: most of them are no numbers.
func (b *binding) check() error {
	for i, f := range b.forms {
		if f != nil && 2*f.wrong > f.texts {
			return fmt.Errorf("column %q: %w: %d of %d texts are not what %s needs, such as %q; it needs %s",
				b.cols[i].name, ErrType, f.wrong, f.texts, f.what, clip(f.example), f.need)
		}
	}
	return nil
}

// parse reads a number, with a unit behind it where the use has units; why is why it cannot.
func (f *form) parse(s string) (x float64, why string) {
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		if f.bare {
			return x, f.what + " has no unit: declare it, or write it behind the numbers"
		}
		return x, ""
	} else if e, ok := err.(*strconv.NumError); ok && e.Err == strconv.ErrRange {
		return x, ""
	}
	if x, ok := nonFiniteText(s); ok {
		return x, ""
	}
	if f.instant {
		if x, ok := parseInstant(s); ok {
			f.sawInstant = true
			return x / f.factor, ""
		}
	}
	switch s {
	case "true", "True", "TRUE":
		return 1, ""
	case "false", "False", "FALSE":
		return 0, ""
	}
	return f.quantity(s)
}

// quantity reads a number with something behind it: a unit of the use, a multiplier, or percent.
func (f *form) quantity(s string) (x float64, why string) {
	y, unit, _, ok := quantity(s)
	switch {
	case !ok:
		return math.NaN(), f.what + " is not a number"
	case unit == "" && f.bare:
		return y, f.what + " has no unit: declare it, or write it behind the numbers"
	case unit == "", unit == "%" && f.units == nil:
		return y, ""
	}
	if k, ok := f.units[unit]; ok {
		return y * k / f.factor, ""
	}
	if k, base := toBase(unit); f == plainNumber && base != "" {
		return y * k, ""
	}
	if f.units == nil {
		return math.NaN(), f.what + " is not a number"
	}
	return math.NaN(), fmt.Sprintf("%s: the unit %q is not one of %s", f.what, unit, unitList(f.units))
}

// instants are the ways in which logs write points in time.
var instants = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999",
	"2006/01/02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00"}

// parseInstant reads a point in time as seconds since 1970, UTC where it says no zone.
func parseInstant(s string) (float64, bool) {
	for _, layout := range instants {
		if t, err := time.Parse(layout, s); err == nil {
			return float64(t.Unix()) + float64(t.Nanosecond())*1e-9, true
		}
	}
	return 0, false
}

// convert returns the columns of a batch as the uses need them. Cells that cannot be converted become null, and are
// told in bad.
func (b *binding) convert(bt *batch) (cols []*column, bad []trial.Rejection) {
	if len(b.cols) < len(bt.cols) {
		b.cols = make([]*column, len(bt.cols))
	}
	for i, c := range bt.cols {
		b.cols[i] = c
		if f := b.forms[i]; f != nil {
			b.cols[i] = f.apply(c, func(r int, value, reason string) {
				bad = append(bad, trial.Rejection{File: b.file.show, Row: bt.row(r), Column: c.name, Value: value,
					Reason: reason})
			})
		}
	}
	return b.cols, bad
}
