package report

import (
	"bytes"
	"strings"
	"testing"
)

// TestWorthInAllForms: the text, the page and the JSON say what a search would find; a name cannot move the cursor.
func TestWorthInAllForms(t *testing.T) {
	r := Report{Title: "t", Curve: Axis{Name: "top1_err", Unit: "%"}, Worth: &Worth{Variant: "a\x1b<b>",
		Climb: &Climb{Found: 3.93, Judged: 10.2, Config: "lr=1", Climbs: 5, Extrapolates: 2, Apart: 5.2,
			ApartBest: 2.2, Bundle: &AtOptimum{Value: 4.5, Level: .95, Low: 3.5, High: 8}},
		Best: Best{Trials: 122, Predicted: 10.7, True: 10.6, MAE: 1.17}}}
	var text, page, js bytes.Buffer
	for _, err := range []error{Text(&text, r), HTML(&page, r), JSON(&js, r)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"What a search would find, and what it is worth", "finds top1_err 3.93 %",
		"says 10.2 %", "5.20 pt apart", "bundle says 4.50 % for that configuration, and 3.50 % to 8.00 % with 95 %",
		"outside, so do not trust",
		"2 of the climbs ended beside", "predicted 10.7 %, true 10.6 % on average, 1.17 pt off"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("text lacks %q:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "\x1b") || strings.Contains(page.String(), "<b>;") ||
		!strings.Contains(page.String(), "&lt;b&gt; finds top1_err 3.93 %") {
		t.Error("a name is not written as text")
	}
	if !strings.Contains(js.String(), `"search"`) || !strings.Contains(js.String(), `"judged"`) {
		t.Error("not in the JSON")
	}
	r.Worth = &Worth{Variant: "v", Unknown: "a judge needs 40 learning curves"}
	text.Reset()
	if err := Text(&text, r); err != nil || !strings.Contains(text.String(),
		"Not known for v: a judge needs 40 learning curves.") {
		t.Errorf("%v\n%s", err, text.String())
	}
	r.Worth = nil
	page.Reset()
	if err := HTML(&page, r); err != nil || strings.Contains(page.String(), "search find") {
		t.Errorf("a report without a climb: %v", err)
	}
}
