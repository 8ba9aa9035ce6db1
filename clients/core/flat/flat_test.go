package flat

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export/archive"
	"eahas/features"
	"eahas/internal/stream"
)

const testdata = "../../../artifacts/testdata"

// question appends the bytes of one question, as clients/python writes them.
func question(b []byte, axes []string, c features.Config, q artifacts.Ask) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(q.UpTo))
	b = append(b, 0)
	if q.Sample {
		b[len(b)-1] = 1
	}
	b = binary.LittleEndian.AppendUint64(b, q.Seed)
	for _, name := range axes {
		v := c[name]
		if s, ok := v.Str(); ok {
			b = append(binary.LittleEndian.AppendUint32(append(b, text), uint32(len(s))), s...)
		} else if x, ok := v.Float(); ok {
			b = binary.LittleEndian.AppendUint64(append(b, number), math.Float64bits(x))
		} else {
			b = append(b, missing)
		}
	}
	return b
}

// list writes an answer out by its documentation.
func list(a *artifacts.Answer, axes []string) []float64 {
	body := []float64{}
	for _, name := range a.OutsideAxes {
		body = append(body, float64(slices.Index(axes, name)))
	}
	body = append(body, a.Known...)
	for _, n := range a.Own {
		body = append(body, n.Value)
	}
	body = slices.Concat(body, a.Epochs, a.Curve, a.Energy, a.Time)
	for _, c := range a.Curves {
		body = append(body, c.Values...)
	}
	bounds := 0.0
	if v := a.Intervals; v != nil {
		bounds = 1
		body = append(body, v.EnergyLow, v.EnergyHigh, v.EnergyTotalLow, v.EnergyTotalHigh, v.TimeLow, v.TimeHigh,
			v.TimeTotalLow, v.TimeTotalHigh, v.InferenceLow, v.InferenceHigh)
		for _, n := range v.Own {
			body = append(body, n.Low, n.High)
		}
		body = slices.Concat(append(body, float64(len(v.CurveLow))), v.CurveLow, v.CurveHigh)
		for _, c := range v.Curves {
			body = slices.Concat(append(body, float64(len(c.Low))), c.Low, c.High)
		}
	}
	head := []float64{0, float64(Head + len(body)), float64(len(a.Epochs)), float64(len(a.Curve)),
		float64(len(a.Energy)), float64(len(a.Time)), float64(len(a.OutsideAxes)), float64(len(a.Known)),
		float64(len(a.Own)), float64(len(a.Curves)), bounds, a.Last, a.EnergyPerEpoch, a.EnergyTotal, a.TimePerEpoch,
		a.TimeTotal, a.InferenceEnergy}
	return append(head, body...)
}

func sameBits(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// TestAnswersAreThoseOfAQuery asks in every way, for few and for many configurations, from a folder and packed.
func TestAnswersAreThoseOfAQuery(t *testing.T) {
	for _, name := range []string{"v1-gbdt-bezier", "v1-forest-bezier", "v1-knn-bezier"} {
		dir := filepath.Join(testdata, name)
		b, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := Open(pack(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		level := 0.0
		if all := b.surrogate.Levels(); len(all) > 0 {
			level = all[0]
		}
		space := b.surrogate.Spec().Space
		sampler, r := space.NewSampler(), stream.New(1, "flat")
		var asked []byte
		var want []float64
		const n = 3*chunk + 5
		for i := range n {
			c, err := sampler.Sample(r)
			if err != nil {
				t.Fatal(err)
			}
			q := artifacts.Ask{UpTo: artifacts.Whole, Level: level, Sample: i%3 == 1, Seed: uint64(i) << 60}
			if i%4 == 2 {
				q.UpTo = 7
			}
			asked = question(asked, b.axes, c, q)
			a := new(artifacts.Answer)
			if err := b.surrogate.AskInto(a, c, q, 0); err != nil {
				t.Fatal(err)
			}
			want = append(want, list(a, b.axes)...)
			if i == 0 {
				if got, err := b.Ask(nil, asked, 1, level, 1); err != nil || !slices.EqualFunc(got, want, sameBits) {
					t.Fatalf("%s: one configuration: %v, %v, wanted %v", name, got, err, want)
				}
			}
		}
		for _, workers := range []int{1, 3} {
			got, err := packed.Ask(nil, asked, n, level, workers)
			if err != nil || !slices.EqualFunc(got, want, sameBits) {
				t.Fatalf("%s: %d configurations, %d workers: %v", name, n, workers, err)
			}
		}
	}
}

// pack writes the one file of a bundle.
func pack(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	if err := archive.Pack(&b, dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bundle.tar")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRefusedAndFailed tells a configuration outside of the space from what else goes wrong.
func TestRefusedAndFailed(t *testing.T) {
	b, err := Open(filepath.Join(testdata, "v1-gbdt-bezier"))
	if err != nil {
		t.Fatal(err)
	}
	space := b.surrogate.Spec().Space
	sampler := space.NewSampler()
	good, err := sampler.Sample(stream.New(1, "flat"))
	if err != nil {
		t.Fatal(err)
	}
	whole := artifacts.Ask{UpTo: artifacts.Whole}
	asked := question(nil, b.axes, features.Config{"lr": features.Number(1e9)}, whole)
	asked = question(asked, b.axes, good, artifacts.Ask{UpTo: -5})
	asked = question(asked, b.axes, good, whole)
	got, err := b.Ask(nil, asked, 3, 0, 1)
	if err != nil || len(got) <= 3*Head || got[0] != refused || got[Head] != failed || got[2*Head] != answered {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := b.Ask(nil, asked, 3, 0.123, 1); !errors.Is(err, artifacts.ErrLevel) {
		t.Errorf("a level that there is not: %v", err)
	}
	for n := range len(asked) {
		if _, err := b.Ask(nil, asked[:n], 3, 0, 1); !errors.Is(err, errQuestion) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
	if _, err := b.Ask(nil, append(asked, 0), 3, 0, 1); !errors.Is(err, errQuestion) {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("an empty folder is no bundle")
	}
}

// FuzzAsk looks for bytes that end the process, or lead to answers of another number than their heads say.
func FuzzAsk(f *testing.F) {
	b, err := Open(filepath.Join(testdata, "v1-gbdt-bezier"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, asked []byte, n uint8) {
		got, err := b.Ask(nil, asked, int(n), 0, 2)
		if err != nil {
			return
		}
		for range n {
			if len(got) < Head || int(got[1]) > len(got) || got[1] < Head {
				t.Fatalf("%v", got)
			}
			got = got[int(got[1]):]
		}
		if len(got) > 0 {
			t.Errorf("%d numbers too many", len(got))
		}
	})
}
