package search

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"eahas/features"
)

// Axis is one free axis of a domain, mapped to 0..1 by its law: the logarithm where the axis has one. Ordered axes have
// a position; unordered ones (choices of texts) only the number of their value.
type Axis struct {
	Name    string
	Ordered bool
	Values  []features.Value // the values that can be taken, in order; nil for infinitely many
	units   []float64        // ordered axes with Values: where each lies, increasing
	param   *features.Param
	scale   features.Scale // of numbers from a range
}

// newAxis maps an axis of a space. A choice among numbers counts as ordered: its numbers are put in order and spaced
// evenly, as are ordinals of texts.
func newAxis(p *features.Param) Axis {
	a := Axis{Name: p.Name, Ordered: true, param: p, scale: p.Scale(), Values: p.Values()}
	switch {
	case p.Numeric() || p.Kind == features.Ordinal && !a.scale.Ranks:
	case allNumbers(a.Values):
		slices.SortFunc(a.Values, func(x, y features.Value) int { return cmp.Compare(float(x), float(y)) })
		return a.even()
	case p.Kind == features.Ordinal:
		return a.even()
	default:
		a.Ordered = false
		return a
	}
	for _, v := range a.Values {
		a.units = append(a.units, a.scaled(float(v)))
	}
	return a
}

func (a Axis) even() Axis {
	for k := range a.Values {
		a.units = append(a.units, float64(k)/float64(max(1, len(a.Values)-1)))
	}
	return a
}

func allNumbers(vs []features.Value) bool {
	return len(vs) > 0 && !slices.ContainsFunc(vs, func(v features.Value) bool { _, ok := v.Float(); return !ok })
}

// float returns the number of a value that is one, or reads as one.
func float(v features.Value) float64 {
	x, _ := v.ReadFloat()
	return x
}

func (a *Axis) scaled(x float64) float64 {
	u := a.scale.Of(x)
	if a.scale.Zero { // 0..1 takes in the place of 0
		u = (u - features.ZeroPlace) / (1 - features.ZeroPlace)
	}
	return min(1, max(0, u))
}

// Unit returns where a value lies: 0..1 on an ordered axis, the value's number on an unordered one, NaN for a missing
// value.
func (a *Axis) Unit(v features.Value) float64 {
	if v.IsMissing() {
		return math.NaN()
	}
	if a.units == nil && a.Ordered || a.param != nil && a.param.Numeric() {
		return a.scaled(float(v))
	}
	k := slices.Index(a.Values, v)
	if k < 0 { // a number beside the listed one by its last digits
		k = slices.IndexFunc(a.Values, v.Same)
	}
	if k < 0 {
		return math.NaN()
	}
	if !a.Ordered {
		return float64(k)
	}
	return a.units[k]
}

// Value returns the value nearest to a unit coordinate, or the value of that number on an unordered axis.
func (a *Axis) Value(u float64) features.Value {
	if !a.Ordered {
		return a.Values[min(len(a.Values)-1, max(0, int(u)))]
	}
	if a.units != nil {
		return a.Values[a.nearest(u)]
	}
	if a.scale.Zero {
		if u = features.ZeroPlace + u*(1-features.ZeroPlace); u < features.ZeroPlace/2 {
			return features.Number(0)
		}
	}
	x := a.scale.Low + min(1, max(0, u))*a.scale.Span
	if a.scale.Log {
		x = math.Pow(10, x)
	}
	x = min(a.param.High, max(a.param.Low, x))
	if s := a.param.Step; s > 0 {
		x = a.param.Low + s*math.Round((x-a.param.Low)/s)
	}
	return features.Number(x)
}

// Zero reports whether 0 is a value of its own beside the axis' range by the logarithm.
func (a *Axis) Zero() bool { return a.param != nil && a.param.Zero }

// draw draws a unit coordinate: every value, or place on an axis of infinitely many, is as likely as any other.
func (a *Axis) draw(rng *rand.Rand) float64 {
	switch {
	case !a.Ordered:
		return float64(rng.IntN(len(a.Values)))
	case a.units != nil:
		return a.units[rng.IntN(len(a.units))]
	}
	return rng.Float64()
}

// Range returns the ends of an axis of numbers from a range, and whether it is scaled by the logarithm; ok is false for
// others.
func (a *Axis) Range() (low, high float64, log, ok bool) {
	if a.param == nil || !a.param.Numeric() {
		return 0, 0, false, false
	}
	return a.param.Low, a.param.High, a.scale.Log, true
}

// nearest returns the number of the value nearest to u; of two equally near the lower.
func (a *Axis) nearest(u float64) int {
	k, _ := slices.BinarySearch(a.units, u)
	switch {
	case k == len(a.units):
		return k - 1
	case k > 0 && u-a.units[k-1] <= a.units[k]-u:
		return k - 1
	}
	return k
}

// cell returns the ends of the part of the line that stands for the value nearest to u: half way to its neighbours, and
// equally far beyond the first and the last. An axis of infinitely many values has no cells.
func (a *Axis) cell(u float64) (lo, hi float64, ok bool) {
	if len(a.units) < 2 {
		return 0, 1, false
	}
	k := a.nearest(u)
	lo, hi = math.NaN(), math.NaN()
	if k > 0 {
		lo = (a.units[k-1] + a.units[k]) / 2
	}
	if k < len(a.units)-1 {
		hi = (a.units[k] + a.units[k+1]) / 2
	}
	if k == 0 {
		lo = 2*a.units[k] - hi
	}
	if k == len(a.units)-1 {
		hi = 2*a.units[k] - lo
	}
	return lo, hi, true
}

// ends returns the ends of all cells: 0..1 for an axis of infinitely many values.
func (a *Axis) ends() (lo, hi float64) {
	if len(a.units) < 2 {
		return 0, 1
	}
	lo, _, _ = a.cell(0)
	_, hi, _ = a.cell(1)
	return lo, hi
}

// Distance returns how far apart two places on the unit cube lie: Euclidean on ordered axes, 1 for different values of
// an unordered one or an axis that one of both lacks.
func Distance(axes []Axis, u, v []float64) float64 {
	sum := 0.0
	for j := range axes {
		switch {
		case u[j] == v[j] || u[j] != u[j] && v[j] != v[j]:
		case !axes[j].Ordered || u[j] != u[j] || v[j] != v[j]:
			sum++
		default:
			sum += (u[j] - v[j]) * (u[j] - v[j])
		}
	}
	return math.Sqrt(sum)
}
