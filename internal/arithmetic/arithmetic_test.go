package arithmetic

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// The fingerprint is of this architecture, the same each time, and changes with one last digit of one result.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	got := Fingerprint()
	if !strings.HasPrefix(got, runtime.GOARCH+"-") || len(got) != len(runtime.GOARCH)+9 || got != Fingerprint() {
		t.Errorf("fingerprint %q", got)
	}
	if first, second := battery(), battery(); !bytes.Equal(first, second) {
		t.Error("two batteries differ")
	}
}

// Fusing is seen: the battery holds x*y - x*y, which is 0 with two roundings and the product's rounding error with one.
func TestFusedProductsShow(t *testing.T) {
	t.Parallel()
	x, y := 1+math.Ldexp(1, -30), 1+math.Ldexp(1, -29)
	product := float64(x * y)
	if fused := math.FMA(x, -y, product); fused == 0 || float64(x*-y)+product != 0 {
		t.Fatalf("%g: the pair does not tell a fused sum from two roundings", fused)
	}
	if got := addProduct(x, -y, product); got != 0 && got != math.FMA(x, -y, product) {
		t.Errorf("%g is neither two roundings nor one", got)
	}
}

// A build for processors with fused multiply-add has another fingerprint than the plain one, wherever this test runs on
// such a processor.
func TestBuildsDiffer(t *testing.T) {
	if runtime.GOARCH != "amd64" || runtime.GOOS != "linux" {
		t.Skip("GOAMD64 is of amd64")
	}
	if cpu, err := os.ReadFile("/proc/cpuinfo"); err != nil || !strings.Contains(string(cpu), " fma ") {
		t.Skip("no processor with fused multiply-add")
	}
	if os.Getenv("EAHAS_TEST_ARITHMETIC") != "" {
		fmt.Println("fingerprint", Fingerprint())
		return
	}
	seen := map[string]string{}
	for _, level := range []string{"v1", "v3"} {
		cmd := exec.Command("go", "test", "-count=1", "-run", "^TestBuildsDiffer$", "-v", ".")
		cmd.Env = append(os.Environ(), "GOAMD64="+level, "EAHAS_TEST_ARITHMETIC=1", "CGO_ENABLED=0")
		out, err := cmd.CombinedOutput()
		_, rest, ok := strings.Cut(string(out), "fingerprint ")
		if err != nil || !ok {
			t.Fatalf("%v\n%s", err, out)
		}
		seen[level] = strings.Fields(rest)[0]
	}
	if seen["v1"] == seen["v3"] {
		t.Errorf("both builds have the fingerprint %s", seen["v1"])
	}
}
