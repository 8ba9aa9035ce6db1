package dense

import (
	"math"

	"eahas/features"
)

// Scaler is a fitted preprocessing: p input columns to Width() output columns. It is immutable and safe for
// concurrent use.
type Scaler struct {
	inputs     int      // p
	kept       []affine // output j < len(kept) is column kept[j].column, shifted and scaled
	indicators []affine // then the indicator of column indicators[j].column
}

// affine maps the value v of one input column to (v - shift) * scale.
type affine struct {
	column       int
	shift, scale float64
}

// Fit learns the preprocessing from the training rows of f (n x p). It does not change f and keeps no part of it.
// With n == 0 every column is dropped.
func Fit(f *features.Frame) *Scaler {
	s := &Scaler{inputs: f.P()}
	seen := map[string]bool{}
	for c := range s.inputs {
		if shift, scale, ok := spread(f, c); ok {
			s.kept = append(s.kept, affine{c, shift, scale})
		}
		pattern, share := missingPattern(f, c)
		if share == 0 || share == 1 || seen[pattern] {
			continue
		}
		seen[pattern] = true
		s.indicators = append(s.indicators, affine{c, share, 1 / math.Sqrt(share*(1-share))})
	}
	return s
}

// Inputs returns p, the length of the rows that Apply takes.
func (s *Scaler) Inputs() int { return s.inputs }

// Width returns the number of output columns.
func (s *Scaler) Width() int { return len(s.kept) + len(s.indicators) }

// Source returns the input column that output column j was made from, and whether j is its missing-indicator.
func (s *Scaler) Source(j int) (column int, indicator bool) {
	if j < len(s.kept) {
		return s.kept[j].column, false
	}
	return s.indicators[j-len(s.kept)].column, true
}

// Scale returns the factor that output column j is multiplied with: one over the standard deviation of its source.
func (s *Scaler) Scale(j int) float64 {
	if j < len(s.kept) {
		return s.kept[j].scale
	}
	return s.indicators[j-len(s.kept)].scale
}

// Apply writes the output row of the input row x (length p, NaN or infinite = missing) into dst (length Width) and
// returns it; a nil dst is allocated. The result holds finite numbers only. It panics on wrong lengths.
func (s *Scaler) Apply(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, s.Width())
	}
	if len(x) != s.inputs || len(dst) != s.Width() {
		panic("dense: wrong length")
	}
	for j, a := range s.kept {
		dst[j] = 0
		if v := x[a.column]; !missing(v) {
			dst[j] = clamp((v - a.shift) * a.scale)
		}
	}
	indicators := dst[len(s.kept):]
	for j, a := range s.indicators {
		v := 0.0
		if missing(x[a.column]) {
			v = 1
		}
		indicators[j] = (v - a.shift) * a.scale
	}
	return dst
}

// Matrix applies the scaler to every row of f; the result is n x Width, row-major.
func (s *Scaler) Matrix(f *features.Frame) []float64 {
	w := s.Width()
	out := make([]float64, f.N*w)
	for i := range f.N {
		s.Apply(out[i*w:(i+1)*w:(i+1)*w], f.Row(i))
	}
	return out
}

func missing(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// limit keeps a wild extrapolation (a value many orders beyond the training range) finite when it is squared.
const limit = 1e100

func clamp(v float64) float64 { return max(-limit, min(limit, v)) }

// spread returns the mean and the inverse standard deviation (divisor n) of the present values of column c.
// ok is false when the column does not vary or its range is not representable. The sums run over values mapped to
// 0..1 so that they neither overflow nor cancel.
func spread(f *features.Frame, c int) (mean, inverse float64, ok bool) {
	lo, hi, n := math.Inf(1), math.Inf(-1), 0
	each(f, c, func(v float64) { lo, hi, n = min(lo, v), max(hi, v), n+1 })
	width := hi - lo
	if n == 0 || width == 0 || math.IsInf(width, 0) {
		return 0, 0, false
	}
	sum := 0.0
	each(f, c, func(v float64) { sum += (v - lo) / width })
	m := sum / float64(n)
	square := 0.0
	each(f, c, func(v float64) { d := (v-lo)/width - m; square += d * d })
	inverse = 1 / (width * math.Sqrt(square/float64(n)))
	return lo + m*width, inverse, !math.IsInf(inverse, 0) && inverse > 0
}

// each calls visit with the present values of column c, in row order.
func each(f *features.Frame, c int, visit func(float64)) {
	for i, p := 0, f.P(); i < f.N; i++ {
		if v := f.Data[i*p+c]; !missing(v) {
			visit(v)
		}
	}
}

// missingPattern returns one byte a row (1 = missing) as a map key, and the share of missing rows in 0..1.
func missingPattern(f *features.Frame, c int) (pattern string, share float64) {
	b, count := make([]byte, f.N), 0
	for i, p := 0, f.P(); i < f.N; i++ {
		if missing(f.Data[i*p+c]) {
			b[i] = 1
			count++
		}
	}
	if f.N == 0 {
		return "", 0
	}
	return string(b), float64(count) / float64(f.N)
}
