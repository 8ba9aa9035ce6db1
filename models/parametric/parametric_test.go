package parametric

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"eahas/models"
	"eahas/models/modeltest"
)

func TestConformance(t *testing.T) {
	for _, name := range append(Families(), "") {
		t.Run(name, func(t *testing.T) {
			modeltest.Representation(t, Fitter{Family: name}, modeltest.RepresentationOptions{
				Decode: func(b []byte) (models.Representation, error) { return Decode(b) },
				RMSE:   12, // the planted curves are powers: some families are far from them
			})
		})
	}
}

// A curve of the family with shapes off the grid must be found, whatever its family.
func TestPlantedShapesAreFound(t *testing.T) {
	epochs := make([]float64, 120)
	for i := range epochs {
		epochs[i] = float64(i)
	}
	for _, f := range families {
		c := &Codec{family: &f}
		v := []float64{12, 83}[2-c.ends():]
		v = append([]float64(nil), v...)
		for _, b := range f.bounds {
			v = append(v, b.usual+0.07*(b.hi-b.usual))
		}
		want := c.Decode(nil, v, epochs, 0, 119)
		got, err := c.Encode(nil, epochs, want)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, y := range c.Decode(nil, got, epochs, 0, 119) {
			sum += (y - want[i]) * (y - want[i])
		}
		if rmse := math.Sqrt(sum / 120); rmse > 0.2 {
			t.Errorf("%s: planted %v, found %v, RMSE %v", f.name, v, got, rmse)
		}
	}
}

// project's closed form must not be beaten by any other pair of ends: the gradient there is zero.
func TestProjectIsTheMinimum(t *testing.T) {
	x, y := []float64{1, 4, 9, 30, 101}, []float64{0.1, 0.5, 0.4, 0.8, 0.9}
	c := points{x: x, l: make([]float64, len(x)), y: y}
	for i := range x {
		c.l[i] = math.Log(x[i])
	}
	for _, f := range families {
		s := f.usual()
		if e, _ := f.project(s, c, make([]float64, len(x))); math.Abs(e-squares(&f, s, must(f.project(s, c, nil)), x,
			y)) > 1e-12 {
			t.Errorf("%s: residuals sum to %v", f.name, e)
		}
		least, ends := f.project(s, c, nil)
		if e := squares(&f, s, ends, x, y); math.Abs(e-least) > 1e-12 {
			t.Errorf("%s: error %v, summed directly %v", f.name, least, e)
		}
		for _, d := range [][2]float64{{1e-3, 0}, {-1e-3, 0}, {0, 1e-3}, {0, -1e-3}} {
			near := [2]float64{ends[0] + d[0], ends[1] + d[1]}
			if !f.offset {
				near[0] = near[1]
			}
			if e := squares(&f, s, near, x, y); e < least-1e-12 {
				t.Errorf("%s: %v beats the minimum %v", f.name, e, least)
			}
		}
	}
}

func must(_ float64, ends [2]float64) [2]float64 { return ends }

func squares(f *family, s shape, ends [2]float64, x, y []float64) float64 {
	g1, g2 := f.ends(s)
	sum := 0.0
	for i := range x {
		g := f.g(x[i], math.Log(x[i]), s[0], s[1])
		got := ends[1] * g / g2
		if f.offset {
			h := progress(g, g1, g2)
			got = ends[0]*(1-h) + ends[1]*h
		}
		sum += (got - y[i]) * (got - y[i])
	}
	return sum
}

// A curve that stays at chance must stay a tie.
func TestConstantIsExact(t *testing.T) {
	epochs := make([]float64, 300)
	for i := range epochs {
		epochs[i] = float64(i)
	}
	for _, f := range families {
		if !f.offset {
			continue
		}
		c := &Codec{family: &f}
		for _, value := range []float64{42.1, 10.000001, 1. / 3} {
			v := append([]float64{value, value}, -1, 2.5)[:c.Width()]
			for i, y := range c.Decode(nil, v, epochs, 0, 299) {
				if y != value {
					t.Fatalf("%s: %v at %d, want %v", f.name, y, i, value)
				}
			}
		}
	}
}

func TestEveryShapeInBoundsIsFinite(t *testing.T) {
	for _, f := range families {
		corners := []shape{{}}
		for i, b := range f.bounds {
			var next []shape
			for _, s := range corners {
				for _, v := range []float64{b.lo, b.usual, b.hi} {
					s[i] = v
					next = append(next, s)
				}
			}
			corners = next
		}
		for _, s := range corners {
			for _, x := range []float64{1, 1.5, 7, 50, 101} {
				if g := f.g(x, math.Log(x), s[0], s[1]); !(math.Abs(g) < 1e20) || !f.offset && g < 1e-60 {
					t.Errorf("%s: g(%v) = %v at %v", f.name, x, g, s)
				}
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := (Fitter{Family: "pow5"}).Fit(nil); !errors.Is(err, ErrFamily) {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range Families() {
		c, err := New(name)
		if err != nil {
			f.Fatal(err)
		}
		b, err := c.AppendBinary(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v is not ErrFormat", err)
			}
			return
		}
		if again, err := c.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x came back as %x, %v", b, again, err)
		}
	})
}

// Encode of one curve of 351 points.
func BenchmarkEncode(b *testing.B) {
	x, y := make([]float64, 351), make([]float64, 351)
	for i := range x {
		x[i] = float64(i)
		y[i] = 80 - 70/(1+0.1*float64(i)) + math.Sin(float64(3*i))
	}
	for _, name := range Families() {
		c, err := New(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Encode(nil, x, y); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
