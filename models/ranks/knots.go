package ranks

import (
	"slices"
	"sort"

	"eahas/models/internal/curve"
)

const (
	quantiles = 256
	linear    = 0.02 // share of the map that is the place between the ends
)

// knot is a value with the shares of training values below it (low) and up to it (high), mixed with its place.
type knot struct{ value, low, high float64 }

// knotsOf takes quantiles+1 evenly spread values of the sorted values, without repeats. Values are finite and not
// empty.
func knotsOf(values []float64) []knot {
	n := len(values)
	var out []knot
	for q := range quantiles + 1 {
		v := values[q*(n-1)/quantiles]
		if k := len(out); k > 0 && out[k-1].value == v {
			continue
		}
		low := sort.SearchFloat64s(values, v)
		high := low + sort.Search(n-low, func(i int) bool { return values[low+i] > v })
		out = append(out, knot{v, float64(low) / float64(n), float64(high) / float64(n)})
	}
	first, last := values[0], values[n-1]
	for i := range out {
		place := 0.5
		if last > first {
			place = out[i].value/(last-first) - first/(last-first)
		}
		out[i].low = (1-linear)*out[i].low + linear*place
		out[i].high = (1-linear)*out[i].high + linear*place
	}
	return out
}

// share maps a value to its share, the ends' middles beyond the ends.
func share(knots []knot, v float64) float64 {
	i, found := slices.BinarySearchFunc(knots, v, func(k knot, v float64) int {
		switch {
		case k.value < v:
			return -1
		case k.value > v:
			return 1
		}
		return 0
	})
	switch {
	case found:
		return knots[i].middle()
	case i == 0:
		return knots[0].middle()
	case i == len(knots):
		return knots[i-1].middle()
	}
	a, b := knots[i-1], knots[i]
	f := (v/2 - a.value/2) / (b.value/2 - a.value/2)
	return a.high + float64((b.low-a.high)*f)
}

// value maps a share back; NaN counts as 0.
func value(knots []knot, u float64) float64 {
	i := sort.Search(len(knots), func(i int) bool { return knots[i].low > u }) // knots[i-1].low <= u < knots[i].low
	switch {
	case i == 0 || u != u:
		return knots[0].value
	case i == len(knots) || u <= knots[i-1].high:
		return knots[i-1].value
	}
	a, b := knots[i-1], knots[i]
	f := (u - a.high) / (b.low - a.high)
	return curve.Clip(float64((1-f)*a.value) + float64(f*b.value))
}

func (k knot) middle() float64 { return k.low/2 + k.high/2 }
