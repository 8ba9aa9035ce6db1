package guess

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"eahas/trial"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(1, math.Abs(b)) }

// At x = k^2, y = k the straight line between the neighbours misses rank k by 1/(2k), the ends are not told, and the
// mean rank is (n-1)/2: the share is 1 - sum 1/(4 k^2) / sum (k - (n-1)/2)^2 over k = 1..n-2.
func TestForetold(t *testing.T) {
	t.Parallel()
	const n = 30
	x, y := make([]float64, n), make([]float64, n)
	sse, sst := 0.0, 0.0
	for k := range n {
		x[k], y[k] = float64(k*k), float64(k)
		if k > 0 && k < n-1 {
			sse += 1 / (4 * float64(k*k))
			sst += math.Pow(float64(k)-(n-1)/2.0, 2)
		}
	}
	if got := foretold(x, y); !near(got, 1-sse/sst) {
		t.Errorf("%.15g, wanted %.15g", got, 1-sse/sst)
	}
	// the order of the runs does not matter, nor the scale of y, nor runs of which something is not known
	order := rand.New(rand.NewPCG(1, 1)).Perm(n)
	var mixedX, mixedY []float64
	for _, i := range order {
		mixedX, mixedY = append(mixedX, x[i], math.NaN(), 7), append(mixedY, math.Exp(y[i]), 3, math.NaN())
	}
	if got := foretold(mixedX, mixedY); !near(got, 1-sse/sst) {
		t.Errorf("in another order: %.15g, wanted %.15g", got, 1-sse/sst)
	}
	if got := foretold(x[:leakRuns-1], y[:leakRuns-1]); got != 0 {
		t.Errorf("too few runs: %g", got)
	}
	if got := foretold(x[:leakRuns], y[:leakRuns]); !(got > 0.9) {
		t.Errorf("just enough runs: %g", got)
	}
	// x in triples: the middle one of each has no distance to go by, and the mean of its neighbours is its rank
	for k := range n {
		x[k] = float64(k / 3)
	}
	sse = 0
	for k := 1; k < n-1; k++ {
		switch k % 3 {
		case 0: // at its next one's x: told to be k+1
			sse++
		case 2: // at the x of the one before: told to be k-1
			sse++
		}
	}
	if got := foretold(x, y); !near(got, 1-sse/sst) {
		t.Errorf("triples: %.15g, wanted %.15g", got, 1-sse/sst)
	}
}

func TestRanks(t *testing.T) {
	t.Parallel()
	y := []float64{3, 1, 3, 0, 9, 8, 7, 6, 5, 4, 2, 3}
	got := ranks(y, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
	for i, want := range []float64{4, 1, 4, 0, 11, 10, 9, 8, 7, 6, 2, 4} { // the three 3s share 3, 4 and 5
		if got[i] != want {
			t.Errorf("rank of %g is %g, wanted %g", y[i], got[i], want)
		}
	}
	if got := ranks(y, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11}); got != nil {
		t.Errorf("nine values are too few: %v", got)
	}
}

// guessOf looks at a log of one table.
func guessOf(t *testing.T, text string, o Options) (*Guess, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "log.csv"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return Look(context.Background(), "test", []Log{{Paths: trial.Strings{"log.csv"}}}, dir, o)
}

// role is what a column was taken for, and why.
func (g *Guess) role(name string) (as, why string) {
	for _, c := range g.Columns {
		if c.Name == name {
			return strings.TrimSuffix(string(c.Role)+": "+c.As, ": "), c.Why
		}
	}
	return "no column", ""
}

// A column that tells the accuracy is no setting; the user may say that it is.
func TestGuard(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(3, 3))
	var b strings.Builder
	b.WriteString("lr,depth,signal,val_acc\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%.6f,%d,%d,%.4f\n", draw.Float64(), 2+draw.IntN(6), 3+2*i, 0.5+0.01*float64(i))
	}
	g, err := guessOf(t, b.String(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if as, why := g.role("signal"); as != "left out" ||
		!strings.HasPrefix(why, "foretells val_acc alone almost exactly (100.00 %") {
		t.Errorf("signal is %s: %s", as, why)
	}
	for _, name := range []string{"lr", "depth"} {
		if as, why := g.role(name); as != "axis" || strings.Contains(why, "foretells") {
			t.Errorf("%s is %s: %s", name, as, why)
		}
	}
	if g.Space.Param("signal") != nil || g.Space.Param("lr") == nil {
		t.Errorf("the space is %v", g.Space.Params)
	}
	g, err = guessOf(t, b.String(), Options{Axes: regexp.MustCompile("^signal$")})
	if err != nil {
		t.Fatal(err)
	}
	if as, why := g.role("signal"); as != "axis" || !strings.HasSuffix(why, "but -axis calls it a setting") {
		t.Errorf("with -axis, signal is %s: %s", as, why)
	}
}
