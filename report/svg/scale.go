package svg

import "math"

// Scale maps values Min..Max to the pixels From..To, linearly or in the logarithm.
type Scale struct {
	Min, Max float64 // of the axis; Min < Max, and both > 0 if Log
	Log      bool
	From, To float64 // pixels, set by Plot

	// Unit is what ticks are round in, in the values' own unit: 3600 for hours on an axis of seconds; 0 means 1.
	Unit float64
	// Ladders are candidates for the ticks of a logarithmic axis over several powers of ten, each rising, from coarse
	// to fine; nil means powers of ten.
	Ladders [][]float64
}

// largest is the largest magnitude that an axis shows; what lies beyond stands at its end. So no difference of two
// values overflows. least is the smallest positive value of a logarithmic axis, and the smallest width of a linear one.
const largest, least = 1e300, 1e-300

// finest is the smallest width of a linear axis as a share of its values: below it, ticks are not numbers of their own.
const finest = 1e-9

// NewScale returns a scale that holds all finite values with a little room at both ends. A logarithmic scale ignores
// values that are not above zero. Without values it is 0..1 (1..10 if logarithmic); a single value gets room around it.
// Kept whole: it is the list of ranges that cannot be drawn as they are.
func NewScale(log bool, values ...[]float64) Scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, xs := range values {
		for _, x := range xs {
			if !math.IsNaN(x) && !math.IsInf(x, 0) && (!log || x > 0) {
				x = min(largest, max(-largest, x))
				if log {
					x = max(least, x)
				}
				lo, hi = min(lo, x), max(hi, x)
			}
		}
	}
	switch {
	case lo > hi && log:
		lo, hi = 1, 10
	case lo > hi:
		lo, hi = 0, 1
	case log && hi < lo*1.05:
		lo, hi = lo/2, hi*2
	case lo == hi:
		room := max(math.Abs(lo)/10, 1e-6)
		lo, hi = lo-room, hi+room
	case !log && hi-lo < max(least, finest*max(math.Abs(lo), math.Abs(hi))):
		room := max(least, finest*max(math.Abs(lo), math.Abs(hi)))
		lo, hi = lo-room, hi+room
	}
	const room = .03
	if log {
		f := math.Exp((math.Log(hi) - math.Log(lo)) * room)
		return Scale{Min: lo / min(f, 1e6), Max: hi * min(f, 1e6), Log: true}
	}
	r := (hi - lo) * room
	return Scale{Min: lo - r, Max: hi + r}
}

// Holds reports whether x can be drawn.
func (s Scale) Holds(x float64) bool { return x >= s.Min && x <= s.Max }

// Pixel returns the place of x, clamped to the axis.
func (s Scale) Pixel(x float64) float64 {
	f := (x - s.Min) / (s.Max - s.Min)
	if s.Log {
		f = (math.Log(x) - math.Log(s.Min)) / (math.Log(s.Max) - math.Log(s.Min))
	}
	return s.From + (s.To-s.From)*min(1, max(0, f))
}

// Ticks returns round values on the axis, rising: about n, and never more than 2n+4. On a linear scale they are round
// in its Unit; on a logarithmic one they are of a ladder, or powers of ten, thinned or filled up.
func (s Scale) Ticks(n int) []float64 {
	if s.Log && s.Max >= 8*s.Min {
		if s.Ladders != nil {
			return s.ladderTicks(n)
		}
		return s.logTicks(n)
	}
	unit := s.Unit
	if unit == 0 {
		unit = 1
	}
	low, high := s.Min/unit, s.Max/unit
	step := roundStep((high - low) / float64(n))
	if !(step > 0) || math.IsInf(step, 0) {
		return nil
	}
	var out []float64
	first := math.Ceil(low/step - 1e-9)
	for k := range 2*n + 4 {
		x := (first + float64(k)) * step
		if !(x <= high*(1+1e-12)+step*1e-9) {
			break
		}
		if x = roundTo(x, step)*unit + 0; len(out) == 0 || x > out[len(out)-1] { // -0 becomes 0
			out = append(out, x)
		}
	}
	return out
}

// roundStep is the smallest of 1, 2 and 5 times a power of ten that is not below raw.
func roundStep(raw float64) float64 {
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, f := range []float64{1, 2, 5} {
		if step*f >= raw {
			return step * f
		}
	}
	return 10 * step
}

// ladderTicks takes the coarsest ladder with three candidates on the axis, or else the finest, and thins it to n.
func (s Scale) ladderTicks(n int) []float64 {
	var held []float64
	for _, ladder := range s.Ladders {
		held = nil
		for _, x := range ladder {
			if s.Holds(x) {
				held = append(held, x)
			}
		}
		if len(held) >= 3 {
			break
		}
	}
	every := max(1, (len(held)+n-1)/n)
	var out []float64
	for i := 0; i < len(held); i += every {
		out = append(out, held[i])
	}
	return out
}

func (s Scale) logTicks(n int) []float64 {
	first, last := int(math.Floor(math.Log10(s.Min))), int(math.Ceil(math.Log10(s.Max)))
	every := max(1, (last-first+n-1)/n)
	factors := []float64{1}
	if last-first <= 2 {
		factors = []float64{1, 2, 5}
	}
	var out []float64
	for e := first; e <= last; e++ { // at most 600 powers of ten lie between least and largest
		if (e-first)%every != 0 {
			continue
		}
		for _, f := range factors {
			if x := f * math.Pow10(e); s.Holds(x) {
				out = append(out, x)
			}
		}
	}
	return out
}

// roundTo removes what rounding left behind the last digit of step.
func roundTo(x, step float64) float64 {
	digits := max(0, 1-int(math.Floor(math.Log10(step))))
	if digits > 15 {
		return x
	}
	p := math.Pow10(digits)
	if r := math.Round(x*p) / p; !math.IsInf(r, 0) {
		return r
	}
	return x
}
