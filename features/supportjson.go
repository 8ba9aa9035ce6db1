package features

import (
	"encoding/json"
	"fmt"
	"math"
)

// maxCategories bounds the categories of all axes together in a stored support.
const maxCategories = 1_000_000

// storedSupport is the JSON form of a Support: threshold in squared units of 1/254, rows in base64 (one byte an axis:
// 0..254 of the declared range or the category's number, 255 missing; n x axes, row-major).
type storedSupport struct {
	Columns   int          `json:"columns"`
	Axes      []storedAxis `json:"axes"`
	Threshold int32        `json:"threshold"`
	Rows      []byte       `json:"rows"`
}

type storedAxis struct {
	Name       string `json:"name"`
	Column     int    `json:"column"`               // first column
	Categories int    `json:"categories,omitempty"` // columns of a one-hot group; 0 for a number
	// smallest and greatest encoded number; absent when none was seen
	Range   *[2]float64 `json:"range,omitempty"`
	Seen    []int       `json:"seen,omitempty"`    // numbers of the seen categories, increasing
	Missing bool        `json:"missing,omitempty"` // was seen missing
}

// MarshalJSON writes the support; the same support gives the same bytes.
func (s *Support) MarshalJSON() ([]byte, error) {
	out := storedSupport{Columns: s.p, Threshold: s.threshold, Rows: s.rows, Axes: []storedAxis{}}
	for _, a := range s.axes {
		t := storedAxis{Name: a.name, Column: a.col, Categories: a.cats, Missing: a.missing}
		if a.cats == 0 && a.low <= a.high {
			t.Range = &[2]float64{a.low, a.high}
		}
		for k, seen := range a.seen {
			if seen {
				t.Seen = append(t.Seen, k)
			}
		}
		out.Axes = append(out.Axes, t)
	}
	return json.Marshal(out)
}

// axis makes the axis of what is stored of it; Categories is in its bounds.
func (t *storedAxis) axis() (supportAxis, error) {
	a := supportAxis{name: t.Name, col: t.Column, cats: t.Categories, missing: t.Missing, low: math.Inf(1),
		high: math.Inf(-1)}
	if t.Range != nil {
		a.low, a.high = t.Range[0], t.Range[1]
	}
	if t.Categories > 0 {
		a.seen = make([]bool, t.Categories)
	}
	for _, k := range t.Seen {
		if k < 0 || k >= t.Categories {
			return a, fmt.Errorf("%w: axis %q: no category %d", ErrSupport, t.Name, k)
		}
		a.seen[k] = true
	}
	return a, nil
}

// UnmarshalJSON reads a support and refuses one that does not hold together, with an error that wraps ErrSupport.
func (s *Support) UnmarshalJSON(b []byte) error {
	var in storedSupport
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("%w: %w", ErrSupport, err)
	}
	out := Support{p: in.Columns, rows: in.Rows, threshold: in.Threshold}
	next, categories := 0, 0
	for _, t := range in.Axes {
		width := max(1, t.Categories)
		if t.Categories < 0 || t.Column < next || t.Column > in.Columns-width {
			return fmt.Errorf("%w: axis %q: columns %d+%d do not fit", ErrSupport, t.Name, t.Column, t.Categories)
		}
		if categories += t.Categories; categories > maxCategories {
			return fmt.Errorf("%w: more than %d categories", ErrSupport, maxCategories)
		}
		next = t.Column + width
		a, err := t.axis()
		if err != nil {
			return err
		}
		out.axes = append(out.axes, a)
	}
	if m := len(out.axes); len(in.Rows) > 0 && (m == 0 || m > maxNearAxes || len(in.Rows)%m != 0) ||
		len(in.Rows) > maxSupportCell {
		return fmt.Errorf("%w: %d bytes of rows for %d axes", ErrSupport, len(in.Rows), m)
	}
	if out.threshold >= 0 && len(in.Rows) == 0 {
		return fmt.Errorf("%w: a threshold without rows", ErrSupport)
	}
	out.index = newNeighbours(&out)
	*s = out
	return nil
}

// Columns returns the number of columns of the rows that Beyond takes.
func (s *Support) Columns() int { return s.p }
