package report

import (
	"encoding/json"
	"math"
	"strconv"
)

// Floats is a list of numbers whose JSON has null for NaN and infinities. A []float64 can be assigned to it.
type Floats []float64

// MarshalJSON writes each number in its shortest exact form.
func (f Floats) MarshalJSON() ([]byte, error) {
	b := []byte{'['}
	for i, x := range f {
		if i > 0 {
			b = append(b, ',')
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			b = append(b, "null"...)
			continue
		}
		b = strconv.AppendFloat(b, x, 'g', -1, 64)
	}
	return append(b, ']'), nil
}

// UnmarshalJSON reads null as NaN.
func (f *Floats) UnmarshalJSON(b []byte) error {
	var xs []*float64
	if err := json.Unmarshal(b, &xs); err != nil {
		return err
	}
	*f = make(Floats, len(xs))
	for i, x := range xs {
		(*f)[i] = math.NaN()
		if x != nil {
			(*f)[i] = *x
		}
	}
	return nil
}
