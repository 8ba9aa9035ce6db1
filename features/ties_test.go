package features

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
)

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
