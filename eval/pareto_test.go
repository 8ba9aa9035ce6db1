package eval

import (
	"math"
	"slices"
	"testing"

	"eahas/internal/stream"
)

// peeledRanks peels one front after the other, by the definition.
func peeledRanks(x, y []float64) []int {
	out := make([]int, len(x))
	left := len(x)
	done := make([]bool, len(x))
	for r := 0; left > 0; r++ {
		var front []int
		for i := range x {
			dominated := done[i]
			for j := range x {
				if !done[j] && x[j] <= x[i] && y[j] <= y[i] && (x[j] < x[i] || y[j] < y[i]) {
					dominated = true
				}
			}
			if !dominated {
				front = append(front, i)
			}
		}
		for _, i := range front {
			out[i], done[i] = r, true
			left--
		}
	}
	return out
}

// naiveVolume counts the cells of the grid that the coordinates and the reference span.
func naiveVolume(x, y []float64, rx, ry float64) float64 {
	xs, ys := append(slices.Clone(x), rx), append(slices.Clone(y), ry)
	slices.Sort(xs)
	slices.Sort(ys)
	sum := 0.0
	for a := range len(xs) - 1 {
		for b := range len(ys) - 1 {
			for i := range x {
				if x[i] <= xs[a] && y[i] <= ys[b] && xs[a+1] <= rx && ys[b+1] <= ry {
					sum += (xs[a+1] - xs[a]) * (ys[b+1] - ys[b])
					break
				}
			}
		}
	}
	return sum
}

func TestParetoAgainstDefinitions(t *testing.T) {
	for seed := range uint64(60) {
		rng := stream.New(seed)
		n := rng.IntN(40)
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = float64(rng.IntN(12)), float64(rng.IntN(12))
		}
		want := peeledRanks(x, y)
		if got := Ranks(x, y); !slices.Equal(got, want) {
			t.Fatalf("ranks of %v %v: %v, by definition %v", x, y, got, want)
		}
		for _, i := range Front(x, y) {
			if want[i] != 0 {
				t.Fatalf("point %d of %v %v is dominated", i, x, y)
			}
		}
		if got, want := Hypervolume(x, y, 9, 10), naiveVolume(x, y, 9, 10); math.Abs(got-want) > 1e-9 {
			t.Fatalf("hypervolume of %v %v: %g, by cells %g", x, y, got, want)
		}
	}
}

// TestHypervolumeKnown holds the area against moocore 0.3.2 (Python): moocore.hypervolume(points, ref=...).
func TestHypervolumeKnown(t *testing.T) {
	if got := Hypervolume([]float64{5, 4, 2, 7, 9}, []float64{5, 6, 7, 4, 3}, 10, 10); got != 39 {
		t.Errorf("%g, moocore has 39", got)
	}
	if got := Hypervolume([]float64{5.5, 4, 2, 7, 9, 1.5}, []float64{1.25, 6, 7, 4, 3, 8.75}, 9.5, 9); got != 39.625 {
		t.Errorf("%g, moocore has 39.625", got)
	}
	if got := Hypervolume([]float64{11, 3}, []float64{1, 12}, 10, 10); got != 0 {
		t.Errorf("points beyond the reference give %g", got)
	}
}

func TestCrowdingAndKnee(t *testing.T) {
	x, y := []float64{0, 1, 4, 10}, []float64{10, 4, 1, 0}
	// Inside: (4-0)/10 + (10-1)/10 and (10-1)/10 + (4-0)/10.
	got := Crowding(x, y)
	if !math.IsInf(got[0], 1) || !math.IsInf(got[3], 1) || math.Abs(got[1]-1.3) > 1e-12 ||
		math.Abs(got[2]-1.3) > 1e-12 {
		t.Errorf("crowding %v", got)
	}
	if k := Knee(Front(x, y), x, y); k != 1 {
		t.Errorf("knee %d", k)
	}
	if Knee(nil, nil, nil) != -1 || Knee([]int{0}, x, y) != 0 {
		t.Error("knee of nothing, or of one point")
	}
}
