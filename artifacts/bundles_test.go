package artifacts

import (
	"context"
	"flag"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/gbdt"
	"eahas/models/knn"
)

// update writes the bundles under testdata again. Only for a new one: the old ones show that old bundles still open.
var update = flag.Bool("update", false, "write the bundles under testdata that are missing")

// bundles lists the committed bundles by their folder and how to make them. A new format version adds to the list.
var bundles = map[string]func(testing.TB, string) models.Trainer{
	"v1-gbdt-bezier": func(testing.TB, string) models.Trainer {
		return gbdt.Trainer{Params: gbdt.Params{Rounds: 20, Leaves: 6, MinChildCount: 3}}
	},
	"v1-knn-bezier": func(testing.TB, string) models.Trainer { return knn.Trainer{} },
}

func TestOldBundlesStillOpen(t *testing.T) {
	for name, trainer := range bundles {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("testdata", name)
			if _, err := os.Stat(dir); err != nil && *update {
				makeBundle(t, dir, trainer)
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

// TestSecondReaderAgrees runs the reader that was written from FORMAT.md in another language.
func TestSecondReaderAgrees(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("python3 is missing, and in CI it must be there: %v", err)
		}
		t.Skipf("no python3 here: %v", err)
	}
	for name := range bundles {
		out, err := exec.Command(python, filepath.Join("testdata", "reader.py"), filepath.Join("testdata", name)).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
			continue
		}
		t.Logf("%s: %s", name, out)
	}
}

// makeBundle trains on a small simulated sweep and saves.
func makeBundle(t testing.TB, dir string, trainer func(testing.TB, string) models.Trainer) {
	t.Helper()
	space := testSpace()
	e, err := features.NewEncoder(space)
	if err != nil {
		t.Fatal(err)
	}
	configs := testConfigs(t, 60, "bundle")
	frame, err := e.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	codec, err := bezier.New(bezier.Chord, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	head := func(target string, k int, y func(int) []float64) Head {
		d := models.Data{X: frame, K: k}
		for i := range configs {
			d.Y = append(d.Y, y(i)...)
		}
		p, err := trainer(t, target).Train(context.Background(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return Head{Target: target, Predictor: p}
	}
	heads := []Head{
		head(Curve, codec.Width(), func(i int) []float64 {
			epochs, values := simulated(configs[i])
			v, err := codec.Encode(nil, epochs, values)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}),
		head(EnergyPerEpoch, 1, func(i int) []float64 { return []float64{math.Log(9000 + 300*number(configs[i], "batch"))} }),
		head(TimePerEpoch, 1, func(i int) []float64 { return []float64{math.Log(60 + number(configs[i], "batch"))} }),
		head(InferenceEnergy, 1, func(i int) []float64 { return []float64{math.Log(50 + number(configs[i], "batch"))} }),
	}
	heads[0].Representation = codec
	for i := range heads[1:] {
		heads[i+1].Transform = Log
	}
	spec := testSpec()
	spec.Name, spec.Notice = "sweep", "a formula of a learning rate, for tests"
	spec.Support = features.NewSupport(frame)
	s, err := New(spec, heads)
	if err != nil {
		t.Fatal(err)
	}
	info := testInfo()
	info.Golden = configs[:4]
	if err := s.Save(context.Background(), dir, info); err != nil {
		t.Fatal(err)
	}
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
