package svd

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"eahas/models"
	"eahas/models/grid"
	"eahas/models/modeltest"
)

func TestConformance(t *testing.T) {
	for name, f := range map[string]Fitter{"default": {}, "log": {Warp: 100, Components: 3},
		"coarse": {Points: 11, Components: 2}} {
		t.Run(name, func(t *testing.T) {
			modeltest.Representation(t, f, modeltest.RepresentationOptions{
				Decode:   func(b []byte) (models.Representation, error) { return Decode(b) },
				Constant: 40, // a constant is not in the span of learnt components
				RMSE:     8,
			})
		})
	}
}

// planted returns n curves on a grid of 11 epochs that span two directions beside their mean.
func planted(n int) []models.Curve {
	r := rand.New(rand.NewPCG(1, 1))
	out := make([]models.Curve, n)
	for i := range out {
		a, b := r.NormFloat64(), r.NormFloat64()
		for e := range 11 {
			x := float64(e) / 10
			out[i].Epochs = append(out[i].Epochs, float64(e))
			out[i].Values = append(out[i].Values, 50+10*x+a*20*math.Cos(math.Pi*x)+b*5*math.Cos(2*math.Pi*x))
		}
	}
	return out
}

func TestPlantedDirectionsAreFound(t *testing.T) {
	curves := planted(30)
	b, err := Fitter{Points: 11}.Basis(curves)
	if err != nil {
		t.Fatal(err)
	}
	if b.Width() != 2 {
		t.Fatalf("%d components, planted are 2", b.Width())
	}
	for _, c := range curves {
		v, err := b.Encode(nil, c.Epochs, c.Values)
		if err != nil {
			t.Fatal(err)
		}
		for i, y := range b.Decode(nil, v, c.Epochs, 0, 10) {
			if math.Abs(y-c.Values[i]) > 1e-9 {
				t.Fatalf("%v for %v", y, c.Values[i])
			}
		}
	}
}

// The first component's score has the largest eigenvalue of the covariance as its variance.
func TestScoresEqualEigenvalues(t *testing.T) {
	curves := planted(40)
	b, err := Fitter{Points: 11}.Basis(curves)
	if err != nil {
		t.Fatal(err)
	}
	rows := mat.NewDense(len(curves), 11, nil)
	mean := b.Mean()
	for i, c := range curves {
		for p, y := range c.Values {
			rows.Set(i, p, y-mean[p])
		}
	}
	var cov mat.SymDense
	cov.SymOuterK(1, rows.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&cov, false) {
		t.Fatal("no eigenvalues")
	}
	values := eigen.Values(nil) // ascending
	for c := range 2 {
		sum := 0.0
		for _, k := range curves {
			v, err := b.Encode(nil, k.Epochs, k.Values)
			if err != nil {
				t.Fatal(err)
			}
			sum += v[c] * v[c]
		}
		if want := values[10-c]; math.Abs(sum-want) > 1e-9*want {
			t.Errorf("component %d carries %v, eigenvalue %v", c, sum, want)
		}
	}
}

// Curves in blocks have the directions that they have in one matrix, with the same strengths.
func TestBlocksHaveTheSameDirections(t *testing.T) {
	g, err := grid.New(17, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	curves := planted(103)
	for i := range curves {
		for e := range curves[i].Values {
			curves[i].Values[e] += r.NormFloat64() // all directions, so that none is arbitrary
		}
	}
	decompose := func(block int) (strengths []float64, v mat.Dense) {
		rows := &rows{grid: g, curves: curves, block: block}
		if _, err := rows.center(); err != nil {
			t.Fatal(err)
		}
		var d mat.SVD
		if !d.Factorize(rows.sameDirections(), mat.SVDThinV) {
			t.Fatal("no convergence")
		}
		d.VTo(&v)
		return d.Values(nil), v
	}
	want, wantV := decompose(103)
	for _, block := range []int{1, 10, 17, 100, 102} { // 103 is prime: the last block is never full
		got, v := decompose(block)
		for c, s := range want[:11] { // 11 epochs span no more
			if math.Abs(got[c]-s) > 1e-11*want[0] {
				t.Errorf("blocks of %d: direction %d has strength %v, %v in one matrix", block, c, got[c], s)
			}
		}
		for c := range 6 {
			dot := mat.Dot(v.ColView(c), wantV.ColView(c))
			if math.Abs(math.Abs(dot)-1) > 1e-11 {
				t.Errorf("blocks of %d: direction %d has cosine %v to that of one matrix", block, c, dot)
			}
		}
	}
}

// component returns component c of b, of length G.
func component(b *Basis, c int) []float64 {
	out := make([]float64, b.Points())
	for p := range out {
		out[p] = b.components[p*b.k+c]
	}
	return out
}

func TestSignsAreFixed(t *testing.T) {
	curves := planted(20)
	a, err := Fitter{}.Basis(curves)
	if err != nil {
		t.Fatal(err)
	}
	for c := range a.Width() {
		best := 0.0
		for _, x := range component(a, c) {
			if math.Abs(x) > math.Abs(best) {
				best = x
			}
		}
		if best <= 0 {
			t.Errorf("component %d has its largest entry %v", c, best)
		}
	}
}

func TestDecodeEqualsTheSumOfComponents(t *testing.T) {
	b, err := Fitter{Points: 11}.Basis(planted(30))
	if err != nil {
		t.Fatal(err)
	}
	mean := b.Decode(nil, make([]float64, b.Width()), []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0, 10)
	epochs := []float64{0, 0.5, 7.3, 7.9, 0.25, 10, 0.1, 3, -4, 99} // not sorted: cells come back
	v := []float64{30, -7}
	for i, got := range b.Decode(nil, v, epochs, 0, 10) {
		e := min(max(epochs[i], 0), 10)
		cell := min(int(e), 9)
		f := e - float64(cell)
		want := mean[cell]*(1-f) + mean[cell+1]*f
		for c := range v {
			w := component(b, c)
			want += v[c] * (w[cell]*(1-f) + w[cell+1]*f)
		}
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("epoch %v: %v, want %v", epochs[i], got, want)
		}
	}
}

func TestDecodeRefusesHugeEntries(t *testing.T) {
	b, err := Fitter{Points: 4, Components: 1}.Basis(planted(5))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 4} { // the first mean, the first component
		data, err := b.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		binary.LittleEndian.PutUint64(data[23+8*at:], math.Float64bits(2e300))
		if _, err := Decode(data); !errors.Is(err, ErrFormat) {
			t.Errorf("number %d of 2e300: %v", at, err)
		}
	}
}

func TestFitIsDefined(t *testing.T) {
	for _, n := range []int{1, 2, 5} { // fewer curves than components
		b, err := Fitter{}.Basis(planted(n))
		if err != nil || b.Width() < 1 {
			t.Errorf("%d curves: %v", n, err)
		}
	}
	huge := models.Curve{Epochs: []float64{0, 1, 2}, Values: []float64{-1e300, 1e300, 1e18}}
	b, err := Fitter{}.Basis(append(planted(5), huge, huge))
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range b.Decode(nil, make([]float64, b.Width()), []float64{0, 1, 2}, 0, 2) {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			t.Errorf("mean curve has %v", y)
		}
	}
	for _, k := range []struct {
		f      Fitter
		curves []models.Curve
		want   error
	}{{Fitter{}, nil, ErrNoCurves}, {Fitter{Components: -1}, planted(2), ErrComponents},
		{Fitter{Components: 9, Points: 8}, planted(2), ErrComponents},
		{Fitter{}, []models.Curve{{}}, ErrCurve}} {
		if _, err := k.f.Fit(k.curves); !errors.Is(err, k.want) {
			t.Errorf("%+v: %v", k.f, err)
		}
	}
}

// Curves that differ at one grid point give a component whose only entry is 1, and the largest values the largest mean:
// the bytes of both must be accepted again.
func TestExtremeBasisCanBeRead(t *testing.T) {
	for n := range 30 {
		curves := make([]models.Curve, n+2)
		for i := range curves {
			curves[i] = models.Curve{Epochs: []float64{0, 1, 2}, Values: []float64{1e300, 0.1 * float64(i*i%7), 1e300}}
		}
		b, err := Fitter{Points: 3}.Basis(curves)
		if err != nil {
			t.Fatal(err)
		}
		data, err := b.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(data); err != nil {
			t.Errorf("%d curves: %v", n+2, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	b, err := Fitter{Points: 4, Components: 2}.Basis(planted(5))
	if err != nil {
		f.Fatal(err)
	}
	seed, err := b.AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Decode(data)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v is not ErrFormat", err)
			}
			return
		}
		if again, err := b.AppendBinary(nil); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%x came back as %x, %v", data, again, err)
		}
		for _, y := range b.Decode(nil, make([]float64, b.Width()), []float64{0, 1, 2}, 0, 2) {
			if math.IsNaN(y) || math.IsInf(y, 0) {
				t.Errorf("decodes to %v", y)
			}
		}
	})
}

// Fit of 675 curves of 201 points.
func BenchmarkFit(b *testing.B) {
	curves := make([]models.Curve, 675)
	r := rand.New(rand.NewPCG(7, 7))
	for i := range curves {
		for e := range 201 {
			curves[i].Epochs = append(curves[i].Epochs, float64(e))
			curves[i].Values = append(curves[i].Values, r.Float64())
		}
	}
	for b.Loop() {
		if _, err := (Fitter{}).Fit(curves); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	curves := planted(20)
	basis, err := Fitter{}.Basis(curves)
	if err != nil {
		b.Fatal(err)
	}
	v, dst, epochs := make([]float64, basis.Width()), make([]float64, 200), make([]float64, 200)
	for i := range epochs {
		epochs[i] = float64(i)
	}
	for b.Loop() {
		basis.Decode(dst, v, epochs, 0, 199)
	}
}
