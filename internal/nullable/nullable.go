// Package nullable is for numbers that may be unknown. In the program such a number is NaN; in JSON, which has neither
// NaN nor infinities, it is null. An infinity is written as null too and so comes back as NaN.
package nullable

import (
	"encoding/json"
	"math"
	"strconv"
)

// Known reports whether x is a number that JSON can hold: neither NaN nor infinite.
func Known(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Pointer returns x for a field of a JSON struct: nil, which is written as null (or left out with omitempty), where x
// is not Known.
func Pointer(x float64) *float64 {
	if !Known(x) {
		return nil
	}
	return &x
}

// Value is the way back: NaN for nil, which null and an absent field leave behind.
func Value(p *float64) float64 {
	if p == nil {
		return math.NaN()
	}
	return *p
}

// AppendFloat appends x as encoding/json writes it, with the fewest digits that give the same float64 back, or null
// where x is not Known.
func AppendFloat(dst []byte, x float64) []byte {
	if !Known(x) {
		return append(dst, "null"...)
	}
	abs := math.Abs(x)
	if abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		dst = strconv.AppendFloat(dst, x, 'e', -1, 64)
		if n := len(dst); dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' { // e-09 to e-9
			dst[n-2] = dst[n-1]
			dst = dst[:n-1]
		}
		return dst
	}
	if i := int64(x); abs < 1<<53 && float64(i) == x && (i != 0 || !math.Signbit(x)) { // epochs: several times faster
		return strconv.AppendInt(dst, i, 10)
	}
	return strconv.AppendFloat(dst, x, 'f', -1, 64)
}

// Floats is a series some of whose numbers may be unknown. A []float64 can be assigned to it.
type Floats []float64

// MarshalJSON writes each number with the fewest digits that give it back, from 1e21 up and below 1e-4 (and large round
// ones) with an exponent; null where it is not Known. A nil series is an empty list.
func (f Floats) MarshalJSON() ([]byte, error) {
	b := []byte{'['}
	for i, x := range f {
		if i > 0 {
			b = append(b, ',')
		}
		if !Known(x) {
			b = append(b, "null"...)
			continue
		}
		b = strconv.AppendFloat(b, x, 'g', -1, 64)
	}
	return append(b, ']'), nil
}

// UnmarshalJSON reads null as NaN.
func (f *Floats) UnmarshalJSON(b []byte) error {
	var ps []*float64
	if err := json.Unmarshal(b, &ps); err != nil {
		return err
	}
	*f = Values(ps)
	return nil
}

// Pointers returns Pointer of each number.
func Pointers(xs []float64) []*float64 {
	out := make([]*float64, len(xs))
	for i, x := range xs {
		out[i] = Pointer(x)
	}
	return out
}

// Values returns Value of each pointer.
func Values(ps []*float64) []float64 {
	out := make([]float64, len(ps))
	for i, p := range ps {
		out[i] = Value(p)
	}
	return out
}
