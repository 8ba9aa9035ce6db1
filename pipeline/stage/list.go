package stage

import (
	"encoding/gob"
	"io"
	"reflect"
)

// Listing is an output with a long list of records in it. The store writes and reads the records some at a time: an
// encoder holds the bytes of all that it is given.
type Listing interface {
	// List is a pointer to the list, a field of the output.
	List() any
}

// listed is how many records are written at a time; a list that is no longer is written with the rest.
const listed = 10_000

// encode writes an output.
func encode(w io.Writer, v any) error {
	to := gob.NewEncoder(w)
	l, _ := v.(Listing)
	if l == nil {
		return to.Encode(v)
	}
	field := reflect.ValueOf(l.List()).Elem()
	list := reflect.ValueOf(field.Interface())
	n := list.Len()
	if n <= listed {
		return to.Encode(v)
	}
	field.SetZero()
	err := to.Encode(v)
	field.Set(list)
	if err == nil {
		err = to.Encode(n)
	}
	for from := 0; from < n && err == nil; from += listed {
		err = to.EncodeValue(list.Slice(from, min(n, from+listed)))
	}
	return err
}

// decode reads what encode wrote.
func decode(r io.Reader, v any) error {
	from := gob.NewDecoder(r)
	if err := from.Decode(v); err != nil {
		return err
	}
	l, _ := v.(Listing)
	if l == nil {
		return nil
	}
	n := 0
	if err := from.Decode(&n); err == io.EOF {
		return nil
	} else if err != nil {
		return err
	}
	field := reflect.ValueOf(l.List()).Elem()
	field.Grow(n)
	for field.Len() < n {
		some := reflect.New(field.Type())
		if err := from.DecodeValue(some); err != nil {
			return err
		}
		field.Set(reflect.AppendSlice(field, some.Elem()))
	}
	return nil
}
