package features

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// pyclsZoo holds the exact complexities of the published RegNetX and RegNetY models on ImageNet (224 px, 1000 classes,
// simple stem of width 32, stride 2), from facebookresearch/pycls at 5719de64, dev/model_complexity.json, and the
// generating parameters from its configs/dds_baselines.
var pyclsZoo = []struct {
	name                string
	net                 RegNetParams
	se                  bool
	params, flops, acts float64
}{
	{"RegNetX-200MF", RegNetParams{13, 24, 36.44, 2.49, 8}, false, 2684792, 199040872, 2164056},
	{"RegNetX-400MF", RegNetParams{22, 24, 24.48, 2.54, 16}, false, 5157512, 397678568, 3143272},
	{"RegNetX-600MF", RegNetParams{16, 48, 36.97, 2.24, 24}, false, 6196040, 600891112, 3975096},
	{"RegNetX-800MF", RegNetParams{16, 56, 35.73, 2.28, 16}, false, 7259656, 799700712, 5148744},
	{"RegNetX-1.6GF", RegNetParams{18, 80, 34.01, 2.25, 24}, false, 9190136, 1602850792, 7933512},
	{"RegNetX-3.2GF", RegNetParams{25, 88, 26.31, 2.25, 48}, false, 15296552, 3176622952, 11367432},
	{"RegNetX-4.0GF", RegNetParams{23, 96, 38.65, 2.43, 40}, false, 22118248, 3964499816, 12201608},
	{"RegNetX-6.4GF", RegNetParams{17, 184, 60.83, 2.07, 56}, false, 26209256, 6460292264, 16369744},
	{"RegNetX-8.0GF", RegNetParams{23, 80, 49.56, 2.88, 120}, false, 39572648, 7995133416, 14059688},
	{"RegNetX-12GF", RegNetParams{19, 168, 73.36, 2.37, 112}, false, 46106056, 12086679016, 21366568},
	{"RegNetX-16GF", RegNetParams{22, 216, 55.59, 2.1, 128}, false, 54278536, 15940756456, 25515496},
	{"RegNetX-32GF", RegNetParams{23, 320, 69.86, 2.0, 168}, false, 107811560, 31735930792, 36302160},
	{"RegNetY-200MF", RegNetParams{13, 24, 36.44, 2.49, 8}, true, 3162996, 199519076, 2168052},
	{"RegNetY-400MF", RegNetParams{16, 48, 27.89, 2.09, 8}, true, 4344144, 401849056, 3892496},
	{"RegNetY-600MF", RegNetParams{15, 48, 32.54, 2.32, 16}, true, 6055160, 601227608, 4334296},
	{"RegNetY-800MF", RegNetParams{14, 56, 38.84, 2.4, 16}, true, 6263168, 797183328, 5249888},
	{"RegNetY-1.6GF", RegNetParams{27, 48, 20.71, 2.65, 24}, true, 11202430, 1612087326, 8044814},
	{"RegNetY-3.2GF", RegNetParams{21, 80, 42.63, 2.66, 24}, true, 19436338, 3176496162, 11263418},
	{"RegNetY-4.0GF", RegNetParams{22, 96, 31.41, 2.24, 64}, true, 20646656, 3973301344, 12287200},
	{"RegNetY-6.4GF", RegNetParams{25, 112, 33.22, 2.27, 72}, true, 30583252, 6355221876, 16407188},
	{"RegNetY-8.0GF", RegNetParams{17, 192, 76.82, 2.19, 56}, true, 39180068, 7963074196, 17968916},
	{"RegNetY-12GF", RegNetParams{19, 168, 73.36, 2.37, 112}, true, 51822544, 12092395504, 21384496},
	{"RegNetY-16GF", RegNetParams{18, 200, 106.23, 2.48, 112}, true, 83590140, 15911534044, 23041228},
	{"RegNetY-32GF", RegNetParams{20, 232, 115.89, 2.53, 232}, true, 145046770, 32279583362, 30261570},
}

func TestPublishedComplexities(t *testing.T) {
	for _, m := range pyclsZoo {
		spec := RegNetSpec{Stem: "simple", StemWidth: 32, ImageSize: 224, Classes: 1000, SERatio: -1}
		if m.se {
			spec.SERatio = 0.25
		}
		n, err := m.net.Generate()
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		if got, want := spec.Complexity(&n), (Complexity{m.params, m.flops, m.acts}); got != want {
			t.Errorf("%s: %+v, want %+v", m.name, got, want)
		}
	}
}

// generateNaive is the block-by-block twin of Generate, up to the fitting of group widths.
func generateNaive(p RegNetParams) (widths, depths []int, possible int) {
	for j := range p.Depth {
		u := float64(p.W0) + p.WA*float64(j)
		s := math.RoundToEven(math.Log(u/float64(p.W0)) / math.Log(p.WM))
		w := 8 * int(math.RoundToEven(float64(p.W0)*math.Pow(p.WM, s)/8))
		possible = int(s) + 1
		if k := len(widths) - 1; k >= 0 && widths[k] == w {
			depths[k]++
			continue
		}
		widths, depths = append(widths, w), append(depths, 1)
	}
	return widths, depths, possible
}

func TestGenerateEqualsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := RegNetParams{
			Depth: rapid.IntRange(1, 60).Draw(t, "depth"),
			W0:    8 * rapid.IntRange(1, 40).Draw(t, "w0/8"),
			// Whole slopes and squares as multipliers put blocks exactly on the border between two levels.
			WA: rapid.OneOf(rapid.Float64Range(0, 120), rapid.SampledFrom([]float64{0, 4, 8, 16, 24})).Draw(t,
				"wa"),
			WM:     rapid.OneOf(rapid.Float64Range(1.05, 4), rapid.SampledFrom([]float64{2.25, 4, 9})).Draw(t, "wm"),
			GroupW: 1, // leaves widths as they are
		}
		widths, depths, possible := generateNaive(p)
		n, err := p.Generate()
		if len(widths) > MaxStages {
			if !errors.Is(err, ErrRegNet) {
				t.Fatalf("%d stages: %v", len(widths), err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var w, d []int
		for _, s := range n.Stage[:n.Stages] {
			w, d = append(w, s.Width), append(d, s.Depth)
		}
		if !slices.Equal(w, widths) || !slices.Equal(d, depths) || n.Possible != possible {
			t.Fatalf("%+v: got %v %v %d, want %v %v %d", p, w, d, n.Possible, widths, depths, possible)
		}
	})
}

// complexityNaive counts block by block, layer by layer.
func complexityNaive(r RegNetSpec, n *Network) Complexity {
	var c Complexity
	side := r.ImageSize
	conv := func(in, out, k, stride, groups int) {
		side = (side-1)/stride + 1
		c.Params += float64(k*k*in*out/groups + 2*out)
		c.FLOPs += float64(k * k * in * out / groups * side * side)
		c.Acts += float64(out * side * side)
	}
	stem := 1
	if r.Stem == "simple" {
		stem = 2
	}
	conv(3, r.StemWidth, 3, stem, 1)
	in := r.StemWidth
	for _, st := range n.Stage[:n.Stages] {
		for b := range st.Depth {
			stride := 1
			if b == 0 {
				stride = 2
			}
			if in != st.Width || stride == 2 {
				old := side
				conv(in, st.Width, 1, stride, 1)
				side = old
			}
			conv(in, st.Width, 1, 1, 1)
			conv(st.Width, st.Width, 3, stride, st.Width/st.GroupW)
			if se := int(math.RoundToEven(float64(in) * r.SERatio)); se > 0 {
				c.Params += float64(st.Width*se + se + se*st.Width + st.Width)
				c.FLOPs += float64(st.Width*se + se + se*st.Width + st.Width)
				c.Acts += float64(se + st.Width)
			}
			conv(st.Width, st.Width, 1, 1, 1)
			in = st.Width
		}
	}
	c.Params += float64(in*r.Classes + r.Classes)
	c.FLOPs += float64(in*r.Classes + r.Classes)
	c.Acts += float64(r.Classes)
	return c
}

func TestComplexityEqualsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := RegNetParams{
			Depth:  rapid.IntRange(1, 20).Draw(t, "depth"),
			W0:     8 * rapid.IntRange(1, 20).Draw(t, "w0/8"),
			WA:     rapid.Float64Range(0, 40).Draw(t, "wa"),
			WM:     rapid.Float64Range(1.5, 3).Draw(t, "wm"),
			GroupW: rapid.IntRange(1, 64).Draw(t, "group width"),
		}
		r := RegNetSpec{
			Stem:      rapid.SampledFrom([]string{"cifar", "simple"}).Draw(t, "stem"),
			StemWidth: rapid.IntRange(1, 64).Draw(t, "stem width"), ImageSize: rapid.IntRange(1, 64).Draw(t, "pixels"),
			Classes: rapid.IntRange(1, 300).Draw(t, "classes"),
			SERatio: rapid.SampledFrom([]float64{-1, 0.1, 0.25, 1}).Draw(t, "se"),
		}
		n, err := p.Generate()
		if err != nil {
			t.Skip(err)
		}
		if got, want := r.Complexity(&n), complexityNaive(r, &n); got != want {
			t.Fatalf("%+v %+v: %+v, want %+v", p, r, got, want)
		}
	})
}

func TestGenerateRefuses(t *testing.T) {
	good := RegNetParams{13, 24, 36.44, 2.49, 8}
	for name, spoil := range map[string]func(*RegNetParams){
		"no blocks":        func(p *RegNetParams) { p.Depth = 0 },
		"absurd depth":     func(p *RegNetParams) { p.Depth = 1 << 40 },
		"w0 not times 8":   func(p *RegNetParams) { p.W0 = 25 },
		"negative slope":   func(p *RegNetParams) { p.WA = -1 },
		"slope not number": func(p *RegNetParams) { p.WA = math.NaN() },
		"wm 1":             func(p *RegNetParams) { p.WM = 1 },
		"wm infinite":      func(p *RegNetParams) { p.WM = math.Inf(1) },
		"group width zero": func(p *RegNetParams) { p.GroupW = 0 },
		"too many stages":  func(p *RegNetParams) { p.WM, p.Depth = 1.1, 400 },
	} {
		p := good
		spoil(&p)
		if _, err := p.Generate(); !errors.Is(err, ErrRegNet) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
