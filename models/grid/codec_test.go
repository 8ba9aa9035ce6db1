package grid

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"eahas/models"
	"eahas/models/modeltest"
)

func TestConformance(t *testing.T) {
	for name, f := range map[string]Fitter{"default": {}, "log": {Warp: 100}, "two": {Points: 2},
		"many": {Points: 1000, Warp: 5}} {
		t.Run(name, func(t *testing.T) {
			o := modeltest.RepresentationOptions{Decode: func(b []byte) (models.Representation,
				error) {
				return Decode(b)
			}}
			if f.Points == 2 {
				o.RMSE = 60
			}
			modeltest.Representation(t, f, o)
		})
	}
}

// naiveEncode searches the two neighbours of every point from scratch.
func naiveEncode(c *Codec, epochs, values []float64) []float64 {
	out := make([]float64, c.points)
	for i := range out {
		u := float64(i) / float64(c.points-1)
		out[i] = values[len(values)-1]
		for j := 0; j+1 < len(epochs); j++ {
			a, b := c.place(epochs[j], epochs[0], epochs[len(epochs)-1]),
				c.place(epochs[j+1], epochs[0], epochs[len(epochs)-1])
			if a <= u && u < b {
				out[i] = values[j] + (values[j+1]-values[j])*(u-a)/(b-a)
			}
		}
	}
	return out
}

func TestEncodeEqualsSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := New(rapid.IntRange(2, 120).Draw(t, "points"), rapid.SampledFrom([]float64{0, 1, 100}).Draw(t, "warp"))
		if err != nil {
			t.Fatal(err)
		}
		var epochs []float64
		e := 0.0
		values := rapid.SliceOfN(rapid.Float64Range(-100, 100), 1, 50).Draw(t, "values")
		for range values {
			epochs = append(epochs, e)
			e += rapid.Float64Range(0.1, 20).Draw(t, "gap")
		}
		got, err := c.Encode(nil, epochs, values)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range naiveEncode(c, epochs, values) {
			if math.Abs(got[i]-want) > 1e-9 {
				t.Fatalf("point %d of %d: %v, want %v", i, c.points, got[i], want)
			}
		}
	})
}

func TestGridEqualToTheEpochsIsExact(t *testing.T) {
	c, err := New(11, 0)
	if err != nil {
		t.Fatal(err)
	}
	epochs, values := make([]float64, 11), make([]float64, 11)
	for i := range epochs {
		epochs[i], values[i] = float64(i+1), math.Sin(float64(9*i))
	}
	v, err := c.Encode(nil, epochs, values)
	if err != nil {
		t.Fatal(err)
	}
	for i, y := range c.Decode(nil, v, epochs, 1, 11) {
		if math.Abs(y-values[i]) > 1e-12 {
			t.Errorf("epoch %d: %v, want %v", i+1, y, values[i])
		}
	}
}

func TestEpochsTooCloseToTellApart(t *testing.T) {
	for _, warp := range []float64{0, 100, 1e9} {
		c, err := New(3, warp)
		if err != nil {
			t.Fatal(err)
		}
		v, err := c.Encode(nil, []float64{0, 1e17, 1e17 + 16}, []float64{1, 2, 3})
		if err != nil || v[0] != 1 || !(v[1] > 1 && v[1] < 2) || v[2] != 3 {
			t.Errorf("warp %v: %v, %v", warp, v, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, k := range []struct {
		points int
		warp   float64
		want   error
	}{{1, 0, ErrPoints}, {10001, 0, ErrPoints}, {5, -1, ErrWarp}, {5, math.NaN(), ErrWarp}, {5, math.Inf(1), ErrWarp}} {
		if _, err := New(k.points, k.warp); !errors.Is(err, k.want) {
			t.Errorf("New(%d, %v): %v", k.points, k.warp, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, warp := range []float64{0, 100} {
		c, err := New(5, warp)
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

func TestTimesAreWhereThePointsAre(t *testing.T) {
	for _, warp := range []float64{0, 1, 100} {
		c, err := New(21, warp)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range c.Times() {
			cell, f := c.Cell(x, 0, 1)
			if at := float64(cell) + f; math.Abs(at-float64(i)) > 1e-9 {
				t.Errorf("warp %v: point %d is at %v, which is point %v", warp, i, x, at)
			}
		}
	}
}
