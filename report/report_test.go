package report

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/internal/nullable"
	"eahas/trial/target"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// sample builds a complete report: n trials of three problems, two variants and a baseline, curves in percent, energies
// over four orders of magnitude.
func sample(n int) Report {
	rng := rand.New(rand.NewPCG(1, 1))
	variants := []string{"bezier+gbdt", "svd+gbdt", "golearn-baseline"}
	noise := []float64{2, 3, 8}
	curves := make([]eval.CurveData, len(variants))
	costs := make([]eval.CostData, len(variants))
	floor := eval.CurveData{High: 100}
	var ids []string
	var lastTop, lastRate [3]float64 // of each problem
	for i := range n {
		id := fmt.Sprintf("trial-%04d", i)
		group := []string{"cifar10_3c3d", "fmnist_2c2d", "svhn_wrn164"}[i%3]
		cluster := fmt.Sprint(i)
		length := 40 + 20*(i%3)
		top, rate := 30+65*rng.Float64(), .03+.2*rng.Float64()
		energy := math.Exp(9 + 3*rng.NormFloat64())
		if i >= 3 && i%12 < 3 { // a repeat of the configuration three trials before
			cluster, top, rate = fmt.Sprint(i-3), lastTop[i%3], lastRate[i%3]
		}
		lastTop[i%3], lastRate[i%3] = top, rate
		truth := eval.CurveTrial{ID: id, Group: group, Cluster: cluster}
		for e := range length {
			truth.Epochs = append(truth.Epochs, float64(e))
			truth.Truth = append(truth.Truth, 10+(top-10)*(1-math.Exp(-rate*float64(e)))+.5*rng.NormFloat64())
		}
		coded := truth
		for e := range length {
			coded.Pred = append(coded.Pred, 10+(top-10)*(1-math.Exp(-rate*float64(e))))
		}
		floor.Trials = append(floor.Trials, coded)
		for v := range variants {
			c := truth
			off := noise[v] * rng.NormFloat64()
			for e, y := range truth.Truth {
				c.Pred = append(c.Pred, min(100, max(0, y+off*math.Sqrt(float64(e)/20))))
			}
			curves[v].Trials, curves[v].High = append(curves[v].Trials, c), 100
			costs[v].Truth = append(costs[v].Truth, energy)
			costs[v].Pred = append(costs[v].Pred, energy*math.Exp(.03*noise[v]*rng.NormFloat64()))
			costs[v].Groups = append(costs[v].Groups, group)
		}
		ids = append(ids, id)
	}
	r := Report{
		Title: "deepobs", Version: "0.1.0", Command: "eahas run -config examples/deepobs.yaml",
		Dataset: Dataset{Name: "deepobs", Trials: n, Groups: n / 2, WithCurve: n, WithEnergy: n, WithTime: 0,
			Files: []File{{Name: "deepobs.parquet", Bytes: 1234567, Rows: int64(n),
				SHA256: strings.Repeat("ab", 32)}},
			Rejected: []Count{{"curve has fewer than 3 points", 4}, {"all values are NaN", 1}},
			Notes:    []Count{{"diverged", 12}}},
		Space: Space{Columns: 9, Axes: []SpaceAxis{{Name: "learning_rate", Kind: "log", Values: "1e-05 to 100"},
			{Name: "optimizer", Kind: "choice", Values: "SGD, Momentum, Adam"}}},
		Split: "5 folds, given by the logs",
		Curve: Axis{Name: "test accuracy", Unit: "%", FromEpoch: 1, GroupedBy: "problem", BoundHigh: 100},
		Variants: []Variant{
			{Name: variants[0], Representation: "Bezier, degree 4", Regressor: "boosted trees", TrainSeconds: 1.83,
				QueryMicros: 21.4, Bytes: 812_345},
			{Name: variants[1], Representation: "SVD, 6 components", Regressor: "boosted trees", TrainSeconds: 2.2,
				QueryMicros: 19, Bytes: 912_345},
			{Name: variants[2], Representation: "Bezier, degree 4", Regressor: "kd-tree", Baseline: true}},
		Recommended: &Recommendation{variants[0], "It has the smallest error, and the difference is real."},
		Warnings:    []string{"2 configurations stand in several folds"},
		Next:        []string{"eahas query artifacts/deepobs learning_rate=0.1 optimizer=SGD"},
	}
	o := eval.Options{FromEpoch: 1}
	if n > 1000 {
		o.Resamples = -1 // the intervals are not what is looked at
	}
	for v, name := range variants {
		rows, details := eval.CurveRows(name, curves[v], o)
		energyRows, _ := eval.CostRows(name, target.EnergyPerEpoch, costs[v], o)
		r.Rows = append(append(r.Rows, rows...), energyRows...)
		r.ByEpoch = append(r.ByEpoch, EpochSeries{name, details.ByEpoch})
		r.Predictions = append(r.Predictions, FinalPredictions(name, "%", curves[v]),
			PredictionSet{Variant: name, Target: target.EnergyPerEpoch, Unit: "J", IDs: ids, Groups: costs[v].Groups,
				Truth: costs[v].Truth, Pred: costs[v].Pred})
		for k, source := range []string{"auto (spread)", "residuals", "spread"} {
			r.Calibration = append(r.Calibration, Calibration{name, target.Curve, source, k == 0, "%", []eval.Coverage{
				{Level: .5, Observed: .47 - .05*float64(v), Width: 3 + float64(k), Score: 5 + float64(k), N: n},
				{Level: .8, Observed: .79 - .06*float64(v), Width: 6, Score: 8, N: n},
				{Level: .95, Observed: .94 - .05*float64(v), Width: 9, Score: 12, N: n}}, false})
		}
	}
	for _, row := range r.Rows {
		if row.Group != eval.GroupAll || row.Metric != eval.MetricAvgR2 && row.Metric != eval.MetricRMSE &&
			row.Metric != eval.MetricMAPE {
			continue
		}
		r.Seeds = append(r.Seeds, eval.NewSeedScore(row.Variant, row.Target, row.Metric,
			[]float64{row.Value, row.Value * 1.01, row.Value * .98}))
	}
	r.Slices = sampleSlices(curves, variants)
	r.RepresentationFloor, _ = eval.CurveRows("Bezier, degree 4", floor, eval.Options{FromEpoch: 1, Resamples: -1})
	noiseFloor := eval.NoiseFloor(curves[0], 1)
	r.Noise = &noiseFloor
	diffs, err := eval.PairedCurves(variants[0], curves[0], variants[1], curves[1], o)
	if err != nil {
		panic(err)
	}
	for i := range diffs {
		diffs[i].Seeds = &eval.SeedGap{Low: diffs[i].Difference - .02, High: diffs[i].Difference + .01}
	}
	r.Diffs = diffs
	around := func(trial int) (low, high []float64) {
		for _, y := range curves[0].Trials[trial].Pred {
			low, high = append(low, max(0, y-5)), append(high, min(100, y+4))
		}
		return low, high
	}
	r.Examples = ChooseExamples(variants, curves, []*Band{{Level: .95, Around: around}, nil, nil}, variants[0], 1, 6, 1)
	r.ExamplesBy = variants[0]
	return r
}

// sampleSlices cuts the curves: parts whose names do not sort as words, the last with few trials.
func sampleSlices(curves []eval.CurveData, variants []string) []Slice {
	s := Slice{By: "batch size"}
	for v, name := range variants {
		cut := eval.CurveData{High: 100}
		for i, c := range curves[v].Trials {
			c.Group = []string{"64 to 127", "128 to 255"}[i%2]
			if i < 9 {
				c.Group = "8 to 15"
			}
			cut.Trials = append(cut.Trials, c)
		}
		rows, _ := eval.CurveRows(name, cut, eval.Options{FromEpoch: 1, Resamples: -1})
		s.Rows = append(s.Rows, rows...)
	}
	s.Rows = slices.DeleteFunc(s.Rows, func(r eval.Row) bool { return r.Group == eval.GroupAll })
	return []Slice{s, {By: "one part", Rows: []eval.Row{{Variant: variants[0], Target: target.Curve, Group: "whole",
		Metric: eval.MetricRMSE, Value: 1, N: 60}}}}
}

func TestGolden(t *testing.T) {
	r := sample(60)
	r.Predictions, r.Examples, r.ByEpoch = r.Predictions[:0], r.Examples[:1], nil // keeps report.json readable
	for _, f := range []struct {
		name   string
		render func(*bytes.Buffer) error
	}{{TextFile, func(b *bytes.Buffer) error { return Text(b, r) }},
		{JSONFile, func(b *bytes.Buffer) error { return JSON(b, r) }}} {
		var b bytes.Buffer
		if err := f.render(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", f.name)
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, wanted := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
		for i := range max(len(got), len(wanted)) {
			if i >= len(got) || i >= len(wanted) || got[i] != wanted[i] {
				t.Errorf("%s differs from its golden file at line %d (go test ./report -update rewrites it)\ngot  "+
					"%q\nwant %q", f.name, i+1, line(got, i), line(wanted, i))
				break
			}
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}

func TestWriteAndRead(t *testing.T) {
	dir, r := t.TempDir(), sample(40)
	first := rendered(t, r)
	if !reflect.DeepEqual(first, rendered(t, r)) {
		t.Error("the same report gave other bytes")
	}
	if err := os.WriteFile(filepath.Join(dir, JSONFile), []byte(first[JSONFile]), 0o666); err != nil {
		t.Fatal(err)
	}
	back, err := Read(filepath.Join(dir, JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, rendered(t, back)) {
		t.Error("a report that was read back renders differently")
	}
}

// rendered is a report's files.
func rendered(t *testing.T, r Report) map[string]string {
	t.Helper()
	files, err := Files(r)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		out[f.Name] = string(f.Data)
	}
	return out
}

func TestPageIsInert(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>` + "\x1b[2J"
	r := sample(40)
	r.Title, r.Synthetic, r.Split, r.Version = hostile, hostile, hostile, hostile
	r.Warnings, r.Next, r.Command = []string{hostile}, []string{hostile}, hostile
	r.Curve.Name, r.Curve.GroupedBy, r.Dataset.Name = hostile, hostile, hostile
	r.Dataset.Files[0].Name, r.Dataset.Files[0].SHA256 = hostile, hostile
	r.Dataset.Rejected[0].What, r.Space.Axes[0].Values = hostile, hostile
	r.Recommended.Why, r.Variants[0].Description, r.Variants[0].FailureReason = hostile, hostile, hostile
	for i := range r.Rows {
		if r.Rows[i].Group != eval.GroupAll {
			r.Rows[i].Group += hostile
		}
	}
	for i := range r.Predictions {
		r.Predictions[i].IDs = []string{hostile, hostile}
		for j := range r.Predictions[i].Groups {
			r.Predictions[i].Groups[j] += hostile
		}
	}
	for i := range r.Slices {
		r.Slices[i].By = hostile
		for j := range r.Slices[i].Rows {
			r.Slices[i].Rows[j].Group += hostile
		}
	}
	for i := range r.Examples {
		r.Examples[i].ID, r.Examples[i].Group = hostile, hostile
	}
	for i := range r.ByEpoch[0].Epochs {
		r.ByEpoch[0].Epochs[i].Group = hostile
	}
	var page, text bytes.Buffer
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", "alert(1)</script"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if found := regexp.MustCompile(`https?:|src=|@import|url\(`).FindString(strings.ReplaceAll(page.String(), "src=x",
		"")); found != "" {
		t.Errorf("the page holds %q: it must not load anything", found)
	}
	if err := Text(&text, r); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Error("the text holds a control character")
	}
}

func TestPageShowsTheSyntheticNotice(t *testing.T) {
	r := sample(40)
	r.Synthetic = "simulated from documented formulas"
	for name, render := range map[string]func(*bytes.Buffer) error{
		"html": func(b *bytes.Buffer) error { return HTML(b, r) },
		"text": func(b *bytes.Buffer) error { return Text(b, r) },
		"json": func(b *bytes.Buffer) error { return JSON(b, r) },
	} {
		var b bytes.Buffer
		if err := render(&b); err != nil || !strings.Contains(b.String(), r.Synthetic) {
			t.Errorf("%s does not say that the data are synthetic (%v)", name, err)
		}
	}
}

// The page says what the bands around curves are, one an example, and only where there are some.
func TestPageExplainsBands(t *testing.T) {
	r := sample(40)
	var with, without bytes.Buffer
	if err := HTML(&with, r); err != nil {
		t.Fatal(err)
	}
	for i := range r.Examples {
		p := &r.Examples[i].Pred[0]
		p.Low, p.High, p.Level = nil, nil, 0
	}
	if err := HTML(&without, r); err != nil {
		t.Fatal(err)
	}
	const caption, area = "Bands: 95 % intervals of the predicted values", `<path class="area`
	if !strings.Contains(with.String(), caption) || strings.Contains(without.String(), caption) {
		t.Errorf("the caption %q is missing, or there without bands", caption)
	}
	if n := strings.Count(with.String(), area) - strings.Count(without.String(), area); n != len(r.Examples) {
		t.Errorf("%d bands for %d examples", n, len(r.Examples))
	}
}

func TestPageStaysSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("builds 12,000 trials")
	}
	var b bytes.Buffer
	if err := HTML(&b, sample(12_000)); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 2e6 {
		t.Errorf("%d bytes for 12,000 trials, want under 2 MB", b.Len())
	}
}

func TestEmptyReport(t *testing.T) {
	if !strings.Contains(rendered(t, Report{})[JSONFile], `"rows": []`) {
		t.Error("rows is not an empty list")
	}
}

// What cannot be drawn must not break a figure.
func TestOddNumbersInFigures(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	r := Report{Curve: Axis{Unit: "loss"}, Rows: []eval.Row{
		{Variant: "a", Target: target.Curve, Group: eval.GroupAll, Metric: eval.MetricAvgR2, Value: nan, CILow: nan,
			CIHigh: inf},
		{Variant: "a", Target: target.EnergyTotal, Group: eval.GroupAll, Metric: eval.MetricLogR2, Value: -inf,
			CILow: nan, CIHigh: nan}},
		Predictions: []PredictionSet{{Variant: "a", Target: target.EnergyTotal, Unit: "J",
			Truth: nullable.Floats{1, 0, nan, 2}, Pred: nullable.Floats{-1, 1, 2, inf}},
			{Variant: "a", Target: target.Curve, Truth: nullable.Floats{5, 5}, Pred: nullable.Floats{5, nan}}},
		Examples: []Example{{ID: "x", Epochs: nullable.Floats{1, 2}, Truth: nullable.Floats{nan, 1e18},
			Pred: []VariantCurve{{Variant: "a", Values: nullable.Floats{1, nan}}}}},
	}
	var b bytes.Buffer
	if err := HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(cx|cy|x1|y1|d)="[^"]*(NaN|Inf)`).FindString(b.String()); found != "" {
		t.Errorf("the page holds %s", found)
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{significant(0.123456, 3), "0.123"}, {significant(-12.345, 3), "−12.3"}, {significant(123456, 3), "123456"},
		{significant(math.NaN(), 3), "–"}, {quantity(1234, "J", 3), "1.23 kJ"}, {quantity(999.9, "J", 4), "999.9 J"},
		{quantity(.0021, "J", 2), "2.1 mJ"},
		{quantity(90, "s", 3), "90.0 s"}, {quantity(600, "s", 3), "10.0 min"}, {quantity(36000, "s", 3), "10.0 h"},
		{quantity(.002, "s", 3), "2.00 ms"},
		{thousands(1234567), "1,234,567"}, {thousands(-1234), "-1,234"}, {thousands(12), "12"},
		{BytesText(812345), "812 kB"},
		{metricText(eval.MetricMAPE, .0754, ""), "7.54 %"}, {metricText(eval.MetricAvgR2, .9386, ""), "0.939"},
		{metricText(eval.MetricLogR2, .99852, ""), "0.9985"},
		{metricText(eval.MetricRMSE, 7.133, "%"), "7.13 pt"}, {trimZeros("1.500 kJ"), "1.5 kJ"},
		{trimZeros("100"), "100"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
