package source

import (
	"bytes"
	"encoding/binary"
	"math"
	"os/exec"
	"runtime"
	"testing"

	"eahas/internal/stream"
)

// mathDriver answers each number with three.
const mathDriver = `
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
` + "#include \"math.h.inc\"" + `
int main(void) {
  double x;
  while (fread(&x, sizeof x, 1, stdin) == 1) {
    double y[3] = {eahas_exp(x), eahas_log10(x), eahas_log1p(x)};
    fwrite(y, sizeof y, 1, stdout);
  }
  return 0;
}
`

// TestMathIsGos compares a million numbers bit for bit: a third any bits, a third where the surrogates' numbers lie, a
// third near 0; and the special ones.
func TestMathIsGos(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("Go's exp is another one on this processor")
	}
	n := 1_000_000
	if testing.Short() {
		n /= 20
	}
	xs := []float64{0, math.Copysign(0, -1), 1, -1, 2, 0.5, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64,
		math.SmallestNonzeroFloat64,
		709.782712893384, 709.7827128933841, -708.3964185322641, -709, -744.4, -744.5, -745.2, -746, 0x1p-1022, 0x1p53,
		0x1p-29, 0x1p-54, math.Sqrt2 / 2, math.Sqrt2 - 1}
	rng := stream.New(1, "source", "math")
	for len(xs) < n {
		xs = append(xs, math.Float64frombits(rng.Uint64()), 800*(2*rng.Float64()-1),
			math.Exp(-40*rng.Float64())*(2*rng.Float64()-1))
	}
	in := make([]byte, 0, 8*len(xs))
	for _, x := range xs {
		in = binary.NativeEndian.AppendUint64(in, math.Float64bits(x))
	}
	cmd := exec.Command(compileC(t, map[string]string{"math.h.inc": mathC, "driver.c": mathDriver}))
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 24*len(xs) {
		t.Fatalf("%d bytes for %d numbers", len(out), len(xs))
	}
	wrong := 0
	for i, x := range xs {
		for k, want := range []float64{math.Exp(x), math.Log10(x), math.Log1p(x)} {
			got := math.Float64frombits(binary.NativeEndian.Uint64(out[24*i+8*k:]))
			same := math.Float64bits(got) == math.Float64bits(want) || math.IsNaN(got) && math.IsNaN(want)
			if !same && wrong < 10 {
				wrong++
				t.Errorf("%s(%g) = %x, Go's is %x", []string{"exp", "log10", "log1p"}[k], x, got, want)
			}
		}
	}
}
