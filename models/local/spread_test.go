package local

import (
	"math"
	"testing"
)

func TestSpreadFollowsTheNeighbours(t *testing.T) {
	m := fit(t, lines(func(x, kind float64) []float64 { return []float64{x * x, 5 - kind*x} }, 4))
	for name, c := range map[string]struct {
		x    []float64
		want []float64
	}{
		// between 0.3 and 0.5, a quarter of the way
		"between":     {[]float64{3, 0.35, 1, 0}, []float64{math.Sqrt(3./16) * 0.16, 0}},
		"other line":  {[]float64{3, 0.45, 0, 1}, []float64{math.Sqrt(3./16) * 0.16, -math.Sqrt(3./16) * 0.2}},
		"on a site":   {[]float64{3, 0.7, 0, 1}, []float64{0, 0}},
		"just beyond": {[]float64{3, 1.025, 0, 1}, []float64{0.5 * 0.19, -0.5 * 0.1}},
		"far beyond":  {[]float64{3, 90, 0, 1}, []float64{0.19, -0.1}},
		"below":       {[]float64{3, -0.025, 0, 1}, []float64{0.5 * -0.01, 0.5 * 0.1}},
		"infinite":    {[]float64{3, math.Inf(-1), 1, 0}, []float64{-0.01, 0}},
	} {
		got := m.Spread(nil, c.x)
		if len(got) != 2 || !m.OnLine(c.x) || math.Abs(got[0]-c.want[0]) > 1e-12 || math.Abs(got[1]-c.want[1]) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Off every line the nearest three sites' targets, by hand: nearest are x = 0, 0.1 and 0.2 of the nearer line.
func TestSpreadOffTheLines(t *testing.T) {
	m := fit(t, lines(func(x, kind float64) []float64 { return []float64{10*x + kind, 1} }))
	x := []float64{2, 0.1, 1, 0}
	f := m.Spread(nil, x)
	sum, rest := 0.0, 0.0
	for i := 0; i < len(f); i += 2 {
		sum += f[i] * f[i]
		rest += math.Abs(f[i+1])
	}
	if math.Abs(sum-1) > 1e-12 || rest != 0 || m.OnLine(x) { // 0, 1, 2: sample variance 1
		t.Errorf("spread %v: variances %v and %v, want 1 and 0", f, sum, rest)
	}
}

// A line of one site knows no neighbour on it.
func TestSpreadBesideASingleSite(t *testing.T) {
	d := lines(func(x, kind float64) []float64 { return []float64{10 * x} })
	d.X.Data, d.Y, d.X.N = d.X.Data[:12*4], d.Y[:12], 12 // one site of the second kind, at x = 0
	m := fit(t, d)
	off, site := []float64{3, 0.3, 0, 1}, []float64{3, 0, 0, 1}
	if f := m.Spread(nil, off); m.OnLine(off) || len(f) == 0 || f[0] == 0 {
		t.Errorf("beside the single site: %v", f)
	}
	if f := m.Spread(nil, site); !m.OnLine(site) || len(f) != 1 || f[0] != 0 {
		t.Errorf("on it: %v", f)
	}
}
