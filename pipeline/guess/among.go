package guess

import (
	"regexp"
	"slices"
	"strings"

	"eahas/trial/names"
)

// amongResults says why a column of an unusual name is a result by its place: it is called like a metric beside it, or
// it stands behind the results of a table that has its settings before them; "" when its place says nothing. People
// write what they chose first and what came of it then; one usual name of a setting behind a result, and the order is
// another one. Of what stands behind, decimals alone: whole numbers are more often chosen.
func (s *survey) amongResults(c *column) string {
	if names.IsUsualSetting(c.Name) || prefixOf(c.Name) != "" || c.List || c.isGraph() {
		return ""
	}
	if s.columnARepeat(c) {
		return measured + "one of several columns that are called as repetitions: write a row a repetition"
	}
	if meanOf(c.Name) != strings.ToLower(c.Name) && s.hasSpread(c) {
		return measured + "a mean with its deviation beside it"
	}
	if m := s.family(c); m != nil {
		return measured + "called like " + m.Name + "; if it is a setting, say -axis"
	}
	first := slices.IndexFunc(s.columns, isOutcome)
	if first < 0 || slices.Index(s.columns, c) < first || c.Kind == "text" || c.Whole {
		return ""
	}
	before := 0
	for i, d := range s.columns {
		switch values, _ := d.distinct(); {
		case values < 2 || d.List || isOutcome(d):
		case i > first && d.isSettingByName():
			return ""
		case i < first && (d.role == RoleAxis || d.role == "" && s.noSetting(d) == ""):
			before++
		}
	}
	if before < 2 {
		return ""
	}
	return "stands behind " + s.columns[first].Name + ", where the settings stand before the results; if it is a " +
		"setting, say -axis"
}

// isSettingByName reports whether a column is called as a setting, a seed or a fold is, and not as what is known of a
// network before its training. It is found out once.
func (c *column) isSettingByName() bool {
	if c.called == nil {
		is := (names.IsUsualSetting(c.Name) || names.IsSeed(c.Name) || names.IsFold(c.Name)) &&
			!names.IsKnownBefore(c.Name)
		c.called = &is
	}
	return *c.called
}

// isOutcome reports whether a column was taken for a metric or a cost of the run.
func isOutcome(c *column) bool {
	switch c.role {
	case RoleCurve, RoleFinal, RoleEnergy, RoleTime, RolePower, RoleInference:
		return true
	case RoleResult:
		return names.Metric(c.Name) != "" || isCost(c.Name)
	}
	return false
}

// family is the metric whose name has the same words but for the last one, where these are two or more; nil when there
// is none.
func (s *survey) family(c *column) *column {
	stem := stemOf(c.Name)
	if stem == "" || c.Kind == "text" || c.Kind == "boolean" {
		return nil
	}
	for _, m := range s.columns {
		if m != c && isOutcome(m) && names.Metric(m.Name) != "" && stemOf(m.Name) == stem {
			return m
		}
	}
	return nil
}

func stemOf(name string) string {
	words := names.Words(name)
	if len(words) < 3 {
		return ""
	}
	return strings.Join(words[:len(words)-1], "_")
}

var repeatColumn = regexp.MustCompile(`(?i)^(seed|run|rep|repeat|repetition|trial|fold)[ _-]?[0-9]+$`)

// columnARepeat reports whether a log has a column a repetition, seed0 and seed1, and this is one: what stands below
// was measured.
func (s *survey) columnARepeat(c *column) bool {
	is := func(d *column) bool { return repeatColumn.MatchString(d.Name) && d.Kind != "text" }
	return is(c) && slices.ContainsFunc(s.columns, func(d *column) bool { return d != c && is(d) })
}
