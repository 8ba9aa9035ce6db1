package svg

import "math"

// Scale maps values Min..Max to the pixels From..To, linearly or in the logarithm.
type Scale struct {
	Min, Max float64 // of the axis; Min < Max, and both > 0 if Log
	Log      bool
	From, To float64 // pixels, set by Plot
}

// NewScale returns a scale that holds all finite values with a little room at both ends. A logarithmic scale ignores
// values that are not above zero. Without values it is 0..1 (1..10 if logarithmic); a single value gets room around it.
func NewScale(log bool, values ...[]float64) Scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, xs := range values {
		for _, x := range xs {
			if !math.IsNaN(x) && !math.IsInf(x, 0) && (!log || x > 0) {
				lo, hi = min(lo, x), max(hi, x)
			}
		}
	}
	switch {
	case lo > hi && log:
		lo, hi = 1, 10
	case lo > hi:
		lo, hi = 0, 1
	case log && hi < lo*1.2:
		lo, hi = lo/2, hi*2
	case lo == hi:
		room := max(math.Abs(lo)/10, 1e-6)
		lo, hi = lo-room, hi+room
	}
	const room = .03
	if log {
		f := math.Pow(hi/lo, room)
		return Scale{Min: lo / f, Max: hi * f, Log: true}
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
		f = math.Log(x/s.Min) / math.Log(s.Max/s.Min)
	}
	return s.From + (s.To-s.From)*min(1, max(0, f))
}

// Ticks returns round values on the axis: about n on a linear scale; powers of ten, thinned or filled up, on a
// logarithmic one.
func (s Scale) Ticks(n int) []float64 {
	if s.Log && s.Max/s.Min >= 8 {
		return s.logTicks(n)
	}
	step := math.Pow(10, math.Floor(math.Log10((s.Max-s.Min)/float64(n))))
	for _, f := range []float64{1, 2, 5, 10} {
		if (s.Max-s.Min)/(step*f) <= float64(n) {
			step *= f
			break
		}
	}
	var out []float64
	for k := math.Ceil(s.Min/step - 1e-9); k*step <= s.Max*(1+1e-12)+step*1e-9; k++ {
		out = append(out, roundTo(k*step, step)+0) // -0 becomes 0
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
	for e := first; e <= last; e++ {
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
	return math.Round(x*p) / p
}
