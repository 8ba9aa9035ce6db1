package guess

import (
	"regexp"
	"strings"

	"eahas/features"
	"eahas/internal/paste"
	"eahas/trial/names"
	"eahas/trial/unchosen"
)

// guardDesign takes columns out again that the plan of the runs leaves no room for (unchosen.Beyond): where repetitions
// of a configuration differ in them, or every cell of a grid of the other settings was run once. Columns with usual
// names of settings stay, and so do those that the user calls settings (axes).
func (s *survey) guardDesign(axes *regexp.Regexp) {
	among, columns := s.unsettled(axes)
	for i, is := range unchosen.Beyond(columns, s.repetitions()) {
		if c := among[i]; is && !c.isGraph() {
			c.unchosen = c.Kind != "text"
			c.take(RoleResult, "", "its values: the other settings tell all runs apart, as repetitions of "+
				"configurations or "+
				"as the cells of a grid, and it differs beside them. If it is a setting, -axis %s",
				paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
		}
	}
}

// unsettled lists the axes as package unchosen looks at them.
func (s *survey) unsettled(axes *regexp.Regexp) (among []*column, columns []unchosen.Column) {
	for _, c := range s.columns {
		if c.role != RoleAxis || c.as == planned {
			continue
		}
		d := unchosen.Column{Name: c.Name, Of: make([]features.Value, len(c.runs)), Early: s.isEarly(c),
			Chosen: prefixOf(c.Name) != "" || axes != nil && axes.MatchString(c.Name)}
		for i := range c.runs {
			d.Of[i] = c.runs[i].first
		}
		among, columns = append(among, c), append(columns, d)
	}
	return among, columns
}

// repetitions says of each run which repetition it is, by its seed, its fold and the part of the data; nil where none
// of these is known. What may as well number the trials of a search is none.
func (s *survey) repetitions() []features.Value {
	var by []*column
	for _, c := range s.columns {
		is := c.role == RoleFold || c.role == RoleSeed && (names.IsSeed(c.Name) || names.IsSplit(c.Name) ||
			aWindow.MatchString(c.Name)) ||
			c.role == RoleLeft && names.IsSplit(c.Name) && isSplit(c)
		if is {
			by = append(by, c)
		}
	}
	if by == nil {
		return nil
	}
	out := make([]features.Value, s.runs)
	for i := range out {
		out[i] = features.Text(valuesOf(by, i))
	}
	return out
}

// text is a value in words, with its kind.
func text(v features.Value) string {
	if v.IsMissing() {
		return ""
	}
	return strings.TrimSpace(v.String())
}
