package gbdt_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"eahas/internal/synthtask"
	"eahas/models/gbdt"
	"eahas/models/gbdt/train"
)

func encode(t testing.TB, m *gbdt.Model) []byte {
	t.Helper()
	b, err := m.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// codecModels are small models of every shape.
func codecModels(t testing.TB) []*gbdt.Model {
	d := synthtask.Make(120, 1)
	var out []*gbdt.Model
	for _, p := range []train.Params{
		{MinChildCount: 1}, {MinChildCount: 1, ExtraTrees: true}, {MinChildCount: 1, MultiOutput: true},
		{MinChildCount: 1, Loss: train.Loss{Kind: train.Absolute}}, {Forest: true}, {Forest: true, ExtraTrees: true},
	} {
		p.Rounds, p.Leaves, p.Categorical = 3, 9, []int{4}
		out = append(out, fit(t, d, p))
	}
	return append(out, fit(t, failures(d), train.Params{Rounds: 2, MinChildCount: 3,
		Loss: train.Loss{Kind: train.Logistic}}))
}

func TestCodecRoundTrip(t *testing.T) {
	d := synthtask.Make(50, 2)
	d.X.Data[1], d.X.Data[30] = math.NaN(), math.Inf(-1)
	for i, m := range codecModels(t) {
		b := encode(t, m)
		back, err := gbdt.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(encode(t, back), b) {
			t.Errorf("model %d: other bytes after a round trip", i)
		}
		for r := range d.X.N {
			x, y := m.Predict(nil, d.X.Row(r)), back.Compile().Predict(nil, d.X.Row(r))
			for k := range x {
				if x[k] != y[k] {
					t.Fatalf("model %d, row %d, output %d: %v became %v", i, r, k, x[k], y[k])
				}
			}
		}
		for n := range b {
			if _, err := gbdt.Decode(b[:n]); !errors.Is(err, gbdt.ErrFormat) {
				t.Fatalf("model %d cut to %d of %d bytes: error %v", i, n, len(b), err)
			}
		}
	}
}

// Whatever decodes must predict without a panic, by both forms alike, and encode to the same bytes.
func FuzzDecode(f *testing.F) {
	for _, m := range codecModels(f) {
		f.Add(encode(f, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := gbdt.Decode(b)
		if err != nil {
			return
		}
		if !bytes.Equal(encode(t, m), b) {
			t.Error("other bytes after a round trip")
		}
		if m.Columns() > 1000 || m.Outputs() > 1000 {
			return
		}
		c := m.Compile()
		x := make([]float64, m.Columns())
		for _, v := range []float64{0, 1, math.NaN(), math.Inf(1), -3.5} {
			for i := range x {
				x[i] = v
			}
			m.Spread(nil, x)
			p, q := m.Predict(nil, x), c.Predict(nil, x)
			for k := range p {
				if math.Float64bits(p[k]) != math.Float64bits(q[k]) && !(p[k] != p[k] && q[k] != q[k]) {
					t.Errorf("output %d: walk %v, compiled %v", k, p[k], q[k])
				}
			}
		}
	})
}
