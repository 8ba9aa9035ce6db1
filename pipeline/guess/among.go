package guess

import (
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial/names"
)

// amongResults says why a column of an unusual name is a result by its place: it is called like a metric beside it, or
// it stands behind the results of a table that has its settings before them; "" when its place says nothing. People
// write what they chose first and what came of it then; one usual name of a setting behind a result, and the order is
// another one. Words behind the results are kept: they are more often chosen.
func (s *survey) amongResults(c *column) string {
	if prefixOf(c.Name) != "" || c.List || c.isGraph() {
		return ""
	}
	if !c.Whole && c.Kind != "text" && c.Kind != "boolean" && s.hasSpread(c) {
		return measured + "a mean with its deviation beside it"
	}
	if meanOf(c.Name) != strings.ToLower(c.Name) && c.Kind != "text" && c.Kind != "boolean" && s.hasMeans() {
		return measured + "a mean, in a table of means"
	}
	if of := extreme.FindStringSubmatch(c.Name); of != nil && c.Kind != "text" && s.hasMeanOf(of[1]) {
		return measured + "of a number whose mean stands beside it"
	}
	if names.IsUsualSetting(c.Name) || names.IsUsuallyDrawn(c.Name) {
		return ""
	}
	if s.beforeSettings(c) {
		return measured + "stands among the results, behind which all settings stand; if it is a setting, say -axis"
	}
	if s.columnARepeat(c) {
		return measured + "one of several columns that are called as repetitions: write a row a repetition"
	}
	if m := s.family(c); m != nil {
		return measured + "called like " + m.Name + "; if it is a setting, say -axis"
	}
	if why := s.between(c); why != "" {
		return why
	}
	first := slices.IndexFunc(s.columns, isOutcome)
	if first < 0 || slices.Index(s.columns, c) < first || c.Kind == "text" {
		return ""
	}
	before := 0
	for i, d := range s.columns {
		switch values, _ := d.distinct(); {
		case values < 2 || d.List || isOutcome(d):
		case i > first && d.isSettingByName() && d.numbers() == s.runs:
			return ""
		case i < first && (d.role == RoleAxis || d.role == "" && s.noSetting(d) == ""):
			before++
		}
	}
	if before < 2 || (c.Whole || c.Kind == "boolean") && s.follows(c, s.columns[:first]) {
		return ""
	}
	return "stands behind " + s.columns[first].Name + ", where the settings stand before the results; if it is a " +
		"setting, say -axis"
}

// follows reports whether a column is the same wherever columns of few values before it are, over two runs and more
// each: what is measured never is.
func (s *survey) follows(c *column, before []*column) bool {
	var few []*column
	for _, d := range before {
		values, runs := d.distinct()
		if d.List || d.changes > 0 || isOutcome(d) || d.role == RoleID || d.role == RoleSeed || 2*values > runs {
			continue
		}
		few = append(few, d)
	}
	of := map[string]features.Value{}
	for i := range c.runs {
		key := valuesOf(few, i)
		if v, seen := of[key]; seen && v != c.runs[i].first {
			return false
		}
		of[key] = c.runs[i].first
	}
	return len(of) > 1 && 2*len(of) <= len(c.runs)
}

// extreme is the end of a name that is called as an extreme or a quantile of what a mean is taken of.
var extreme = regexp.MustCompile(`(?i)^(.+?)[ _./-](?:min|max|median|p\d+|q\d+|iqr|count)$`)

// hasMeanOf reports whether a log has the mean of what is called so, in a column of its own.
func (s *survey) hasMeanOf(name string) bool {
	return slices.ContainsFunc(s.columns, func(d *column) bool {
		return d.Kind != "text" && meanOf(d.Name) == strings.ToLower(name) && meanOf(d.Name) != strings.ToLower(d.Name)
	})
}

// beforeSettings reports whether a log begins with what was measured, has all of that before its first column that is
// called as a setting or an id, and c stands before that, too.
func (s *survey) beforeSettings(c *column) bool {
	last, first := -1, -1
	for i, d := range s.columns {
		if values, _ := d.distinct(); values < 2 && !d.List {
			continue
		}
		if last < 0 && !isOutcome(d) {
			return false // begins with something else
		}
		if isOutcome(d) {
			last = i
		}
		if first < 0 && !isOutcome(d) && (d.isSettingByName() || names.IsID(d.Name)) {
			first = i
		}
	}
	return first > last && slices.Index(s.columns, c) < first
}

// between says that decimals stand between two metrics or costs, with nothing but constants in their midst.
func (s *survey) between(c *column) string {
	if c.Kind == "text" || c.Kind == "boolean" || c.Whole {
		return ""
	}
	at := slices.Index(s.columns, c)
	next := func(step int) *column {
		for i := at + step; i >= 0 && i < len(s.columns); i += step {
			if values, _ := s.columns[i].distinct(); values > 1 {
				return s.columns[i]
			}
		}
		return nil
	}
	before, behind := next(-1), next(1)
	if before == nil || behind == nil || before.role != RoleResult && !isOutcome(before) || !isOutcome(behind) {
		return ""
	}
	return measured + "stands between " + before.Name + " and " + behind.Name + "; if it is a setting, say -axis"
}

// isSettingByName reports whether a column is called as a setting, a seed or a fold is, and not as what is known of a
// network before its training. It is found out once.
func (c *column) isSettingByName() bool {
	if c.called == nil {
		is := (names.IsUsualSetting(c.Name) || names.IsUsuallyDrawn(c.Name) || names.IsSeed(c.Name) ||
			names.IsFold(c.Name)) &&
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

// family is the metric whose name has the same words but for the last one, where these are two or more; or one, where
// two columns more end as c does and are called so beside a metric: AR balanced, AR AUC, ER balanced, ER AUC. Nil when
// there is none.
func (s *survey) family(c *column) *column {
	if c.Kind == "text" || c.Kind == "boolean" {
		return nil
	}
	kin := s.kin(c)
	stem, last := stemOf(c.Name)
	if kin == nil || strings.Contains(stem, "_") {
		return kin
	}
	alike := 0
	for _, d := range s.columns {
		if _, end := stemOf(d.Name); d != c && end == last && s.kin(d) != nil {
			alike++
		}
	}
	if alike < 2 {
		return nil
	}
	return kin
}

// kin is a metric whose name has the same words but for the last one; nil when there is none.
func (s *survey) kin(c *column) *column {
	stem, _ := stemOf(c.Name)
	if stem == "" {
		return nil
	}
	for _, m := range s.columns {
		if of, _ := stemOf(m.Name); m != c && of == stem && isOutcome(m) && names.Metric(m.Name) != "" {
			return m
		}
	}
	return nil
}

// stemOf is a name without its last word, and that word; "" for a name of one.
func stemOf(name string) (stem, last string) {
	words := names.Words(name)
	if len(words) < 2 {
		return "", ""
	}
	return strings.Join(words[:len(words)-1], "_"), words[len(words)-1]
}

var repeatColumn = regexp.MustCompile(`(?i)^(seed|run|rep|repeat|repetition|trial|fold)[ _-]?[0-9]+$`)

// columnARepeat reports whether a log has a column a repetition, seed0 and seed1, and this is one: what stands below
// was measured.
func (s *survey) columnARepeat(c *column) bool {
	is := func(d *column) bool { return repeatColumn.MatchString(d.Name) && d.Kind != "text" }
	return is(c) && slices.ContainsFunc(s.columns, func(d *column) bool { return d != c && is(d) })
}
