package artifacts

import (
	"context"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/bezier"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/knn"
	"eahas/trial/target"
)

// update writes the bundles under testdata again. Only for a new one: the old ones show that old bundles still open.
var update = flag.Bool("update", false, "write the bundles under testdata that are missing")

// recipe says how to make a bundle of a small simulated sweep.
type recipe struct {
	trainer        models.Trainer
	representation models.Fitter
	space          features.Space
}

var chord = bezier.Fitter{Degree: 4}

// bundles lists the committed bundles by their folder and how to make them. A new format version adds to the list.
var bundles = map[string]recipe{
	"v1-gbdt-bezier": {gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 20, Leaves: 6, MinChildCount: 3}}, chord,
		testSpace()},
	// trees in their second version
	"v1-forest-bezier": {gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 6, Leaves: 8, Forest: true,
		MultiOutput: true}}, chord, testSpace()},
	"v1-knn-bezier": {knn.Trainer{}, chord, testSpace()},
}

func TestOldBundlesStillOpen(t *testing.T) {
	for name, r := range bundles {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("testdata", name)
			if _, err := os.Stat(dir); err != nil && *update {
				makeBundle(t, dir, r)
			}
			b, err := OpenBundle(dir)
			if err != nil {
				t.Fatal(err)
			}
			if b.GoldenQueries < 30 {
				t.Errorf("only %d golden queries", b.GoldenQueries)
			}
			t.Logf("%d golden queries, largest difference %g", b.GoldenQueries, b.MaxDifference)
		})
	}
}

// makeBundle trains on a small simulated sweep and saves.
func makeBundle(t testing.TB, dir string, r recipe) {
	t.Helper()
	e, err := features.NewEncoder(r.space)
	must(t, err)
	configs := drawn(t, &r.space, 60, "bundle")
	frame, err := e.Frame(configs)
	must(t, err)
	curves := make([]models.Curve, len(configs))
	for i, c := range configs {
		curves[i].Epochs, curves[i].Values = simulated(c)
	}
	codec, err := r.representation.Fit(curves)
	must(t, err)
	head := func(of target.Target, k int, y func(int) []float64) Head {
		d := models.Data{X: frame, K: k}
		for i := range configs {
			d.Y = append(d.Y, y(i)...)
		}
		p, err := r.trainer.Train(context.Background(), d, models.Options{Seed: 1})
		must(t, err)
		return Head{Target: of, Predictor: p}
	}
	heads := []Head{
		head(Curve, codec.Width(), func(i int) []float64 {
			v, err := codec.Encode(nil, curves[i].Epochs, curves[i].Values)
			must(t, err)
			return v
		}),
		head(EnergyPerEpoch, 1, func(i int) []float64 {
			return []float64{math.Log(9000 +
				300*number(configs[i], "batch"))}
		}),
		head(TimePerEpoch, 1, func(i int) []float64 { return []float64{math.Log(60 + number(configs[i], "batch"))} }),
		head(InferenceEnergy, 1, func(i int) []float64 {
			return []float64{math.Log(50 +
				number(configs[i], "batch"))}
		}),
	}
	heads[0].Representation = codec
	for i := range heads[1:] {
		heads[i+1].Transform = Log
	}
	spec := testSpec()
	spec.Name, spec.Notice, spec.Space = "sweep", "a formula of a learning rate, for tests", r.space
	spec.Support = features.NewSupport(frame)
	s, err := New(spec, heads)
	must(t, err)
	info := testInfo()
	info.Golden = configs[:4]
	must(t, s.Save(context.Background(), dir, info))
}

func number(c features.Config, axis string) float64 {
	x, _ := c[axis].Float()
	return x
}

// simulated is a learning curve that is best at a learning rate of 0.03.
func simulated(c features.Config) (epochs, values []float64) {
	n := number(c, "epochs")
	best := 95 - 8*math.Pow(math.Log10(number(c, "lr")/0.03), 2)
	for e := 1.0; e <= n; e++ {
		epochs = append(epochs, e)
		values = append(values, max(10, best*(1-math.Exp(-6*e/n))))
	}
	return epochs, values
}
