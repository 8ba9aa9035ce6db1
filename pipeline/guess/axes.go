package guess

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial/names"
)

// assignRest decides about what is no metric and no cost: a setting is what stays the same within each run, differs
// between runs, and is neither a moment, nor a counter, nor a result by its name.
func (s *survey) assignRest() {
	prefixed := s.prefix()
	for _, c := range s.free() {
		if why := s.noSetting(c); why != "" {
			role := RoleLeft
			if strings.HasPrefix(why, measured) || why == aDuration {
				role = RoleResult
			}
			c.take(role, "", "%s", why)
			continue
		}
		if prefixed != "" && prefixOf(c.Name) == "" && !names.IsPlanned(c.Name) && !names.IsSubject(c.Name) &&
			!(strings.HasSuffix(prefixed, "_") && c.isSettingByName()) {
			c.take(RoleLeft, "", "stands beside the settings, which are called %s*", prefixed)
			continue
		}
		if why := s.amongResults(c); why != "" {
			c.take(RoleResult, "", "%s", why)
			continue
		}
		if twin := s.twin(c); twin != nil {
			c.take(RoleLeft, "", "the same as %s in every run", twin.Name)
			continue
		}
		if first := s.renamed(c); first != nil {
			c.take(RoleLeft, "", "says in other words what %s says", first.Name)
			continue
		}
		values, _ := c.distinct()
		c.take(RoleAxis, "", "the same within each run, %d values between them", values)
		s.length(c)
	}
	for _, c := range s.columns {
		if c.role == RoleLeft && !s.has(RolePlanned) && c.changes == 0 && !c.List {
			s.length(c)
		}
	}
}

// twin is the axis that has the same values as c in every run; nil when there is none. Whoever asks the surrogate would
// have to say one thing twice, and a question that says two things has no answer.
func (s *survey) twin(c *column) *column {
	for _, a := range s.columns {
		if a == c || a.role != RoleAxis || len(a.runs) != len(c.runs) {
			continue
		}
		same := true
		for i := range c.runs {
			same = same && alike(c.runs[i].first, a.runs[i].first)
		}
		if same {
			return a
		}
	}
	return nil
}

// renamed is the axis of words that c calls by other ones, in every run and each on several runs: a model's nickname
// beside its name; nil when there is none.
func (s *survey) renamed(c *column) *column {
	values, runs := c.distinct()
	if c.Kind != "text" || values < 2 || 2*values > runs || c.isGraph() {
		return nil
	}
	for _, a := range s.columns {
		if n, known := a.distinct(); a == c || a.role != RoleAxis || a.Kind != "text" || a.isGraph() || n != values ||
			known != runs {
			continue
		}
		if c.tells(a) {
			return a
		}
	}
	return nil
}

// alike reports whether two cells say the same: equal, or numbers of which one is the other in fewer digits.
func alike(a, b features.Value) bool {
	x, ok1 := a.Float()
	y, ok2 := b.Float()
	return a == b || ok1 && ok2 && math.Abs(x-y) <= 1e-3*math.Max(math.Abs(x), math.Abs(y))
}

// prefix is the beginning of names under which the log keeps its settings; "" where it keeps them under none: a single
// column may be called so by chance, but for a path (config/lr) and Optuna's params_.
func (s *survey) prefix() string {
	count := map[string]int{}
	for _, c := range s.free() {
		p := prefixOf(c.Name)
		if p == "" || c.List {
			continue
		}
		if count[p]++; (count[p] > 1 || !strings.ContainsAny(p, "-_") || p == "params_") && s.mostHave(p) {
			return p
		}
	}
	return ""
}

// mostHave reports whether most runs have a setting under a prefix: where only some have, the others' settings stand
// elsewhere.
func (s *survey) mostHave(prefix string) bool {
	n := 0
	for i := range s.runs {
		if slices.ContainsFunc(s.columns, func(c *column) bool {
			return prefixOf(c.Name) == prefix && !c.List && i < len(c.runs) && !c.runs[i].first.IsMissing()
		}) {
			n++
		}
	}
	return 10*n >= 9*s.runs
}

// length takes a column for the planned number of epochs where its name says so and no run went further. It may be an
// axis too.
func (s *survey) length(c *column) {
	epoch := s.column(s.epoch)
	if !names.IsPlanned(c.Name) || !s.long || epoch == nil || s.has(RolePlanned) {
		return
	}
	for i := range c.runs {
		if x, ok := c.runs[i].first.Float(); !ok || x < epoch.runs[i].last {
			return
		}
	}
	if c.role == RoleAxis {
		c.why += "; also the planned number of epochs"
		c.as = planned
		return
	}
	c.take(RolePlanned, "", "its name, and no run went further")
}

const (
	planned   = "planned epochs"
	measured  = "its name: "
	aDuration = "a duration"
)

// noSetting says why a column is no setting, by its type, its name and its values; "" when nothing speaks against it.
// The leak guard looks at what is left. Kept whole: it is the list of reasons, and their order decides.
func (s *survey) noSetting(c *column) string {
	values, runs := c.distinct()
	setting := prefixOf(c.Name) != ""
	switch {
	case c.List:
		return "a list in each run, and no metric or cost by its name"
	case runs == 0:
		return "always empty"
	case c.changes > 0:
		return fmt.Sprintf("changes within %d of %d runs", c.changes, s.runs)
	case values == 1:
		return "always " + firstValue(c).String() + where(runs, s.runs)
	case c.isGraph():
		return ""
	case c.Instant || isMoment(c, values):
		return "points in time"
	case setting && c.Kind == "text" && values == runs && runs >= 10 && (names.IsID(bare(c.Name)) ||
		names.IsNumbered(bare(c.Name))):
		return "a text that differs in every run: a label"
	case setting:
		return ""
	case names.IsMoment(c.Name) && c.Kind != "text" && c.Min > 1e8:
		return "points in time"
	case c.Unit != "" || c.Clock:
		return aDuration
	case names.IsSeed(c.Name) && s.has(RoleSeed):
		return "another seed: repeats of one configuration differ by it"
	case names.IsSplit(c.Name) && c.Kind == "text" && isSplit(c):
		return "says which rows are for training"
	case c.Kind == "text" && names.IsWhere(c.Name):
		return "says where a run lies, not what it is"
	case c.Kind == "text" && s.isPlace(c, values, runs):
		return "says where something lies, not what it is"
	case c.Kind == "text" && c.areHashes():
		return "hashes, which say nothing of what they name"
	case names.IsRepeatCount(c.Name) || names.IsCount(c.Name) && c.Whole && s.hasMeans():
		return "says of how many runs a row is the mean"
	case c.Kind == "text" && values == runs && runs > 2 && c.isProse():
		return "sentences that differ in every run: remarks"
	case c.Kind == "text" && values == runs && runs >= 10:
		return "a text that differs in every run: a label"
	case c.Kind == "text" && 10*values >= 9*runs && runs >= 10:
		return "a text that differs in nearly every run: a label"
	case c.isLabel() != "":
		return c.isLabel()
	case names.IsRow(c.Name) || names.IsID(c.Name) && 2*values > runs:
		return "its name, and it tells runs apart: an id"
	case values == runs && runs >= 10 && c.counts():
		return "counts the runs"
	case c.Whole && names.IsExample(c.Name) && values > 2:
		return "numbers the examples that rows were measured on"
	case c.Kind == "text" && names.IsOutcomeText(c.Name) && !names.IsUsualSetting(c.Name):
		return measured + "what came of the run"
	case c.Kind == "text" && names.IsMeasured(c.Name) && c.areAmounts():
		return measured + "known only after the start"
	case c.Kind == "text":
		return ""
	case names.IsTemperature(c.Name) && s.hasPower():
		return measured + "a temperature beside a power"
	case names.IsMean(c.Name) && !c.Whole && c.Kind != "boolean":
		return measured + "a mean of what happened in the run"
	case s.isBounded(c):
		return measured + "of an interval, whose other numbers stand beside it"
	case names.IsMeasured(ofBest.ReplaceAllString(c.Name, "")) || s.spreads(c):
		return measured + "known only after the start"
	case names.IsLimit(c.Name):
		return ""
	}
	if _, cost := names.CostOf(c.Name); cost && c.Kind != "boolean" {
		return measured + "a cost"
	}
	return ""
}

// ofBest is a beginning of settings that a search found: those of the row's run.
var ofBest = regexp.MustCompile(`(?i)^best_?(hyper)?_?(params?|parameters?|config(uration)?)[._/ :]+`)

// isBounded reports whether a number stands beside the lower and the upper end of its interval, or is such an end:
// beta, beta_lower, beta_upper.
func (s *survey) isBounded(c *column) bool {
	if c.Whole || c.Kind == "boolean" {
		return false
	}
	stem := strings.ToLower(boundWord.ReplaceAllString(c.Name, ""))
	ends := map[string]bool{}
	for _, d := range s.columns {
		m := boundWord.FindStringSubmatch(d.Name)
		if m != nil && strings.ToLower(boundWord.ReplaceAllString(d.Name, "")) == stem && d.Kind != "text" && !d.Whole {
			ends[strings.ToLower(m[1])[:1]] = true
		}
	}
	return len(ends) == 2
}

// boundWord is the end of a name of the end of an interval.
var boundWord = regexp.MustCompile(`(?i)[ _./-](?:ci|conf|bound)?_?(?:95|90|2\.?5|97\.?5)?_?(lower|upper|lo|hi|low|` +
	`high|lcl|ucl|lwr|upr)(?:_?(?:bound|ci|95|90))?$`)

// hasPower reports whether the table has a power that was measured.
func (s *survey) hasPower() bool {
	return slices.ContainsFunc(s.columns, func(c *column) bool {
		said, ok := names.CostOf(c.Name)
		return ok && said.Kind == names.Power && c.Kind != "text"
	})
}

// hasMeans reports whether the table has means of repetitions: two columns or more with their deviations, or one that
// is a metric's.
func (s *survey) hasMeans() bool {
	n := 0
	for _, c := range s.columns {
		if of, ok := names.IsSpread(c.Name); ok && c.Kind != "text" {
			if n++; names.Metric(of) != "" {
				return true
			}
		}
	}
	return n > 1
}

// areAmounts reports whether the texts are numbers with their unit: 11.54 GB.
func (c *column) areAmounts() bool {
	return len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v features.Value) bool {
		t, _ := v.Str()
		return !amount.MatchString(t)
	})
}

var amount = regexp.MustCompile(`^\s*[-+]?[0-9][0-9.,]*(e[-+]?[0-9]+)?\s*[a-zA-Z%/]{0,12}\s*$`)

// isProse reports whether the texts are sentences: most have six words or more.
func (c *column) isProse() bool {
	long, texts := 0, 0
	for i := range c.runs {
		if t, ok := c.runs[i].first.Str(); ok {
			texts++
			if len(strings.Fields(t)) >= 6 && !strings.ContainsAny(t, "[{=|") {
				long++
			}
		}
	}
	return texts > 0 && 2*long > texts
}

// isLabel says why a text is a label: most runs have their own.
func (c *column) isLabel() string {
	values, runs := c.distinct()
	if c.Kind != "text" || c.isGraph() || 2*values <= runs || values <= 30 {
		return ""
	}
	return fmt.Sprintf("a text with %d values in %d runs: a label", values, runs)
}

// spreads reports whether a column is the deviation of another one of the log: loss_std beside loss or loss_mean.
func (s *survey) spreads(c *column) bool {
	of, ok := names.IsSpread(c.Name)
	if !ok {
		return false
	}
	if names.IsMeasured(of) || names.Metric(of) != "" {
		return true
	}
	return slices.ContainsFunc(s.columns, func(d *column) bool {
		return d != c && strings.TrimRight(d.Name, "_ ./-") == of || strings.HasPrefix(d.Name, of) &&
			(strings.Contains(strings.ToLower(d.Name[len(of):]), "mean") || d != c && isOutcome(d))
	})
}

// isSplit reports whether the values are the names of parts of data.
func isSplit(c *column) bool {
	return !c.Many && !slices.ContainsFunc(c.Values, func(v features.Value) bool {
		t, _ := v.Str()
		switch strings.ToLower(t) {
		case "train", "training", "val", "valid", "validation", "test", "testing", "dev", "eval", "holdout", "none":
			return false
		}
		return true
	})
}

func where(runs, all int) string {
	if runs == all {
		return ""
	}
	return fmt.Sprintf(" where it is logged (%d of %d runs)", runs, all)
}

func firstValue(c *column) features.Value {
	for i := range c.runs {
		if v := c.runs[i].first; !v.IsMissing() {
			return v
		}
	}
	return features.Value{}
}

// counts reports whether the values are whole numbers without a hole, each once.
func (c *column) counts() bool {
	n := 0
	for i := range c.runs {
		if c.runs[i].n > 0 {
			n++
		}
	}
	return c.Whole && c.Max-c.Min == float64(n-1)
}

// isMoment reports whether numbers or texts are points in time: most differ, and all lie between 2001 and 2096 as
// seconds, milliseconds, microseconds or nanoseconds since 1970, or are written as dates.
func isMoment(c *column, values int) bool {
	if c.Kind == "text" {
		return values > 2 && !slices.ContainsFunc(c.Values, func(v features.Value) bool {
			t,
				_ := v.Str()
			return !isDate(t)
		})
	}
	for _, unit := range []float64{1, 1e3, 1e6, 1e9} {
		if c.Min >= 1e9*unit && c.Max <= 4e9*unit && values > 2 {
			return names.IsMoment(c.Name) || strings.Contains(strings.ToLower(c.Name), "time") || unit > 1
		}
	}
	return false
}

func isDate(t string) bool { return dated.MatchString(strings.TrimSpace(t)) }

// dated are dates with or without a time, as programs and folders write them: 2024-11-14T05:28:26Z,
// 2024_11_14-05_28_26, 20241114_052826, 11/14/2024 05:28:26.
var dated = regexp.MustCompile(`^((19|20)\d\d[-_/.]?(0[1-9]|1[0-2])[-_/.]?(0[1-9]|[12]\d|3[01])|` +
	`\d\d?[/.]\d\d?[/.](19|20)\d\d)([T _-]+[0-2]\d[-_:.]?[0-5]\d([-_:.]?[0-5]\d([.,]\d+)?)?)?( ?(Z|UTC|[-+]\d\d:?\d\d))?$`)

// short writes a number in few digits.
func short(x float64) string {
	if math.IsNaN(x) {
		return "none"
	}
	return fmt.Sprintf("%.4g", x)
}
