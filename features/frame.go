package features

// Column describes one encoded input column.
type Column struct {
	// unique: the axis' name, or "axis=category" of a one-hot column, or a derived quantity's name
	Name     string `json:"name"`
	Param    string `json:"param,omitempty"`    // the axis that it was made from; empty for a derived quantity
	Category string `json:"category,omitempty"` // the category of a one-hot column, else empty
	// columns of one one-hot group share a number >= 0; -1 for a numeric column
	Group int `json:"group"`
}

// Frame is an encoded table: n rows, p columns, row-major.
// Numeric columns lie in 0..1 for values inside the declared space; one-hot columns are 0 or 1;
// NaN means missing or inactive.
type Frame struct {
	Columns []Column
	N       int       // rows
	Data    []float64 // n x p, row-major
}

// P returns the number of columns.
func (f *Frame) P() int { return len(f.Columns) }

// Row returns row i as a slice of length P that aliases the frame.
func (f *Frame) Row(i int) []float64 { p := len(f.Columns); return f.Data[i*p : (i+1)*p : (i+1)*p] }

// Select returns a new frame with the given rows, in that order.
func (f *Frame) Select(rows []int) Frame {
	out := Frame{Columns: f.Columns, N: len(rows), Data: make([]float64, 0, len(rows)*f.P())}
	for _, r := range rows {
		out.Data = append(out.Data, f.Row(r)...)
	}
	return out
}
