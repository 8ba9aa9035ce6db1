package report

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/internal/nullable"
	"eahas/trial/target"
)

// judged has a good curve and an energy that is worse than the mean.
func judged() Report {
	nan := math.NaN()
	row := func(t target.Target, metric string, x float64) eval.Row {
		return eval.Row{Variant: "trees", Target: t, Group: eval.GroupAll, Metric: metric, Value: x, CILow: nan,
			CIHigh: nan, N: 90}
	}
	return Report{Title: "t", Curve: Axis{Name: "accuracy", Unit: "%"}, Frozen: "trees",
		Variants: []Variant{{Name: "other", Baseline: true}, {Name: "trees"}},
		Rows: []eval.Row{row(target.Curve, eval.MetricRunRMSE, 3.21), row(target.Curve, eval.MetricPlaceR2, .9),
			row(target.Curve, eval.MetricPlaceTau, .82), row(target.EnergyTotal, eval.MetricLogR2, -.25),
			row(target.EnergyTotal, eval.MetricMAPE, .4), row(target.EnergyTotal, eval.MetricMedianAPE, .2)},
		Against: []eval.Diff{
			{Target: target.Curve, Metric: eval.MetricRunRMSE, A: "trivial: mean", B: "trees", ValueA: 12,
				Difference: -9, CILow: -10, CIHigh: -8},
			{Target: target.Curve, Metric: eval.MetricRunRMSE, A: "trivial: nearest run", B: "trees", ValueA: 3.3,
				Difference: -.1, CILow: -.2, CIHigh: .1},
			{Target: target.EnergyTotal, Metric: eval.MetricMAPE, A: "trivial: mean", B: "trees", ValueA: .3,
				Difference: .1, CILow: .05, CIHigh: .15}},
		Predictions: []PredictionSet{{Variant: "trees", Target: target.EnergyTotal, Unit: "J",
			Truth: nullable.Floats{1000, 2000, 4000}, Pred: nullable.Floats{1100, 2500, 4200}}},
	}
}

// The words say which surrogate, how wrong in units, what it beats, and what it is not for; all by hand from judged.
func TestVerdict(t *testing.T) {
	r := judged()
	var b bytes.Buffer
	r.textVerdict(&b)
	want := `
trees is the surrogate in this bundle. It is no better than guessing the mean for total energy. It is usable for learning curve.
  Learning curve (accuracy): off by 3.21 pt (root mean square over the epochs of a run); of two configurations it names the right one in 91 %.
    better than mean (12.0 pt); not surely better than nearest run (3.30 pt)
  Total energy: half of the answers are within 20.0 %, or 200 J of a typical 2.0 kJ; the mean error is 40.0 %.
    worse than mean (30.0 %)
  Not for:
  - Total energy: worse than the mean (R² of ln −0.250).
  - Configurations beside the training data: such answers say that they extrapolate, and nothing here tests them.
`
	want = strings.Replace(want, "learning curve.", "learning curve (accuracy).", 1)
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	var page bytes.Buffer
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{`<td class="n bad">−0.250<small class="bad">worse than the mean</small>`,
		`<strong class="bad">This is worse than the mean`, `<span class="bad">worse than mean (30.0 %)</span>`} {
		if !strings.Contains(page.String(), must) {
			t.Errorf("the page lacks %q", must)
		}
	}
}

// A reader is told where the log has too few configurations to choose by.
func TestFewConfigurations(t *testing.T) {
	for n, want := range map[int]bool{0: false, 13: true, 29: true, 30: false} {
		r := judged()
		r.Dataset.Groups = n
		told := slices.ContainsFunc(r.limits("trees"),
			func(s string) bool { return strings.Contains(s, "mostly luck") })
		if told != want {
			t.Errorf("%d configurations: told %v", n, told)
		}
	}
}

// Every line of the contents leads somewhere, in the order of the page, and every part of the page is in the contents.
func TestContents(t *testing.T) {
	r := sample(60)
	r.Worth = &Worth{Variant: r.Variants[0].Name, Best: Best{Trials: 3}}
	r.Explanation = oddReport([]float64{1, 2, 3}, "%").Explanation
	var page bytes.Buffer
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	at := 0
	links := regexp.MustCompile(`<li><a href="#([^"]+)">`).FindAllStringSubmatch(page.String(), -1)
	for _, l := range links {
		k := strings.Index(page.String(), `id="`+l[1]+`"`)
		if k < at {
			t.Errorf("#%s stands at %d, the one before at %d", l[1], k, at)
		}
		at = k
	}
	ids := regexp.MustCompile(`(?:section|div) id="([^"]+)"`).FindAllStringSubmatch(page.String(), -1)
	for _, id := range ids {
		if !slices.ContainsFunc(links, func(l []string) bool { return l[1] == id[1] }) {
			t.Errorf("#%s is not in the contents", id[1])
		}
	}
	if len(links) < 12 {
		t.Errorf("%d links", len(links))
	}
}

// A chart of one dot compares nothing.
func TestNoChartOfOneDot(t *testing.T) {
	r := sample(40)
	for _, f := range r.figures() {
		if strings.HasPrefix(f.ID, "variants-") && len(f.Panels) == 0 {
			t.Errorf("%s has no panel with %d variants", f.ID, len(r.Variants))
		}
	}
	r.Variants = r.Variants[:1]
	r.Rows = slices.DeleteFunc(r.Rows, func(row eval.Row) bool { return row.Variant != r.Variants[0].Name })
	for _, f := range r.figures() {
		if strings.HasPrefix(f.ID, "variants-") {
			t.Errorf("%s compares one variant", f.ID)
		}
	}
}
