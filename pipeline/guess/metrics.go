package guess

import (
	"fmt"
	"regexp"
	"strings"

	"eahas/trial/names"
)

// metric is a metric that was recognised.
type metric struct {
	*column
	kind, unit string
	split      names.Split
}

func namesOf(found []metric) (out []string) {
	for _, m := range found {
		out = append(out, m.Name)
	}
	return out
}

// assignMetric chooses the metric to learn: by epoch where there is one, else one of the whole run. Validation before
// test before training, accuracy before error before score before loss; the others are results.
func (s *survey) assignMetric() {
	var found []metric
	for _, c := range s.free() {
		if m, ok := s.metric(c); ok {
			found = append(found, m)
		}
	}
	best, most := -1, 0
	for i := range found {
		found[i].split = names.SplitAmong(found[i].Name, namesOf(found))
		most = max(most, found[i].numbers())
	}
	rank := func(m metric) int {
		same := !s.series(m.column) && m.numbers() > 2 && m.Min == m.Max
		if same || 4*m.numbers() < most { // hardly a run has it
			return m.rank(s) + 200
		}
		return m.rank(s)
	}
	for i, m := range found {
		if best < 0 || rank(m) < rank(found[best]) {
			best = i
		}
	}
	for i, m := range found {
		if i != best {
			also := ""
			if s.series(m.column) && s.series(found[best].column) {
				also = "; targets learn it, too: {name: NAME, column: " + m.Name + ", per: curve, direction: " +
					"lower or higher}"
			}
			m.take(RoleResult, m.words(), "another metric: %s is learnt; name this one in its place if it is the one%s",
				found[best].Name, also)
			continue
		}
		role, how := RoleCurve, "changes from epoch to epoch"
		if !s.series(m.column) {
			role, how = RoleFinal, "one number a run"
		}
		m.take(role, m.words(), "%s; %s", how, m.grounds())
	}
}

// series reports whether the column has a number an epoch.
func (s *survey) series(c *column) bool {
	return c.Kind != "text" && (c.List || s.long && c.changes > 0)
}

// metric tells whether a column is a metric, and its kind and unit by name and values.
func (s *survey) metric(c *column) (metric, bool) {
	m := metric{column: c, kind: names.Metric(c.Name), unit: "raw"}
	if c.Kind == "text" || c.Instant || c.Unit != "" || isEpochs(c.Name) || prefixOf(c.Name) != "" || c.bits() {
		return m, false
	}
	if m.kind == "" && (names.IsObjective(c.Name) && !s.ofSwept(c) ||
		c.List && strings.Contains(strings.ToLower(c.Name), "metric") || s.hasBareMean(c)) {
		m.kind = "score"
	}
	if m.kind == "" || c.Kind == "boolean" {
		return m, false
	}
	if _, spread := names.IsSpread(c.Name); spread {
		c.take(RoleResult, m.kind, "how much a metric varies")
		return m, false
	}
	m.settleUnit()
	return m, true
}

// sweptName are columns that say which setting a row of a sweep differs in; a column value beside one is that
// setting's.
var sweptName = regexp.MustCompile(`(?i)^(sweep|swept|sweep_?(name|param|parameter|type|axis)|(swept_?|varied_?|` +
	`changed_?)?(hyper_?)?param(eter)?(_?name)?|knob|factor|ablation|axis|varied|setting)$`)

// ofSwept reports whether a column called value holds what another column's setting was set to: sweep, value, loss.
// Then a metric of another name stands beside it.
func (s *survey) ofSwept(c *column) bool {
	if !strings.HasSuffix(strings.ToLower(c.Name), "value") {
		return false
	}
	swept, metric := false, false
	for _, d := range s.columns {
		swept = swept || d.Kind == "text" && !d.Many && len(d.Values) > 1 && sweptName.MatchString(d.Name)
		metric = metric || d != c && d.Kind != "text" && names.Metric(d.Name) != ""
	}
	return swept && metric
}

// settleUnit tells the unit of an accuracy or an error by its values; one that is no share of anything is a score, or a
// loss.
func (m *metric) settleUnit() {
	if m.kind != "accuracy" && m.kind != "error" {
		return
	}
	switch {
	case m.Suffix == "%":
		m.unit = "percent"
	case m.Min >= 0 && m.Max <= 1:
		m.unit = "fraction"
	case m.Min >= 0 && m.Max <= 100:
		m.unit = "percent"
	case m.kind == "error":
		m.kind = "loss"
	default:
		m.kind = "score"
	}
}

// words says what the metric is.
func (m metric) words() string {
	if m.unit == "raw" {
		return m.kind
	}
	return m.kind + ", " + m.unit
}

// grounds says why it is that.
func (m metric) grounds() string {
	t := fmt.Sprintf("values %s to %s", short(m.Min), short(m.Max))
	if m.kind == "score" && names.Metric(m.Name) == "" {
		t += "; taken for a score of which more is better: say higher_is_better: false if less is"
	}
	if m.NaNs > 0 {
		t += fmt.Sprintf("; %d are NaN or infinite: nonfinite may be reject, hold, cap or drop", m.NaNs)
	}
	return t
}

// rank orders metrics, the one to learn first.
func (m metric) rank(s *survey) int {
	r := names.Rank(m.kind, m.split, m.Name)
	if !s.series(m.column) {
		r += 100
	}
	return r
}

// bits reports whether a precision is that of the arithmetic: 16, 32.
func (c *column) bits() bool {
	return c.Whole && c.Min >= 4 && c.Max <= 128 && !c.Many && strings.Contains(strings.ToLower(c.Name), "precision")
}
