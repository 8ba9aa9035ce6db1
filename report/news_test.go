package report

import (
	"bytes"
	"strings"
	"testing"

	"eahas/trial/target"
)

// TestNewsInAllForms: the text, the page and the JSON say what is new; a name from a log is written as text.
func TestNewsInAllForms(t *testing.T) {
	r := Report{Title: "t", News: &News{Bundle: "may\x1b<b>", New: 60, Old: 540, Again: 3, Configs: 50, Known: 12,
		Space: []string{"gpu: new are h100 (in 20 trials)"}, Refused: 20, Compared: 40, ComparedConfigs: 30,
		HeldOut: "so",
		Drift: []Drift{{Target: target.EnergyTotal, Label: "Total energy", Unit: "J", Old: 400, New: 50,
			OldMedian: 1000,
			NewMedian: 2500, Distance: .6, P: 1e-9, Beyond: .2, Drifted: true}},
		Missed: []Missed{{Target: target.EnergyTotal, Label: "Total energy", Unit: "J", Asked: 40, Missed: 13,
			Configurations: 30, MissedConfigs: 10, P: 1e-5, More: true, Beside: 8, MissedBeside: 7,
			Worst: []MissedTrial{{ID: "a<i>", Config: "gpu=a40", Truth: 2000, Pred: 1000, Low: 900, High: 1100,
				Beside: true}}}}}}
	var text, page, js bytes.Buffer
	for _, err := range []error{Text(&text, r), HTML(&page, r), JSON(&js, r)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"What is new since may?<b>", "60 new trials of 50 configurations, 12 of them repeats",
		"3 runs of the new logs are old ones again", "gpu: new are h100", "Total energy drifted: median 1.00 kJ " +
			"before, 2.50 kJ now; 20.0 % of the new", "20 new trials lie outside of its space", "it missed 13 of 40 " +
			"new trials (32.5 %)", "7 of the 8 beside its training data", "more than the promised 5 % (10 of 30 " +
			"configurations, exact binomial test: p < .001)", "40 new trials that neither has seen: so", "2.00 kJ",
		"900 J to 1.10 kJ",
		"extrapolates"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("text lacks %q:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "\x1b") || strings.Contains(page.String(), "a<i>") ||
		!strings.Contains(page.String(), `href="#new"`) || !strings.Contains(page.String(), "a&lt;i&gt;") {
		t.Error("a name is not written as text, or the page has no such part")
	}
	if !strings.Contains(js.String(), `"missed_configurations": 10`) {
		t.Error("not in the JSON")
	}
}
