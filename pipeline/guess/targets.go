package guess

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/trial"
	"eahas/trial/arrowio"
	"eahas/trial/names"
	"eahas/trial/target"
)

// RoleTarget is the role of a result that becomes a target of one's own.
const RoleTarget Role = "target"

const (
	maxProposed = 12 // targets that a config is proposed with; the others are commented lines
	targetRuns  = 10 // that a target is measured in, at least
)

// proposal is a result that a config can have as a target.
type proposal struct {
	*column
	trial.TargetColumn
	why   string
	rank  int
	clash bool // two logs have it in two units
}

// proposeTargets takes results of one number a run whose names say what they measure for targets of one's own. What is
// a result already is no axis: nothing is added to the settings, and nothing that guards them changes.
func (g *Guess) proposeTargets() {
	var found []*proposal
	for _, s := range g.surveys {
		if s.power != nil {
			continue
		}
		for _, c := range s.columns {
			p, ok := s.proposal(c)
			if !ok {
				continue
			}
			if g.elsewhere(c.Name) {
				c.why += "; no target: another log has it as something else"
				continue
			}
			found = join(found, p)
		}
	}
	found = append(found, g.first...)
	found = slices.DeleteFunc(found, func(p *proposal) bool { return p.clash })
	slices.SortStableFunc(found, func(a, b *proposal) int { return cmp.Compare(a.rank, b.rank) })
	g.nameTargets(found)
	for _, p := range found {
		if _, err := arrowio.Targets(g.Mappings, append(g.targetColumns(), p.TargetColumn)); err != nil {
			p.column.why += "; no target: " + err.Error()
			continue
		}
		if len(g.proposed) >= maxProposed {
			g.further = append(g.further, p)
			p.column.why += fmt.Sprintf("; beyond %d targets: a commented line of the config", maxProposed)
			continue
		}
		g.proposed = append(g.proposed, p)
		for _, s := range g.surveys {
			if c := s.column(p.Column); c != nil && c.role == RoleResult {
				c.take(RoleTarget, p.words(), "%s", p.why)
			}
		}
	}
	g.noteDevices()
}

// join adds a proposal. A column of two logs is one target, on the scale that holds the numbers of both; of two units
// it is none.
func join(found []*proposal, p *proposal) []*proposal {
	i := slices.IndexFunc(found, func(q *proposal) bool { return q.Column == p.Column })
	if i < 0 {
		return append(found, p)
	}
	q := found[i]
	if q.Unit != p.Unit {
		q.clash = true
		q.column.why += "; no target: its unit is another one in another log"
		p.column.why += "; no target: its unit is another one in another log"
	}
	if p.Scale == target.Linear {
		q.Scale, q.Low, q.High = target.Linear, nil, nil
	}
	return found
}

// elsewhere reports whether a column of this name is more than a result, or no number, in one of the logs.
func (g *Guess) elsewhere(name string) bool {
	return slices.ContainsFunc(g.surveys, func(s *survey) bool {
		c := s.column(name)
		return c != nil && (c.role != RoleResult && c.role != RoleLeft || c.Kind == "text" || c.Kind == "boolean")
	})
}

func (g *Guess) targetColumns() []trial.TargetColumn {
	var out []trial.TargetColumn
	for _, p := range g.proposed {
		out = append(out, p.TargetColumn)
	}
	return out
}

// proposal tells whether a result can be a target, and which. Where its name says that it measures something and it is
// none all the same, its grounds say why.
func (s *survey) proposal(c *column) (*proposal, bool) {
	if c.role != RoleResult || c.Kind == "text" || c.Kind == "boolean" || c.List || c.changes > 0 || c.Instant ||
		c.Clock || c.Unit != "" {
		return nil, false
	}
	p := &proposal{column: c, TargetColumn: trial.TargetColumn{Column: c.Name}}
	if !p.measure() && !p.metric(s) {
		return nil, false
	}
	values, runs := c.distinct()
	why := ""
	switch {
	case runs < targetRuns:
		why = fmt.Sprintf("only %d runs have it", runs)
	case values < 2:
		why = "always " + firstValue(c).String()
	default:
		why = s.known(c)
	}
	if why != "" {
		c.why += "; no target: " + why
		return nil, false
	}
	return p, true
}

// measure fills in what is no metric: latency, throughput, memory, watts, size.
func (p *proposal) measure() bool {
	m, ok := names.MeasureOf(p.column.Name)
	if !ok || names.Metric(names.Last(p.column.Name)) != "" {
		return false
	}
	p.Unit, p.Direction, p.Scale = m.Unit, target.Lower, target.Linear
	if m.Higher {
		p.Direction = target.Higher
	}
	if p.Suffix != "" {
		p.Unit = p.Suffix
		if m.What != "latency" && m.What != "power" || p.Suffix == "%" {
			return false
		}
	}
	if p.Min > 0 {
		p.Scale = target.Log
	}
	p.why = "its name: " + m.What
	if p.Unit == "" {
		p.why += "; UNIT UNKNOWN: say it"
	}
	return true
}

// metric fills in a further metric of the whole run.
func (p *proposal) metric(s *survey) bool {
	m := metric{column: p.column, kind: names.Metric(p.column.Name), unit: "raw"}
	if _, spread := names.IsSpread(p.column.Name); m.kind == "" || spread || prefixOf(p.column.Name) != "" {
		return false
	}
	why := s.endOf(p.column)
	if names.IsOfFold(p.column.Name) {
		why = "of one fold or split alone"
	}
	if why != "" {
		p.column.why += "; no target: " + why
		return false
	}
	m.settleUnit()
	p.Direction, p.Scale = target.Higher, target.Linear
	if m.kind == "error" || m.kind == "loss" {
		p.Direction = target.Lower
	}
	zero, one := 0.0, 1.0
	switch {
	case m.unit != "raw":
		p.Unit, p.Scale = m.unit, target.Bounded
	case m.kind == "score" && p.Min >= 0 && p.Max <= 1 && !names.MayBeNegative(p.column.Name):
		p.Scale, p.Low, p.High = target.Bounded, &zero, &one
	case m.kind == "loss" && p.Min > 0 && p.Max >= 10*p.Min:
		p.Scale = target.Log
	}
	p.why = "a further metric of the whole run: " + m.words()
	p.rank = names.Rank(m.kind, names.SplitOf(p.column.Name), p.column.Name) - 100 // before what is no metric
	return true
}

// endOf says why a metric repeats the curve: its end, its best, or the same numbers; "" when it does not.
func (s *survey) endOf(c *column) string {
	learnt := cmp.Or(s.of(RoleCurve), s.of(RoleFinal))
	if learnt == nil {
		return ""
	}
	same, runs := 0, 0
	for i := range c.runs {
		if x, y := c.runs[i].last, learnt.runs[i].last; !math.IsNaN(x) && !math.IsNaN(y) {
			if runs++; math.Abs(x-y) <= 1e-6*math.Abs(y) {
				same++
			}
		}
	}
	switch best, end := names.IsBest(c.Name), names.IsEnd(c.Name); {
	case runs > 0 && 20*same >= 19*runs:
		return "the same as the end of " + learnt.Name
	case best:
		return "the best of a series says not of which epoch"
	case end && learnt.role == RoleCurve && names.SplitOf(c.Name) == names.SplitOf(learnt.Name) &&
		names.Metric(c.Name) == names.Metric(learnt.Name):
		return "the end of " + learnt.Name
	}
	return ""
}

// known says with what a number is to the letter what the run's energy and time say already: images a second beside
// seconds, watts beside joules and seconds; "" when it is not.
func (s *survey) known(c *column) string {
	if s.runs < leakRuns || !(c.Min > 0) {
		return ""
	}
	y := s.logs(c)
	time, energy := s.of(RoleTime), s.of(RoleEnergy)
	if time != nil && energy != nil && constant(plus(plus(y, s.logs(energy), -1), s.logs(time), 1)) {
		return fmt.Sprintf("%s by %s gives it to the letter", energy.Name, time.Name)
	}
	for _, cost := range []*column{time, energy} {
		if cost == nil {
			continue
		}
		for _, sign := range []float64{1, -1} {
			t := plus(y, s.logs(cost), sign)
			if constant(t) {
				return cost.Name + " gives it to the letter"
			}
			for _, a := range s.columns {
				if a.role != RoleAxis || a.Kind == "text" || !(a.Min > 0) {
					continue
				}
				if x := s.logs(a); constant(plus(t, x, 1)) || constant(plus(t, x, -1)) {
					return fmt.Sprintf("%s with %s gives it to the letter", cost.Name, a.Name)
				}
			}
		}
	}
	return ""
}

// logs are the logarithms of a column's last numbers in each run; NaN where there is none.
func (s *survey) logs(c *column) []float64 {
	out := make([]float64, len(c.runs))
	for i := range out {
		out[i] = math.Log(c.runs[i].last)
	}
	return out
}

// words says what the target is, in the table.
func (p *proposal) words() string {
	return strings.Join([]string{cmp.Or(p.Unit, "unit unknown"), string(p.Direction), string(p.Scale)}, ", ")
}

// noteDevices says of an axis of devices that a number by row is one target along it.
func (g *Guess) noteDevices() {
	for _, s := range g.surveys {
		for _, a := range s.columns {
			values, _ := a.distinct()
			if a.role != RoleAxis || a.Kind != "text" || !names.IsDeviceAxis(a.Name) || values > 30 {
				continue
			}
			for _, c := range s.columns {
				if _, measured := names.MeasureOf(c.Name); measured && c.role == RoleTarget {
					c.why += fmt.Sprintf("; one target with a device axis, %s (a target for each device instead: "+
						"where: {%s: NAME} in each, and no such axis)", a.Name, a.Name)
				}
			}
		}
	}
}
