package artifacts

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/parts"
)

// fake is a predictor for tests: k weighted sums of the columns, a missing value counting 0.
type fake struct {
	k, p    int
	weights []float64 // k x (p+1), row-major; the last of a row is the intercept
}

func (f *fake) Outputs() int { return f.k }

func (f *fake) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, f.k)
	}
	for j := range dst {
		w := f.weights[j*(f.p+1) : (j+1)*(f.p+1)]
		sum := w[f.p]
		for i, v := range x {
			if !math.IsNaN(v) {
				sum += w[i] * v
			}
		}
		dst[j] = sum
	}
	return dst
}

func (f *fake) AppendBinary(b []byte) ([]byte, error) {
	b = binary.LittleEndian.AppendUint32(b, uint32(f.k))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.p))
	for _, w := range f.weights {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(w))
	}
	return b, nil
}

func decodeFake(b []byte) (*fake, error) {
	if len(b) < 8 {
		return nil, fmt.Errorf("fake: %d bytes", len(b))
	}
	f := &fake{k: int(binary.LittleEndian.Uint32(b)), p: int(binary.LittleEndian.Uint32(b[4:]))}
	b = b[8:]
	if f.k < 1 || f.k > 100 || f.p > 1000 || len(b) != 8*f.k*(f.p+1) {
		return nil, fmt.Errorf("fake: %d outputs, %d inputs, %d bytes", f.k, f.p, len(b))
	}
	for i := range f.k * (f.p + 1) {
		f.weights = append(f.weights, math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])))
	}
	return f, nil
}

func init() {
	predictorKinds = append(predictorKinds, parts.Of[models.Predictor]("fake", decodeFake))
}

// newFake draws weights so that each output lies around base with a spread of about scale.
func newFake(p, k int, base, scale float64, name string) *fake {
	r := stream.New(1, "fake", name)
	f := &fake{k: k, p: p}
	for range k {
		for range p {
			f.weights = append(f.weights, scale*(r.Float64()-0.5))
		}
		f.weights = append(f.weights, base)
	}
	return f
}

// testSpace has every kind of axis and a condition.
func testSpace() features.Space {
	return features.Space{Name: "test", Params: []features.Param{
		{Name: "lr", Kind: features.Log, Low: 1e-4, High: 1},
		{Name: "momentum", Kind: features.Linear, Low: 0, High: 0.99},
		{Name: "opt", Kind: features.Choice, Choices: []features.Value{features.Text("sgd"), features.Text("adam")}},
		{Name: "beta1", Kind: features.Linear, Low: 0.8, High: 0.999,
			When: &features.Condition{Param: "opt", In: []features.Value{features.Text("adam")}}},
		{Name: "batch", Kind: features.Ordinal, Choices: []features.Value{features.Number(32), features.Number(64),
			features.Number(128)}},
		{Name: "epochs", Kind: features.Ordinal, Choices: []features.Value{features.Number(50), features.Number(100),
			features.Number(200)}},
	}}
}

// testColumns is how many columns testSpace is encoded to.
const testColumns = 7

func testSpec() Spec {
	return Spec{
		Name: "test", Synthetic: true, Notice: "simulated for a test",
		Space:  testSpace(),
		Metric: Metric{Name: "top-1 accuracy", Kind: Accuracy, Unit: "percent", HigherBetter: true},
		Epochs: EpochRule{Length: LengthAxis, Axis: "epochs", First: 1, Step: 1},
	}
}

func testHeads(t testing.TB) []Head {
	t.Helper()
	codec, err := bezier.New(bezier.Warp, 4, 100)
	if err != nil {
		t.Fatal(err)
	}
	return []Head{
		{Target: TimePerEpoch, Transform: Log, Predictor: newFake(testColumns, 1, 2, 1, "time")},
		{Target: Curve, Predictor: newFake(testColumns, codec.Width(), 80, 60, "curve"), Representation: codec},
		{Target: EnergyPerEpoch, Transform: Log, Predictor: newFake(3, 1, 7, 1, "energy"), Columns: []int{0, 1, 5}},
		{Target: InferenceEnergy, Transform: Log, Predictor: newFake(testColumns, 1, 1, 1, "inference")},
	}
}

func testSurrogate(t testing.TB) *Surrogate {
	t.Helper()
	spec := testSpec()
	spec.Support = testSupport(t)
	s, err := New(spec, testHeads(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testSupport covers the lower three quarters of the learning rates.
func testSupport(t testing.TB) *features.Support {
	t.Helper()
	e, err := features.NewEncoder(testSpace())
	if err != nil {
		t.Fatal(err)
	}
	var configs []features.Config
	for _, c := range testConfigs(t, 300, "support") {
		if lr, _ := c["lr"].Float(); lr < 0.1 {
			configs = append(configs, c)
		}
	}
	f, err := e.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	return features.NewSupport(f)
}

// testConfigs draws n configurations of testSpace.
func testConfigs(t testing.TB, n int, name string) []features.Config {
	t.Helper()
	space := testSpace()
	return drawn(t, &space, n, name)
}

// drawn draws n configurations.
func drawn(t testing.TB, space *features.Space, n int, name string) []features.Config {
	t.Helper()
	r, sampler := stream.New(1, name), space.NewSampler()
	out := make([]features.Config, n)
	for i := range out {
		c, err := sampler.Sample(r)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = c
	}
	return out
}

// testConfig is one configuration inside testSpace.
func testConfig() features.Config {
	return features.Config{
		"lr": features.Number(0.01), "momentum": features.Number(0.9), "opt": features.Text("sgd"),
		"batch": features.Number(64), "epochs": features.Number(100),
	}
}
