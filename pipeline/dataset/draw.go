package dataset

import (
	"cmp"
	"slices"
	"strconv"

	"eahas/internal/stream"
	"eahas/trial"
)

// draw keeps about s.Runs of the trials: whole groups of repeats, in an order that the seed and the number of the draw
// say, until there are that many. With 0 runs, or no more trials than that, it keeps all. The order of the trials
// stays.
func draw(trials []trial.Trial, s Split, seed uint64) []trial.Trial {
	if s.Runs == 0 || s.Runs >= len(trials) {
		return trials
	}
	sizes := map[string]int{}
	var groups []string
	for i := range trials {
		g := trials[i].Group
		if sizes[g] == 0 {
			groups = append(groups, g)
		}
		sizes[g]++
	}
	place := map[string]uint64{}
	for _, g := range groups {
		place[g] = stream.Seed(seed, "draw", strconv.Itoa(s.Draw), g)
	}
	slices.SortFunc(groups, func(a, b string) int {
		return cmp.Or(cmp.Compare(place[a], place[b]), cmp.Compare(a, b))
	})
	kept, n := map[string]bool{}, 0
	for _, g := range groups {
		if n >= s.Runs {
			break
		}
		kept[g], n = true, n+sizes[g]
	}
	return slices.DeleteFunc(slices.Clone(trials), func(t trial.Trial) bool { return !kept[t.Group] })
}
