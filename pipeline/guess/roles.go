package guess

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial/names"
)

// Role is what a column is taken for.
type Role string

// The roles.
const (
	RoleID        Role = "id"
	RoleEpoch     Role = "epoch"
	RoleAxis      Role = "axis"
	RoleCurve     Role = "curve"
	RoleFinal     Role = "final metric"
	RoleEnergy    Role = "energy"
	RoleTime      Role = "time"
	RolePower     Role = "power"
	RoleInference Role = "inference energy"
	RoleSeed      Role = "seed"
	RoleGroup     Role = "group"
	RoleFold      Role = "fold"
	RolePlanned   Role = "planned epochs"
	RoleEnded     Role = "how it ended"
	RoleResult    Role = "result" // known only after the start: never an axis
	RoleLeft      Role = "left out"
)

// ErrUnclear is returned when what a log holds cannot be told: no column tells runs apart, or none is a setting. The
// message lists every column and why it is none.
var ErrUnclear = errors.New("guess: the log is not clear")

func (c *column) take(r Role, as, why string, args ...any) {
	c.role, c.as, c.why = r, as, fmt.Sprintf(why, args...)
}

// assign gives every column one role. Roles that only one column can have are chosen among all that look like it; a
// setting is what nothing else speaks against.
func (s *survey) assign(o Options) {
	for _, c := range s.columns {
		switch {
		case c.NotRead != "":
			c.take(RoleLeft, "", "cannot be read: %s", c.NotRead)
		case c.Apart != "":
			c.take(RoleLeft, "", "%s", c.Apart)
		case o.Results != nil && o.Results.MatchString(c.Name):
			c.take(RoleResult, "", "-result says so")
		case o.Axes != nil && o.Axes.MatchString(c.Name) && !c.List && c.changes == 0:
			c.take(RoleAxis, "", "-axis says so")
		}
	}
	s.assignGraphs()
	s.assignIDs()
	s.assignCosts()
	s.assignMetric()
	s.assignEpochs()
	s.assignRest()
}

// assignIDs takes the columns that name runs, repeats and folds, and those that count.
func (s *survey) assignIDs() {
	if c := s.column(s.id); c != nil {
		values, _ := c.distinct()
		if s.long {
			c.take(RoleID, "", "%d values, each on the rows of one run", values)
		} else {
			c.take(RoleID, "", "another value in each row")
		}
	}
	if c := s.column(s.epoch); c != nil {
		c.take(RoleEpoch, "", "counts up in each run")
		if !s.long && !c.Rising {
			c.take(RoleLeft, "", "lists that do not rise: no epochs")
			s.epoch = ""
		}
	}
	s.assignRepeats()
}

// assignRepeats takes the columns that are the same within each run, and say by their names what sets repeats, folds
// and ends apart. Kept whole: it is the list of those roles; each is given once.
func (s *survey) assignRepeats() {
	for _, c := range s.free() {
		values, runs := c.distinct()
		switch {
		case c.List || c.changes > 0 || runs == 0:
		case !s.has(RoleSeed) && (names.IsSeed(c.Name) || names.IsAgain(c.Name) && s.repeats(c) && !s.seeded() ||
			(s.numbersRepeats(c) || names.IsSplit(c.Name) && s.repeats(c)) && !s.seeded()):
			c.take(RoleSeed, "", "its name; repeats of one configuration differ by it")
		case names.IsFold(c.Name) && c.Whole && values > 1 && !s.has(RoleFold):
			c.take(RoleFold, "", "its name: how the runs are split")
		case names.IsGroup(c.Name) && values < runs && values > 1 && !s.has(RoleGroup):
			c.take(RoleGroup, "", "its name; runs of one value are repeats of one configuration")
		case names.IsState(c.Name) && c.Kind == "text" && len(endings(c)) > 0 && !s.has(RoleEnded):
			c.take(RoleEnded, "", "its words: %s", strings.Join(endings(c), ", "))
		}
	}
}

// seeded reports whether a column is called a seed and differs between runs: another that numbers repetitions is none.
func (s *survey) seeded() bool {
	return slices.ContainsFunc(s.columns, func(c *column) bool {
		values, _ := c.distinct()
		return names.IsSeed(c.Name) && !c.List && c.changes == 0 && values > 1 && c.role == ""
	})
}

// repeats reports whether a column may number the repetitions of configurations: small whole numbers, each on many
// runs.
func (s *survey) repeats(c *column) bool {
	values, runs := c.distinct()
	return c.Whole && c.Min >= 0 && c.Max <= 1000 && values > 1 && 2*values <= runs && c.Kind != "boolean"
}

// numbersRepeats reports whether a column of rows that are each a run counts repetitions: it is called as what counts,
// and has all numbers from 0 or 1 on, each on as many rows.
func (s *survey) numbersRepeats(c *column) bool {
	values, runs := c.distinct()
	if s.long || !singleStep.MatchString(c.Name) && !(aWindow.MatchString(c.Name) && c.Min == 0) || !c.Whole ||
		c.Kind == "boolean" || c.Min != 0 && c.Min != 1 || values < 3 || c.Max-c.Min != float64(values-1) ||
		runs%values != 0 || runs == values {
		return false
	}
	rows := map[features.Value]int{}
	for i := range c.runs {
		rows[c.runs[i].first]++
	}
	for _, n := range rows {
		if n != runs/values {
			return false
		}
	}
	return true
}

// aWindow is a part of the data that a row was measured on; counted from 0, it is no length.
var aWindow = regexp.MustCompile(`(?i)^(window|draw|instance|chunk)$`)

// singleStep are names of what counts by one.
var singleStep = regexp.MustCompile(`(?i)^(iteration|iter|step|round|measurement|repetition|sample|it)$`)

// assignEpochs takes a list that rises beside a curve for its epochs, where no name says which column counts.
func (s *survey) assignEpochs() {
	curve := s.of(RoleCurve)
	if s.epoch != "" || s.long || curve == nil {
		return
	}
	for _, c := range s.free() {
		if !c.List || !c.Rising || c.Unit != "" || c.Instant || c.Short != curve.Short || c.Long != curve.Long {
			continue
		}
		same := true
		for i := range c.runs {
			same = same && c.runs[i].n == curve.runs[i].n
		}
		if same {
			c.take(RoleEpoch, "", "rises beside %s, one number a point; A GUESS", curve.Name)
			s.epoch = c.Name
			return
		}
	}
}

// free lists the columns without a role.
func (s *survey) free() []*column {
	var out []*column
	for _, c := range s.columns {
		if c.role == "" {
			out = append(out, c)
		}
	}
	return out
}

func (s *survey) has(r Role) bool { return s.of(r) != nil }

// of returns the first column of a role, or nil.
func (s *survey) of(r Role) *column {
	for _, c := range s.columns {
		if c.role == r {
			return c
		}
	}
	return nil
}

// ends are the words by which tools say how a run ended.
var ends = map[string]string{
	"complete": "finished", "completed": "finished", "finished": "finished", "success": "finished",
	"succeeded": "finished", "done": "finished", "terminated": "finished",
	"stopped_early": "stopped", "early_stopped": "stopped", "early_stopping": "stopped", "stopped": "stopped",
	"pruned": "cut", "fail": "cut", "failed": "cut", "crashed": "cut", "killed": "cut", "running": "cut",
	"error": "cut", "timeout": "cut",
}

// endings lists the column's words that say how a run ended, in order of appearance.
func endings(c *column) []string {
	var out []string
	for _, v := range c.Values {
		if t, _ := v.Str(); ends[strings.ToLower(t)] != "" {
			out = append(out, t)
		}
	}
	return out
}
