package report

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Matrices of Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
// deficiency" (IEEE TVCG 2009), severity 1, for linear sRGB.
var blindness = map[string][3][3]float64{
	"normal":       {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}},
	"deuteranopia": {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
}

// lab converts a colour "#rrggbb", as eyes of that kind see it, to CIE L*a*b* (D65).
func lab(t *testing.T, hex string, m [3][3]float64) [3]float64 {
	t.Helper()
	var c, seen [3]float64
	for i := range c {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if c[i] = float64(v) / 255; c[i] <= .04045 {
			c[i] /= 12.92
		} else {
			c[i] = math.Pow((c[i]+.055)/1.055, 2.4)
		}
	}
	for i := range seen {
		seen[i] = min(1, max(0, m[i][0]*c[0]+m[i][1]*c[1]+m[i][2]*c[2]))
	}
	f := func(x float64) float64 {
		if x > 216./24389 {
			return math.Cbrt(x)
		}
		return (24389./27*x + 16) / 116
	}
	x := f((.4124564*seen[0] + .3575761*seen[1] + .1804375*seen[2]) / .95047)
	y := f(.2126729*seen[0] + .7151522*seen[1] + .0721750*seen[2])
	z := f((.0193339*seen[0] + .1191920*seen[1] + .9503041*seen[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// The colours of the variants stay apart for eyes without red or green, on light and on dark ground, and the first
// three in print without colours.
func TestColoursStayApart(t *testing.T) {
	light, dark, _ := strings.Cut(pageStyle, "prefers-color-scheme:dark")
	for ground, css := range map[string]string{"light": light, "dark": dark} {
		var colours []string
		for i := range count {
			found := regexp.MustCompile(fmt.Sprintf(`--c%d:(#[0-9a-f]{6})`, i)).FindStringSubmatch(css)
			if found == nil {
				t.Fatalf("%s: no colour %d", ground, i)
			}
			colours = append(colours, found[1])
		}
		for eyes, m := range blindness {
			for i, a := range colours {
				for j, b := range colours[:i] {
					p, q := lab(t, a, m), lab(t, b, m)
					apart := math.Hypot(math.Hypot(p[0]-q[0], p[1]-q[1]), p[2]-q[2])
					if apart < 15 {
						t.Errorf("%s, %s: colours %d and %d are %.1f apart, want 15", ground, eyes, j, i, apart)
					}
				}
			}
		}
		for i, a := range colours[:3] {
			for _, b := range colours[:i] {
				p, q := lab(t, a, blindness["normal"]), lab(t, b, blindness["normal"])
				if math.Abs(p[0]-q[0]) < 5 {
					t.Errorf("%s: %s and %s are one grey in print", ground, a, b)
				}
			}
		}
	}
}

// count is the number of colours, under a name that the test does not hide.
const count = colours
