package energy

import (
	"fmt"
	"math"
)

// Total returns the cost of a run of the given number of epochs (>= 0, fractions allowed), in the unit of its arguments
// (joules or seconds): first for the first epoch and perEpoch for each further one. A NaN first means that the first epoch costs
// perEpoch as well. First epochs are often dearer: data are read for the first time, kernels are chosen and compiled.
func Total(first, perEpoch, epochs float64) float64 {
	if math.IsNaN(first) {
		return perEpoch * epochs
	}
	return first*min(epochs, 1) + perEpoch*max(epochs-1, 0)
}

// Series writes Total for each of the given numbers of epochs trained into dst (length len(epochs); nil allocates). With first and
// perEpoch >= 0 it never falls where epochs do not.
func Series(dst []float64, first, perEpoch float64, epochs []float64) []float64 {
	dst = sized(dst, len(epochs))
	for i, e := range epochs {
		dst[i] = Total(first, perEpoch, e)
	}
	return dst
}

// Cumulative writes the running sums of per-epoch costs (length m, in order) into dst (length m; nil allocates; may be
// perEpoch itself). Entry i is what had been spent when epoch i ended; it never falls. For a cost that is negative or not
// finite, or a sum that overflows, it returns ErrNegative with the index and value.
func Cumulative(dst, perEpoch []float64) ([]float64, error) {
	dst = sized(dst, len(perEpoch))
	sum, lost := 0.0, 0.0 // Neumaier's sum: 1e6 equal epochs still end at 1e6 times one
	reached := 0.0
	for i, v := range perEpoch {
		next := sum + v
		if !(v >= 0) || math.IsInf(next, 1) {
			return nil, fmt.Errorf("%w: %v at index %d", ErrNegative, v, i)
		}
		if sum >= v {
			lost += (sum - next) + v
		} else {
			lost += (v - next) + sum
		}
		sum = next
		reached = max(reached, sum+lost) // the correction may round an equal sum down by its last bit
		dst[i] = reached
	}
	return dst, nil
}
