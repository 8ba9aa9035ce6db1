package adapted

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/wire"
	"eahas/models/linear"
)

// devices answers for a row (a, b, one-hot of three devices): logarithms that differ between devices by more than a
// factor.
type devices struct{}

func (devices) Outputs() int { return 1 }

func (devices) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, 1)
	}
	dst[0] = 2*x[0] + math.Sin(3*x[1]) + x[2]*(1+x[0]) + x[3]*(2-x[1]) + x[4]*(0.5+x[0]*x[1])
	return dst
}

// world is rows of two numbers and four devices, of which the base knows three. The fourth is a mixture of the second
// and third, three times as fast, and a bend that no known one has.
type world struct {
	model *Model
	rows  []float64 // of the fourth
	y     []float64
	peers []float64
}

const columns = 6

func fourth(a, b float64) float64 {
	f := devices{}
	second := f.Predict(nil, []float64{a, b, 0, 1, 0})[0]
	third := f.Predict(nil, []float64{a, b, 0, 0, 1})[0]
	return 0.3*second + 0.7*third - math.Log(3) + 0.1*math.Cos(4*a)
}

func newWorld(n int, noise float64, seed uint64) world {
	r := stream.New(seed, "world")
	view := []Column{{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {3, 0, 1}, {5, 0, 1}} // the new device stands before the last
	w := world{model: New(devices{}, columns, view, []int{2, 3, 4})}
	for range n {
		a, b := r.Float64(), r.Float64()
		w.rows = append(w.rows, a, b, 0, 0, 1, 0)
		w.y = append(w.y, fourth(a, b)+noise*r.NormFloat64())
	}
	for i := range 150 {
		row := []float64{r.Float64(), r.Float64(), 0, 0, 0, 0}
		row[[]int{2, 3, 5}[i%3]] = 1
		w.peers = append(w.peers, row...)
	}
	return w
}

func (w world) adaptation(noise float64) Adaptation {
	return Adaptation{Model: w.model, Column: 4, Rows: w.rows, Y: w.y, Unit: 1, Noise: noise, Peers: w.peers}
}

// off is the median absolute error for new rows of the fourth device.
func off(m *Model) float64 {
	r := stream.New(99, "test")
	var all []float64
	for range 400 {
		a, b := r.Float64(), r.Float64()
		all = append(all, math.Abs(m.Predict(nil, []float64{a, b, 0, 0, 1, 0})[0]-fourth(a, b)))
	}
	slices.Sort(all)
	return all[200]
}

// TestMoreRunsMoreRight: no run is the mean of the known; a few give the factor, more the rest. What the base says of
// known devices stays.
func TestMoreRunsMoreRight(t *testing.T) {
	last := 0.5
	for _, c := range []struct {
		n    int
		most float64
	}{{5, 0.15}, {20, 0.05}, {80, 0.02}} {
		w := newWorld(c.n, 0.02, 7)
		m, f, err := Fit(context.Background(), w.adaptation(0.02), 1)
		if err != nil {
			t.Fatal(err)
		}
		if e := off(m); !(e < c.most && e < last) {
			t.Errorf("%d runs: off by %g, wanted less than %g and than with fewer", c.n, e, c.most)
		} else {
			last = e
		}
		if math.Abs(f.Weights[0]+f.Weights[1]+f.Weights[2]-1) > 1e-9 || f.Runs != c.n || len(f.LeftOut) != c.n {
			t.Errorf("%+v", f)
		}
		for _, known := range [][]float64{{0.2, 0.7, 1, 0, 0, 0}, {0.2, 0.7, 0, 0, 0, 1}} {
			base := append(slices.Clone(known[:4]), known[5])
			if got, want := m.Predict(nil, known)[0], (devices{}).Predict(nil, base)[0]; got != want {
				t.Errorf("a known device is answered with %v, by the base with %v", got, want)
			}
		}
	}
	w := newWorld(0, 0, 7)
	m, _, err := Fit(context.Background(), w.adaptation(0.02), 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Predict(nil, []float64{0, 0, 0, 0, 1, 0})[0]; math.Abs(got-3.5/3) > 1e-12 {
		t.Errorf("without runs %v, the mean of the known is %v", got, 3.5/3)
	}
}

// TestAgainstTheProcess: the weights, the offset and the sum over the runs are the posterior mean of the process as the
// package states it, by its covariance and a dense solution.
func TestAgainstTheProcess(t *testing.T) {
	w := newWorld(12, 0.05, 3)
	s := setting{0.7, 0.8, 0.3, 0.6, 1}
	runs := w.model.ask(w.rows, w.model.others())
	runs.y = w.y
	f, err := fit(runs, s, 1, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	at := func(row []float64) (x, apart []float64, mean float64) {
		one := w.model.ask(row, w.model.others())
		mean = (one.f[0] + one.f[1] + one.f[2]) / 3
		return one.x, []float64{one.f[0] - mean, one.f[1] - mean, one.f[2] - mean}, mean
	}
	cov := func(p, q []float64) float64 {
		x, u, _ := at(p)
		y, v, _ := at(q)
		r := math.Hypot(x[0]-y[0], x[1]-y[1]) / s.length
		return s.offset*s.offset + s.likeness*s.likeness/2*(u[0]*v[0]+u[1]*v[1]+u[2]*v[2]) +
			s.rest*s.rest*(1+math.Sqrt(5)*r+5*r*r/3)*math.Exp(-math.Sqrt(5)*r)
	}
	n := len(w.y)
	row := func(i int) []float64 { return w.rows[i*columns : (i+1)*columns] }
	k, y := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		for j := range n {
			k.Set(i, j, cov(row(i), row(j)))
		}
		k.Set(i, i, k.At(i, i)+0.01)
		_, _, mean := at(row(i))
		y.SetVec(i, w.y[i]-mean)
	}
	var alpha mat.VecDense
	if err := alpha.SolveVec(k, y); err != nil {
		t.Fatal(err)
	}
	m := &Model{inputs: columns, base: w.model.base, view: w.model.view, known: w.model.known, added: []category{{
		column: 4, weights: f.weights, offset: []float64{f.offset},
		smooth: smooth{columns: w.model.others(), length: s.length, rows: runs.x, coefficient: f.smooth}}}}
	for _, q := range [][]float64{{0.1, 0.9, 0, 0, 1, 0}, {0.7, 0.2, 0, 0, 1, 0}} {
		_, _, want := at(q)
		for i := range n {
			want += cov(q, row(i)) * alpha.AtVec(i)
		}
		if got := m.Predict(nil, q)[0]; math.Abs(got-want) > 1e-8 {
			t.Errorf("at %v: %v, by the process %v", q, got, want)
		}
	}
	// leaving a run out and solving again
	without := w.adaptation(0.1)
	without.Rows, without.Y = w.rows[columns:], w.y[1:]
	rest := w.model.ask(without.Rows, w.model.others())
	rest.y = without.Y
	g, err := fit(rest, s, 1, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	m.added[0].weights, m.added[0].offset[0] = g.weights, g.offset
	m.added[0].smooth.rows, m.added[0].smooth.coefficient = rest.x, g.smooth
	if got := w.y[0] - m.Predict(nil, row(0))[0]; math.Abs(got-f.leftOut[0]) > 1e-8 {
		t.Errorf("the first run, left out, is missed by %v, told %v", got, f.leftOut[0])
	}
}

// frozen is a small model whose base can be written.
func frozen(t testing.TB) *Model {
	t.Helper()
	d := models.Data{K: 1, X: features.Frame{Columns: []features.Column{{Name: "a", Group: -1}, {Name: "g=x", Group: 0},
		{Name: "g=y", Group: 0}}}}
	for i := range 20 {
		a, g := float64(i)/20, float64(i%2)
		d.X.Data, d.Y = append(d.X.Data, a, g, 1-g), append(d.Y, 3*a+g)
		d.X.N++
	}
	base, err := linear.Trainer{Lambda: 1e-6}.Train(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	view := []Column{{0, 0.25, 0.5}, {1, 0, 1}, {2, 0, 1}}
	a := Adaptation{Model: New(base, 4, view, []int{1, 2}), Column: 3, Unit: 1, Noise: 0.1,
		Rows: []float64{0.1, 0, 0, 1, 0.9, 0, 0, 1, 1.9, 0, 0, 1}, Y: []float64{2, 4, 5}}
	m, _, err := Fit(context.Background(), a, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestRoundTripAndASecondCategory: the bytes give the same answers; a further category leaves the first; a number that
// is beyond the base's range counts as its end.
func TestRoundTripAndASecondCategory(t *testing.T) {
	m := frozen(t)
	b, err := m.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	// a second one behind the first, in rows whose first number has a wider range again
	second := New(back, 5, []Column{{0, 0, 2}, {1, 0, 1}, {2, 0, 1}, {3, 0, 1}}, nil)
	two, _, err := Fit(context.Background(), Adaptation{Model: second, Column: 4, Unit: 1, Noise: 0.1,
		Rows: []float64{0.3, 0, 0, 0, 1, 0.2, 0, 0, 0, 1}, Y: []float64{9, 9.5}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range [][]float64{{0.3, 1, 0, 0}, {0.3, 0, 1, 0}, {0.3, 0, 0, 1}, {-0.25, 0, 0, 1},
		{math.NaN(), 0, 1, 0}, {1.4, 0, 0, 1}} {
		want := m.Predict(nil, x)
		if got := back.Predict(nil, x); math.Float64bits(got[0]) != math.Float64bits(want[0]) {
			t.Errorf("at %v %v, before %v", x, got, want)
		}
		wider := append([]float64{x[0] / 2}, append(slices.Clone(x[1:]), 0)...)
		if x[0] < 0 {
			wider[0] = x[0]
		}
		if got := two.Predict(nil, wider); math.Abs(got[0]-want[0]) > 1e-12 {
			t.Errorf("with a second category %v becomes %v, before %v", x, got, want)
		}
	}
	if got := two.Predict(nil, []float64{0.25, 0, 0, 0, 1})[0]; math.Abs(got-9.2) > 1 {
		t.Errorf("the second category is answered with %v", got)
	}
	if high, end := m.Predict(nil, []float64{7, 1, 0, 0})[0], m.Predict(nil, []float64{1.5, 1, 0, 0})[0]; high != end {
		t.Errorf("beyond the base's range %v, at its end %v", high, end)
	}
	for n := range b {
		if _, err := Decode(b[:n]); err == nil {
			t.Errorf("%d of %d bytes are a model", n, len(b))
		}
	}
	if rows := m.Spread(nil, []float64{0.3, 0, 0, 1}); len(rows) != 1 || rows[0] != m.added[0].spread {
		t.Errorf("spread %v", rows)
	}
}

func TestBadInput(t *testing.T) {
	w := newWorld(5, 0, 1)
	for name, change := range map[string]func(*Adaptation){
		"a column that is none": func(a *Adaptation) { a.Column = columns },
		"fewer numbers":         func(a *Adaptation) { a.Rows = a.Rows[1:] },
		"no unit":               func(a *Adaptation) { a.Unit = 0 },
	} {
		a := w.adaptation(0.1)
		change(&a)
		if _, _, err := Fit(context.Background(), a, 1); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	b, err := frozen(f).AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, wire.ErrFormat) {
				t.Errorf("%v is no %v", err, wire.ErrFormat)
			}
			return
		}
		again, err := m.AppendBinary(nil)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%d bytes became %d: %v", len(b), len(again), err)
		}
	})
}
