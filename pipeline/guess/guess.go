package guess

import (
	"regexp"
	"slices"
	"strings"

	"eahas/trial"
	"eahas/trial/arrowio"
)

// guess is a mapping made from what a log's columns look like, with a remark on each guessed key.
type guess struct {
	mapping trial.Mapping
	remarks map[string]string // key -> remark
}

// words that give a column away, by the beginning or end of a word inside its name.
var (
	idWords     = regexp.MustCompile(`(?i)^(trial|run|job|exp|experiment)?_?(id|name|hash|uuid)$`)
	groupWords  = regexp.MustCompile(`(?i)^(group|config|configuration)_?(id|hash)?$`)
	foldWords   = regexp.MustCompile(`(?i)^(cv_?)?fold$`)
	seedWords   = regexp.MustCompile(`(?i)^(seed|random_?state|run|repeat|repetition)$`)
	epochWords  = regexp.MustCompile(`(?i)^(epoch|epochs|step|iteration)$`)
	curveWords  = regexp.MustCompile(`(?i)(acc|accuracy|top1|top_1|err|error|loss|score|auc|f1|map|metric)`)
	energyWords = regexp.MustCompile(`(?i)(energy|joule|kwh|\bwh\b|consumption)`)
	timeWords   = regexp.MustCompile(`(?i)(duration|elapsed|runtime|wall|seconds|hours|epoch_time|time_epoch|time_s|\btime\b)`)
	powerWords  = regexp.MustCompile(`(?i)(watt|power)`)
)

// guessMapping looks at the columns of a log. What it cannot tell it leaves out; the user edits the result.
func guessMapping(path string, columns []arrowio.ColumnInfo) guess {
	g := guess{mapping: trial.Mapping{Path: trial.Strings{path}, Layout: trial.Wide, Params: trial.Columns{}}, remarks: map[string]string{}}
	has := func(prefix string) bool {
		return slices.ContainsFunc(columns, func(c arrowio.ColumnInfo) bool { return strings.HasPrefix(c.Name, prefix) })
	}
	if has("cfg.") && (has("test_ema_epoch.") || has("cons.")) {
		g.mapping = trial.Mapping{Path: trial.Strings{path}, Layout: trial.Pycls}
		g.remarks["layout"] = "the columns are those of a pycls sweep"
		return g
	}
	lists := slices.ContainsFunc(columns, func(c arrowio.ColumnInfo) bool { return c.List })
	if !lists && slices.ContainsFunc(columns, func(c arrowio.ColumnInfo) bool { return epochWords.MatchString(c.Name) }) {
		g.mapping.Layout = trial.Long
		g.remarks["layout"] = "no list columns, and a column that counts epochs"
	}
	for _, c := range columns {
		g.column(c)
	}
	return g
}

// column gives one column the first role that fits and is still free.
func (g *guess) column(c arrowio.ColumnInfo) {
	m := &g.mapping
	perRow := c.Many || int64(len(c.Values)) == c.Rows && c.Rows > 1
	switch {
	case c.NotRead != "":
	case c.Name == "" || !c.List && c.Kind == "text" && m.ID == "" && perRow && idWords.MatchString(c.Name):
		m.ID = c.Name
	case !c.List && len(m.Group) == 0 && groupWords.MatchString(c.Name):
		m.Group = trial.Strings{c.Name}
	case !c.List && m.Fold == "" && c.Whole && foldWords.MatchString(c.Name):
		m.Fold = c.Name
	case !c.List && m.Seed == "" && seedWords.MatchString(c.Name):
		m.Seed = c.Name
	case g.isEpochs(c):
	case g.isCurve(c), g.isEnergy(c), g.isTime(c), g.isPower(c):
	case !c.List && !(c.Kind == "text" && perRow):
		m.Params[c.Name] = c.Name
	}
}

// series reports whether the column holds a number an epoch in this layout.
func (g *guess) series(c arrowio.ColumnInfo) bool {
	return c.Kind != "text" && (c.List || g.mapping.Layout == trial.Long)
}

func (g *guess) isEpochs(c arrowio.ColumnInfo) bool {
	if !epochWords.MatchString(c.Name) || !g.series(c) {
		return false
	}
	if g.mapping.Curve == nil {
		g.mapping.Curve = &trial.CurveColumn{}
	}
	g.mapping.Curve.Epochs.Column = c.Name
	return true
}

func (g *guess) isCurve(c arrowio.ColumnInfo) bool {
	if !g.series(c) || !curveWords.MatchString(c.Name) || energyWords.MatchString(c.Name) {
		return false
	}
	cur := g.mapping.Curve
	if cur == nil {
		cur = &trial.CurveColumn{}
		g.mapping.Curve = cur
	}
	name := strings.ToLower(c.Name)
	if cur.Column != "" {
		held := strings.Contains(name, "test") || strings.Contains(name, "val")
		already := strings.Contains(strings.ToLower(cur.Column), "test") || strings.Contains(strings.ToLower(cur.Column), "val")
		if !held || already {
			g.remarks["curve"] += "; also a curve: " + c.Name
			return true
		}
		g.remarks["curve"] += "; also a curve: " + cur.Column
	}
	cur.Column, cur.Unit = c.Name, "percent"
	switch {
	case strings.Contains(name, "loss"):
		cur.Kind, cur.Unit = "loss", ""
	case strings.Contains(name, "err"):
		cur.Kind = "error"
	default:
		cur.Kind = "accuracy"
	}
	if cur.Unit == "percent" && c.Max <= 1 {
		cur.Unit = "fraction"
	}
	if c.NaNs > 0 {
		cur.Nonfinite = "hold"
		g.remarks["nonfinite"] = "the column holds NaN or infinite values: reject, hold, cap or drop"
	}
	return true
}
