package features

import (
	"math"
	"testing"
)

func TestGeometric(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		xs   []float64
		want bool
	}{
		{[]float64{1, 2, 4, 8}, true}, {[]float64{1, 1.5, 2.25}, true}, {[]float64{1, 2, 4.03, 8.1}, true},
		{[]float64{1, 1.4, 1.96}, false}, {[]float64{1, 2}, false}, {[]float64{0, 1, 2}, false},
		{[]float64{1, 2, 4, 9}, false}, {[]float64{1, 2, 3}, false}, {[]float64{1, 2, 4.1}, false},
	} {
		if got := geometric(c.xs); got != c.want {
			t.Errorf("geometric(%v) = %v", c.xs, got)
		}
	}
}

// Two numbers that a choice cannot tell apart are near doubles, wherever they stand.
func TestNearDoubles(t *testing.T) {
	t.Parallel()
	next := math.Nextafter(0.3, 1)
	for _, c := range []struct {
		xs   []float64
		want bool
	}{
		{[]float64{0.1, 0.2, 0.3}, false}, {[]float64{0.1, 0.2, 0.3, next}, true}, {[]float64{0.3, next, 0.4}, true},
		{[]float64{0.3}, false},
	} {
		if got := nearDoubles(c.xs); got != c.want {
			t.Errorf("nearDoubles(%v) = %v", c.xs, got)
		}
	}
}

func TestParseValue(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Value{"": {}, "1.5": Number(1.5), "-2e3": Number(-2000), "0": Number(0),
		"Inf": Text("Inf"), "-Inf": Text("-Inf"), "NaN": Text("NaN"), "sgd": Text("sgd"), " 1": Text(" 1")} {
		if got := ParseValue(text); got != want {
			t.Errorf("ParseValue(%q) = %v", text, got)
		}
	}
}

// With groups of one channel nothing rounds the widths again: blocks of one width are one stage, from the first on.
func TestBlocksOfOneWidthAreOneStage(t *testing.T) {
	t.Parallel()
	found := false
	for w0 := 8; w0 <= 64; w0 += 8 {
		for _, wm := range []float64{1.02, 1.05, 1.1, 1.3, 2} {
			for _, wa := range []float64{0.5, 2, 8, 20} {
				n, err := RegNetParams{Depth: 12, W0: w0, WA: wa, WM: wm, GroupW: 1}.Generate()
				if err != nil {
					continue // more stages than there is room for
				}
				depth := 0
				for i := range n.Stages {
					depth += n.Stage[i].Depth
					if i > 0 && n.Stage[i].Width <= n.Stage[i-1].Width {
						t.Errorf("w0 %d, wm %g, wa %g: stage %d is %d wide after %d", w0, wm, wa, i, n.Stage[i].Width,
							n.Stage[i-1].Width)
					}
				}
				if depth != 12 {
					t.Errorf("w0 %d, wm %g, wa %g: %d blocks of 12", w0, wm, wa, depth)
				}
				found = found || n.Possible > n.Stages && n.Stage[0].Depth > 1
			}
		}
	}
	if !found {
		t.Error("no levels were rounded to one width")
	}
}
