package bezier

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestWhitenedIsWarpInOtherCoordinates(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11))
	e := count(1, 90)
	for n := minDegree; n <= maxDegree; n++ {
		warp, err := New(Warp, n, 100)
		if err != nil {
			t.Fatal(err)
		}
		white, err := New(Whitened, n, 100)
		if err != nil {
			t.Fatal(err)
		}
		values := make([]float64, len(e))
		for i := range values {
			values[i] = 80 - 70/float64(1+i) + r.NormFloat64()
		}
		y, err := warp.Encode(nil, e, values)
		if err != nil {
			t.Fatal(err)
		}
		z, err := white.Encode(nil, e, values)
		if err != nil {
			t.Fatal(err)
		}
		want := warp.Decode(nil, y, e, 1, 90)
		if d := worst(white.Decode(nil, z, e, 1, 90), want); d > 1e-8 {
			t.Errorf("degree %d: curves %v apart", n, d)
		}
		design, err := white.Design(nil, e, 1, 90)
		if err != nil {
			t.Fatal(err)
		}
		for i := range e {
			s := 0.0
			for j, v := range z {
				s += design[i*(n+1)+j] * v
			}
			if math.Abs(s-want[i]) > 1e-8 {
				t.Errorf("degree %d: design gives %v, the curve is %v", n, s, want[i])
			}
		}
	}
}

func TestEveryWarpConstantCanBeWhitened(t *testing.T) {
	for _, c := range []float64{5e-324, 1e-300, 1e-3, 1, 1e9, 1e300, math.MaxFloat64} {
		codec, err := New(Whitened, maxDegree, c)
		if err != nil {
			t.Fatal(err)
		}
		z, err := codec.Encode(nil, []float64{0, 1, 2, 3}, []float64{10, 40, 50, 55})
		if err != nil {
			t.Fatal(err)
		}
		for _, y := range codec.Decode(nil, z, []float64{0, 3}, 0, 3) {
			if !(y > 9.99 && y < 55.01) {
				t.Errorf("c = %v: %v", c, y)
			}
		}
	}
}

// |z|^2 must be the mean square of the curve over 101 epochs, averaged with that over 101 points of warped time.
func TestWhitenedDistanceIsTheCurves(t *testing.T) {
	c, err := New(Whitened, 6, 50)
	if err != nil {
		t.Fatal(err)
	}
	v := []float64{0.3, -1, 0.5, 2, -0.2, 0.1, 0.7}
	even, warped := make([]float64, 101), make([]float64, 101)
	for i := range even {
		even[i] = float64(i) / 100
		warped[i] = (math.Pow(51, even[i]) - 1) / 50
	}
	want, got := 0.0, 0.0
	for _, at := range [][]float64{even, warped} {
		for _, y := range c.Decode(nil, v, at, 0, 1) {
			want += y * y / 202
		}
	}
	for _, z := range v {
		got += z * z
	}
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("squared length %v, mean square %v", got, want)
	}
}
