package stage

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"maps"
	"testing"
)

// Maps with one content have the same bytes however often they are made, which plain maps have not, and come back
// whole.
func TestMapsHaveOneForm(t *testing.T) {
	t.Parallel()
	type output struct{ M Map[string, []float64] }
	var first []byte
	for range 20 {
		in := output{Map[string, []float64]{}}
		for i := range 8 {
			in.M[fmt.Sprint("key", i)] = []float64{float64(i)}
		}
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(in); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = bytes.Clone(b.Bytes())
		}
		if !bytes.Equal(b.Bytes(), first) {
			t.Fatal("the same map has other bytes")
		}
		var out output
		if err := gob.NewDecoder(&b).Decode(&out); err != nil ||
			!maps.EqualFunc(out.M, in.M, func(a, b []float64) bool { return a[0] == b[0] }) {
			t.Fatalf("%v came back as %v (%v)", in, out, err)
		}
	}
	var empty, back Map[int, string]
	b, err := empty.GobEncode()
	if err != nil || back.GobDecode(b) != nil || back == nil || len(back) != 0 {
		t.Errorf("nothing came back as %v (%v)", back, err)
	}
	if err := back.GobDecode(b[:len(b)-1]); err == nil {
		t.Error("half a map was read")
	}
}
