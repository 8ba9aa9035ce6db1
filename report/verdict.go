package report

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/eval"
	"eahas/trial/target"
)

// verdict is what a tired reader needs: which surrogate, how wrong, better than what, not to be used for what.
type verdict struct {
	Head  string // one sentence
	Parts []verdictPart
	Not   []string // what it must not be used for
}

// verdictPart is one target's.
type verdictPart struct {
	Target, Wrong string
	Against       []rival
	Bad           string // why the answers are worth nothing; empty where they are not
}

// rival is what the chosen variant is compared with, answers that learn nothing and boosted trees, with one outcome.
type rival struct {
	Text string
	Bad  bool
}

// chosen is the variant that the report is about: the recommended one, or the frozen one, or the first that is there to
// be used; "" without variants.
func (r *Report) chosen() string {
	if r.Recommended != nil {
		return r.Recommended.Variant
	}
	if r.Frozen != "" {
		return r.Frozen
	}
	for _, v := range r.Variants {
		if !v.Trivial && !v.Baseline && v.FailureReason == "" {
			return v.Name
		}
	}
	if names := r.learntNames(); len(names) > 0 {
		return names[0]
	}
	return ""
}

// verdict says it in words; nil where nothing was scored.
func (r *Report) verdict() *verdict {
	if r.TrainedOn {
		return r.verdictOfTwo()
	}
	name := r.chosen()
	v := &verdict{}
	var good, bad []string
	for _, t := range r.targets() {
		part, ok := r.verdictOn(name, t)
		if !ok {
			continue
		}
		v.Parts = append(v.Parts, part)
		if part.Bad == "" {
			good = append(good, lowerFirst(t.label))
		} else {
			bad = append(bad, lowerFirst(t.label))
			v.Not = append(v.Not, t.label+": "+part.Bad+".")
		}
	}
	if len(v.Parts) == 0 {
		return nil
	}
	does := "is the surrogate that these figures are about"
	switch {
	case r.Recommended != nil:
		does = "is the surrogate to take"
	case r.Frozen != "":
		does = "is the surrogate in this bundle"
	}
	v.Head = name + " " + does + "."
	if len(bad) > 0 {
		v.Head += " It is no better than guessing the mean for " + strings.Join(bad, ", ") + "."
	}
	switch {
	case len(bad) > 0 && len(good) > 0:
		v.Head += " It is usable for " + strings.Join(good, ", ") + "."
	case len(bad) == 0 && r.beatsTrivial(name):
		v.Head += " It is better than every answer that learns nothing."
	}
	v.Not = append(v.Not, r.limits(name)...)
	return v
}

// beatsTrivial reports whether a variant surely beats every answer that learns nothing, for every target, and there is
// one.
func (r *Report) beatsTrivial(name string) bool {
	n := 0
	for _, d := range r.Against {
		if d.B == name && strings.HasPrefix(d.A, trivialPrefix) {
			if word, _ := rivalOf(d, r.target(d.Target)); word != better {
				return false
			}
			n++
		}
	}
	return n > 0
}

// lowerFirst begins a label inside a sentence.
func lowerFirst(s string) string { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] }

// variance are the metrics that are below zero for answers worse than the mean.
var variance = []string{eval.MetricPlaceR2, eval.MetricEndR2, eval.MetricR2, eval.MetricLogR2, eval.MetricAvgR2,
	eval.MetricFinalR2}

// worseThanMean reports whether a figure says that the mean would have been the better answer.
func worseThanMean(row eval.Row) bool { return row.Value < 0 && slices.Contains(variance, row.Metric) }

// verdictOn is the part of one target; false where the variant has no figure of it. Kept whole: the sentence is made in
// the order in which it is read.
func (r *Report) verdictOn(name string, t targetInfo) (verdictPart, bool) {
	part := verdictPart{Target: t.label}
	find := func(metric string) (eval.Row, bool) { return eval.Find(r.Rows, name, t.name, eval.GroupAll, metric) }
	var said []string
	if r.Targets.IsCurve(t.name) {
		for _, metric := range []string{eval.MetricRunRMSE, eval.MetricRMSE} {
			if row, ok := find(metric); ok {
				said = append(said, "off by "+metricText(metric, row.Value, t.unit)+
					" (root mean square over the epochs of a run)")
				break
			}
		}
	} else if row, ok := find(eval.MetricMedianAPE); ok {
		text := "half of the answers are within " + metricText(row.Metric, row.Value, t.unit)
		if off, typical := r.typicalError(name, t.name); typical > 0 {
			text += fmt.Sprintf(", or %s of a typical %s", quantity(off, t.unit, 2), quantity(typical, t.unit, 2))
		}
		if mean, ok := find(eval.MetricMAPE); ok {
			text += "; the mean error is " + metricText(mean.Metric, mean.Value, t.unit)
		}
		said = append(said, text)
	} else if row, ok := find(eval.MetricMAE); ok {
		said = append(said, "off by "+metricText(row.Metric, row.Value, t.unit)+" on average")
	}
	for _, metric := range []string{eval.MetricPlaceTau, eval.MetricTau, eval.MetricAvgTau} {
		if row, ok := find(metric); ok && !math.IsNaN(row.Value) {
			said = append(said, fmt.Sprintf("of two configurations it names the right one in %.0f %%",
				math.Floor(50*(1+row.Value)+1e-9)))
			break
		}
	}
	if len(said) == 0 {
		return part, false
	}
	part.Wrong = strings.Join(said, "; ")
	for _, metric := range variance {
		if row, ok := find(metric); ok && worseThanMean(row) && part.Bad == "" {
			part.Bad = "worse than the mean (" + metricLabel(metric) + " " + metricText(metric, row.Value, t.unit) + ")"
		}
	}
	for _, d := range r.Against {
		if d.B != name || d.Target != t.name {
			continue
		}
		word, text := rivalOf(d, t)
		if word != better && d.A == meanRow && part.Bad == "" {
			part.Bad = "not surely better than the mean of all runs"
		}
		if k := len(part.Against) - 1; k >= 0 && strings.HasPrefix(part.Against[k].Text, word) {
			part.Against[k].Text += ", " + text
		} else {
			part.Against = append(part.Against, rival{word + " " + text, word != better})
		}
	}
	return part, true
}

// meanRow is the name of the answer that everybody must beat.
const meanRow = trivialPrefix + "mean"

// trivialPrefix begins the names of the answers that learn nothing.
const trivialPrefix = "trivial: "

// referencePrefix begins the names of what is there to be compared with, of boosted trees.
const referencePrefix = "reference: "

// better is how the verdict begins what is beaten.
const better = "better than"

// rivalOf says whether variant B of a difference of errors beats A, and what A is.
func rivalOf(d eval.Diff, t targetInfo) (word, text string) {
	word = "not surely better than"
	switch {
	case d.CIHigh < 0 || math.IsNaN(d.CIHigh) && d.Difference < 0:
		word = better
	case d.CILow > 0 || math.IsNaN(d.CILow) && d.Difference > 0:
		word = "worse than"
	}
	name := strings.TrimPrefix(strings.TrimPrefix(d.A, trivialPrefix), referencePrefix)
	return word, name + " (" + metricText(d.Metric, d.ValueA, t.unit) + ")"
}

// typicalError is the median distance of a cost's prediction from the truth, and the median truth; zeros where they are
// not known.
func (r *Report) typicalError(name string, of target.Target) (off, typical float64) {
	for _, s := range r.Predictions {
		if s.Variant != name || s.Target != of || len(s.Truth) != len(s.Pred) {
			continue
		}
		var offs, truths []float64
		for i, y := range s.Truth {
			if d := math.Abs(s.Pred[i] - y); !math.IsNaN(d) && !math.IsInf(d, 0) {
				offs, truths = append(offs, d), append(truths, y)
			}
		}
		if len(offs) > 0 {
			slices.Sort(offs)
			slices.Sort(truths)
			return offs[len(offs)/2], truths[len(truths)/2]
		}
	}
	return 0, 0
}

// fewConfigurations is below how many no choice among variants is better than a guess (docs/decisions.md).
const fewConfigurations = 30

// limits are the uses that no figure of this report supports.
func (r *Report) limits(name string) []string {
	var out []string
	if r.Synthetic != "" {
		out = append(out, "Statements about real hardware or real trainings: the logs were simulated.")
	}
	if n := r.Dataset.Groups; n > 0 && n < fewConfigurations {
		out = append(out, fmt.Sprintf("Configurations unlike the %d that were logged: with fewer than %d, which "+
			"variant is best is mostly luck, and it can be further off than the mean of their group.", n,
			fewConfigurations))
	}
	if w := r.Worth; w != nil && w.Climb != nil && !math.IsNaN(w.Climb.ApartBest) {
		out = append(out, fmt.Sprintf("Choosing between good configurations whose predicted %s differs by less "+
			"than %s.",
			r.curveName(), quantity(w.Climb.ApartBest, errorUnit(r.Curve.Unit), 2)))
	}
	for _, c := range r.Calibration {
		if c.Variant != name || len(c.Levels) == 0 || !c.Repeats && !c.Chosen && r.anyChosen() {
			continue
		}
		of := "the held-out runs"
		if c.Repeats {
			of = repeated
		}
		if l := c.Levels[len(c.Levels)-1]; l.Observed < l.Level-.05 {
			out = append(out, fmt.Sprintf("Guarantees on %s: the %s intervals held %s of %s.",
				lowerFirst(r.target(c.Target).label), percent(l.Level), percent(l.Observed), of))
		}
	}
	return append(out, "Configurations beside the training data: such answers say that they extrapolate, and nothing "+
		"here tests them.")
}

func (r *Report) curveName() string {
	if r.Curve.Name != "" {
		return r.Curve.Name
	}
	return "value"
}

func (r *Report) textVerdict(b *bytes.Buffer) {
	v := r.verdict()
	if v == nil {
		return
	}
	fmt.Fprintf(b, "\n%s\n", plain(v.Head))
	for _, p := range v.Parts {
		fmt.Fprintf(b, "  %s: %s.\n", plain(p.Target), plain(p.Wrong))
		var rivals []string
		for _, one := range p.Against {
			rivals = append(rivals, one.Text)
		}
		if len(rivals) > 0 {
			fmt.Fprintf(b, "    %s\n", plain(strings.Join(rivals, "; ")))
		}
	}
	fmt.Fprintf(b, "  Not for:\n")
	for _, n := range v.Not {
		fmt.Fprintf(b, "  - %s\n", plain(n))
	}
}
