package bezier

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"eahas/models/internal/curve"
)

// codecs returns one codec of every kind and degree.
func codecs(t testing.TB) []*Codec {
	var out []*Codec
	for _, p := range []Parameters{Chord, Warp} {
		for n := minDegree; n <= p.maxDegree(); n++ {
			c, err := New(p, n, 100)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, c)
		}
	}
	return out
}

func count(first, m int) []float64 {
	e := make([]float64, m)
	for i := range e {
		e[i] = float64(first + i)
	}
	return e
}

func worst(a, b []float64) float64 {
	d := 0.0
	for i := range a {
		d = max(d, math.Abs(a[i]-b[i]))
	}
	return d
}

func TestDecodeEqualsBisection(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range codecs(t) {
		for range 30 {
			v := make([]float64, c.Width())
			for i := range v {
				v[i] = r.Float64()
				if i <= c.degree {
					v[i] *= 100
				}
			}
			if c.params == Chord {
				order(v[c.degree+1:])
				if r.IntN(3) == 0 { // several control points at an end: the slope of x(t) is 0 there
					copy(v[c.degree+1:], make([]float64, c.degree-1))
				}
			}
			e := count(5, 200)
			got, want := c.Decode(nil, v, e, 5, 204), naiveDecode(c, v, e, 5, 204)
			if d := worst(got, want); d > 1e-7 { // y'/x' is unbounded where the slope is 0
				t.Fatalf("%s %d: %v off for %v", c.params, c.degree, d, v)
			}
			shuffled := append([]float64(nil), e...)
			r.Shuffle(len(e), func(i, j int) {
				shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
				want[i], want[j] = want[j], want[i]
			})
			if d := worst(c.Decode(nil, v, shuffled, 5, 204), want); d > 1e-7 {
				t.Fatalf("%s %d: %v off for shuffled epochs", c.params, c.degree, d)
			}
		}
	}
}

func TestFitEqualsQR(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := minDegree; n <= maxDegree; n++ {
		tt, y := make([]float64, 60), make([]float64, 60)
		for i := range tt {
			tt[i] = float64(i) / 59
			y[i] = 90*(1-math.Exp(-3*tt[i])) + r.NormFloat64()
		}
		got, want := make([]float64, n+1), naiveFit(n, tt, y)
		fit(got, tt, y, curve.Range(y))
		// high degrees feel the ridge, in directions that move the curve hardly at all
		if d := worst(got, want); d > 1e-2 {
			t.Errorf("degree %d: %v apart:\n%v\n%v", n, d, got, want)
		}
		for _, x := range tt {
			if d := math.Abs(naiveAt(got, x) - naiveAt(want, x)); d > 1e-5 {
				t.Errorf("degree %d: curves %v apart at %v", n, d, x)
			}
		}
	}
}

func TestPlantedControlPointsAreFound(t *testing.T) {
	for _, n := range []int{3, 4, 5, 6, 8} {
		c, err := New(Warp, n, 30)
		if err != nil {
			t.Fatal(err)
		}
		planted := make([]float64, n+1)
		for i := range planted {
			planted[i] = 95 - 80/float64(1+i*i)
		}
		e := count(1, 150)
		got, err := c.Encode(nil, e, naiveDecode(c, planted, e, 1, 150))
		if err != nil {
			t.Fatal(err)
		}
		if d := worst(got, planted); d > 1e-4 {
			t.Errorf("degree %d: %v for the planted %v", n, got, planted)
		}
	}
}

func TestOrderIsTheProjection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-2, 3), 1, 11).Draw(t, "x")
		want := naiveOrder(x)
		order(x)
		if d := worst(x, want); d > 1e-12 {
			t.Fatalf("%v, want %v", x, want)
		}
	})
}

// No ordered vector, near or far, may be nearer to the points than fitOrdered's.
func TestFitOrderedIsTheConstrainedMinimum(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	tight := 0
	for range 100 {
		n := 3 + r.IntN(4)
		m := 4 + r.IntN(30)
		tt, x := make([]float64, m), make([]float64, m)
		for i := 1; i < m; i++ {
			tt[i] = tt[i-1] + r.Float64()
			x[i] = x[i-1] + math.Pow(r.Float64(), 8)
		}
		for i := range m {
			tt[i] /= tt[m-1]
			x[i] /= x[m-1]
		}
		tt[m-1], x[m-1] = 1, 1
		squares := func(p []float64) float64 {
			sum := 0.0
			for i := range m {
				d := naiveAt(p, tt[i]) - x[i]
				sum += d * d
			}
			return sum
		}
		p := make([]float64, n+1)
		fitOrdered(p, tt, x)
		if !inOrder(p) || p[0] != 0 || p[n] != 1 {
			t.Fatalf("%v is not in order from 0 to 1", p)
		}
		for i := range n {
			if p[i] == p[i+1] {
				tight++
				break
			}
		}
		least := squares(p)
		for _, size := range []float64{1, 1e-2, 1e-4} {
			for range 30 {
				q := append([]float64(nil), p...)
				for i := 1; i < n; i++ {
					q[i] += size * r.NormFloat64()
				}
				order(q[1:n])
				if e := squares(q); e < least-1e-8 {
					t.Fatalf("degree %d: %v with error %v is beaten by %v with %v", n, p, least, q, e)
				}
			}
		}
	}
	if tight < 10 {
		t.Errorf("the constraint was active in %d of 100 cases only", tight)
	}
}

func TestEveryEpochDecodesOnce(t *testing.T) {
	// Whatever a regressor answers, x(t) increases: rising y control points must give a curve that never falls.
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 6).Draw(t, "n")
		x := rapid.SliceOfN(rapid.Float64Range(-1, 2), n-1, n-1).Draw(t, "x")
		c, err := New(Chord, n, 0)
		if err != nil {
			t.Fatal(err)
		}
		var v []float64
		for i := range n + 1 {
			v = append(v, float64(i))
		}
		got := c.Decode(nil, append(v, x...), count(1, 100), 1, 100)
		for i := range got {
			if i > 0 && got[i] < got[i-1]-1e-9 {
				t.Fatalf("falls from %v to %v at epoch %d", got[i-1], got[i], i+1)
			}
		}
		if got[0] != 0 || got[99] != float64(n) {
			t.Fatalf("ends at %v and %v", got[0], got[99])
		}
	})
}

// A percentage must not leave 0..100 by a rounding error, and a flat curve must stay a tie with itself.
func TestDecodeStaysInTheHull(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	e := count(0, 500)
	for _, c := range codecs(t) {
		for range 20 {
			v := make([]float64, c.Width())
			top := 100 * r.Float64()
			for i := range v {
				v[i] = top // also of x: mended
			}
			for i, y := range c.Decode(nil, v, e, 0, 499) {
				if y != top {
					t.Fatalf("%s %d: constant %v is %v at %d", c.params, c.degree, top, y, i)
				}
			}
		}
	}
}

func TestMissingAbscissaeAreEven(t *testing.T) {
	c, err := New(Chord, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	nan, e := math.NaN(), count(0, 50)
	got := c.Decode(nil, []float64{0, 9, 3, 4, 8, nan, 0.5, nan}, e, 0, 49)
	if d := worst(got, c.Decode(nil, []float64{0, 9, 3, 4, 8, 0.25, 0.5, 0.75}, e, 0, 49)); d != 0 {
		t.Errorf("%v off", d)
	}
}

func TestShortAndStrangeCurves(t *testing.T) {
	step := make([]float64, 100)
	for i := 40; i < 100; i++ {
		step[i] = 80
	}
	blown := []float64{10, 11, 12, 1e18, 1e18, 1e18, 1e18, 1e18, 1e18, 1e18}
	for _, c := range codecs(t) {
		for _, k := range []struct {
			name           string
			epochs, values []float64
			floor          float64 // largest error allowed at the curve's own epochs
		}{
			{"one point", []float64{7}, []float64{42}, 0},
			{"two points", []float64{1, 9}, []float64{42, 50}, 1e-12},
			{"three points", []float64{0, 3, 9}, []float64{10, 60, 50}, 1e-4},
			{"irregular", []float64{0, 1, 2, 5, 17, 80}, []float64{10, 30, 40, 55, 65, 70}, 6},
			{"constant", count(0, 50), append([]float64(nil), make([]float64, 50)...), 0},
			{"step", count(0, 100), step, 60},
			{"blown up", count(1, 10), blown, 1e18},
			{"huge", count(1, 4), []float64{-1e299, 1e299, -1e299, 1e299}, 4e299},
			{"largest", count(1, 3), []float64{-math.MaxFloat64, math.MaxFloat64, 0}, math.Inf(1)},
			{"tiny", count(1, 5), []float64{0, 5e-324, 0, 5e-324, 1e-323}, 1e-300},
			{"far epochs", []float64{-math.MaxFloat64, 0, math.MaxFloat64}, []float64{1, 2, 3}, 1e-4},
		} {
			v, err := c.Encode(nil, k.epochs, k.values)
			if err != nil {
				t.Errorf("%s %d, %s: %v", c.params, c.degree, k.name, err)
				continue
			}
			m := len(k.epochs)
			got := c.Decode(nil, v, k.epochs, k.epochs[0], k.epochs[m-1])
			for i, y := range got {
				if !curve.Finite(y) || !curve.Finite(v[i%len(v)]) {
					t.Errorf("%s %d, %s: %v from %v", c.params, c.degree, k.name, y, v)
				}
				if d := math.Abs(y - k.values[i]); d > k.floor {
					t.Errorf("%s %d, %s: %v at %v, want %v", c.params, c.degree, k.name, y, k.epochs[i], k.values[i])
				}
			}
			if got[0] != curve.Clip(k.values[0]) || got[m-1] != curve.Clip(k.values[m-1]) {
				t.Errorf("%s %d, %s: the ends %v and %v are not pinned", c.params, c.degree, k.name, got[0], got[m-1])
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	c, err := New(Chord, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, k := range [][2][]float64{
		{nil, nil}, {{1}, {1, 2}}, {{1, 1}, {2, 3}}, {{2, 1}, {2, 3}}, {{1, nan}, {2, 3}}, {{1, 2}, {2, nan}},
		{{1, 2}, {inf, 3}},
	} {
		if _, err := c.Encode(nil, k[0], k[1]); !errors.Is(err, ErrCurve) {
			t.Errorf("%v: %v", k, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, k := range []struct {
		p    Parameters
		n    int
		c    float64
		want error
	}{
		{Chord, 2, 0, ErrDegree}, {Chord, 7, 0, ErrDegree}, {Warp, 13, 1, ErrDegree}, {Warp, 4, 0, ErrWarp},
		{Warp, 4, math.NaN(), ErrWarp}, {Warp, 4, math.Inf(1), ErrWarp}, {Warp, 4, -1, ErrWarp},
		{3, 4, 1, ErrParameters},
	} {
		if _, err := New(k.p, k.n, k.c); !errors.Is(err, k.want) {
			t.Errorf("New(%v, %d, %v): %v", k.p, k.n, k.c, err)
		}
	}
}

func TestDesignIsTheLinearMap(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range codecs(t) {
		e := count(1, 77)
		d, err := c.Design(nil, e, 1, 77)
		if c.params == Chord {
			if !errors.Is(err, ErrNotLinear) {
				t.Errorf("chord: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		w := c.Width()
		v := make([]float64, w)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		y := c.Decode(nil, v, e, 1, 77)
		for i := range e {
			s := 0.0
			for j := range v {
				s += d[i*w+j] * v[j]
			}
			if math.Abs(s-y[i]) > 1e-12 {
				t.Fatalf("degree %d: design gives %v, Decode %v", c.degree, s, y[i])
			}
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	e := count(0, 200)
	y := make([]float64, 200)
	for i := range y {
		y[i] = 90 - 80/(1+float64(i)) + math.Sin(float64(7*i))
	}
	for _, p := range []Parameters{Chord, Warp} {
		c, err := New(p, 5, 100)
		if err != nil {
			b.Fatal(err)
		}
		dst := make([]float64, c.Width())
		b.Run(p.String(), func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Encode(dst, e, y); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Decode of all 200 epochs of one curve.
func BenchmarkDecode(b *testing.B) {
	e := count(0, 200)
	y := make([]float64, 200)
	for i := range y {
		y[i] = 90 - 80/(1+float64(i))
	}
	for _, p := range []Parameters{Chord, Warp} {
		c, err := New(p, 5, 100)
		if err != nil {
			b.Fatal(err)
		}
		v, err := c.Encode(nil, e, y)
		if err != nil {
			b.Fatal(err)
		}
		dst := make([]float64, len(e))
		b.Run(p.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Decode(dst, v, e, 0, 199)
			}
		})
	}
}
