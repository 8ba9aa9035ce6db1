package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/report"
	"eahas/search"
	"eahas/search/next"
	"eahas/trial/target"
)

// curvesLog is 80 runs of 12 epochs: the accuracy at every epoch, a training accuracy of every run but each seventh, a
// loss that begins at epoch 3, and watts that are a number by epoch.
func curvesLog(layout string) string {
	var b strings.Builder
	if layout == "long" {
		b.WriteString("id,depth,lr,epoch,acc,train_acc,loss,watts\n")
	} else {
		b.WriteString("id,depth,lr,acc,train_acc,loss,watts\n")
	}
	for i := range 80 {
		depth, lr := 1+i%10, []float64{0.01, 0.03, 0.1}[i/10%3]
		var acc, train, loss, watts []string
		for e := 1; e <= 12; e++ {
			up := 1 - math.Exp(-lr*20*float64(e)/12)
			a := fmt.Sprintf("%.6g", 0.3+0.05*float64(depth)*up)
			t := fmt.Sprintf("%.6g", 0.3+0.06*float64(depth)*up)
			l := fmt.Sprintf("%.6g", 3*math.Exp(-up*float64(depth)/3))
			w := fmt.Sprint(100 + depth + e%3)
			if i%7 == 0 {
				t = ""
			}
			if e < 3 {
				l = ""
			}
			if layout == "long" {
				fmt.Fprintf(&b, "r%d,%d,%g,%d,%s,%s,%s,%s\n", i, depth, lr, e, a, t, l, w)
			}
			if l == "" {
				l = "NaN"
			}
			acc, watts, train, loss = append(acc, a), append(watts, w), append(train, t), append(loss, l)
		}
		if layout != "long" {
			list := func(xs []string) string {
				if len(xs) == 0 {
					return ""
				}
				return `"[` + strings.Join(xs, ", ") + `]"`
			}
			if train[0] == "" {
				train = nil
			}
			fmt.Fprintf(&b, "r%d,%d,%g,%s,%s,%s,%s\n", i, depth, lr, list(acc), list(train), list(loss), list(watts))
		}
	}
	return b.String()
}

const curvesConfig = `name: curves
seed: 3
logs:
  - {path: runs.csv, layout: LAYOUT, id: id, params: [depth, lr],
     curve: {column: acc, kind: accuracy, unit: fraction, EPOCHS}}
space:
  params:
    - {name: depth, kind: integer, low: 1, high: 10}
    - {name: lr, kind: ordinal, choices: [0.01, 0.03, 0.1], log: true}
targets:
  - {name: train_acc, per: curve, unit: fraction, direction: higher}
  - {name: train_loss, column: loss, per: curve, direction: lower, scale: log}
  - {name: watts, per: epoch, unit: W}
evaluate: {folds: 3, bootstrap: 20}
variants: [{name: trees, base: grid+gbdt, regressor: {gbdt: {rounds: 40, min_child_count: 1}},
  cost: {kind: gbdt, gbdt: {rounds: 100, min_child_count: 1}}, intervals: residuals,
  curves: {train_loss: {representation: {kind: bezier}}}}]
`

func curvesRun(t *testing.T, layout string) *Result {
	t.Helper()
	config := strings.Replace(curvesConfig, "LAYOUT", layout, 1)
	epochs := ""
	if layout == "long" {
		epochs = "epochs: {column: epoch}"
	}
	config = strings.Replace(strings.Replace(config, ", EPOCHS", ", "+epochs, 1), ", }", "}", 1)
	return ranOn(t, config, curvesLog(layout))
}

// Further curves are learnt, scored, frozen and answered like the main one, each on the runs that have it, on its
// scale; a number by epoch stands beside them.
func TestFurtherCurves(t *testing.T) {
	t.Parallel()
	for _, layout := range []string{"wide", "long"} {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			res, again := curvesRun(t, layout), curvesRun(t, layout)
			b, err := artifacts.OpenBundle(res.Out)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []string{artifacts.ManifestName, "golden.jsonl", report.JSONFile} {
				x, _ := os.ReadFile(filepath.Join(res.Out, f))
				y, _ := os.ReadFile(filepath.Join(again.Out, f))
				if len(x) == 0 || !bytes.Equal(x, y) {
					t.Errorf("%s: %d and %d bytes, not the same", f, len(x), len(y))
				}
			}
			config := features.Config{"depth": features.Number(6), "lr": features.Number(0.03)}
			a, err := b.Surrogate.Query(config)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Surrogate.Bounds(a, 0.95); err != nil {
				t.Fatal(err)
			}
			for e := range 12 {
				up := 1 - math.Exp(-0.03*20*float64(e+1)/12)
				train, loss := 100*(0.3+0.06*6*up), 3*math.Exp(-2*up)
				if e < 2 {
					loss = 3 * math.Exp(-2*(1-math.Exp(-0.03*20*3/12.0))) // the first value holds before it
				}
				for k, want := range []float64{train, loss} {
					c, v := a.Curves[k], a.Intervals.Curves[k]
					if got := c.Values[e]; math.Abs(got-want) > 0.06*want || !(v.Low[e] <= got && got <= v.High[e]) {
						t.Errorf("%s at epoch %d: %g in %g..%g, of runs like it %g", c.Target, e+1, got, v.Low[e],
							v.High[e], want)
					}
				}
			}
			if x, _ := a.Of("watts"); math.Abs(x-107) > 1 {
				t.Errorf("watts %g, of runs like it 107", x)
			}
			if layout == "long" {
				searchByCurves(t, b.Surrogate, config)
				checkReaders(t, b.Surrogate, res.Out, config)
			}
			rep, err := report.Read(filepath.Join(res.Out, report.JSONFile))
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(rep.Dataset.WithOwn); got != "[{train_acc 68} {train_loss 80} {watts 80}]" {
				t.Error(got)
			}
			rows := map[string]float64{}
			for _, r := range rep.Rows {
				if r.Variant == "trees" && r.Group == "all" {
					rows[string(r.Target)+" "+r.Metric] = r.Value
				}
			}
			for _, name := range []string{"train_acc place_r2", "train_loss place_r2", "curve place_r2"} {
				if x, ok := rows[name]; !ok || x < 0.75 {
					t.Errorf("%s is %g", name, x)
				}
			}
		})
	}
}

// checkReaders holds the Python client, the second reader and the exports to the answers for further curves.
func checkReaders(t *testing.T, s *artifacts.Surrogate, dir string, config features.Config) {
	t.Helper()
	for _, f := range export.Formats() {
		_, err := f.Files(s, export.Options{Rows: 5, Bundle: dir})
		if f.NoOwn != errors.Is(err, export.ErrUnsupported) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	python := fixture.Tool(t, "EAHAS_PYTHON")
	all, err := export.Verify(t.Context(), s, python, 40)
	if err != nil || len(all) == 0 {
		t.Errorf("%d verified, %v", len(all), err)
	}
	var a, noisy artifacts.Answer
	err = errors.Join(s.AskInto(&a, config, artifacts.Ask{UpTo: artifacts.Whole, Level: .8}, 0),
		s.AskInto(&noisy, config, artifacts.Ask{UpTo: artifacts.Whole, Sample: true, Seed: 5}, 1))
	if err != nil {
		t.Fatal(err)
	}
	out := pythonSays(t, python, `import sys, json, eahas
b = eahas.Benchmark(sys.argv[1])
c = {"depth": 6, "lr": 0.03}
a, n = b.query(c, level=.8), b.query_batch([c], seed=5)[0]
print(json.dumps({t: [v.tolist(), *(x.tolist() for x in a.intervals.curves[t]), n.curves[t].tolist()]
    for t, v in a.curves.items()}))
assert list(a.to_frame().columns)[-2:] == ["train_acc", "train_loss"] or "train_acc" in a.to_frame()`, dir)
	var got map[target.Target][4][]float64
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, c := range a.Curves {
		v := a.Intervals.Curves[i]
		for k, want := range [][]float64{c.Values, v.Low, v.High, noisy.Curves[i].Values} {
			for e, y := range want {
				if len(got[c.Target][k]) != len(want) || math.Abs(got[c.Target][k][e]-y) > 1e-9*math.Abs(y) {
					t.Fatalf("%s, series %d: %v, want %v", c.Target, k, got[c.Target][k], want)
				}
			}
		}
	}
}

// A search takes a further curve for its objective, epoch by epoch, and the end of another one beside it; what is to be
// trained next is corrected by own trainings of that curve, cut ones at their epoch.
func searchByCurves(t *testing.T, s *artifacts.Surrogate, config features.Config) {
	t.Helper()
	task, err := search.NewSurrogateTask(s, []byte("x"), search.BundleOptions{Cost: search.Epochs, Metric: "train_acc",
		Second: "train_loss"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Query(config)
	if err != nil {
		t.Fatal(err)
	}
	train, loss := a.CurveOf("train_acc"), a.CurveOf("train_loss")
	for _, noise := range []bool{false, true} {
		r, err := task.Asker().Ask(config, 1, noise)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Truth, train) || len(r.Trained) != 12 || r.Second != loss[11] ||
			!noise && !slices.Equal(r.Values, train) || len(r.Values) != 12 {
			t.Errorf("noise %v: %+v, wanted %v beside %g", noise, r, train, loss[11])
		}
	}
	if m := task.Metric(); m.Kind != artifacts.Accuracy || m.Name != "train_acc" {
		t.Errorf("%+v", m)
	}
	cut := next.Trial{Config: config, Value: train[4] - 3, Epochs: 5, Joules: math.NaN(), Line: 1}
	advice, err := next.Advise(t.Context(), s, []next.Trial{cut}, next.Options{K: 1, Metric: "train_acc",
		Second: "train_loss", Weight: 0.5, Draws: 50, Beyond: true})
	if err != nil {
		t.Fatal(err)
	}
	one := advice.Next[0]
	if a, err = s.Query(one.Config); err != nil {
		t.Fatal(err)
	}
	end := 100 - a.CurveOf("train_acc")[11] + 1.5 // of one training half its residual is believed
	if math.Abs(one.Loss-end) > 1e-9 || one.Joules != a.CurveOf("train_loss")[11] || !(one.LossLow < one.Loss) ||
		!(one.LossHigh > one.Loss) || advice.LossName != "100 - train_acc" {
		t.Errorf("%+v, wanted a loss of %g", one, end)
	}
}

func TestCurvesThatCannotBe(t *testing.T) {
	text := strings.Replace(strings.Replace(curvesConfig, "LAYOUT", "wide", 1), ", EPOCHS", "", 1)
	for want, c := range map[string][2]string{
		`"train_loss" is a curve; its recipe stands in the variant's curves`: {"intervals: res",
			"targets: {train_loss: gbdt}, intervals: res"},
		`"watts" is no curve of one's own`: {"curves: {train_loss", "curves: {watts"},
		`curves.train_loss: `:              {"{kind: bezier}", "{kind: circle}"},
		`want trial, epoch or curve`:       {"per: curve", "per: curves"},
	} {
		if _, err := Parse("curves.yaml", []byte(strings.Replace(text, c[0], c[1], 1))); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%v, wanted %s", err, want)
		}
	}
}
