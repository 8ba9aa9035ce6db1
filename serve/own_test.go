package serve

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models"
	"eahas/models/grid"
	"eahas/models/linear"
	"eahas/trial/target"
)

// ownBundle is a bundle with a number and a curve of its own, and a known quantity: latency 1 + depth/5 ms, a training
// loss that falls from 3 to 3/depth, and 100 parameters a layer.
func ownBundle(t *testing.T) *artifacts.Bundle {
	t.Helper()
	space := features.Space{Name: "own",
		Params: []features.Param{{Name: "depth", Kind: features.Linear, Low: 1, High: 11}},
		Known:  []features.Known{{Name: "params", Formula: "100 * depth", Unit: "1"}}}
	if err := space.CompleteKnown(); err != nil {
		t.Fatal(err)
	}
	enc, err := features.NewEncoder(space)
	if err != nil {
		t.Fatal(err)
	}
	var configs []features.Config
	var curves []models.Curve
	var latency []float64
	for d := 1.0; d <= 11; d++ {
		configs = append(configs, features.Config{"depth": features.Number(d)})
		curves = append(curves, models.Curve{Epochs: []float64{1, 2, 3}, Values: []float64{3, 2, 3 - d/5}})
		latency = append(latency, 1+d/5)
	}
	x, err := enc.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := grid.Fitter{Points: 3}.Fit(curves)
	if err != nil {
		t.Fatal(err)
	}
	var losses []float64
	for _, c := range curves {
		v, err := rep.Encode(nil, c.Epochs, c.Values)
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, v...)
	}
	train := func(y []float64, k int) models.Predictor {
		p, err := linear.Trainer{Lambda: 1e-6}.Train(context.Background(), models.Data{X: x, Y: y, K: k},
			models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	s, err := artifacts.New(artifacts.Spec{Name: "own", Space: space,
		Epochs: artifacts.EpochRule{Length: artifacts.LengthFixed, First: 1, Last: 3, Step: 1},
		Own: target.Own{{Name: "latency", Label: "Latency", Unit: "ms", Span: target.PerRun, Direction: target.Lower,
			Scale: target.Linear}, {Name: "train_loss", Span: target.EveryEpoch, Direction: target.Lower,
			Scale: target.Linear}}},
		[]artifacts.Head{{Target: "latency", Predictor: train(latency, 1)},
			{Target: "train_loss", Representation: rep, Predictor: train(losses, 3)}})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "own")
	if err := s.Save(t.Context(), dir, artifacts.SaveInfo{}); err != nil {
		t.Fatal(err)
	}
	b, err := artifacts.OpenBundle(dir)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOwnTargetsAreServed: a bundle's own numbers and curves and what is known stand in the answers and in the bundle's
// description, as openapi.json describes them.
func TestOwnTargetsAreServed(t *testing.T) {
	d := document(t)
	s, err := New([]Named{{"own", ownBundle(t)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, template, path, body string }{
		{"GET", "/v1/bundles/{name}", "/v1/bundles/own", ""},
		{"POST", "/v1/bundles/{name}/query", "/v1/bundles/own/query", `{"config":{"depth":6}}`},
	} {
		w := call(s, c.method, c.path, c.body)
		operation := resolve(t, d, d["paths"].(object)[c.template].(object)[strings.ToLower(c.method)])
		fits(t, d, c.path, resolve(t, d, operation["responses"].(object)["200"]), w)
	}
	var a struct {
		Known, Targets map[string]float64
		Curves         map[string][]float64
	}
	if err := json.Unmarshal(call(s, "POST", "/v1/bundles/own/query", `{"config":{"depth":6}}`).Body.Bytes(),
		&a); err != nil {
		t.Fatal(err)
	}
	near := func(x, want float64) bool { return x > want-0.01 && x < want+0.01 }
	if a.Known["params"] != 600 || !near(a.Targets["latency"], 2.2) || len(a.Curves["train_loss"]) != 3 ||
		!near(a.Curves["train_loss"][2], 1.8) {
		t.Errorf("%+v", a)
	}
}

// TestPageShowsOwnTargets: the page has a row with the unit for each, and a chart for a curve, which follow a slider.
func TestPageShowsOwnTargets(t *testing.T) {
	b := openBrowser(t, false)
	s, err := New([]Named{{"own", ownBundle(t)}}, Options{Drain: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	url, _, _ := start(t, s)
	b.call("Page.navigate", object{"url": url + "/?bundle=own&depth=6"})
	b.wait(state + " === 'answered'")
	numbers := "document.getElementById('numbers').innerText.replaceAll(/\\s+/g, ' ')"
	for _, want := range []string{"Latency 2.2 ms", "last train_loss 1.8", "params (known) 600 1", "epochs 3"} {
		if got := b.eval(numbers); !strings.Contains(got, want) {
			t.Errorf("%q, wanted %q", got, want)
		}
	}
	path := "document.querySelector('#own-train_loss path.now').getAttribute('d')"
	first := b.eval(path)
	b.set("#axis-depth", "11")
	b.wait(path + " !== '" + first + "'")
	if got := b.eval(numbers); !strings.Contains(got, "Latency 3.2 ms") || !strings.Contains(got, "1,100") &&
		!strings.Contains(got, "1100") {
		t.Errorf("%q", got)
	}
	b.keep("own targets")
}
