package intake

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"eahas/trial/names"
)

// costOf tells an energy or a time and its unit by the name: "total_energy (kWh)", "time_total_s".
// A unit may be "" when the name tells that it is a time and not in what.
func costOf(name string) (role Role, unit string, ok bool) {
	c, ok := names.CostOf(name)
	_, spread := names.IsSpread(name)
	switch {
	case !ok || spread || c.Foreign != "":
	case c.Kind == names.Energy && c.Unit != "":
		return RoleJoules, c.Unit, true
	case c.Kind == names.Time:
		return RoleSeconds, c.Unit, true
	}
	return "", "", false
}

// Factor returns what one of a cost's unit is in joules or seconds; NaN where the unit is none of these.
func (c *Column) Factor() float64 {
	if f, ok := baseFactor[c.Unit]; ok {
		return f
	}
	return math.NaN()
}

// factors of the units of energies (to joules) and times (to seconds).
var baseFactor = map[string]float64{
	"uJ": 1e-6, "mJ": 1e-3, "J": 1, "kJ": 1e3, "MJ": 1e6, "GJ": 1e9, "uWh": 3.6e-3, "mWh": 3.6, "Wh": 3600,
	"kWh": 3.6e6,
	"MWh": 3.6e9, "GWh": 3.6e12, "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400,
}

// meaning fills in what a column means: what its reader declared, else what its name says.
func (l *Log) meaning(c *Column) {
	if d, ok := l.declared[c.Name]; ok && c.Role != RoleAxis && c.Role != RoleTag {
		c.Role, c.Kind, c.Unit, c.Shape, c.Higher, c.Split, c.Objective, c.Why = d.Role, d.Kind, d.Unit, d.Shape,
			d.Higher, d.Split, d.Objective, d.Why
		if !c.List && c.Role == RoleMetric {
			c.Role = RoleResult
		}
		l.metric(c)
		return
	}
	switch {
	case c.Role == RoleAxis:
		c.Why = "a setting"
	case c.Role == RoleTag:
		c.Why = "kept for grouping"
	case c.text:
		c.Role, c.Why = RoleTag, "a text that is known after the start"
	default:
		if r, unit, ok := costOf(c.Name); ok && !isAside(c.Name) {
			c.Role, c.Unit, c.Shape, c.Why = r, unit, Total, "its name tells the unit"
			if unit == "" {
				c.Unit, c.Why = "s", "its name; the unit is taken for seconds"
			}
			if why, ok := l.clocks[c.Name]; ok {
				c.Unit, c.Why = "s", why
			}
			if why := l.pieceOf(c); why != "" {
				c.Role, c.Unit, c.Shape, c.Why = RoleResult, "", "", why
				if c.List {
					c.Role = RoleMetric
				}
				l.metric(c)
				return
			}
			if c.List {
				c.Shape = l.shapeOf(c.Name)
			}
			return
		}
		c.Why = "its name"
		l.metric(c)
	}
}

// pieceOf says why a time or an energy by epoch is none of the epoch: it is of an iteration, or of the loading of data.
// "" for all others. What its logger calls time is of an iteration where it stands beside data_time, as in the logs of
// MMEngine and Detectron2.
func (l *Log) pieceOf(c *Column) string {
	said, _ := names.CostOf(c.Name)
	beside := func(r *Run) bool { return r.Series["data_time"] != nil && r.Series[c.Name] != nil }
	switch {
	case said.Piece != "" && c.List:
		return "of one " + said.Piece + ", by its name: not of an epoch"
	case said.Loading:
		return "of the data's loading or of a pause, by its name: not of the training"
	case c.List && c.Name == "time" && slices.ContainsFunc(l.Runs, beside):
		return "of one iteration: it stands beside data_time"
	}
	return ""
}

// metric fills in the kind and unit of a metric or a result.
func (l *Log) metric(c *Column) {
	if c.Role != RoleMetric && c.Role != RoleResult {
		return
	}
	if c.Kind == "" {
		c.Kind = names.Metric(c.Name)
	}
	if c.Kind == "" {
		c.Kind, c.Why = "other", cmp.Or(c.Why, "known only after the start")
	}
	if c.Unit == "" {
		c.Unit = l.metricUnit(c)
	}
}

// isAside reports whether a name is that of a cost of something else than the training.
func isAside(name string) bool {
	c, ok := names.CostOf(name)
	return ok && c.Aside
}

// parts leaves one cost of a role and form to the run where several are named so: what a tool declared, or what is
// called total. The others are parts of it, and so results.
func (l *Log) parts() {
	for _, role := range []Role{RoleSeconds, RoleJoules} {
		for _, list := range []bool{false, true} {
			var all []*Column
			for i := range l.Columns {
				if c := &l.Columns[i]; c.Role == role && c.List == list {
					all = append(all, c)
				}
			}
			if len(all) < 2 {
				continue
			}
			whole := slices.IndexFunc(all, func(c *Column) bool { _, ok := l.declared[c.Name]; return ok })
			if whole < 0 {
				whole = slices.IndexFunc(all,
					func(c *Column) bool { return strings.Contains(strings.ToLower(names.Last(c.Name)), "total") })
			}
			if whole < 0 {
				continue
			}
			for i, c := range all {
				if _, ok := l.declared[c.Name]; i == whole || ok {
					continue
				}
				c.Role, c.Kind, c.Unit, c.Shape, c.Why = RoleResult, "other", "raw", "", "a part of "+all[whole].Name
				if list {
					c.Role = RoleMetric
				}
			}
		}
	}
}

// metricUnit tells fractions from percent by the values.
func (l *Log) metricUnit(c *Column) string {
	if c.Kind != "accuracy" && c.Kind != "error" {
		return "raw"
	}
	most := 0.0
	for _, r := range l.Runs {
		if c.List {
			if s := r.Series[c.Name]; s != nil {
				for _, v := range s.Values {
					most = max(most, finite(v))
				}
			}
		} else if x, ok := r.Final[c.Name].Float(); ok {
			most = max(most, finite(x))
		}
	}
	switch {
	case most <= 1:
		return "fraction"
	case most <= 100:
		return "percent"
	}
	c.Kind = "score"
	return "raw"
}

// shapeOf tells numbers that count on from numbers of each epoch: cumulative where hardly a number of a run is below
// the one before (a clock may be set back once) and the highest of most runs is well above the first.
func (l *Log) shapeOf(name string) Shape {
	runs, rising := 0, 0
	for _, r := range l.Runs {
		s := r.Series[name]
		if s == nil || len(s.Values) < 3 {
			continue
		}
		runs++
		falls, most := 0, s.Values[0]
		for i := 1; i < len(s.Values); i++ {
			if s.Values[i] < s.Values[i-1] {
				falls++
			}
			most = max(most, s.Values[i])
		}
		if 20*falls <= len(s.Values) && most >= 1.5*s.Values[0] {
			rising++
		}
	}
	if runs > 0 && rising*10 >= runs*9 {
		return Cumulative
	}
	return PerEpoch
}
