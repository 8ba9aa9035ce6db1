package tune

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"eahas/internal/stream"
)

// functions are standard test functions with their minimum 0, moved off the centre. Sources: Branin (Dixon and Szegő
// 1978, minimum 0.397887), sphere and Rosenbrock as in gonum optimize/functions, and one with a choice in it.
var functions = []struct {
	name  string
	space Space
	f     func(x []float64) float64
}{
	{"sphere4", Space{{"a", Linear, -5, 5}, {"b", Linear, -5, 5}, {"c", Linear, -5, 5}, {"d", Linear, -5, 5}},
		func(x []float64) float64 {
			return sq(x[0]-1) + sq(x[1]+2) + sq(x[2]-3) + sq(x[3])
		}},
	{"branin", Space{{"a", Linear, -5, 10}, {"b", Linear, 0, 15}},
		func(x []float64) float64 {
			return sq(x[1]-5.1/(4*math.Pi*math.Pi)*x[0]*x[0]+5/math.Pi*x[0]-6) + 10*(1-1/(8*math.Pi))*math.Cos(x[0]) +
				10 - 0.397887
		}},
	{"rosenbrock", Space{{"a", Linear, -2, 2}, {"b", Linear, -1, 3}},
		func(x []float64) float64 { return sq(1-x[0]) + 100*sq(x[1]-x[0]*x[0]) }},
	{"mixed", Space{{"rate", Log, 1e-4, 1}, {"leaves", LogInt, 4, 512}, {"kind", Choice, 0, 4},
		{"depth", Integer, 1, 10}},
		func(x []float64) float64 {
			return sq(math.Log10(x[0])+2.5) + sq(math.Log2(x[1])-5)/4 + map[bool]float64{false: 1}[x[2] == 3] +
				sq(x[3]-7)/20
		}},
}

func sq(x float64) float64 { return x * x }

// search returns the best of n trials.
func search(space Space, f func([]float64) float64, n int, seed uint64, suggest func([]Trial, int) []float64) float64 {
	var trials []Trial
	best := math.Inf(1)
	for k := range n {
		x := suggest(trials, k)
		y := f(x)
		best = min(best, y)
		trials = append(trials, Trial{Number: k, Point: x, Values: []float64{y}, Done: true})
	}
	return best
}

// TPE finds a better point than random search with as many trials, in the median of many seeds.
func TestBeatsRandomSearch(t *testing.T) {
	const trials, seeds = 60, 9
	for _, c := range functions {
		if err := c.space.Check(); err != nil {
			t.Fatal(err)
		}
		var tpe, random []float64
		for seed := range uint64(seeds) {
			at := func(kind string, k int) []float64 { return c.space.Random(stream.New(seed, kind, fmt.Sprint(k))) }
			random = append(random, search(c.space, c.f, trials, seed,
				func(_ []Trial, k int) []float64 { return at("random", k) }))
			tpe = append(tpe, search(c.space, c.f, trials, seed, func(h []Trial, k int) []float64 {
				return TPE{}.Suggest(c.space, h, stream.New(seed, "tpe", fmt.Sprint(k)))
			}))
		}
		slices.Sort(tpe)
		slices.Sort(random)
		a, b := tpe[seeds/2], random[seeds/2]
		t.Logf("%s: median of the best of %d trials: TPE %.4g, random %.4g", c.name, trials, a, b)
		if !(a < 0.7*b) {
			t.Errorf("%s: TPE %g, random search %g", c.name, a, b)
		}
	}
}

func TestSuggestionsLieInTheSpace(t *testing.T) {
	for _, c := range functions {
		var trials []Trial
		for k := range 40 {
			x := TPE{}.Suggest(c.space, trials, stream.New(1, fmt.Sprint(k)))
			for j, p := range c.space {
				if !(x[j] >= p.Low && x[j] <= p.High) || p.whole() && x[j] != math.Round(x[j]) {
					t.Fatalf("%s: %s = %g", c.name, p.Name, x[j])
				}
				if u := p.unit(x[j]); math.Abs(p.value(u)-x[j]) > 1e-9*math.Abs(x[j]) {
					t.Fatalf("%s: %g comes back as %g", p.Name, x[j], p.value(u))
				}
			}
			trials = append(trials, Trial{Number: k, Point: x, Values: []float64{float64(k % 7)}})
		}
	}
}

// The density of a mixture sums to 1 over the unit interval, for numbers and for choices.
func TestDensityIsNormalised(t *testing.T) {
	for _, p := range []Setting{{"x", Linear, 0, 1}, {"c", Choice, 0, 3}} {
		k := newParzen(Space{p}, [][]float64{{0.1}, {0.9}, {0.95}})
		sum := 0.0
		const n = 20000
		for i := range n {
			sum += math.Exp(k.logDensity([]float64{(float64(i) + 0.5) / n})) / n
		}
		if math.Abs(sum-1) > 1e-3 {
			t.Errorf("%s: the density sums to %g", p.Scale, sum)
		}
	}
}

func TestContinueKeepsTheBestThird(t *testing.T) {
	var trials []Trial
	for k := range 9 {
		trials = append(trials, Trial{Number: k, Values: []float64{float64(k)}})
	}
	for k, want := range []bool{true, true, true, false, false, false, false, false, false} {
		if got := Continue(trials, trials[k].Values); got != want {
			t.Errorf("the one with %d better ones goes on: %t", k, got)
		}
	}
	if !Continue(trials[8:], trials[8].Values) {
		t.Error("the only one does not go on")
	}
}

func TestSpaceCheck(t *testing.T) {
	for _, p := range []Setting{{"a", Log, 0, 1}, {"a", Linear, 1, 1}, {"a", Linear, 0, math.Inf(1)},
		{"a", "odd", 0, 1}, {"a", Linear, math.NaN(), 1}} {
		if (Space{p}).Check() == nil {
			t.Errorf("%+v was taken", p)
		}
	}
}
