package features

import (
	"fmt"
	"math"

	"eahas/features/formula"
)

// MaxStages is the greatest number of stages that a derived network may have.
const MaxStages = 16

// maxBlocks bounds the depth that is derived, so that a hostile space cannot ask for endless work.
const maxBlocks = 10_000

// RegNetSpec says which axes hold the five RegNet parameters and what surrounds the stages.
// Empty names and zero numbers mean the defaults that DefaultRegNet names.
type RegNetSpec struct {
	Depth  string `yaml:"depth,omitempty" json:"depth,omitempty"`     // axis of the number of blocks; default "depth"
	W0     string `yaml:"w0,omitempty" json:"w0,omitempty"`           // axis of the first width; default "w0"
	WA     string `yaml:"wa,omitempty" json:"wa,omitempty"`           // axis of the slope; default "wa"
	WM     string `yaml:"wm,omitempty" json:"wm,omitempty"`           // axis of the width multiplier; default "wm"
	GroupW string `yaml:"group_w,omitempty" json:"group_w,omitempty"` // axis of the group width; default "group_w"
	// "cifar": 3x3 convolution of stride 1 (default); "simple": of stride 2
	Stem      string `yaml:"stem,omitempty" json:"stem,omitempty"`
	StemWidth int    `yaml:"stem_width,omitempty" json:"stem_width,omitempty"` // default 16
	ImageSize int    `yaml:"image_size,omitempty" json:"image_size,omitempty"` // pixels a side; default 32
	Classes   int    `yaml:"classes,omitempty" json:"classes,omitempty"`       // default 10
	// squeeze-excitation; default 0.25, negative means none
	SERatio float64 `yaml:"se_ratio,omitempty" json:"se_ratio,omitempty"`
}

// DefaultRegNet returns the CIFAR-10 setting of EA-HAS-Bench: axes depth, w0, wa, wm, group_w; CIFAR stem of width 16,
// 32 pixels, 10 classes, squeeze-excitation ratio 0.25.
func DefaultRegNet() RegNetSpec { return RegNetSpec{}.withDefaults() }

func (r RegNetSpec) withDefaults() RegNetSpec {
	text := func(s *string, d string) {
		if *s == "" {
			*s = d
		}
	}
	text(&r.Depth, "depth")
	text(&r.W0, "w0")
	text(&r.WA, "wa")
	text(&r.WM, "wm")
	text(&r.GroupW, "group_w")
	text(&r.Stem, "cifar")
	if r.StemWidth == 0 {
		r.StemWidth = 16
	}
	if r.ImageSize == 0 {
		r.ImageSize = 32
	}
	if r.Classes == 0 {
		r.Classes = 10
	}
	if r.SERatio == 0 {
		r.SERatio = 0.25
	}
	return r
}

func (r *RegNetSpec) validate() string {
	switch {
	case r.Stem != "" && r.Stem != "cifar" && r.Stem != "simple":
		return fmt.Sprintf("unknown stem %q; allowed are cifar, simple", r.Stem)
	case r.StemWidth < 0 || r.StemWidth > 1<<16:
		return "stem_width must lie in 1..65536"
	case r.ImageSize < 0 || r.ImageSize > 1<<14:
		return "image_size must lie in 1..16384"
	case r.Classes < 0 || r.Classes > 1<<24:
		return "classes must lie in 1..16777216"
	case !finite(r.SERatio) || r.SERatio > 1:
		return "se_ratio must be at most 1"
	}
	return ""
}

// RegNetParams are the five numbers that generate a RegNet.
type RegNetParams struct {
	Depth  int     // blocks
	W0     int     // width of the first block, a multiple of 8
	WA     float64 // slope of the widths over the blocks, >= 0
	WM     float64 // width multiplier of the quantisation, > 1
	GroupW int     // group width of the 3x3 convolutions, >= 1
}

// Stage is a run of blocks of equal width.
type Stage struct{ Width, Depth, GroupW int }

// Network is a generated RegNet.
type Network struct {
	Stages int              // stages used
	Stage  [MaxStages]Stage // the first Stages entries
	// stages that the quantisation's levels would give; differs from Stages when a level is skipped or levels round to
	// one width
	Possible int
}

// Generate derives the stages of a RegNet (Radosavovic et al. 2020, "Designing Network Design Spaces", eq. 2 to 4):
// u_j = w0 + wa*j for j < depth; s_j = round(log(u_j/w0) / log(wm)); w_j = w0 * wm^s_j, rounded to a multiple of 8;
// runs of equal width are stages. Group width g and width w are then made to fit as pycls does it:
// g = min(g, w), w = max(g, g*round(w/g)). All roundings are half to even, of
// numbers that are the same bits on every processor (ln, power), as ties are not rare on the grids of such spaces. It
// does not allocate.
func (p RegNetParams) Generate() (Network, error) {
	var n Network
	if err := p.generate(&n); err != nil {
		return Network{}, err
	}
	return n, nil
}

// check names the parameters and what they need, if one of them is out of bounds.
func (p *RegNetParams) check() error {
	if p.Depth < 1 || p.Depth > maxBlocks || p.W0 < 8 || p.W0 > 1<<16 || p.W0%8 != 0 ||
		!(p.WA >= 0) || p.WA > 1<<16 || !(p.WM > 1) || math.IsInf(p.WM, 0) || p.GroupW < 1 {
		return fmt.Errorf("%w: depth %d, w0 %d, wa %g, wm %g, group width %d (need depth >= 1, w0 a multiple of 8, "+
			"wa >= 0, wm > 1, group width >= 1)",
			ErrRegNet, p.Depth, p.W0, p.WA, p.WM, p.GroupW)
	}
	return nil
}

// generate fills n, whose stages beyond n.Stages are left as they were.
func (p *RegNetParams) generate(n *Network) error {
	if err := p.check(); err != nil {
		return err
	}
	n.Stages = 0
	level := 0.0
	for start := 0; start < p.Depth; level++ {
		end := p.endOfLevel(level)
		if end <= start { // no block has this level
			level = p.level(start)
			end = max(p.endOfLevel(level), start+1)
		}
		w := 8 * int(math.RoundToEven(float64(p.W0)*formula.Power(p.WM, int(level))/8))
		switch {
		case n.Stages > 0 && n.Stage[n.Stages-1].Width == w:
			n.Stage[n.Stages-1].Depth += end - start
		case n.Stages == MaxStages:
			return fmt.Errorf("%w: more than %d stages", ErrRegNet, MaxStages)
		default:
			n.Stage[n.Stages] = Stage{Width: w, Depth: end - start}
			n.Stages++
		}
		n.Possible = int(level) + 1
		start = end
	}
	for i := range n.Stages {
		st := &n.Stage[i]
		st.GroupW = min(p.GroupW, st.Width)
		g := float64(st.GroupW)
		st.Width = max(st.GroupW, st.GroupW*int(math.RoundToEven(float64(st.Width)/g)))
	}
	return nil
}

// level returns s_j of block j.
func (p *RegNetParams) level(j int) float64 {
	w0 := float64(p.W0)
	return math.RoundToEven(formula.Ln((w0+float64(p.WA*float64(j)))/w0) / formula.Ln(p.WM))
}

// endOfLevel returns the first block whose level is greater than the given one, or the depth. It solves
// 1 + wa*j/w0 = wm^(level+1/2) for j, and asks level only where j is so near to a block that rounding decides.
func (p *RegNetParams) endOfLevel(level float64) int {
	j := (math.Pow(p.WM, level)*math.Sqrt(p.WM) - 1) * float64(p.W0) / p.WA
	if !(j < float64(p.Depth)) { // beyond the last block; also without slope, where j is infinite
		j = float64(p.Depth)
	}
	near := math.Round(j)
	const unsure = 1e-6
	if math.Abs(j-near) > unsure*(1+j) {
		return int(math.Ceil(j))
	}
	if k := int(near); k >= p.Depth || p.level(k) > level {
		return k
	}
	return int(near) + 1
}
