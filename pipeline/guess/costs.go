package guess

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/names"
)

// cost is a cost that was recognised.
type cost struct {
	*column
	said    names.Cost
	role    Role
	unit    string
	shape   trial.Shape
	grounds string

	unitGuessed bool
}

// assignCosts takes the energy and the time of a run. Of several, what is called total, or what is no part of another,
// is the run's; the others are results. An energy that is a strange power beside the run's time comes after those that
// are none. Costs are never settings.
func (s *survey) assignCosts() {
	var found []cost
	for _, c := range s.free() {
		if k, ok := s.cost(c); ok {
			found = append(found, k)
		}
	}
	power := make([]float64, len(found)) // that an energy is; NaN where nobody knows
	for i := range power {
		power[i] = math.NaN()
	}
	for _, role := range []Role{RoleTime, RoleEnergy, RoleInference} {
		best := -1
		for i, k := range found {
			if k.role == role && (best < 0 || strange(power[best]) && !strange(power[i]) ||
				strange(power[best]) == strange(power[i]) && k.rank(s) < found[best].rank(s)) {
				best = i
			}
		}
		for i, k := range found {
			switch {
			case k.role != role:
			case i == best:
				if role == RoleEnergy && s.of(RoleTime) != nil {
					k.sayWatts(power[i], s.of(RoleTime).Name)
				}
				switch parts := components(found, i); {
				case role == RoleEnergy && len(parts) > 0:
					k.grounds += "; of the " + k.said.Of + " alone, so the parts are added"
				case role == RoleEnergy && k.said.Part && otherPart(found, i):
					k.grounds += "; OF A PART ALONE by its name, and no column is the whole"
				}
				k.take(role, string(k.shape)+", "+k.unit, "%s", k.grounds)
			case role == RoleEnergy && slices.Contains(components(found, best), i):
				k.take(role, string(k.shape)+", "+k.unit, "of the %s alone: added to %s", k.said.Of, found[best].Name)
			case strange(power[i]) && !strange(power[best]):
				k.take(RoleResult, "", "another %s: %s is the run's, with which this is a power of %s", role,
					found[best].Name, inWatts(power[i]))
			default:
				k.take(RoleResult, "", "another %s: %s is the run's", role, found[best].Name)
			}
		}
		if role == RoleTime && best >= 0 {
			for i, k := range found {
				if k.role == RoleEnergy {
					power[i] = found[i].believeUnit(watts(k, found[best]))
				}
			}
		}
	}
	s.assignPower()
}

// cost tells whether a column is an energy or a time of the training, and its unit and shape by name, type and values.
// Costs of something else become results at once. Kept whole: it is the list of what speaks against a cost, and the
// order decides.
func (s *survey) cost(c *column) (cost, bool) {
	k := cost{column: c}
	if said, ok := names.CostOf(c.Name); ok && said.Kind == names.Time && c.twoNumbers() {
		c.take(RoleLeft, "", "two numbers with a colon, which may be hours and minutes or minutes and seconds: write "+
			"seconds, or 0:01:02")
		return k, false
	}
	if c.Kind == "text" || c.Kind == "boolean" || c.Instant || !(c.Max > 0) || prefixOf(c.Name) != "" {
		return k, false
	}
	k.said, k.role, k.unit, k.grounds = unitOf(c)
	k.unitGuessed = strings.Contains(k.grounds, "GUESS")
	if k.role == "" {
		return k, false
	}
	if _, spread := names.IsSpread(c.Name); spread {
		c.take(RoleResult, "", "how much a cost varies")
		return k, false
	}
	if k.said.Foreign != "" {
		c.take(RoleLeft, "", "a cost in %s, which is no unit that is known: write it in joules, kWh, seconds or hours",
			strings.ToUpper(k.said.Foreign))
		return k, false
	}
	if k.role == RoleTime && c.Min > 1e8 && c.Max < 1e14 && c.Unit == "" && !c.Clock {
		return k, false // seconds or milliseconds since 1970
	}
	if k.said.Other {
		c.take(RoleResult, "", "an energy without a unit, and by its name none of what the machine took")
		return k, false
	}
	if values, runs := c.distinct(); !c.List && c.changes == 0 && values == 1 && runs > 1 && c.Whole {
		return k, false // what is measured is hardly twice the same
	}
	if k.said.Loading {
		c.take(RoleResult, "", "a time, but of the data's loading or of a pause")
		return k, false
	}
	if k.said.Piece != "" && (s.long || s.series(c)) {
		c.take(RoleResult, "", "of one %s by its name, not of an epoch", k.said.Piece)
		return k, false
	}
	if k.said.Aside {
		if k.role == RoleTime {
			c.take(RoleResult, "", "a time, but not of the training")
			return k, false
		}
		k.role = RoleInference
	}
	var how string
	k.shape, how = s.shape(k)
	k.grounds += "; " + how
	return k, true
}

// twoNumbers reports whether the texts are two numbers with a colon between them.
func (c *column) twoNumbers() bool {
	return c.Kind == "text" && len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v features.Value) bool {
		t, _ := v.Str()
		return !minutesOrHours.MatchString(t)
	})
}

var minutesOrHours = regexp.MustCompile(`^\s*\d+:\d\d(\.\d+)?\s*$`)

// unitOf tells the unit of an energy or a time: its type knows it, it stands behind the numbers, or in the name; role
// is "" when the name tells neither.
func unitOf(c *column) (said names.Cost, role Role, unit, grounds string) {
	said, ok := names.CostOf(c.Name)
	if c.Unit != "" && names.Metric(c.Name) == "" {
		return names.Cost{Kind: names.Time, Aside: said.Aside, Part: said.Part}, RoleTime, "",
			"a column of durations, which know their unit (" + c.Type + ")"
	}
	if !ok || said.Kind == names.Power {
		return said, "", "", ""
	}
	role = map[names.Kind]Role{names.Energy: RoleEnergy, names.Time: RoleTime}[said.Kind]
	switch {
	case c.Clock:
		return said, role, "s", "hours, minutes and seconds as text"
	case c.Suffix != "":
		return said, role, c.Suffix, "the unit " + c.Suffix + " stands behind its numbers"
	case said.Unit != "":
		return said, role, said.Unit, "its name tells the unit " + said.Unit
	case role == RoleEnergy:
		return said, role, "J", "its name; THE UNIT IS A GUESS: joules"
	}
	return said, role, "s", "its name; THE UNIT IS A GUESS: seconds"
}

// shape tells what the numbers are: one a run is its total (or, by name, its mean); of one an epoch those count on from
// the run's start that hardly ever fall (a clock may be set back) and at least treble, where epochs cost alike.
func (s *survey) shape(k cost) (trial.Shape, string) {
	c := k.column
	if !c.List && (!s.long || c.changes == 0) {
		name := strings.ToLower(c.Name)
		switch {
		case k.said.Piece != "":
			return trial.Total, "one number a run, OF A " + strings.ToUpper(k.said.Piece) +
				" by its name: what is answered as the run's is that"
		case !k.said.Epoch && s.hasSpread(c):
			return trial.Total, "one number a run; with a deviation beside it, so the mean of repetitions"
		case k.said.Epoch || strings.Contains(name, "mean") || strings.Contains(name, "avg"):
			return trial.Mean, "one number a run, called one of an epoch"
		}
		return trial.Total, "one number a run"
	}
	series, rising := 0, 0
	for i := range c.runs {
		r := &c.runs[i]
		if r.n < 3 {
			continue
		}
		series++
		if 20*r.falls <= r.n && r.last >= math.Min(3, 1+0.3*float64(r.n-1))*r.start && r.last > 0 {
			rising++
		}
	}
	if series > 0 && 10*rising >= 9*series {
		return trial.Cumulative, "counts on within a run, so an epoch has the difference"
	}
	return trial.PerEpoch, "goes up and down within a run, so it is that of each epoch"
}

// otherPart reports whether other energies than the chosen one are parts of the run's: cpu_energy beside gpu_energy.
func otherPart(found []cost, chosen int) bool {
	for i, k := range found {
		if i != chosen && k.role == RoleEnergy && k.said.Part {
			return true
		}
	}
	return false
}

// components lists the other energies that are of a component each as the chosen one is, by one unit and shape:
// cpu_energy and ram_energy beside gpu_energy. Nil where the chosen one is of no component, or two are of one.
func components(found []cost, chosen int) (parts []int) {
	of := found[chosen]
	if of.role != RoleEnergy || of.said.Of == "" || of.said.Aside || of.said.Piece != "" {
		return nil
	}
	seen := map[string]bool{of.said.Of: true}
	for i, k := range found {
		switch {
		case i == chosen || k.role != RoleEnergy:
		case k.said.Of == "" && !k.said.Part, k.unit != of.unit && k.said.Of != "", seen[k.said.Of]:
			return nil
		case k.said.Of != "" && k.shape == of.shape && k.said.Piece == "" && k.numbers() == of.numbers():
			seen[k.said.Of] = true
			parts = append(parts, i)
		}
	}
	return parts
}

// hasSpread reports whether a column has its deviation beside it: runtime_mean and runtime_std, mean_fit_time and
// std_fit_time.
func (s *survey) hasSpread(c *column) bool {
	stem := meanOf(c.Name)
	return slices.ContainsFunc(s.columns, func(d *column) bool {
		of, ok := names.IsSpread(d.Name)
		return ok && d != c && (of == c.Name || meanOf(of) == stem)
	})
}

// meanOf is a name without the word that calls it a mean.
func meanOf(name string) string {
	return strings.TrimRight(meanWord.ReplaceAllString(strings.ToLower(name), ""), "_ ./-")
}

var meanWord = regexp.MustCompile(`^(mean|avg|average)[ _./-]|[ _./-](mean|avg|average)$`)

// rank orders the costs of one role, the run's first.
func (k cost) rank(s *survey) int {
	name := strings.ToLower(k.Name)
	r := 0
	if k.said.Part || k.said.Piece != "" {
		r += 8
	}
	if !s.series(k.column) {
		r += 4
	}
	if !strings.Contains(name, "total") && !strings.Contains(name, "consumed") && !strings.Contains(name, "gesamt") {
		r++
	}
	if k.unit == "" || k.unitGuessed {
		r++
	}
	return r
}

// assignPower takes a mean power where there is a time and no energy.
func (s *survey) assignPower() {
	for _, c := range s.free() {
		said, ok := names.CostOf(c.Name)
		if c.Kind == "text" || c.Kind == "boolean" || !ok || said.Kind != names.Power || prefixOf(c.Name) != "" {
			continue
		}
		_, spread := names.IsSpread(c.Name)
		if t := s.of(RoleTime); t != nil && !s.has(RoleEnergy) && !s.has(RolePower) && t.as[:1] != "c" && !spread &&
			!names.IsExtreme(c.Name) && s.series(c) == s.series(t) {
			c.take(RolePower, "mean, "+cmp.Or(c.Suffix, said.Unit, "W"), "its name; energy is power x time")
			continue
		}
		c.take(RoleResult, "", "a power that was measured")
	}
}
