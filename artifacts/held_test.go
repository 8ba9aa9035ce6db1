package artifacts

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/parts"
)

func TestOffsetShiftsEpochsAndCosts(t *testing.T) {
	spec := testSpec()
	spec.Epochs.First, spec.Epochs.Offset = 0, 1
	s, err := New(spec, testHeads(t))
	must(t, err)
	c := testConfig()
	c["epochs"] = features.Text("100") // a text that reads as a number
	a, err := s.Query(c)
	must(t, err)
	if a.Last != 99 || len(a.Epochs) != 100 || a.Energy[0] != a.EnergyPerEpoch || a.Energy[99] != a.EnergyTotal ||
		a.EnergyTotal != a.EnergyPerEpoch*100 {
		t.Errorf("last %g, %d epochs, energy %g .. %g of %g", a.Last, len(a.Epochs), a.Energy[0],
			a.Energy[len(a.Energy)-1], a.EnergyTotal)
	}
	spec.Epochs.First, spec.Epochs.Offset = 100.5, 0
	s, err = New(spec, testHeads(t))
	must(t, err)
	if _, err := s.Query(testConfig()); !errors.Is(err, ErrConfig) {
		t.Errorf("a run that ends before its first epoch: %v, wanted ErrConfig", err)
	}
}

func TestCurveUnderLogAndCostUnderClip(t *testing.T) {
	heads := testHeads(t)
	heads[1].Transform = Log
	heads[1].Predictor = newFake(testColumns, heads[1].Representation.Width(), 3, 0, "log curve")
	heads[0].Clip = &Range{1e6, 2e6}
	s, err := New(testSpec(), heads)
	must(t, err)
	a, err := s.Query(testConfig())
	must(t, err)
	if math.Abs(a.Curve[50]-math.Exp(3)) > 1e-9 || a.TimePerEpoch != 1e6 {
		t.Errorf("curve %g, wanted e^3; time %g, wanted the clip's low end", a.Curve[50], a.TimePerEpoch)
	}
}

// broken decodes to NaN.
type broken struct{ models.Representation }

func (broken) Decode(dst, _, _ []float64, _, _ float64) []float64 {
	dst[0] = math.NaN()
	return dst
}

func TestCurveThatIsNotFinite(t *testing.T) {
	heads := testHeads(t)
	heads[1].Representation = broken{heads[1].Representation}
	s, err := New(testSpec(), heads)
	must(t, err)
	if _, err := s.Query(testConfig()); !errors.Is(err, ErrNotFinite) {
		t.Errorf("got %v, wanted ErrNotFinite", err)
	}
}

func TestTotalOfARunWithoutEpochs(t *testing.T) {
	if per, total := consistent(math.NaN(), 5, 0); !math.IsNaN(per) || total != 5 {
		t.Errorf("per epoch %g, total %g, wanted NaN and 5", per, total)
	}
}

// TestGoldenComparesEveryField changes one field after the other.
func TestGoldenComparesEveryField(t *testing.T) {
	s := testSurrogate(t)
	a, err := s.Query(testConfig())
	must(t, err)
	a.EnergyTotal, a.OutsideAxes = 7, []string{"lr"}
	for name, change := range map[string]func(*golden){
		"":                 func(*golden) {},
		"last":             func(g *golden) { *g.Last++ },
		"energy_per_epoch": func(g *golden) { g.EnergyPerEpoch = nil },
		"energy_total":     func(g *golden) { *g.EnergyTotal *= 2 },
		"time_per_epoch":   func(g *golden) { *g.TimePerEpoch *= 2 },
		"time_total":       func(g *golden) { *g.TimeTotal = -1 },
		"inference_energy": func(g *golden) { *g.InferenceEnergy *= 2 },
		"epochs":           func(g *golden) { g.Epochs[3]++ },
		"curve":            func(g *golden) { g.Curve = g.Curve[1:] },
		"extrapolates":     func(g *golden) { g.Extrapolates = !g.Extrapolates },
		"outside_axes":     func(g *golden) { g.OutsideAxes = nil },
	} {
		line, err := appendGolden(nil, testConfig(), math.MaxFloat64, a)
		must(t, err)
		var g golden
		must(t, json.Unmarshal(line, &g))
		change(&g)
		if diff, field := g.compare(s, a); field != name || (diff > 0) != (name != "") {
			t.Errorf("changed is %q, found is %q by %g", name, field, diff)
		}
	}
}

func TestHugeManifestIsRefused(t *testing.T) {
	_, dir := saved(t)
	must(t, os.Truncate(filepath.Join(dir, ManifestName), MaxManifest+1))
	if _, err := Open(dir); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, wanted ErrTooLarge", err)
	}
}

// TestFolderThatAppearsDuringASaveIsKept: the place is looked at again just before the new folder is moved in.
func TestFolderThatAppearsDuringASaveIsKept(t *testing.T) {
	for _, replace := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "b")
		thesis := filepath.Join(dir, "thesis")
		err := writeFolder(context.Background(), dir, replace, nil, []content{{Name: "a"}}, func(string) error {
			return os.MkdirAll(thesis, 0o777)
		})
		if want := map[bool]error{false: ErrExists, true: ErrNotBundle}[replace]; !errors.Is(err, want) {
			t.Errorf("replace %t: %v, wanted %v", replace, err, want)
		}
		if _, err := os.Stat(thesis); err != nil {
			t.Error(err)
		}
		onlyEntry(t, dir)
	}
}

// drifting is a fake that is written with other last digits.
type drifting struct{ *fake }

func (d *drifting) AppendBinary(b []byte) ([]byte, error) {
	f := *d.fake
	f.weights = slices.Clone(f.weights)
	for i := range f.weights {
		f.weights[i] *= 1 + 1e-12
	}
	return f.AppendBinary(b)
}

func TestSaveHoldsTheLastBit(t *testing.T) {
	kinds := predictorKinds
	defer func() { predictorKinds = kinds }()
	predictorKinds = append(slices.Clone(kinds), parts.Of[models.Predictor]("drifting",
		func(b []byte) (*drifting, error) {
			f, err := decodeFake(b)
			return &drifting{f}, err
		}))
	heads := testHeads(t)
	heads[0].Predictor = &drifting{heads[0].Predictor.(*fake)}
	s, err := New(testSpec(), heads)
	must(t, err)
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := s.Save(context.Background(), dir, testInfo()); !errors.Is(err, ErrGolden) {
		t.Errorf("got %v, wanted ErrGolden", err)
	}
	onlyEntry(t, dir)
}

// narrow is a fake that, once it was read from a file, wants rows of another length: a model of another space.
type narrow struct {
	*fake
	read bool
}

func (n *narrow) Predict(dst, x []float64) []float64 {
	if n.read {
		panic("narrow: wrong length")
	}
	return n.fake.Predict(dst, x)
}

// TestModelOfAnotherSpaceIsRefused: a bundle whose model panics on the space's rows is an error, not a panic.
func TestModelOfAnotherSpaceIsRefused(t *testing.T) {
	kinds := predictorKinds
	defer func() { predictorKinds = kinds }()
	predictorKinds = append(slices.Clone(kinds), parts.Of[models.Predictor]("narrow", func(b []byte) (*narrow, error) {
		f, err := decodeFake(b)
		return &narrow{f, true}, err
	}))
	heads := testHeads(t)
	heads[0].Predictor = &narrow{fake: heads[0].Predictor.(*fake)}
	s, err := New(testSpec(), heads)
	must(t, err)
	err = s.Save(context.Background(), filepath.Join(t.TempDir(), "b"), testInfo())
	if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "narrow: wrong length") {
		t.Errorf("%v", err)
	}
}
