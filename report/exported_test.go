package report

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"eahas/eval"
)

// Other pages of the program use the words and the style of this one.
func TestWhatOtherPagesUse(t *testing.T) {
	t.Parallel()
	if !strings.Contains(Style(), "{") || Style() != pageStyle {
		t.Error("no style sheet")
	}
	for got, want := range map[string]string{Significant(12.3456, 3): "12.3", Significant(0.000123456, 2): "0.00012",
		Quantity(1234, "J", 3): "1.23 kJ", Quantity(180, "s", 2): "3.0 min", Quantity(90, "s", 2): "90 s"} {
		if got != want {
			t.Errorf("%q, wanted %q", got, want)
		}
	}
	if got := (Count{What: "clipped", Count: 12345}).Text(); !strings.HasSuffix(got, " × clipped") ||
		!strings.HasPrefix(got, "12") || len(got) == len(" × clipped") {
		t.Errorf("%q", got)
	}
}

// The last point of each curve, and none of a curve without points.
func TestFinalPredictions(t *testing.T) {
	t.Parallel()
	got := FinalPredictions("a", "percent", eval.CurveData{Trials: []eval.CurveTrial{
		{ID: "x", Group: "g", Epochs: []float64{1, 2}, Truth: []float64{10, 20}, Pred: []float64{11, 22}},
		{ID: "empty", Group: "g"},
		{ID: "y", Group: "h", Epochs: []float64{1}, Truth: []float64{30}, Pred: []float64{33}}}})
	if got.Variant != "a" || got.Unit != "percent" || !reflect.DeepEqual(got.IDs, []string{"x", "y"}) ||
		!reflect.DeepEqual(got.Groups, []string{"g", "h"}) || !slices.Equal(got.Truth, []float64{20, 30}) ||
		!slices.Equal(got.Pred, []float64{22, 33}) {
		t.Errorf("%+v", got)
	}
}
