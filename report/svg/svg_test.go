package svg

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		scale Scale
		want  string
	}{
		{Scale{Min: 0, Max: 100}, "[0 20 40 60 80 100]"},
		{Scale{Min: .91, Max: .99}, "[0.92 0.94 0.96 0.98]"},
		{Scale{Min: -3, Max: 7}, "[-2 0 2 4 6]"},
		{Scale{Min: 3, Max: 2e6, Log: true}, "[100 10000 1e+06]"},
		{Scale{Min: 3, Max: 90, Log: true}, "[5 10 20 50]"},
	} {
		if got := fmt.Sprint(c.scale.Ticks(5)); got != c.want {
			t.Errorf("%+v: %s, want %s", c.scale, got, c.want)
		}
	}
}

// Ticks are round in the unit that they are written in.
func TestTicksAreRoundInTheirUnit(t *testing.T) {
	hours := Scale{Min: 0, Max: 9000, Unit: 3600}
	if got, want := fmt.Sprint(hours.Ticks(5)), "[0 1800 3600 5400 7200 9000]"; got != want {
		t.Errorf("hours %s, want %s", got, want)
	}
	ladder := Scale{Min: 2, Max: 90000, Log: true, Ladders: [][]float64{{1, 60, 3600, 86400}, {1, 10, 60, 600}}}
	if got, want := fmt.Sprint(ladder.Ticks(5)), "[60 3600 86400]"; got != want {
		t.Errorf("ladder %s, want %s", got, want)
	}
}

// FuzzTicks draws the axis of any three numbers: it ends, with few ticks that rise and are on the axis.
func FuzzTicks(f *testing.F) {
	ulp := math.Nextafter(1, 2)
	for _, s := range [][3]float64{{1, 1, 1}, {0, 0, 0}, {1, ulp, ulp}, {1e300, -1e300, 0}, {1e-300, 1e300, 1},
		{math.MaxFloat64, -math.MaxFloat64, 0}, {5e-324, 1e-323, 0}, {1e15, 1e15 + .125, 1e15}, {math.NaN(), 3, 3},
		{math.Inf(1), math.Inf(-1), 2}, {-7, -7 - 1e-15, -7}} {
		for _, log := range []bool{false, true} {
			for _, unit := range []float64{0, 60, 1e15} {
				f.Add(s[0], s[1], s[2], log, unit)
			}
		}
	}
	f.Fuzz(func(t *testing.T, a, b, c float64, log bool, unit float64) {
		if !(unit >= 0 && unit <= 1e18) {
			return
		}
		s := NewScale(log, []float64{a, b, c})
		s.Unit, s.From, s.To = unit, 0, 100
		if !(s.Min < s.Max) || math.IsInf(s.Min, 0) || math.IsInf(s.Max, 0) || log && s.Min <= 0 {
			t.Fatalf("%v: scale %+v", []float64{a, b, c}, s)
		}
		ticks := s.Ticks(5)
		if len(ticks) > 14 {
			t.Fatalf("%d ticks on %+v", len(ticks), s)
		}
		for i, x := range ticks {
			if at := s.Pixel(x); math.IsNaN(at) || at < 0 || at > 100 || i > 0 && x <= ticks[i-1] {
				t.Fatalf("ticks %v on %+v", ticks, s)
			}
		}
	})
}

func TestScaleHoldsItsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.Bool().Draw(t, "log")
		xs := rapid.SliceOfN(rapid.Float64Range(-1e12, 1e12), 0, 9).Draw(t, "xs")
		if log {
			for i, x := range xs {
				xs[i] = math.Exp(x / 3e10)
			}
		}
		s := NewScale(log, xs, []float64{math.NaN(), math.Inf(1), math.Inf(-1)})
		s.From, s.To = 10, 110
		if !(s.Min < s.Max) {
			t.Fatalf("%v: empty scale %+v", xs, s)
		}
		for _, x := range xs {
			if at := s.Pixel(x); !s.Holds(x) || at < 10 || at > 110 {
				t.Fatalf("%v is at %v of %+v", x, at, s)
			}
		}
		ticks := s.Ticks(5)
		for i, x := range ticks {
			if i > 0 && x <= ticks[i-1] || len(ticks) > 12 {
				t.Fatalf("ticks %v of %+v", ticks, s)
			}
		}
	})
}

func TestPlotIsWellFormed(t *testing.T) {
	nan := math.NaN()
	text := func(x float64) string { return fmt.Sprint(x) + "<&\"" }
	p := Plot{Width: 300, Height: 200, Left: 40, Right: 10, Top: 20, Bottom: 30, X: NewScale(false, []float64{1, 2}),
		Y:     NewScale(true, []float64{1, 1e6}),
		XText: text, YText: text, Title: "<b>", XLabel: "&", YLabel: "</text>", Description: `"><script>`}
	p.Start()
	p.Line("s0", "<title>", []float64{1, nan, 2}, []float64{1, 2, -5})
	p.Area("s1", []float64{1, 2}, []float64{1, 2}, []float64{3, 4})
	p.Dot("dot", 3, 1, 10, "<&>")
	p.Dot("dot", 3, nan, 10, "")
	got := p.String()
	if strings.Contains(got, "<script") || strings.Contains(got, "NaN") || strings.Count(got, "<circle") != 1 {
		t.Error(got)
	}
	for d := xml.NewDecoder(strings.NewReader(got)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, got)
		}
	}
}
