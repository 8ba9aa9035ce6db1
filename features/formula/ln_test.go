package formula

import (
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
		if got, want := Ln(x), math.Log(x); got != want {
			t.Fatalf("ln(%v) = %v, math.Log %v", x, got, want)
		}
	}
	for _, x := range []float64{1, 2, 0.5, math.Sqrt2, math.Sqrt2 / 2, math.Nextafter(1, 2), math.Nextafter(1, 0)} {
		if got, want := Ln(x), math.Log(x); got != want {
			t.Errorf("ln(%v) = %v, math.Log %v", x, got, want)
		}
	}
}

func TestPowerHasTheBitsOfPow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 200_000 {
		x, n := 1+3*r.Float64(), r.IntN(40)
		if got, want := Power(x, n), math.Pow(x, float64(n)); got != want {
			t.Fatalf("power(%v, %d) = %v, math.Pow %v", x, n, got, want)
		}
	}
}
