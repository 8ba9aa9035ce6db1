package intake

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
)

// The words of a name that tell the kind of a metric (docs/log.md); the first row that has one of them decides. They
// stand alone between other characters, so that "latency" holds no "acc" and "mapping" no "map".
var metricKinds = []struct {
	words *regexp.Regexp
	kind  string
}{
	{words("loss", "losses", "nll", "perplexity", "ppl", "mse", "rmse", "mae", "crossentropy"), "loss"},
	{words("err", "error", "wer", "cer"), "error"},
	{words("acc", "accuracy", "top1", "top5"), "accuracy"},
	{words("auc", "auroc", "f1", "map", "iou", "miou", "dice", "bleu", "rouge", "r2", "mcc", "score", "reward"),
		"score"},
}

// Further names that count.
var (
	stepWords    = regexp.MustCompile(`(?i)^(_?step|_?steps|global_step|iteration|iterations|iter|training_iteration|trainer/global_step)$`)
	epochWords   = regexp.MustCompile(`(?i)^(epoch|epochs|epoch_ind|trainer/epoch|train/epoch|num_epoch|epoch_num)$`)
	seedWords    = regexp.MustCompile(`(?i)^(seed|random_?state|random_?seed|rng_?seed|.*[./](seed|random_?state|random_?seed|rng_?seed))$`)
	plannedWords = regexp.MustCompile(`(?i)^(.*[./])?(max_epochs?|num_epochs|n_epochs|num_train_epochs|epochs|total_epochs|train_epochs)$`)
)

func words(w ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|[^a-zA-Z0-9])(` + strings.Join(w, "|") + `)([^a-zA-Z0-9]|$)`)
}

// metricKind guesses the kind of a metric by its name: accuracy, error, loss, score, or "" when it looks like none.
func metricKind(name string) string {
	name = snake(name)
	for _, k := range metricKinds {
		if k.words.MatchString(name) {
			return k.kind
		}
	}
	return ""
}

var humps = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// snake writes valAcc as val_Acc, so that words stand apart.
func snake(name string) string { return humps.ReplaceAllString(name, "${1}_${2}") }

// costUnits are endings of names that tell a unit, the longest first.
var costUnits = []struct {
	ending *regexp.Regexp
	role   Role
	unit   string
}{
	{ending(`kwh|kilowatt_?hours?|kw_?h`), RoleJoules, "kWh"},
	{ending(`mwh|milliwatt_?hours?`), RoleJoules, "mWh"},
	{ending(`wh|watt_?hours?`), RoleJoules, "Wh"},
	{ending(`kj|kilojoules?`), RoleJoules, "kJ"},
	{ending(`mj|millijoules?`), RoleJoules, "mJ"},
	{ending(`uj|microjoules?`), RoleJoules, "uJ"},
	{ending(`joules?`), RoleJoules, "J"},
	{ending(`(time|duration|elapsed|latency|runtime|wall)_?(in_?)?ms|milliseconds?|millis`), RoleSeconds, "ms"},
	{ending(`(time|duration|elapsed|latency|runtime|wall)_?(in_?)?us|microseconds?`), RoleSeconds, "us"},
	{ending(`(time|duration|elapsed|latency|runtime|wall)_?(in_?)?min|minutes?`), RoleSeconds, "min"},
	{ending(`hours?|(time|duration|elapsed|runtime)_?h`), RoleSeconds, "h"},
	{ending(`seconds?|secs?|(time|duration|elapsed|latency|runtime|wall|time_total|time_this_iter|total_time|time_epoch)_(in_)?s`), RoleSeconds, "s"},
	{ending(`wall_?times?|(train|training|epoch|total|run|elapsed|predict|eval|test|val)_?(run)?times?|durations?|elapsed|runtime|time_epoch`), RoleSeconds, ""},
}

func ending(word string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|[^a-zA-Z0-9])(` + word + `)[\])}]?$`)
}

// costOf tells an energy or a time and its unit by the name: "total_energy (kWh)", "time_total_s".
// A unit may be "" when the name tells that it is a time and not in what.
func costOf(name string) (role Role, unit string, ok bool) {
	if perSecond.MatchString(name) {
		return "", "", false
	}
	if strings.HasSuffix(name, "MJ") || strings.HasSuffix(name, "(MJ)") {
		return RoleJoules, "MJ", true // mJ and MJ differ by a letter's case alone
	}
	if energyJ.MatchString(name) {
		return RoleJoules, "J", true
	}
	for _, n := range []string{name, snake(name)} { // kWh is one word, trainTime are two
		for _, u := range costUnits {
			if u.ending.MatchString(n) {
				return u.role, u.unit, true
			}
		}
	}
	return "", "", false
}

var (
	besideTraining = regexp.MustCompile(`(?i)(predict|eval|test|val|infer|latency)`) // a cost, but not of the training
	perSecond      = regexp.MustCompile(`(?i)(per_?(sec|second|s|min|hour)|/s|samples_second|steps_per|/k?wh|intensity|co2)`)
	energyJ        = regexp.MustCompile(`(energy.*[^a-zA-Z0-9]J[\])]?$)|(?i:energy_?usages?.*\(J\))|(?i:energy_j$)`)
)

// Factor returns what one of a cost's unit is in joules or seconds; NaN where the unit is none of these.
func (c *Column) Factor() float64 {
	if f, ok := baseFactor[c.Unit]; ok {
		return f
	}
	return math.NaN()
}

// factors of the units of energies (to joules) and times (to seconds).
var baseFactor = map[string]float64{
	"uJ": 1e-6, "mJ": 1e-3, "J": 1, "kJ": 1e3, "MJ": 1e6, "mWh": 3.6, "Wh": 3600, "kWh": 3.6e6, "MWh": 3.6e9,
	"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600,
}

// meaning fills in what a column means: what its reader declared, else what its name says.
func (l *Log) meaning(c *Column) {
	if d, ok := l.declared[c.Name]; ok && c.Role != RoleAxis && c.Role != RoleTag {
		c.Role, c.Kind, c.Unit, c.Shape, c.Higher, c.Split, c.Objective, c.Why = d.Role, d.Kind, d.Unit, d.Shape,
			d.Higher, d.Split, d.Objective, d.Why
		if !c.List && c.Role == RoleMetric {
			c.Role = RoleResult
		}
		l.metric(c)
		return
	}
	switch {
	case c.Role == RoleAxis:
		c.Why = "a setting"
	case c.Role == RoleTag:
		c.Why = "kept for grouping"
	case c.text:
		c.Role, c.Why = RoleTag, "a text that is known after the start"
	default:
		if r, unit, ok := costOf(c.Name); ok && !besideTraining.MatchString(lastPart(c.Name)) &&
			!strings.HasSuffix(c.Name, "_std") {
			c.Role, c.Unit, c.Shape, c.Why = r, unit, Total, "its name tells the unit"
			if unit == "" {
				c.Unit, c.Why = "s", "its name; the unit is taken for seconds"
			}
			if c.List {
				c.Shape = l.shapeOf(c.Name)
			}
			return
		}
		c.Why = "its name"
		l.metric(c)
	}
}

// metric fills in the kind and unit of a metric or a result.
func (l *Log) metric(c *Column) {
	if c.Role != RoleMetric && c.Role != RoleResult {
		return
	}
	if c.Kind == "" {
		c.Kind = metricKind(c.Name)
	}
	if c.Kind == "" {
		c.Kind, c.Why = "other", cmp.Or(c.Why, "known only after the start")
	}
	if c.Unit == "" {
		c.Unit = l.metricUnit(c)
	}
}

// lastPart is the name behind the last dot or slash.
func lastPart(name string) string { return name[strings.LastIndexAny(name, "./")+1:] }

// parts leaves one cost of a role and form to the run where several are named so: what a tool declared, or what is
// called total. The others are parts of it, and so results.
func (l *Log) parts() {
	for _, role := range []Role{RoleSeconds, RoleJoules} {
		for _, list := range []bool{false, true} {
			var all []*Column
			for i := range l.Columns {
				if c := &l.Columns[i]; c.Role == role && c.List == list {
					all = append(all, c)
				}
			}
			if len(all) < 2 {
				continue
			}
			whole := slices.IndexFunc(all, func(c *Column) bool { _, ok := l.declared[c.Name]; return ok })
			if whole < 0 {
				whole = slices.IndexFunc(all,
					func(c *Column) bool { return strings.Contains(strings.ToLower(lastPart(c.Name)), "total") })
			}
			if whole < 0 {
				continue
			}
			for i, c := range all {
				if _, ok := l.declared[c.Name]; i == whole || ok {
					continue
				}
				c.Role, c.Kind, c.Unit, c.Shape, c.Why = RoleResult, "other", "raw", "", "a part of "+all[whole].Name
				if list {
					c.Role = RoleMetric
				}
			}
		}
	}
}

// metricUnit tells fractions from percent by the values.
func (l *Log) metricUnit(c *Column) string {
	if c.Kind != "accuracy" && c.Kind != "error" {
		return "raw"
	}
	most := 0.0
	for _, r := range l.Runs {
		if c.List {
			if s := r.Series[c.Name]; s != nil {
				for _, v := range s.Values {
					most = max(most, finite(v))
				}
			}
		} else if x, ok := r.Final[c.Name].Float(); ok {
			most = max(most, finite(x))
		}
	}
	switch {
	case most <= 1:
		return "fraction"
	case most <= 100:
		return "percent"
	}
	c.Kind = "score"
	return "raw"
}

// shapeOf tells numbers that count on from numbers of each epoch: cumulative where no run ever falls and the last
// number of most runs is well above the first.
func (l *Log) shapeOf(name string) Shape {
	runs, rising := 0, 0
	for _, r := range l.Runs {
		s := r.Series[name]
		if s == nil || len(s.Values) < 3 {
			continue
		}
		runs++
		falls := false
		for i := 1; i < len(s.Values); i++ {
			falls = falls || s.Values[i] < s.Values[i-1]
		}
		if !falls && s.last() >= 1.5*s.Values[0] {
			rising++
		}
	}
	if runs > 0 && rising*10 >= runs*9 {
		return Cumulative
	}
	return PerEpoch
}
