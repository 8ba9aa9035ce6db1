package report

import (
	"bytes"
	"fmt"
)

// Worth says how far the optimum of a search on a surrogate can be trusted. Values are in the curve's unit.
type Worth struct {
	Variant string `json:"variant"`
	Unknown string `json:"unknown,omitempty"` // why nothing was climbed
	Climb   *Climb `json:"climb,omitempty"`   // nil where nothing was climbed
	Best    Best   `json:"best_decile"`
}

// Climb is what climbs of a surrogate without one fold found, and what a judge, trained on that fold alone, says of it:
// medians over the climbs.
type Climb struct {
	Found        float64 `json:"found"`
	Judged       float64 `json:"judged"`
	Config       string  `json:"config"` // of the median
	Climbs       int     `json:"climbs"`
	Extrapolates int     `json:"extrapolates"`     // climbs that ended beside the training data
	Apart        float64 `json:"apart"`            // mean distance of surrogate and judge over random configurations
	ApartBest    float64 `json:"apart_best_tenth"` // over the tenth that the surrogate likes best

	Bundle *AtOptimum `json:"bundle,omitempty"` // nil where the bundle does not know how sure it is
}

// AtOptimum is what the bundle itself, trained on all folds, says of the optimum.
type AtOptimum struct {
	Value float64 `json:"value"`
	Level float64 `json:"level"` // probability of the interval
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Best is the tenth of the held-out trials that the surrogate likes best.
type Best struct {
	Trials    int     `json:"trials"`
	Predicted float64 `json:"predicted"` // mean last value
	True      float64 `json:"true"`
	MAE       float64 `json:"mae"`
}

func (r *Report) textWorth(b *bytes.Buffer) {
	lines := r.worthText()
	if len(lines) == 0 {
		return
	}
	heading(b, "What a search would find, and what it is worth")
	for _, l := range lines {
		fmt.Fprintf(b, "  %s\n", plain(l))
	}
}

// worthText says it in words, a line for each part.
func (r *Report) worthText() []string {
	w := r.Worth
	if w == nil {
		return nil
	}
	value := func(x float64) string { return quantity(x, r.Curve.Unit, 3) }
	apart := func(x float64) string { return quantity(x, errorUnit(r.Curve.Unit), 3) }
	var out []string
	if w.Unknown != "" {
		out = append(out, "Not known for "+w.Variant+": "+w.Unknown+".")
	}
	if c := w.Climb; c != nil {
		out = append(out, fmt.Sprintf("A search on %s finds %s %s; the same regression trained on other trials says "+
			"%s (medians of %d climbs).",
			w.Variant, r.Curve.Name, value(c.Found), value(c.Judged), c.Climbs))
		out = append(out, fmt.Sprintf("The two lie %s apart on random configurations, %s on the best tenth: smaller "+
			"differences are not to be believed.",
			apart(c.Apart), apart(c.ApartBest)))
		out = append(out, c.sureText(value)...)
		if c.Extrapolates > 0 {
			out = append(out, fmt.Sprintf("%d of the climbs ended beside the training data.", c.Extrapolates))
		}
	}
	if b := w.Best; b.Trials > 0 {
		out = append(out, fmt.Sprintf("Held-out trials that it likes best (%s, a tenth): predicted %s, true %s on "+
			"average, %s off.",
			thousands(b.Trials), value(b.Predicted), value(b.True), apart(b.MAE)))
	}
	return out
}

// sureText says how sure the bundle is of the optimum, and whether the judge agrees.
func (c *Climb) sureText(value func(float64) string) []string {
	b := c.Bundle
	if b == nil {
		return nil
	}
	judge := "the judge's value lies inside"
	if c.Judged < b.Low || c.Judged > b.High {
		judge = "the judge's value lies outside, so do not trust the interval there"
	}
	return []string{fmt.Sprintf("The bundle says %s for that configuration, and %s to %s with %.3g %%: %s.",
		value(b.Value), value(b.Low), value(b.High), 100*b.Level, judge)}
}
