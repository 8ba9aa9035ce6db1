package nullable

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
)

// TestAppendFloat: the same text as encoding/json, which is the twin.
func TestAppendFloat(t *testing.T) {
	xs := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1.0 / 3, 1e-6, 9.99e-7, 1e-9, 1.5e-9, 1e-10, 1e-100, 1e20,
		1e21, 1.5e22, 1 << 53, 1<<53 - 1,
		-(1 << 53), 1<<53 + 2, 123456789, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxInt64,
		math.MinInt64}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		xs = append(xs, math.Float64frombits(r.Uint64()), math.Round(r.NormFloat64()*1e6), r.NormFloat64())
	}
	for _, x := range xs {
		want := []byte("null")
		if Known(x) {
			want, _ = json.Marshal(x)
		}
		if got := AppendFloat([]byte("x="), x); string(got) != "x="+string(want) {
			t.Fatalf("%g: %s, encoding/json writes %s", x, got, want)
		}
	}
	if got := string(AppendFloat(nil, math.Inf(-1))); got != "null" {
		t.Errorf("infinity: %s", got)
	}
}

func TestPointerAndValue(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if Pointer(x) != nil {
			t.Errorf("%v has a pointer", x)
		}
	}
	if p := Pointer(2.5); p == nil || *p != 2.5 || Value(p) != 2.5 {
		t.Errorf("2.5 became %v", p)
	}
	if !math.IsNaN(Value(nil)) {
		t.Error("nil is not NaN")
	}
	got := Values(Pointers([]float64{1, math.NaN(), 3}))
	if len(got) != 3 || got[0] != 1 || !math.IsNaN(got[1]) || got[2] != 3 {
		t.Errorf("there and back: %v", got)
	}
}

func TestFloatsInJSON(t *testing.T) {
	b, err := json.Marshal(Floats{1, math.NaN(), 1e6, -0.25, math.Inf(1), 1234567})
	if err != nil || string(b) != "[1,null,1e+06,-0.25,null,1.234567e+06]" {
		t.Fatalf("%s, %v", b, err)
	}
	var back Floats
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if len(back) != 6 || back[0] != 1 || !math.IsNaN(back[1]) || back[2] != 1e6 || back[3] != -0.25 ||
		!math.IsNaN(back[4]) || back[5] != 1234567 {
		t.Errorf("back: %v", back)
	}
	if b, err = json.Marshal(Floats(nil)); err != nil || string(b) != "[]" {
		t.Errorf("nil: %s, %v", b, err)
	}
	if json.Unmarshal([]byte(`["1"]`), &back) == nil {
		t.Error("a string was read as a number")
	}
}
