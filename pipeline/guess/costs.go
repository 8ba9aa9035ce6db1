package guess

import (
	"math"
	"regexp"
	"strings"

	"eahas/trial"
)

// costUnits are endings of names that tell a unit, the longest first.
var costUnits = []struct {
	ending *regexp.Regexp
	role   Role
	unit   string
}{
	{unitEnding(`kwh|kilowatt_?hours?|kw_?h`), RoleEnergy, "kWh"},
	{unitEnding(`mwh|milliwatt_?hours?`), RoleEnergy, "mWh"},
	{unitEnding(`wh|watt_?hours?`), RoleEnergy, "Wh"},
	{unitEnding(`kj|kilojoules?`), RoleEnergy, "kJ"},
	{unitEnding(`mj|millijoules?`), RoleEnergy, "mJ"},
	{unitEnding(`uj|microjoules?`), RoleEnergy, "uJ"},
	{unitEnding(`j|joules?`), RoleEnergy, "J"},
	{unitEnding(`ms|millis|milliseconds?`), RoleTime, "ms"},
	{unitEnding(`us|microseconds?`), RoleTime, "us"},
	{unitEnding(`min|mins|minutes?`), RoleTime, "min"},
	{unitEnding(`h|hrs?|hours?`), RoleTime, "h"},
	{unitEnding(`s|secs?|seconds?`), RoleTime, "s"},
}

func unitEnding(word string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|[^a-zA-Z0-9])(` + word + `)[\])}]?$`)
}

var (
	energyWords = regexp.MustCompile(`(?i)(energy|joule|consumption|kwh)`)
	timeWords   = regexp.MustCompile(`(?i)(^|[^a-z])(time|dur|duration|durations|elapsed|runtime|wall|wall_?time|walltime|secs?|seconds|minutes|hours|ms|millis|milliseconds)([^a-z]|$)`)
	beside      = regexp.MustCompile(`(?i)(test|infer|predict|latency|eval)`) // a cost, but not of the training
	partWords   = regexp.MustCompile(`(?i)(^|[^a-z])(cpu|gpu|ram|dram|forward|backward|data|batch|step|load)([^a-z]|$)`)
	rateWords   = regexp.MustCompile(`(?i)(per_?(sec|second|s|min|hour|kwh)|/s$|/k?wh|rate|intensity|co2)`)
)

// cost is a cost that was recognised.
type cost struct {
	*column
	role    Role
	unit    string
	shape   trial.Shape
	grounds string
}

// assignCosts takes the energy and the time of a run. Of several, what is called total, or what is no part of another,
// is the run's; the others are results. Costs are never settings.
func (s *survey) assignCosts() {
	var found []cost
	for _, c := range s.free() {
		if k, ok := s.cost(c); ok {
			found = append(found, k)
		}
	}
	for _, role := range []Role{RoleEnergy, RoleTime, RoleInference} {
		best := -1
		for i, k := range found {
			if k.role == role && (best < 0 || k.rank(s) < found[best].rank(s)) {
				best = i
			}
		}
		for i, k := range found {
			switch {
			case k.role != role:
			case i == best:
				k.take(role, string(k.shape)+", "+k.unit, "%s", k.grounds)
			default:
				k.take(RoleResult, "", "another %s: %s is the run's", role, found[best].Name)
			}
		}
	}
	s.assignPower()
}

// cost tells whether a column is an energy or a time, and its unit and shape by name, type and values.
func (s *survey) cost(c *column) (cost, bool) {
	k := cost{column: c}
	name := humps.ReplaceAllString(c.Name, "${1}_${2}")
	if c.Kind == "text" || c.Kind == "boolean" || c.Instant || !(c.Max > 0) || noCost(c.Name) {
		return k, false
	}
	k.role, k.unit, k.grounds = unitOf(c, name)
	if k.role == "" {
		return k, false
	}
	if k.role == RoleTime && c.Min > 1e8 && c.Max < 1e14 {
		return k, false // seconds or milliseconds since 1970
	}
	if beside.MatchString(c.Name) {
		if k.role == RoleTime {
			return k, false
		}
		k.role = RoleInference
	}
	var how string
	k.shape, how = s.shape(c)
	k.grounds += "; " + how
	return k, true
}

// noCost reports whether a name says that the column is something else: a moment, a limit, a rate, a setting, a metric.
func noCost(name string) bool {
	return momentWords.MatchString(name) || limitWords.MatchString(name) || rateWords.MatchString(name) ||
		settingPrefixes.MatchString(name) || metricKind(name) != ""
}

// unitOf tells the unit of a cost; role is "" when the name tells no cost. Kept whole: a list of signs, the surest
// first.
func unitOf(c *column, name string) (role Role, unit, grounds string) {
	if c.Unit != "" {
		return RoleTime, "", "a column of durations, which know their unit (" + c.Type + ")"
	}
	if strings.HasSuffix(c.Name, "MJ") || strings.HasSuffix(c.Name, "(MJ)") || strings.HasSuffix(c.Name, "[MJ]") {
		return RoleEnergy, "MJ", "its name ends in MJ" // mJ and MJ differ by a letter's case alone
	}
	energy, time := energyWords.MatchString(name), timeWords.MatchString(name)
	for _, u := range costUnits {
		short := len(u.unit) == 1 && !energy && !time // a letter alone says little
		if u.ending.MatchString(name) && !short && (u.role == RoleEnergy || time || u.unit == "h") {
			return u.role, u.unit, "its name ends in the unit " + u.unit
		}
	}
	switch {
	case strings.EqualFold(c.Name, "energy_consumed"):
		return RoleEnergy, "kWh", "as CodeCarbon writes it, in kWh"
	case energy:
		return RoleEnergy, "J", "its name; THE UNIT IS A GUESS: joules"
	case time:
		return RoleTime, "s", "its name; THE UNIT IS A GUESS: seconds"
	}
	return "", "", ""
}

// shape tells what the numbers are: one a run is its total (or, by name, its mean); of one an epoch those count on from
// the run's start that never fall and at least treble, where epochs cost alike.
func (s *survey) shape(c *column) (trial.Shape, string) {
	if !c.List && (!s.long || c.changes == 0) {
		name := strings.ToLower(c.Name)
		if strings.Contains(name, "epoch") && !strings.Contains(name, "total") || strings.Contains(name, "mean") ||
			strings.Contains(name, "avg") {
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
		if !r.fell && r.last >= math.Min(3, 1+0.3*float64(r.n-1))*r.start && r.last > 0 {
			rising++
		}
	}
	if series > 0 && 10*rising >= 9*series {
		return trial.Cumulative, "counts on within a run, so an epoch has the difference"
	}
	return trial.PerEpoch, "goes up and down within a run, so it is that of each epoch"
}

// rank orders the costs of one role, the run's first.
func (k cost) rank(s *survey) int {
	name := strings.ToLower(k.Name)
	r := 0
	if partWords.MatchString(name) {
		r += 8
	}
	if strings.Contains(name, "val") {
		r += 8
	}
	if !s.series(k.column) {
		r += 4
	}
	if !strings.Contains(name, "total") && !strings.Contains(name, "consumed") {
		r++
	}
	return r
}

// assignPower takes a mean power where there is a time and no energy.
func (s *survey) assignPower() {
	for _, c := range s.free() {
		if c.Kind == "text" || c.Kind == "boolean" || !powerWords.MatchString(c.Name) ||
			limitWords.MatchString(c.Name) || settingPrefixes.MatchString(c.Name) {
			continue
		}
		if t := s.of(RoleTime); t != nil && !s.has(RoleEnergy) && !s.has(RolePower) && t.as[:1] != "c" &&
			s.series(c) == s.series(t) {
			c.take(RolePower, "mean, W", "its name; energy is power x time")
			continue
		}
		c.take(RoleResult, "", "a power that was measured")
	}
}
