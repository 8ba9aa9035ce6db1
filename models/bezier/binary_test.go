package bezier

import (
	"bytes"
	"errors"
	"testing"
)

func TestBinaryRoundTrip(t *testing.T) {
	for _, c := range codecs(t) {
		b, err := c.AppendBinary([]byte("before"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(b[len("before"):])
		if err != nil || *got != *c {
			t.Errorf("%+v came back as %+v, %v", c, got, err)
		}
	}
	for _, bad := range []string{"", "EHBZ", "XXXX\x01\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00",
		"EHBZ\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00",
		"EHBZ\x01\x00\x09\x00\x00\x00\x00\x00\x00\x00\x00", "EHBZ\x01\x00\x04\x01\x00\x00\x00\x00\x00\x00\x00"} {
		if _, err := Decode([]byte(bad)); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range codecs(f) {
		b, err := c.AppendBinary(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Decode(b)
		if err != nil {
			return
		}
		if again, err := c.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x came back as %x, %v", b, again, err)
		}
		got := c.Decode(nil, make([]float64, c.Width()), []float64{1, 2, 3}, 1, 3)
		for _, y := range got {
			if y != 0 {
				t.Errorf("a curve of zeros decodes to %v", got)
			}
		}
	})
}
