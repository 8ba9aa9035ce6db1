package artifacts

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/grid"
	"eahas/models/linear"
	"eahas/trial/target"
)

// ownSurrogate answers a latency and a training loss of its own, over a space with a known quantity.
func ownSurrogate(t testing.TB) *Surrogate {
	t.Helper()
	space := features.Space{Name: "own", Params: []features.Param{
		{Name: "depth", Kind: features.Linear, Low: 1, High: 11},
		{Name: "opt", Kind: features.Choice, Choices: []features.Value{features.Text("sgd"), features.Text("adam")}}},
		Known: []features.Known{{Name: "params", Formula: `100 * depth^2 + if(opt == "adam", 2, 0)`, Unit: "1"}}}
	must(t, space.CompleteKnown())
	enc, err := features.NewEncoder(space)
	must(t, err)
	var configs []features.Config
	var curves []models.Curve
	var latency, losses []float64
	for d := 1.0; d <= 11; d++ {
		configs = append(configs, features.Config{"depth": features.Number(d),
			"opt": []features.Value{features.Text("sgd"), features.Text("adam")}[int(d)%2]})
		curves = append(curves, models.Curve{Epochs: []float64{1, 2, 3}, Values: []float64{3, 2, 3 - d/5}})
		latency = append(latency, 1+d/5)
	}
	x, err := enc.Frame(configs)
	must(t, err)
	rep, err := grid.Fitter{Points: 3}.Fit(curves)
	must(t, err)
	for _, c := range curves {
		v, err := rep.Encode(nil, c.Epochs, c.Values)
		must(t, err)
		losses = append(losses, v...)
	}
	train := func(y []float64, k int) models.Predictor {
		p, err := linear.Trainer{Lambda: 1e-6}.Train(context.Background(), models.Data{X: x, Y: y, K: k},
			models.Options{})
		must(t, err)
		return p
	}
	s, err := New(Spec{Name: "own", Space: space, Epochs: EpochRule{Length: LengthFixed, First: 1, Last: 3, Step: 1},
		Own: target.Own{{Name: "latency", Unit: "ms", Span: target.PerRun, Direction: target.Lower,
			Scale: target.Linear},
			{Name: "train_loss", Span: target.EveryEpoch, Direction: target.Lower, Scale: target.Linear}}},
		[]Head{{Target: "latency", Predictor: train(latency, 1)},
			{Target: "train_loss", Representation: rep, Predictor: train(losses, 3)}})
	must(t, err)
	return s
}

func savedOwn(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "own")
	must(t, ownSurrogate(t).Save(context.Background(), dir, SaveInfo{}))
	return dir
}

// A bundle of version 2 has the same bytes twice, and each part that does not fit is refused in words.
func TestOwnTargetsInABundle(t *testing.T) {
	dir, again := savedOwn(t), savedOwn(t)
	manifest, err := os.ReadFile(filepath.Join(dir, ManifestName))
	must(t, err)
	second, err := os.ReadFile(filepath.Join(again, ManifestName))
	must(t, err)
	if !bytes.Equal(manifest, second) || !bytes.Contains(manifest, []byte(`"version": 2`)) {
		t.Error("two manifests of equal surrogates differ, or are not of version 2")
	}
	for want, c := range map[string][2]string{
		"version 1 with 2 targets":           {`"version": 2`, `"version": 1`},
		"is there twice":                     {`"name": "train_loss"`, `"name": "latency"`},
		"has the name of an axis":            {`"name": "latency"`, `"name": "depth"`},
		"has the name of a known quantity":   {`"name": "latency"`, `"name": "params"`},
		"direction \"up\"":                   {`"direction": "lower"`, `"direction": "up"`},
		"per: want trial, epoch or curve":    {`"span": 2`, `"span": 3`},
		"has no representation":              {`"span": 2`, `"span": 0`},
		"only curves have one":               {`"span": 0`, `"span": 2`},
		"steps are not those of the formula": {`"if"`, `"max"`},
		"is no axis of the space":            {`100 * depth^2`, `100 * width^2`},
	} {
		text := strings.Replace(string(manifest), c[0], c[1], 1)
		if text == string(manifest) {
			t.Errorf("the manifest has no %s", c[0])
		}
		write(t, filepath.Join(dir, ManifestName), []byte(text))
		write(t, filepath.Join(dir, manifestSum), []byte(hexSum([]byte(text))+"  manifest.json\n"))
		if _, err := Open(dir); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, wanted %q", err, want)
		}
	}
}

// FuzzManifest2 is FuzzManifest for a bundle of version 2.
func FuzzManifest2(f *testing.F) { fuzzManifest(f, savedOwn(f)) }
