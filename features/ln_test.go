package features

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

func TestLnHasTheBitsOfX86(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("math.Log has other bits here, which is why ln exists")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		x := math.Exp(20 * (r.Float64() - 0.5))
		if got, want := ln(x), math.Log(x); got != want {
			t.Fatalf("ln(%v) = %v, math.Log %v", x, got, want)
		}
	}
	for _, x := range []float64{1, 2, 0.5, math.Sqrt2, math.Sqrt2 / 2, math.Nextafter(1, 2), math.Nextafter(1, 0)} {
		if got, want := ln(x), math.Log(x); got != want {
			t.Errorf("ln(%v) = %v, math.Log %v", x, got, want)
		}
	}
}

func TestPowerHasTheBitsOfPow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 200_000 {
		x, n := 1+3*r.Float64(), r.IntN(40)
		if got, want := power(x, n), math.Pow(x, float64(n)); got != want {
			t.Fatalf("power(%v, %d) = %v, math.Pow %v", x, n, got, want)
		}
	}
}

// TestTiesOfWidthsAndLevels pins the networks of 15,906 points of the grid, those multipliers among them that make
// ties. The Python client's test_space.py pins the same digest.
func TestTiesOfWidthsAndLevels(t *testing.T) {
	h, n := sha256.New(), 0
	p := Param{Kind: Log, Low: 8, High: 32, Step: 0.1}
	for _, wm := range []float64{2.5, 2.56, 2.6, 2.75, 2.89, 3} {
		for w0 := 48; w0 <= 128; w0 += 8 {
			for k := range p.points() {
				net, err := RegNetParams{Depth: 15, W0: w0, WA: p.gridPoint(k), WM: wm, GroupW: 8}.Generate()
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range net.Stage[:net.Stages] {
					fmt.Fprintf(h, "%d %d ", s.Width, s.Depth)
				}
				fmt.Fprintf(h, "%d\n", net.Possible)
				n++
			}
		}
	}
	const want = "244cf75b0167f706b380581c29f90ff80b882a296d8bc7524dce2f7a57231df7"
	if got := hex.EncodeToString(h.Sum(nil)); got != want || n != 15906 {
		t.Errorf("%d networks with the digest %s, wanted %s", n, got, want)
	}
}
