package guess

import (
	"regexp"
	"strings"

	"eahas/features"
	"eahas/internal/paste"
	"eahas/trial/names"
)

// gridCells is how many cells a grid of settings needs before it says that what else differs was measured: runs whose
// settings were drawn fill 12 cells once each in 1 of 16,000 tables.
const gridCells = 12

// guardGrid takes numbers out again that a whole grid of settings leaves no room for: where the other axes are a grid,
// of which each cell was run once (with its seed), nothing else was chosen, and decimals of which nearly every run has
// its own were measured. Columns with usual names of settings stay, and so do those that the user calls settings (axes).
func (s *survey) guardGrid(axes *regexp.Regexp) {
	var cells, measured []*column
	for _, c := range s.columns {
		values, runs := c.distinct()
		switch {
		case c.role == RoleSeed || c.role == RoleFold:
			cells = append(cells, c)
		case c.role != RoleAxis || c.as == planned:
		case c.Kind == "text" || c.Kind == "boolean" || c.Whole || 10*values < 9*runs:
			cells = append(cells, c)
		case !names.IsUsualSetting(c.Name) && prefixOf(c.Name) == "" && (axes == nil || !axes.MatchString(c.Name)):
			measured = append(measured, c)
		}
	}
	if len(measured) == 0 || !s.isGrid(cells) {
		return
	}
	for _, c := range measured {
		c.unchosen = true
		c.take(RoleResult, "", "its values: every cell of the grid of the other settings was run once, and nearly "+
			"every run has its own value here. If it is a setting, -axis %s",
			paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
	}
}

// isGrid reports whether the columns' values are a grid, each cell of which has one run; columns that follow from
// others (a network's parameters) may stand among them.
func (s *survey) isGrid(columns []*column) bool {
	product, axes := 1, 0
	taken := make([]string, s.runs) // the values of the columns so far
	cells := 1
	for _, c := range columns {
		next := make([]string, s.runs)
		seen := map[string]bool{}
		for i := range c.runs {
			next[i] = taken[i] + "\x00" + text(c.runs[i].first)
			seen[next[i]] = true
		}
		if len(seen) == cells {
			continue // follows from those before
		}
		values := map[string]bool{}
		for i := range c.runs {
			values[text(c.runs[i].first)] = true
		}
		if product *= len(values); product > 2*s.runs {
			return false
		}
		taken, cells = next, len(seen)
		axes++
	}
	return axes >= 2 && cells == s.runs && s.runs >= gridCells && 100*cells >= 95*product
}

// text is a value in words, with its kind.
func text(v features.Value) string {
	if v.IsMissing() {
		return ""
	}
	return strings.TrimSpace(v.String())
}
