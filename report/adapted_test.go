package report

import (
	"bytes"
	"strings"
	"testing"

	"eahas/trial/target"
)

// TestAdaptedInAllForms: the text, the page and the JSON say what a category is answered from.
func TestAdaptedInAllForms(t *testing.T) {
	r := Report{Title: "t", Adapted: []Adapted{{Bundle: "old", Axis: "gpu", Category: "h<b>100", Runs: 12,
		Lines: []string{"Space: wider."}, Targets: []AdaptedTarget{{Target: target.EnergyTotal, Label: "Total energy",
			Log: true, Runs: 12, Before: 1.5, After: 0.06, LeftOut: 0.04, Factor: 0.4, Wider: 1.5,
			Weights: map[string]float64{"v100": 0.75, "a40": 0.25}}}}}}
	var text, page, js bytes.Buffer
	for _, err := range []error{Text(&text, r), HTML(&page, r), JSON(&js, r)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"Adapted to h<b>100", "gpu = h<b>100, from 12 runs", "within 6.00 %; by the mean " +
		"of the known categories within 150 %", "within 4.00 %", "a40 0.25, v100 0.75, times 0.400",
		"1.5 times as wide",
		"Space: wider."} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("text lacks %q:\n%s", want, text.String())
		}
	}
	if !strings.Contains(page.String(), "gpu = h&lt;b&gt;100, from 12 runs") || strings.Contains(page.String(),
		"h<b>") {
		t.Error("the page does not say it, or not as text")
	}
	if !strings.Contains(js.String(), `"error_left_out": 0.06`) {
		t.Error("not in the JSON")
	}
}
