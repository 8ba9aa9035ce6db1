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

// naiveCovariance walks the trees one by one and takes the sample covariance of their answers, in two passes.
func naiveCovariance(m *gbdt.Model, x []float64) []float64 {
	n, k := len(m.Trees()), m.Outputs()
	vector := m.Trees()[0].Output < 0
	if !vector {
		n /= k
	}
	answers := make([][]float64, n)
	mean := make([]float64, k)
	for i := range answers {
		for j := range k {
			var leaf float64
			if vector {
				t := &m.Trees()[i]
				leaf = t.Values[t.Leaf(x)*k+j]
			} else {
				t := &m.Trees()[j*n+i]
				leaf = t.Values[t.Leaf(x)]
			}
			answers[i] = append(answers[i], m.Base(j)+float64(n)*leaf)
			mean[j] += answers[i][j] / float64(n)
		}
	}
	c := make([]float64, k*k)
	for a := range k {
		for b := range k {
			if a != b && !vector {
				continue // grown independently
			}
			for _, y := range answers {
				c[a*k+b] += (y[a] - mean[a]) * (y[b] - mean[b]) / float64(n-1)
			}
		}
	}
	return c
}

func TestSpreadIsTheCovarianceOfTheTrees(t *testing.T) {
	d, test := synthtask.Make(150, 1), synthtask.Make(20, 2)
	test.X.Data[3] = math.NaN()
	for name, p := range map[string]train.Params{
		"few trees":    {Rounds: d.K, Forest: true, MultiOutput: true},
		"forest":       {Rounds: 25, Forest: true},
		"vector":       {Rounds: 25, Forest: true, MultiOutput: true},
		"extra trees":  {Rounds: 40, Forest: true, ExtraTrees: true, MultiOutput: true, ColSample: 0.5},
		"large leaves": {Rounds: 9, Forest: true, MinChildCount: 20},
	} {
		m := fit(t, d, p)
		k := m.Outputs()
		seen := 0.0
		for i := range test.X.N {
			x := test.X.Row(i)
			f, want := m.Spread(nil, x), naiveCovariance(m, x)
			if len(f)%k != 0 || len(f) > k*k || len(f) == 0 {
				t.Fatalf("%s: %d numbers for %d outputs", name, len(f), k)
			}
			for a := range k {
				for b := range k {
					got := 0.0
					for r := 0; r < len(f); r += k {
						got += f[r+a] * f[r+b]
					}
					if s := math.Sqrt(want[a*k+a] * want[b*k+b]); !(math.Abs(got-want[a*k+b]) <= 1e-9*s+1e-18) {
						t.Errorf("%s, row %d: covariance of %d and %d is %v, want %v", name, i, a, b, got, want[a*k+b])
					}
				}
				seen += want[a*k+a]
			}
		}
		if seen == 0 {
			t.Errorf("%s: all trees agree, nothing was tested", name)
		}
	}
}

func TestWhatHasNoSpread(t *testing.T) {
	d := synthtask.Make(80, 1)
	for name, p := range map[string]train.Params{
		"boosting": {Rounds: 5, MinChildCount: 5},
		"multi":    {Rounds: 5, MinChildCount: 5, MultiOutput: true},
		"extra":    {Rounds: 5, MinChildCount: 5, ExtraTrees: true},
		"one tree": {Rounds: 1, Forest: true},
		"one row":  {Rounds: 1, Forest: true, MultiOutput: true},
	} {
		m := fit(t, d, p)
		if f := m.Compile().Spread(nil, d.X.Row(0)); len(f) > 0 || m.Forest() != p.Forest {
			t.Errorf("%s: spread %v, forest %v", name, f, m.Forest())
		}
	}
}

func TestSpreadOfSeveralModels(t *testing.T) {
	d := synthtask.Make(80, 1)
	a, b := fit(t, d, train.Params{Rounds: 7, Forest: true, MultiOutput: true}),
		fit(t, one(d, 0), train.Params{Rounds: 7, Forest: true})
	boosted := fit(t, one(d, 0), train.Params{Rounds: 7})
	c, err := gbdt.CompileAll(boosted, a, b)
	if err != nil {
		t.Fatal(err)
	}
	k, x := a.Outputs()+2, d.X.Row(5)
	f, fa, fb := c.Spread(nil, x), a.Spread(nil, x), b.Spread(nil, x)
	rows := len(fa) / a.Outputs()
	if len(f) != (rows+1)*k {
		t.Fatalf("%d numbers", len(f))
	}
	for i := range f {
		r, j := i/k, i%k
		want := 0.0
		switch {
		case r < rows && j >= 1 && j < k-1:
			want = fa[r*a.Outputs()+j-1]
		case r == rows && j == k-1:
			want = fb[0]
		}
		if f[i] != want {
			t.Errorf("row %d, output %d: %v, want %v", r, j, f[i], want)
		}
	}
}

// A forest in bytes of the first version answers as ever and knows nothing of its spread; a second version that is no
// forest is refused.
func TestVersionsOfForests(t *testing.T) {
	d := synthtask.Make(80, 1)
	m := fit(t, d, train.Params{Rounds: 6, Forest: true})
	b := encode(t, m)
	if !bytes.HasPrefix(b, []byte("EAGBDT2\x00")) {
		t.Fatalf("a forest begins with %q", b[:8])
	}
	old := append([]byte("EAGBDT1\x00"), b[8:]...)
	back, err := gbdt.Decode(old)
	if err != nil {
		t.Fatal(err)
	}
	x := d.X.Row(3)
	if f := back.Spread(nil, x); len(f) > 0 || back.Predict(nil, x)[0] != m.Predict(nil, x)[0] ||
		!bytes.Equal(encode(t, back), old) {
		t.Errorf("the first version: spread %v, prediction %v and %v", f, back.Predict(nil, x), m.Predict(nil, x))
	}
	boosted := fit(t, d, train.Params{Rounds: 6})
	boosted = first(t, boosted, len(boosted.Trees())-1) // not equally many for all outputs
	claim := append([]byte("EAGBDT2\x00"), encode(t, boosted)[8:]...)
	if _, err := gbdt.Decode(claim); !errors.Is(err, gbdt.ErrFormat) {
		t.Errorf("trees that are no forest were taken for one: %v", err)
	}
}

func BenchmarkSpread(b *testing.B) {
	d := synthtask.Make(2000, 1)
	m := fit(b, d, train.Params{Rounds: 500, Forest: true, ExtraTrees: true, MultiOutput: true})
	var f []float64
	for i := 0; b.Loop(); i++ {
		f = m.Spread(f[:0], d.X.Row(i%d.X.N))
	}
}
