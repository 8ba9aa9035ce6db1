package guess

import (
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/names"
)

// mapping makes the mapping that the roles say. Kept whole: it is the table of roles, one case each.
func (s *survey) mapping() trial.Mapping {
	m := trial.Mapping{Path: s.paths, Layout: trial.Wide, ID: s.id, Params: trial.Columns{}}
	if s.long {
		m.Layout = trial.Long
	}
	epochs := trial.EpochsSpec{Column: s.epoch}
	for _, c := range s.columns {
		shape, unit, _ := strings.Cut(c.as, ", ")
		switch c.role {
		case RoleAxis:
			m.Params[s.axisName(c)] = c.Name
			if c.as == planned {
				m.Planned = c.Name
			}
		case RoleCurve:
			m.Curve = &trial.CurveColumn{Column: c.Name, Kind: shape, Unit: unit, Epochs: epochs}
			if c.NaNs > 0 {
				m.Curve.Nonfinite = "hold"
			}
		case RoleFinal:
			m.Final = &trial.FinalColumn{Column: c.Name, Kind: shape, Unit: unit}
		case RoleEnergy:
			if m.Energy != nil {
				m.Energy.Plus = append(m.Energy.Plus, c.Name)
				continue
			}
			m.Energy = &trial.EnergyColumn{Column: c.Name, Unit: unit, Shape: trial.Shape(shape)}
		case RolePower:
			m.Energy = &trial.EnergyColumn{Power: c.Name, Unit: unit}
		case RoleInference:
			m.InferenceEnergy = &trial.EnergyColumn{Column: c.Name, Unit: unit, Shape: trial.Shape(shape)}
		case RoleTime:
			m.Time = &trial.TimeColumn{Column: c.Name, Unit: unit, Shape: trial.Shape(shape)}
		case RoleSeed:
			m.Seed = c.Name
		case RoleGroup:
			m.Group = trial.Strings{c.Name}
		case RoleFold:
			m.Fold = c.Name
		case RolePlanned:
			m.Planned = c.Name
		case RoleEnded:
			m.Ended = ended(c)
		}
	}
	return m
}

// axisName is the axis that a column is: its name without the prefix under which the log keeps its settings, where that
// is unique.
func (s *survey) axisName(c *column) string {
	short := bare(c.Name)
	same := func(d *column) bool { return d != c && d.role == RoleAxis && bare(d.Name) == short }
	if short == "" || slices.ContainsFunc(s.columns, same) {
		return c.Name
	}
	return short
}

// ended sorts a column's words by what they say of the end.
func ended(c *column) *trial.EndedColumn {
	e := &trial.EndedColumn{Column: c.Name}
	for _, w := range endings(c) {
		switch v := features.Text(w); ends[strings.ToLower(w)] {
		case "finished":
			e.Finished = append(e.Finished, v)
		case "stopped":
			e.Stopped = append(e.Stopped, v)
		default:
			e.Cut = append(e.Cut, v)
		}
	}
	return e
}

// adopt gives the columns the roles of a mapping that the log itself declares. why says more about a column. Kept
// whole: a mapping's keys, one after the other.
func (s *survey) adopt(m *trial.Mapping, why map[string]string) {
	take := func(name string, r Role, as string) {
		if c := s.column(name); c != nil && c.role == "" {
			c.take(r, as, "%s", orDeclared(why[name]))
		}
	}
	s.assignGraphs()
	take(m.ID, RoleID, "")
	if m.Curve != nil {
		take(m.Curve.Epochs.Column, RoleEpoch, "")
		take(m.Curve.Column, RoleCurve, m.Curve.Kind+", "+m.Curve.Unit)
	}
	if m.Final != nil {
		take(m.Final.Column, RoleFinal, m.Final.Kind+", "+m.Final.Unit)
	}
	if m.Energy != nil {
		take(m.Energy.Column, RoleEnergy, string(m.Energy.Shape)+", "+m.Energy.Unit)
	}
	if m.Time != nil {
		take(m.Time.Column, RoleTime, string(m.Time.Shape)+", "+m.Time.Unit)
	}
	take(m.Seed, RoleSeed, "")
	take(m.Planned, RolePlanned, "")
	if m.Ended != nil {
		take(m.Ended.Column, RoleEnded, "")
	}
	for _, axis := range m.Params.Names() {
		name := m.Params[axis]
		c := s.column(name)
		if c == nil {
			continue
		}
		if why := s.noAxis(c); why != "" && c.role == "" {
			c.take(RoleLeft, "", "%s", why)
			continue
		}
		take(name, RoleAxis, "")
	}
	for _, c := range s.free() {
		switch values, runs := c.distinct(); {
		case strings.HasPrefix(why[c.Name], string(RoleAxis)) && values == 1 && runs == s.runs:
			c.take(RoleLeft, "", "a setting, but always %s", firstValue(c))
		case slices.ContainsFunc([]string{"metric:", "result:", "seconds:", "joules:"}, func(p string) bool {
			return strings.HasPrefix(why[c.Name], p)
		}):
			c.take(RoleResult, "", "%s", why[c.Name])
		default:
			c.take(RoleLeft, "", "%s", orDeclared(why[c.Name]))
		}
	}
}

// noAxis says why a declared setting is none of the axes: it is a label, a place, or says what another axis says; ""
// else.
func (s *survey) noAxis(c *column) string {
	if why := c.isLabel(); why != "" {
		return why
	}
	values, runs := c.distinct()
	switch {
	case c.Kind == "text" && names.IsWhere(c.Name):
		return "says where a run lies, not what it is"
	case c.Kind == "text" && values == runs && runs >= 10:
		return "a text that differs in every run: a label"
	case names.IsSeed(c.Name) && s.has(RoleSeed) && values > 1:
		return "another seed: repeats of one configuration differ by it"
	}
	if twin := s.twin(c); twin != nil && values > 1 {
		return "the same as " + twin.Name + " in every run"
	}
	return ""
}

func orDeclared(why string) string {
	if why == "" {
		return "the log says so"
	}
	return why
}
