package guess

import (
	"cmp"
	"regexp"
	"slices"

	"eahas/features"
	"eahas/internal/paste"
)

// leastRanked is how many runs ranks are told from chance by.
const leastRanked = 8

// guardRanks takes whole numbers out again that are the place of a run by a result: 1, 2, 3 and so on, in the order of
// the result, among all runs or among those of one value of a setting (a dataset), where the other settings tell the
// runs apart without them; but those that the user calls settings (axes).
func (s *survey) guardRanks(axes *regexp.Regexp) {
	outcomes := s.outcomes()
	groups := []*column{nil}
	for _, c := range s.columns {
		if c.role == RoleAxis && c.Kind == "text" {
			groups = append(groups, c)
		}
	}
	for _, c := range s.columns {
		if c.role != RoleAxis || c.as == planned || !c.Whole || c.Kind == "boolean" || prefixOf(c.Name) != "" ||
			axes != nil && axes.MatchString(c.Name) || c.Min != 0 && c.Min != 1 {
			continue
		}
		for _, g := range groups {
			if i := slices.IndexFunc(outcomes, func(o outcome) bool { return c.ranks(o, g) }); i >= 0 &&
				s.toldWithout(c) {
				c.take(RoleResult, "", "its values: the place of each run in the order of %s. If it is a setting, "+
					"-axis %s",
					outcomes[i].name, paste.Word("^"+regexp.QuoteMeta(c.Name)+"$"))
				break
			}
		}
	}
}

// toldWithout reports whether the other axes tell all runs apart: decimals of which most runs have their own are not
// asked.
func (s *survey) toldWithout(c *column) bool {
	var others []*column
	for _, d := range s.columns {
		values, runs := d.distinct()
		if d == c || d.role != RoleAxis || d.Kind != "text" && !d.Whole && 2*values > runs {
			continue
		}
		others = append(others, d)
	}
	keys, repeats := make([]string, s.runs), s.repetitions()
	for i := range keys {
		keys[i] = valuesOf(others, i)
		if repeats != nil {
			keys[i] += text(repeats[i])
		}
	}
	slices.Sort(keys)
	return len(slices.Compact(keys)) == s.runs
}

// ranks reports whether a column numbers the runs of each group without a hole in the order of an outcome, the best or
// the least of which is the first in all groups.
func (c *column) ranks(o outcome, group *column) bool {
	type place struct{ at, of float64 }
	byGroup := map[features.Value][]place{}
	for i := range c.runs {
		if c.runs[i].n == 0 || o.of[i] != o.of[i] {
			return false
		}
		var g features.Value
		if group != nil {
			g = group.runs[i].first
		}
		byGroup[g] = append(byGroup[g], place{c.runs[i].last, o.of[i]})
	}
	ranked, rises, falls := 0, true, true
	for _, places := range byGroup {
		slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
		for k, p := range places {
			if p.at != places[0].at+float64(k) {
				return false
			}
			if k > 0 {
				rises = rises && p.of >= places[k-1].of
				falls = falls && p.of <= places[k-1].of
			}
		}
		if places[0].at > 1 {
			return false
		}
		if len(places) > 2 {
			ranked += len(places)
		}
	}
	return ranked >= leastRanked && (rises || falls)
}
