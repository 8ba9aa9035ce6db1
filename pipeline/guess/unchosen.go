package guess

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"eahas/internal/paste"
	"eahas/trial/names"
	"eahas/trial/unchosen"
)

// guardUnchosen takes numbers out again that nobody chose, by their values (package unchosen), but those that the user
// calls settings (axes).
func (s *survey) guardUnchosen(axes *regexp.Regexp) {
	among, columns := s.unsettled(axes)
	for i, is := range unchosen.Among(columns) {
		if c := among[i]; is {
			c.unchosen = true
			c.take(RoleResult, "", "its values: decimals of which most runs have their own, and that follow other "+
				"columns as nothing chosen does. If it is a setting, -axis %s",
				paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
		}
	}
	s.takeKin(axes)
}

// takeKin takes decimals out, too, that begin with the word that two or more begin with which nobody chose: nlpd_single
// beside nlpd_mean and nlpd_sum.
func (s *survey) takeKin(axes *regexp.Regexp) {
	kin := map[string]int{}
	begins := func(c *column) string {
		if words := names.Words(c.Name); len(words) > 1 {
			return words[0]
		}
		return ""
	}
	for _, c := range s.columns {
		if c.unchosen {
			kin[begins(c)]++
		}
	}
	delete(kin, "")
	for _, c := range s.columns {
		if c.role != RoleAxis || c.as == planned || c.Kind == "text" || c.Kind == "boolean" || c.Whole || c.isGraph() ||
			kin[begins(c)] < 2 || names.IsUsualSetting(c.Name) || prefixOf(c.Name) != "" ||
			axes != nil && axes.MatchString(c.Name) {
			continue
		}
		c.unchosen = true
		c.take(RoleResult, "", "called as %d others that nobody chose by their values. If it is a setting, -axis %s",
			kin[begins(c)], paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
	}
}

// isEarly reports whether a column stands before all that was measured; where the columns are sorted by name, and where
// its own says on what it was measured, that says nothing.
func (s *survey) isEarly(c *column) bool {
	if names.SplitOf(c.Name) != names.NoSplit || slices.IsSortedFunc(s.columns, func(a, b *column) int {
		return strings.Compare(a.Name, b.Name)
	}) {
		return false
	}
	first := slices.IndexFunc(s.columns, isOutcome)
	return first >= 0 && slices.Index(s.columns, c) < first
}

// learnUnnamed takes the first number that nobody chose for the metric, where nothing else of the log is learnt: one
// that says on what it was measured before others.
func (s *survey) learnUnnamed() {
	var first *column
	for _, c := range s.columns {
		if c.unchosen && c.role == RoleResult && !c.numbersRows() &&
			(first == nil || names.SplitOf(c.Name) != names.NoSplit && names.SplitOf(first.Name) == names.NoSplit) {
			first = c
		}
	}
	if first != nil && !s.learns() {
		s.takeUnnamed(first)
	}
}

// numbersRows reports whether whole numbers rise from run to run: those of jobs or of moments.
func (c *column) numbersRows() bool {
	for i := 1; i < len(c.runs); i++ {
		if !(c.runs[i].last > c.runs[i-1].last) {
			return false
		}
	}
	return c.Whole
}

// learns reports whether a metric, a cost or a further target was found.
func (s *survey) learns() bool {
	for _, c := range s.columns {
		if _, measure := names.MeasureOf(c.Name); isOutcome(c) && c.role != RoleResult ||
			measure && c.role == RoleResult {
			return true
		}
	}
	return false
}

// takeUnnamed takes a column that no name calls a metric for the metric, for want of another.
func (s *survey) takeUnnamed(c *column) {
	m := metric{column: c, kind: "score", unit: "raw"}
	role, how := RoleFinal, "one number a run"
	if s.series(c) {
		role, how = RoleCurve, "changes from epoch to epoch"
	}
	c.take(role, m.words(), "A GUESS: no name says what was measured, and these are values that "+
		"nobody chooses; %s; %s", how, m.grounds())
}

// hasBareMean reports whether a log says mean and std, and not of what.
func (s *survey) hasBareMean(c *column) bool {
	if !names.IsBareMean(c.Name) {
		return false
	}
	return slices.ContainsFunc(s.columns, func(d *column) bool {
		return d != c && d.Kind != "text" && names.IsBareSpread(d.Name)
	})
}

// numbers counts the runs that have a number of the column.
func (c *column) numbers() int {
	n := 0
	for i := range c.runs {
		if !math.IsNaN(c.runs[i].last) {
			n++
		}
	}
	return n
}
