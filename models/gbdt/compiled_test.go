package gbdt_test

import (
	"errors"
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/synthtask"
	"eahas/models"
	"eahas/models/gbdt"
	"eahas/models/gbdt/train"
)

func TestCompiledEqualsWalk(t *testing.T) {
	d, test := synthtask.Make(1500, 1), synthtask.Make(300, 2)
	x := test.X.Data
	x[3], x[26*4] = math.NaN(), math.Inf(1)
	x[26*5+6] = 0.25            // no one-hot row
	x[26*6+6], x[26*6+7] = 1, 1 // two at once
	for c := 5; c < 15; c++ {
		x[26*7+c], x[26*8+c] = 0, math.NaN() // none, missing
	}
	x[26*9+6] = math.NaN() // partly missing
	x[26*10+6] = math.Copysign(0, -1)
	for name, p := range map[string]train.Params{
		"32":         {Rounds: 40},
		"odd":        {Rounds: 3, Leaves: 32},
		"33":         {Rounds: 11, Leaves: 33},
		"64":         {Rounds: 20, Leaves: 64, MinChildCount: 3},
		"65":         {Rounds: 20, Leaves: 65, MinChildCount: 3},
		"vector":     {Rounds: 20, MultiOutput: true},
		"vector 60":  {Rounds: 20, Leaves: 60, MinChildCount: 3, MultiOutput: true},
		"sets":       {Rounds: 20, Categorical: []int{0, 4}},
		"large sets": {Rounds: 20, Leaves: 100, MinChildCount: 2, Categorical: []int{0, 4}},
		"forest":     {Rounds: 10, Forest: true, ExtraTrees: true, MultiOutput: true},
		"stumps":     {Rounds: 10, Leaves: 2},
		"roots":      {Rounds: 10, Leaves: 1},
		"long":       {Rounds: 600, Leaves: 4},
		"8":          {Rounds: 67, Leaves: 8},
		"8 vector":   {Rounds: 67, Leaves: 7, MultiOutput: true},
		"mixed":      {Rounds: 300, Leaves: 9, MinChildCount: 150},
	} {
		m := fit(t, d, p)
		c := m.Compile()
		batch := c.PredictBatch(nil, x, 2)
		for i := range test.X.N {
			want, got := m.Predict(nil, test.X.Row(i)), c.Predict(nil, test.X.Row(i))
			for k := range want {
				if b := batch[i*d.K+k]; want[k] != got[k] || want[k] != b {
					t.Fatalf("%s: row %d, output %d: walk %v, compiled %v, batch %v", name, i, k, want[k], got[k], b)
				}
			}
		}
	}
}

func TestCompileAllJoinsOutputs(t *testing.T) {
	d := synthtask.Make(500, 1)
	a, b := fit(t, one(d, 7), train.Params{Rounds: 9}), fit(t, failures(one(d, 7)),
		train.Params{Rounds: 9, Loss: train.Loss{Kind: train.Logistic}})
	c, err := gbdt.CompileAll(a, b, a)
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.X.N {
		x := d.X.Row(i)
		got := c.Predict(nil, x)
		if got[0] != a.Predict(nil, x)[0] || got[1] != b.Predict(nil, x)[0] || got[2] != got[0] {
			t.Fatalf("row %d: %v", i, got)
		}
	}
	if _, err := gbdt.CompileAll(a, fit(t, models.Data{X: features.Frame{N: 1, Columns: make([]features.Column, 1),
		Data: []float64{1}}, Y: []float64{1}, K: 1}, train.Params{})); !errors.Is(err, gbdt.ErrMismatch) {
		t.Errorf("other columns: error %v, want ErrMismatch", err)
	}
	if _, err := gbdt.CompileAll(); !errors.Is(err, gbdt.ErrMismatch) {
		t.Errorf("no model: error %v, want ErrMismatch", err)
	}
}

func BenchmarkPredict(b *testing.B) {
	d := synthtask.Make(10_000, 1)
	one1 := one(d, 7)
	m := fit(b, one1, train.Params{Rounds: 1000})
	c := m.Compile()
	dst := make([]float64, 1)
	i := 0
	b.Run("one row, 1000 trees, walk", func(b *testing.B) {
		for b.Loop() {
			i = (i + 1) % d.X.N
			m.Predict(dst, d.X.Row(i))
		}
	})
	b.Run("one row, 1000 trees", func(b *testing.B) {
		for b.Loop() {
			i = (i + 1) % d.X.N
			c.Predict(dst, d.X.Row(i))
		}
	})
	out := make([]float64, d.X.N)
	b.Run("10000 rows, 1000 trees, 1 worker", func(b *testing.B) {
		for b.Loop() {
			c.PredictBatch(out, d.X.Data, 1)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*d.X.N), "ns/row")
	})
	ten := fit(b, d, train.Params{Rounds: 500}).Compile()
	dst = make([]float64, 10)
	b.Run("one row, 10 x 500 trees", func(b *testing.B) {
		for b.Loop() {
			i = (i + 1) % d.X.N
			ten.Predict(dst, d.X.Row(i))
		}
	})
	values := make([]float64, 1000)
	// what no sum of 1000 trees in order can be quicker than
	b.Run("1000 additions that wait for each other", func(b *testing.B) {
		for b.Loop() {
			dst[0] = sum(dst[0], values)
		}
	})
}

//go:noinline
func sum(s float64, values []float64) float64 {
	for _, v := range values {
		s += v
	}
	return s
}
