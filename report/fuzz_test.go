package report

import (
	"bytes"
	"encoding/binary"
	"math"
	"regexp"
	"testing"

	"eahas/eval"
	"eahas/internal/nullable"
	"eahas/trial/target"
)

// oddReport makes a report of any numbers: they become truths, predictions, curves, bands and figures, in turn.
func oddReport(xs []float64, unit string) Report {
	at := 0
	next := func() float64 {
		if len(xs) == 0 {
			return math.NaN()
		}
		at++
		return xs[at%len(xs)]
	}
	some := func() nullable.Floats {
		var out nullable.Floats
		for range max(1, len(xs)) {
			out = append(out, next())
		}
		return out
	}
	r := Report{Curve: Axis{Unit: unit, Logarithmic: len(xs)%2 == 1}, Frozen: "a", Variants: []Variant{{Name: "a"}}}
	for _, t := range []target.Target{target.Curve, target.EnergyTotal, target.TimeTotal} {
		for _, m := range []string{eval.MetricRunRMSE, eval.MetricPlaceR2, eval.MetricMAPE, eval.MetricMedianAPE} {
			for _, v := range []string{"a", "b"} {
				r.Rows = append(r.Rows, eval.Row{Variant: v, Target: t, Group: eval.GroupAll, Metric: m, Value: next(),
					CILow: next(), CIHigh: next()})
			}
		}
		r.Predictions = append(r.Predictions, PredictionSet{Variant: "a", Target: t, Unit: t.Unit(), Truth: some(),
			Pred: some()})
		r.Calibration = append(r.Calibration, Calibration{Variant: "a", Target: t, Unit: t.Unit(),
			Levels: []eval.Coverage{{Level: .8, Observed: next(), Width: next(), Score: next()}}})
		r.Against = append(r.Against, eval.Diff{Target: t, A: meanRow, B: "a", Metric: eval.MetricMAPE, ValueA: next(),
			Difference: next(), CILow: next(), CIHigh: next()})
	}
	r.Examples = []Example{{ID: "x", Why: "best", Epochs: some(), Truth: some(),
		Pred: []VariantCurve{{Variant: "a", Values: some(), Low: some(), High: some(), Level: .8}}}}
	for _, x := range r.Examples[0].Epochs {
		r.ByEpoch = append(r.ByEpoch, EpochSeries{"a", []eval.EpochMetrics{{Group: "g", Epoch: x, RMSE: next()},
			{Group: "g", Epoch: next(), RMSE: next()}}})
	}
	energy := Explained{Target: target.EnergyTotal, Label: "energy", Unit: "J", Log: true}
	r.Explanation = &Explanation{Variant: "a", Rows: 3, Repeats: 2, Drawn: 9, Inside: 3,
		Importance: []TargetImportance{{energy, next(), []AxisImportance{{"lr", next(), next(), 0},
			{"w", next(), next(), 1}}}},
		Dependence: []AxisDependence{{Axis: "lr", Log: true, Values: []string{"1", "2"},
			At: nullable.Floats{next(), next()},
			Targets: []TargetDependence{{energy, nullable.Floats{next(), next()}, nullable.Floats{next(), next()},
				nullable.Floats{next(), next()}, []int{1, 2}}}},
			{Axis: "opt", Values: []string{"a", "b"}, Targets: []TargetDependence{{energy,
				nullable.Floats{next(), next()},
				nullable.Floats{next(), next()}, nullable.Floats{next(), next()}, []int{1, 2}}}}},
		Front: &Front{Cost: energy, Value: Explained{Label: "error", Unit: unit},
			Logged: []FrontPoint{{"x", next(), next(), true}, {"y", next(), next(), true}}, Predicted: []FrontPoint{
				{"z", next(), next(), true}}},
		Best:     []Found{{"lr=1", next(), next(), true}},
		Coverage: []AxisCoverage{{Axis: "lr", Tried: 2, Share: next()}}}
	return r
}

// FuzzReport draws a report of any eight-byte numbers: in bounded size, and without a coordinate that is no number.
func FuzzReport(f *testing.F) {
	bytesOf := func(xs ...float64) (b []byte) {
		for _, x := range xs {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
		return b
	}
	inf, nan := math.Inf(1), math.NaN()
	for _, xs := range [][]float64{nil, {1}, {0, 0, 0}, {7, 7, 7, 7}, {inf, -inf, nan}, {1, math.Nextafter(1, 2)},
		{1e300, 1e-300, -1e300}, {1, 2, 2, 2, 1}, {math.MaxFloat64, -math.MaxFloat64}, {5e-324, 1e-323},
		{1e15, 1e15 + .125}, {3600, 7200, 5}, {.001, .01, 86400}} {
		for _, unit := range []string{"%", "", "s"} {
			f.Add(bytesOf(xs...), unit)
		}
	}
	odd := regexp.MustCompile(`(cx|cy|x1|y1|x2|y2|x|y|d)="[^"]*(NaN|Inf)`)
	f.Fuzz(func(t *testing.T, b []byte, unit string) {
		var xs []float64
		for ; len(b) >= 8 && len(xs) < 40; b = b[8:] {
			xs = append(xs, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		r := oddReport(xs, unit)
		var page, text bytes.Buffer
		if err := HTML(&page, r); err != nil {
			t.Fatal(err)
		}
		if err := Text(&text, r); err != nil {
			t.Fatal(err)
		}
		if found := odd.FindString(page.String()); found != "" {
			t.Errorf("%v: the page holds %s", xs, found)
		}
		if page.Len() > 1e6 || text.Len() > 1e5 {
			t.Errorf("%v: %d bytes of page, %d of text", xs, page.Len(), text.Len())
		}
	})
}
