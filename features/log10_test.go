package features

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"runtime"
	"testing"
)

// TestLog10 pins the logarithm that Scale.Of takes, by which training rows can be equally near. The Python client's
// test_space.py pins the same digest. On processors that fuse multiplications with additions the bits may be others.
func TestLog10(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skipf("the bits of package math on %s are its own", runtime.GOARCH)
	}
	h := sha256.New()
	for i := range 20_000 {
		n := float64(i + 1)
		if err := binary.Write(h, binary.LittleEndian, math.Log10(n*n/128)); err != nil {
			t.Fatal(err)
		}
	}
	const want = "36a2a840f6dd955eadbb70dc579ae8aac2a9f8aaefdb81948477cb9c181f851f"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("digest %s, wanted %s", got, want)
	}
}
