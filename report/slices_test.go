package report

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/trial/target"
)

func TestPartsGoByTheirNumbers(t *testing.T) {
	for _, c := range [][2]string{
		{"64 to 127,8 to 15,128 to 255", "8 to 15,64 to 127,128 to 255"},
		{"0.1,0.01,1", "0.01,0.1,1"},
		{"2: to 5,1: lowest,10: above", "1: lowest,2: to 5,10: above"},
		{"sgd,adam", "sgd,adam"}, // words keep their order
		{"3,adam,1", "3,adam,1"},
	} {
		var rows []eval.Row
		for _, g := range append(strings.Split(c[0], ","), strings.Split(c[0], ",")[0]) {
			rows = append(rows, eval.Row{Target: "t", Group: g}, eval.Row{Target: "other", Group: "0"})
		}
		if got := parts(rows, "t"); !slices.Equal(got, strings.Split(c[1], ",")) {
			t.Errorf("%s: %q", c[0], got)
		}
	}
}

// The best of each part stands out, in text and page; parts of few trials are set back; a cut of one part is left out.
func TestSlices(t *testing.T) {
	r := Report{Variants: []Variant{{Name: "a"}, {Name: "b"}}}
	add := func(variant, part string, value float64, n int) {
		r.Rows = append(r.Rows, eval.Row{Variant: variant, Target: target.EnergyTotal, Group: eval.GroupAll,
			Metric: eval.MetricMAPE, Value: value, N: n})
		r.Slices[0].Rows = append(r.Slices[0].Rows, eval.Row{Variant: variant, Target: target.EnergyTotal, Group: part,
			Metric: eval.MetricMAPE, Value: value, N: n})
	}
	r.Slices = []Slice{{By: "kind"}, {By: "whole", Rows: []eval.Row{{Variant: "a", Target: target.EnergyTotal,
		Group: "one", Metric: eval.MetricMAPE, Value: .3, N: 90}}}}
	add("a", "large", .11, 20)
	add("a", "small", .22, 19)
	add("b", "large", .12, 20)
	add("b", "small", math.NaN(), 19)
	var text, page bytes.Buffer
	if err := SlicesText(&text, r); err != nil {
		t.Fatal(err)
	}
	if want := `
Total energy, by kind
---------------------
  kind      n  variant     MAPE
  large    20  a        *11.0 %
               b         12.0 %
  (small)  19  a         22.0 %
               b              –

  * best of its part. In brackets: fewer than 20 trials.
`; text.String() != want {
		t.Errorf("got\n%s\nwant\n%s", text.String(), want)
	}
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(page.String(), `<div id="slices" class="inside">`)
	section, _, _ = strings.Cut(section, "<h2>What was compared")
	for what, want := range map[string]int{
		`<details class="cut" open>`: 1, `<summary>By whole`: 0, `class="dot s0"`: 1, `class="dot s1"`: 1,
		`class="dot s0 few"`: 1, `class="dot s1 few"`: 0,
		`class="value best s0"`: 1, `class="value best`: 1, `class="value few"`: 1, `<tbody class="few">`: 1,
		`class="n best">11.0 %`: 1, `class="n best"`: 1,
	} {
		if got := strings.Count(section, what); got != want {
			t.Errorf("%q stands %d times in the section, want %d", what, got, want)
		}
	}
	if found := regexp.MustCompile(`(cx|cy|x1|y1)="[^"]*(NaN|Inf)`).FindString(section); found != "" {
		t.Errorf("the section holds %s", found)
	}
}

// TestSlicesHaveTheHeadsColumns: impossible answers in one part alone leave all parts of the table with their column.
func TestSlicesHaveTheHeadsColumns(t *testing.T) {
	for _, wrong := range []string{"large", "small"} {
		r := Report{Variants: []Variant{{Name: "a"}}, Slices: []Slice{{By: "kind"}}}
		r.Rows = []eval.Row{{Variant: "a", Target: target.EnergyTotal, Group: eval.GroupAll, Metric: eval.MetricMAPE}}
		for _, part := range []string{"large", "small"} {
			impossible := eval.Row{Variant: "a", Target: target.EnergyTotal, Group: part,
				Metric: eval.MetricImpossible, N: 20}
			mape := impossible
			mape.Metric, mape.Value = eval.MetricMAPE, .1
			if part == wrong {
				impossible.Value = .5
			}
			r.Slices[0].Rows = append(r.Slices[0].Rows, mape, impossible)
		}
		tables := r.sliceTables(r.Slices[0])
		page := r.sliceTarget(&tables[0])
		for _, p := range page.Parts {
			if n := len(p.Rows[0].Cells); n != 2 || len(page.Metrics) != n {
				t.Errorf("%s is wrong: part %s has %d cells under %d heads", wrong, p.Name, n, len(page.Metrics))
			}
		}
	}
}

func TestDifferencesHaveUnits(t *testing.T) {
	for _, c := range []struct {
		metric    string
		low, high float64
		unit      string
		want      string
	}{
		{eval.MetricMAPE, -.0087, .00209, "J", "−0.870…0.209 %"},
		{eval.MetricRMSE, -3244, 1556, "J", "−3.24…1.56 kJ"},
		{eval.MetricRMSE, -12, 1556, "J", "−12.0 J…1.56 kJ"},
		{eval.MetricRMSE, .735, 1.34, "%", "0.735…1.34 pt"},
		{eval.MetricLogR2, -.0000849, .000455, "J", "−0.000085…0.00046"}, // no exponents
		{eval.MetricTau, math.NaN(), math.NaN(), "", "–…–"},
		{eval.MetricMAPE, math.NaN(), math.NaN(), "", "–…–"},
		{eval.MetricTau, 0, .25, "", "0…0.25"},
	} {
		if got := rangeText(c.metric, c.low, c.high, c.unit, "…"); got != c.want {
			t.Errorf("%s %g to %g %s: %q, want %q", c.metric, c.low, c.high, c.unit, got, c.want)
		}
	}
}
