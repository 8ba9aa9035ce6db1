package search

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"eahas/internal/stream"
)

// naiveDensity is parzen's logDensity point by point, as its formulas read.
func naiveDensity(axes []Axis, points [][]float64, u []float64) float64 {
	n := len(points)
	weight := append(rampWeights(n), 1)
	sum, density := 0.0, 0.0
	for _, w := range weight {
		sum += w
	}
	for i, w := range weight {
		d := w / sum
		for j := range axes {
			if u[j] == u[j] {
				d *= naiveKernel(&axes[j], points, i, j, u[j])
			}
		}
		density += d
	}
	return math.Log(density)
}

// naiveKernel is the density of kernel i at u on axis j; the last kernel is the prior.
func naiveKernel(a *Axis, points [][]float64, i, j int, u float64) float64 {
	n := len(points)
	if !a.Ordered {
		k, m := float64(len(a.Values)), float64(n+1)
		switch {
		case i == n:
			return 1 / k
		case points[i][j] == u:
			return (1 + 1/m) / (1 + k/m)
		}
		return (1 / m) / (1 + k/m)
	}
	lo, hi := a.ends()
	mean, sd := (lo+hi)/2, hi-lo
	if i < n {
		order := make([]int, n)
		for k := range order {
			order[k] = k
		}
		slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(points[x][j], points[y][j]) })
		at := slices.Index(order, i)
		mean = points[i][j]
		left, right := mean-lo, hi-mean
		if at > 0 {
			left = mean - points[order[at-1]][j]
		}
		if at < n-1 {
			right = points[order[at+1]][j] - mean
		}
		if n >= 2 && at == 0 {
			left = right
		}
		if n >= 2 && at == n-1 {
			right = left
		}
		sd = min(hi-lo, max((hi-lo)/min(100, float64(n)+2), left, right))
	}
	inside := normalMass((lo-mean)/sd, (hi-mean)/sd)
	if from, to, ok := a.cell(u); ok {
		return normalMass((from-mean)/sd, (to-mean)/sd) / inside
	}
	d := (u - mean) / sd
	return math.Exp(-d*d/2) / sd / math.Sqrt(2*math.Pi) / inside
}

// TestParzenTwin holds the density against the naive one: with and without the points in order, axes that do not exist,
// many equal points.
func TestParzenTwin(t *testing.T) {
	w := newWorld(t)
	axes := w.Domain().Axes()
	rng := stream.New(5)
	for _, n := range []int{0, 1, 2, 7, 60, 200} {
		var points [][]float64
		for range n {
			points = append(points, filled(rng, axes, w.Domain().Unit(nil, w.Domain().Sample(rng))))
		}
		z := newParzen(axes, points, nil)
		for range 50 {
			u := w.Domain().Unit(nil, w.Domain().Sample(rng))
			if got, want := z.logDensity(u), naiveDensity(axes, points, u); math.Abs(got-want) > 1e-6 {
				t.Fatalf("%d points: %.9f at %v, the naive one says %.9f", n, got, u, want)
			}
		}
	}
}
