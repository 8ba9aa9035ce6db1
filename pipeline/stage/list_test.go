package stage

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
)

type record struct {
	Name    string
	Numbers []float64
}

type records struct {
	Before string
	All    []record
	After  int
}

func (r *records) List() any { return &r.All }

// A list comes back as it was, whether it is written with the rest or some records at a time, and the output that is
// written is not changed.
func TestListsComeBack(t *testing.T) {
	for _, n := range []int{0, 1, listed, listed + 1, 3*listed + 7} {
		in := &records{Before: "b", After: n}
		for i := range n {
			in.All = append(in.All, record{Name: fmt.Sprint(i), Numbers: []float64{float64(i)}})
		}
		var b bytes.Buffer
		if err := encode(&b, in); err != nil {
			t.Fatal(err)
		}
		if len(in.All) != n {
			t.Fatalf("%d of %d records are left in what was written", len(in.All), n)
		}
		whole := b.Len()
		out := new(records)
		if err := decode(bytes.NewReader(b.Bytes()), out); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(in, out) {
			t.Errorf("%d records: %d came back, %q, %d", n, len(out.All), out.Before, out.After)
		}
		if n > listed { // the end is missing
			if err := decode(bytes.NewReader(b.Bytes()[:whole-5]), new(records)); err == nil {
				t.Errorf("%d records: no error for a list that is cut", n)
			}
		}
	}
}
