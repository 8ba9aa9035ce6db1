package pipeline

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/report"
)

// adapt adapts a bundle, and opens the result.
func adapt(t *testing.T, a Adapt, o Options) (*artifacts.Bundle, report.Report) {
	t.Helper()
	if _, err := RunAdapt(t.Context(), a, o); err != nil {
		t.Fatal(err)
	}
	b, err := artifacts.OpenBundle(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := report.Read(filepath.Join(o.Out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	return b, rep
}

// batchPoint is a configuration of the batches.
func batchPoint(lr, width float64, gpu string) features.Config {
	return features.Config{"lr": features.Number(lr), "width": features.Number(width), "gpu": features.Text(gpu)}
}

// TestAdaptToANewDevice: 12 runs give its energy, the answers for known devices stay to the last bit, intervals are
// there and wider, and the bundle can be adapted again and gone on from.
func TestAdaptToANewDevice(t *testing.T) {
	third := []string{"none", "none", "h100"} // of the third kind of device alone
	var few []string
	for _, line := range strings.Split(batchLog(300, 36, third, 1), "\n") {
		if !strings.Contains(line, "none") {
			few = append(few, line)
		}
	}
	bundle, dir := batchBundle(t, map[string]string{"h100.csv": strings.Join(few, "\n"),
		"wide.csv": strings.ReplaceAll(strings.ReplaceAll(batchLog(400, 8, []string{"b200", "b200", "b200"}, 0.5),
			",16,", ",160,"), ",32,", ",144,"),
		"more.csv": batchLog(500, 30, []string{"a40", "v100", "h100"}, 1)})
	before, err := artifacts.Open(bundle)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "adapted")
	b, rep := adapt(t, Adapt{Bundle: bundle, Paths: []string{filepath.Join(dir, "h100.csv")}},
		Options{DataDir: dir, Out: out})
	said := rep.Adapted[0]
	if len(rep.Adapted) != 1 || said.Category != "h100" || said.Runs != len(few)-2 || len(said.Targets) != 3 {
		t.Errorf("%+v", rep.Adapted)
	}
	energy := said.Targets[1]
	if energy.Target != artifacts.EnergyTotal || energy.After > 0.15 || energy.Before < 2*energy.After ||
		energy.Wider < 1 || math.Abs(energy.Weights["a40"]+energy.Weights["v100"]-1) > 1e-9 {
		t.Errorf("energy %+v", energy)
	}
	var off []float64
	for width := 16.0; width <= 128; width += 16 {
		a, err := b.Surrogate.Query(batchPoint(0.01, width, "h100"))
		if err != nil {
			t.Fatal(err)
		}
		off = append(off, math.Abs(a.EnergyTotal/(width/3*250)-1))
		if a.Extrapolates {
			t.Errorf("width %g extrapolates by %v", width, a.OutsideAxes)
		}
		old, err := before.Query(batchPoint(0.01, width, "v100"))
		if err != nil {
			t.Fatal(err)
		}
		known, err := b.Surrogate.Query(batchPoint(0.01, width, "v100"))
		if err != nil || !sameBits(old, known) {
			t.Errorf("a known device is answered otherwise: %v, %v, %v", old, known, err)
		}
		if err := errors.Join(before.Bounds(old, 0.95), b.Surrogate.Bounds(known, 0.95)); err != nil ||
			old.Intervals.EnergyTotalHigh != known.Intervals.EnergyTotalHigh {
			t.Errorf("a known device has other intervals: %+v, %+v, %v", old.Intervals, known.Intervals, err)
		}
	}
	if slices.Sort(off); off[4] > 0.2 {
		t.Errorf("half of the answers for the new device are off by %v", off[4])
	}
	if _, err := before.Query(batchPoint(0.01, 32, "h100")); err == nil {
		t.Error("the old bundle knows the new device")
	}

	// a third device, with wider networks; and retraining on everything
	b, rep = adapt(t, Adapt{Bundle: out, Paths: []string{filepath.Join(dir, "wide.csv")}, Axis: "gpu",
		Category: "b200"},
		Options{DataDir: dir, Out: filepath.Join(dir, "twice")})
	if len(rep.Adapted) != 2 || !strings.Contains(strings.Join(rep.Adapted[1].Lines, " "), "width: 16..128") {
		t.Errorf("%+v", rep.Adapted)
	}
	for _, gpu := range []string{"a40", "h100", "b200"} {
		if _, err := b.Surrogate.Query(batchPoint(0.01, 160, gpu)); err != nil {
			t.Errorf("%s: %v", gpu, err)
		}
	}
	n, _ := news(t, From{Bundle: out, Paths: []string{filepath.Join(dir, "more.csv")}},
		Options{DataDir: dir, Out: filepath.Join(dir, "again")})
	if n.New != 30 || n.Old != 60+len(few)-2 || n.Refused != 0 {
		t.Errorf("retrained: %+v", n)
	}
}

// TestAdaptRefuses: each with what to do.
func TestAdaptRefuses(t *testing.T) {
	bundle, dir := batchBundle(t, map[string]string{
		"known.csv": batchLog(100, 10, []string{"a40", "v100"}, 1),
		"two.csv":   batchLog(100, 20, []string{"h100", "a100", "a40"}, 1),
		"one.csv":   batchLog(100, 1, []string{"h100", "h100", "h100"}, 1),
	})
	for name, c := range map[string]struct {
		a    Adapt
		file string
		want string
	}{
		"nothing new":            {Adapt{}, "known.csv", "no run has a category that the bundle does not know"},
		"an axis that is none":   {Adapt{Axis: "chip"}, "two.csv", "chip"},
		"a category without run": {Adapt{Axis: "gpu", Category: "t4"}, "two.csv", "t4"},
		"one run":                {Adapt{}, "one.csv", "two configurations"},
		"no logs":                {Adapt{}, "", "few runs"},
	} {
		c.a.Bundle = bundle
		if c.file != "" {
			c.a.Paths = []string{filepath.Join(dir, c.file)}
		}
		_, err := RunAdapt(t.Context(), c.a, Options{DataDir: dir, Out: filepath.Join(dir, "x")})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("a refusal left a folder")
	}
	b, rep := adapt(t, Adapt{Bundle: bundle, Paths: []string{filepath.Join(dir, "two.csv")}, Category: "h100"},
		Options{DataDir: dir, Out: filepath.Join(dir, "y")})
	s := b.Surrogate.Spec().Space
	if rep.Adapted[0].Category != "h100" || len(s.Param("gpu").Choices) != 3 {
		t.Errorf("one of two by its name: %+v, %v", rep.Adapted, s.Param("gpu").Choices)
	}

	// both at once: as one after the other
	b, rep = adapt(t, Adapt{Bundle: bundle, Paths: []string{filepath.Join(dir, "two.csv")}},
		Options{DataDir: dir, Out: filepath.Join(dir, "both")})
	if len(rep.Adapted) != 2 || rep.Adapted[0].Category != "a100" || rep.Adapted[1].Category != "h100" {
		t.Errorf("%+v", rep.Adapted)
	}
	first, _ := adapt(t, Adapt{Bundle: bundle, Paths: []string{filepath.Join(dir, "two.csv")}, Category: "a100"},
		Options{DataDir: dir, Out: filepath.Join(dir, "alone")})
	for gpu, other := range map[string]*artifacts.Bundle{"a100": first, "h100": nil, "a40": first} {
		got, err := b.Surrogate.Query(batchPoint(0.01, 32, gpu))
		if err == nil {
			err = b.Surrogate.Bounds(got, 0.95)
		}
		if err != nil || !(got.EnergyTotal > 0) {
			t.Errorf("%s: %+v, %v", gpu, got, err)
			continue
		}
		if other != nil {
			want, err := other.Surrogate.Query(batchPoint(0.01, 32, gpu))
			if err != nil || want.EnergyTotal != got.EnergyTotal {
				t.Errorf("%s: %v J with the other, %v J alone, %v", gpu, got.EnergyTotal, want.EnergyTotal, err)
			}
		}
	}
}
