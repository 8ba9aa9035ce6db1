package arrowio

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"eahas/trial"
	"eahas/trial/target"
)

// numberPlan is a checked target of one's own.
type numberPlan struct {
	trial.TargetColumn
	definition target.Definition
	units      map[string]float64 // that the column's texts may have; nil for free text
	factor     float64            // of the column's unit
}

// Targets returns the rows that the columns and the mappings' final metrics add to the table of targets: first those of
// the columns, in their order, then the final metric. ErrMapping, ErrUnit: what a column says cannot be.
func Targets(mappings []trial.Mapping, columns []trial.TargetColumn) (target.Own, error) {
	var own target.Own
	for i, c := range columns {
		p, err := newNumberPlan(c)
		if err == nil {
			own = append(own, p.definition)
			err = own.Check()
		}
		if err != nil {
			return nil, fmt.Errorf("targets[%d]: %w: %w", i, ErrMapping, err)
		}
	}
	for i, m := range mappings {
		d, ok, err := finalOf(m)
		if err != nil {
			return nil, fmt.Errorf("logs[%d]: %w", i, err)
		}
		if ok && !own.Has(d.Name) {
			own = append(own, d)
		}
	}
	return own, nil
}

// finalOf is the row of a mapping's final metric; ok is false where it has none.
func finalOf(m trial.Mapping) (d target.Definition, ok bool, err error) {
	if m.Final == nil {
		return d, false, nil
	}
	c := m.Final.Curve()
	p, err := newCurvePlan(c)
	if err != nil {
		return d, false, fmt.Errorf("final: %w", err)
	}
	d = target.Definition{Name: target.Final, Label: "Final " + c.Column, Span: target.PerRun, Scale: target.Linear,
		Direction: target.Lower}
	if p.share {
		d.Unit, d.Scale, d.High = "percent", target.Bounded, 100
	}
	if metricOf(c).HigherIsBetter {
		d.Direction = target.Higher
	}
	return d, true, nil
}

func newNumberPlan(c trial.TargetColumn) (*numberPlan, error) {
	c.Column = cmp.Or(c.Column, string(c.Name))
	p := &numberPlan{TargetColumn: c, factor: 1}
	d := target.Definition{Name: c.Name, Label: c.Label, Unit: c.Unit, Direction: c.Direction,
		Scale: cmp.Or(c.Scale, target.Linear), Known: c.Known}
	switch c.Per {
	case "", "trial":
		d.Span = target.PerRun
	case "epoch":
		d.Span = target.PerEpoch
	case "curve":
		d.Span = target.EveryEpoch
	default:
		return nil, fmt.Errorf("target %q: per %q; want trial, epoch or curve", c.Name, c.Per)
	}
	for _, known := range []struct {
		units map[string]float64
		base  string
		scale target.Scale
	}{{energyUnits, "J", target.Log}, {timeUnits, "s", target.Log}, {powerUnits, "W", target.Log},
		{shareUnits, "percent", target.Bounded}} {
		if f, ok := known.units[c.Unit]; ok {
			d.Unit, d.Scale, p.units, p.factor = known.base, cmp.Or(c.Scale, known.scale), known.units, f
		}
	}
	if d.Unit == "percent" && d.Scale == target.Bounded {
		d.High = 100
	}
	if d.Direction == "" && p.units != nil && d.Unit != "percent" {
		d.Direction = target.Lower
	}
	if c.Low != nil {
		d.Low = *c.Low * p.factor
	}
	if c.High != nil {
		d.High = *c.High * p.factor
	}
	p.definition = d
	return p, nil
}

// findNumbers finds the columns of one's own targets that a file has, -1 for those that it lacks.
func (b *binder) findNumbers() {
	for _, p := range b.p.numbers {
		n := numberScalar
		i := slices.IndexFunc(b.leaves, func(l *leaf) bool { return l.name == p.Column })
		switch {
		case i >= 0 && b.leaves[i].list:
			n = numberList
		case i >= 0 && b.leaves[i].kind == kindText && b.series == numberList: // [0.1, 0.2], or 69 W
			n = numbersAnyhow
		}
		unit := ""
		if p.units != nil {
			unit = p.Unit
		}
		var where []filter
		for _, name := range slices.Sorted(maps.Keys(p.Where)) {
			column := b.find(name, "target "+string(p.Name)+" where", anyScalar, i < 0)
			where = append(where, filter{column, p.Where[name]})
		}
		b.numbersWhere = append(b.numbersWhere, where)
		b.numbers = append(b.numbers, b.measured(p.Column, "target "+string(p.Name), n, true, p.units, unit))
	}
}

// setNumbers reads one's own targets of row r of a wide log.
func (b *binding) setNumbers(d *draft, cols []*column, r int) {
	for i, p := range b.p.numbers {
		if b.numbers[i] < 0 || !keeps(b.numbersWhere[i], cols, r) {
			continue
		}
		c := cols[b.numbers[i]]
		if p.definition.Span == target.EveryEpoch {
			values := cells(c, r)
			d.setTargetCurve(p, b.epochsOf(d, len(values)), values)
			continue
		}
		var s series
		for k, x := range cells(c, r) {
			s.add(float64(k), x)
		}
		d.setNumber(p, &s)
	}
}

// series is what a run's rows or a list say about one number.
type series struct {
	n          int
	at, last   float64 // the latest epoch with a value, and the value
	sum        float64
	curve      bool // keep the points, too
	epochs     []float64
	values     []float64
	low, high  float64
	infinite   float64 // a value that is infinite, if there is one
	isInfinite bool
}

// add takes a value at an epoch; NaN is none.
func (s *series) add(epoch, x float64) {
	if s.curve {
		s.epochs, s.values = append(s.epochs, epoch), append(s.values, x)
		return
	}
	switch {
	case math.IsNaN(x):
		return
	case math.IsInf(x, 0):
		s.infinite, s.isInfinite = x, true
		return
	}
	if s.n == 0 || epoch >= s.at {
		s.at, s.last = epoch, x
	}
	if s.n == 0 {
		s.low, s.high = x, x
	}
	s.low, s.high = min(s.low, x), max(s.high, x)
	s.n++
	s.sum += x
}

// setNumber stores a target's number, or says why there is none.
func (d *draft) setNumber(p *numberPlan, s *series) {
	bad := func(x float64, format string, args ...any) {
		d.leaveOut(NoteNoNumber, &problem{p.Column, number(x), "target " + string(p.Name) + ": " +
			fmt.Sprintf(format, args...)})
	}
	if s.isInfinite {
		bad(s.infinite, "not a finite number")
		return
	}
	if s.n == 0 {
		return
	}
	x := s.last
	if p.definition.Span == target.PerEpoch {
		x = s.sum / float64(s.n)
	} else if s.low != s.high {
		d.atEnd = append(d.atEnd, p.Name)
	}
	switch y := x * p.factor; {
	case !p.definition.Holds(y) && p.definition.Scale == target.Bounded:
		bad(x, "out of its bounds, %g to %g %s", p.definition.Low/p.factor, p.definition.High/p.factor, p.Unit)
	case !p.definition.Holds(y):
		bad(x, "not above 0, as scale %s needs", p.definition.Scale)
	default:
		d.Numbers = append(d.Numbers, trial.Number{Target: p.Name, Value: y})
	}
}

// withoutEnd takes back what a run that was cut says about its end.
func (d *draft) withoutEnd() {
	if d.Ended != trial.EndCut {
		return
	}
	d.Numbers = slices.DeleteFunc(d.Numbers, func(n trial.Number) bool {
		return n.Target == target.Final || slices.Contains(d.atEnd, n.Target)
	})
}

// missingNumbers says which target's column is in none of the files of all mappings.
func missingNumbers(plans []*plan) error {
	for i, c := range plans[0].numbers {
		if !slices.ContainsFunc(plans, func(p *plan) bool { return p.seen.names[c.Column] }) {
			return fmt.Errorf("targets[%d] (%s): %w: %q is in none of the files%s", i, c.Name, ErrColumn, c.Column,
				suggest(c.Column, plans[0].seen.last))
		}
	}
	return nil
}
