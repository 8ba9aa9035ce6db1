package guess

import (
	"regexp"
	"slices"
	"strings"

	"eahas/internal/paste"
	"eahas/trial/names"
)

// guardCodes takes whole numbers out again that are called as a number of something (config_idx, task_id) and number
// the values of other settings: runs of one number have one value of each of these, and no two numbers have the same
// ones. Whoever asks the surrogate would say one thing twice. Numbers that the user calls settings (axes) stay.
func (s *survey) guardCodes(axes *regexp.Regexp) {
	for _, c := range s.columns {
		if c.role != RoleAxis || c.as == planned || !c.Whole || c.Kind == "boolean" ||
			!names.IsNumbered(bare(c.Name)) || axes != nil && axes.MatchString(c.Name) {
			continue
		}
		if of := s.coded(c); len(of) > 0 {
			c.take(RoleLeft, "", "numbers the values of %s. If it is a setting, -axis %s", few(of),
				paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
		}
	}
}

// guardKeys takes texts out again that are ids of runs which have several rows each, where another setting is the same
// on all rows of each: a run's stages. An id that alone says what was set stays.
func (s *survey) guardKeys(axes *regexp.Regexp) {
	for _, c := range s.columns {
		if c.role != RoleAxis || c.Kind != "text" || !names.IsRunKey(c.Name) ||
			axes != nil && axes.MatchString(c.Name) {
			continue
		}
		if slices.ContainsFunc(s.columns, func(a *column) bool {
			return a != c && a.role == RoleAxis && len(a.runs) == len(c.runs) && c.tells(a)
		}) {
			c.take(RoleLeft, "", "its name: tells runs apart, which have several rows each. If it is a "+
				"setting, -axis %s", paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
		}
	}
}

// coded lists the axes whose values, all together, a column numbers; nil when it does not.
func (s *survey) coded(c *column) []string {
	var of []*column
	for _, a := range s.columns {
		if a != c && a.role == RoleAxis && a.as != planned && !a.isGraph() && len(a.runs) == len(c.runs) && c.tells(a) {
			of = append(of, a)
		}
	}
	numbers := map[string]string{}
	for i := range c.runs {
		key, number := valuesOf(of, i), text(c.runs[i].first)
		if before, ok := numbers[key]; ok && before != number {
			return nil
		}
		numbers[key] = number
	}
	if len(numbers) < 2 {
		return nil
	}
	out := make([]string, len(of))
	for i, a := range of {
		out[i] = a.Name
	}
	return out
}

// valuesOf joins what the columns have in a run.
func valuesOf(columns []*column, run int) string {
	var out strings.Builder
	for _, c := range columns {
		out.WriteString(text(c.runs[run].first) + "\x00")
	}
	return out.String()
}

// few lists names, the first three of many.
func few(list []string) string {
	if len(list) > 4 {
		list = append(list[:3:3], "others")
	}
	return strings.Join(list, ", ")
}

// guardNumbered leaves a seed out that is called run or trial where no configuration is repeated: it numbers the rows.
func (s *survey) guardNumbered() {
	seed := s.of(RoleSeed)
	if seed == nil || s.long || names.IsSeed(seed.Name) || names.IsSplit(seed.Name) || s.runs < 2 {
		return
	}
	var axes []*column
	for _, c := range s.columns {
		if c.role == RoleAxis && len(c.runs) == s.runs {
			axes = append(axes, c)
		}
	}
	seen := map[string]bool{}
	for i := range s.runs {
		key := valuesOf(axes, i)
		if seen[key] {
			return
		}
		seen[key] = true
	}
	seed.take(RoleLeft, "", "numbers the runs: no configuration was run twice")
}
