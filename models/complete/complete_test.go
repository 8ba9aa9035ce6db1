package complete

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"eahas/models"
)

// rising is a run of value from + a (1 - exp(-e/20)) at epochs 0 to last.
func rising(from, a float64, last, planned int) Run {
	r := Run{Last: float64(planned)}
	for e := range last + 1 {
		r.Epochs = append(r.Epochs, float64(e))
		r.Values = append(r.Values, from+a*(1-math.Exp(-float64(e)/20)))
	}
	return r
}

// halved are runs of one shape and many heights, of which the lower ones were cut after 5 and 20 of 100 epochs.
func halved() (runs []Run, heights []float64) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		heights = append(heights, 80*r.Float64())
	}
	slices.Sort(heights)
	for i, a := range heights {
		last := 5
		if i >= 40 {
			last = 20
		}
		if i >= 54 {
			last = 100
		}
		runs = append(runs, rising(10, a, last, 100))
	}
	return runs, heights
}

// Runs of one shape go on in that shape, although only the highest ones were ever seen to their end.
func TestOneShapeGoesOn(t *testing.T) {
	runs, heights := halved()
	for i, c := range Curves(runs) {
		n := len(c.Epochs)
		if n != 101 || c.Epochs[n-1] != 100 {
			t.Fatalf("run %d: %d points to epoch %g", i, n, c.Epochs[n-1])
		}
		truth := rising(10, heights[i], 100, 100)
		for k := range c.Values {
			if d := math.Abs(c.Values[k] - truth.Values[k]); d > 0.02*80 {
				t.Errorf("run %d of height %.1f, epoch %d: %.2f, wanted %.2f", i, heights[i], k, c.Values[k],
					truth.Values[k])
				break
			}
			if k < len(runs[i].Values) && c.Values[k] != runs[i].Values[k] {
				t.Errorf("run %d: the visible point %d changed", i, k)
			}
		}
	}
}

// A curve that does not move goes on without moving among curves that do: so do runs that failed.
func TestFlatStaysFlat(t *testing.T) {
	runs, _ := halved()
	flat := rising(10, 0, 5, 100)
	whole := Curves(append(runs, flat))[len(runs)]
	for k, y := range whole.Values {
		if math.Abs(y-10) > 0.5 {
			t.Fatalf("epoch %d: %g, wanted 10", k, y)
		}
	}
}

// Where no run was ever seen the last level is held.
func TestBeyondAllRunsTheLevelIsHeld(t *testing.T) {
	runs := []Run{rising(0, 50, 10, 100), rising(0, 70, 10, 100), rising(0, 20, 10, 100)}
	for i, c := range Curves(runs) {
		last, want := c.Values[len(c.Values)-1], runs[i].Values[10]
		if c.Epochs[len(c.Epochs)-1] != 100 || math.Abs(last-want) > 0.01*want {
			t.Errorf("run %d ends with %g, wanted %g", i, last, want)
		}
	}
}

func TestWholeRunsAndInputsStay(t *testing.T) {
	runs, _ := halved()
	before := make([]models.Curve, len(runs))
	for i, r := range runs {
		before[i] = models.Curve{Epochs: slices.Clone(r.Epochs), Values: slices.Clone(r.Values)}
	}
	out := Curves(runs)
	for i, r := range runs {
		if !slices.Equal(r.Values, before[i].Values) || !slices.Equal(r.Epochs, before[i].Epochs) {
			t.Errorf("run %d was changed", i)
		}
		if len(r.Epochs) == 101 && !slices.Equal(out[i].Values, r.Values) {
			t.Errorf("the whole run %d was changed", i)
		}
	}
	if got := Curves(runs[54:]); !slices.Equal(got[0].Values, runs[54].Values) {
		t.Error("whole runs alone were changed")
	}
}

// Whatever the curves are, what comes out has rising epochs and finite values within the visible range.
func FuzzCurves(f *testing.F) {
	f.Add(uint64(1), 3.0, 100.0)
	f.Add(uint64(2), 1e300, 7.5)
	f.Add(uint64(3), 0.0, 1e9)
	f.Fuzz(func(t *testing.T, seed uint64, size, planned float64) {
		if !(math.Abs(size) <= 1e300 && planned > 0 && planned < 1e12) {
			t.Skip()
		}
		r := rand.New(rand.NewPCG(seed, 1))
		var runs []Run
		low, high := math.Inf(1), math.Inf(-1)
		for range 1 + r.IntN(12) {
			one := Run{Last: planned}
			for e := r.Float64(); len(one.Epochs) == 0 || r.IntN(6) > 0; e += 0.1 + r.ExpFloat64()*planned/10 {
				y := size * (r.Float64() - 0.5)
				low, high = min(low, y), max(high, y)
				one.Epochs, one.Values = append(one.Epochs, e), append(one.Values, y)
			}
			runs = append(runs, one)
		}
		for i, c := range Curves(runs) {
			for k := range c.Epochs {
				if k > 0 && !(c.Epochs[k] > c.Epochs[k-1]) || !(c.Values[k] >= low && c.Values[k] <= high) {
					t.Fatalf("run %d, point %d: (%g, %g) in %g..%g, planned %g", i, k, c.Epochs[k], c.Values[k], low,
						high, planned)
				}
			}
			if last := c.Epochs[len(c.Epochs)-1]; last != max(planned, runs[i].end()) {
				t.Fatalf("run %d ends at %g, planned %g", i, last, planned)
			}
		}
	})
}

// Moved and stretched curves go on moved and stretched: percent or fraction, accuracy or error does not matter.
func TestUnitsDoNotMatter(t *testing.T) {
	runs, _ := halved()
	other := make([]Run, len(runs))
	for i, r := range runs {
		other[i] = Run{models.Curve{Epochs: r.Epochs}, r.Last}
		for _, y := range r.Values {
			other[i].Values = append(other[i].Values, 1-y/100)
		}
	}
	a, b := Curves(runs), Curves(other)
	for i := range a {
		for k := range a[i].Values {
			if d := math.Abs(a[i].Values[k] - 100*(1-b[i].Values[k])); d > 1e-6 {
				t.Fatalf("run %d, point %d: %g and %g", i, k, a[i].Values[k], b[i].Values[k])
			}
		}
	}
}
