package features

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"math"
	"reflect"
	"testing"
)

// A packed configuration says what the map says, also after it was kept and read again.
func TestPackedIsTheConfiguration(t *testing.T) {
	for _, c := range []Config{{}, {"lr": Number(0.1)}, {"b": Text("x"), "a": Number(math.Copysign(0, -1)), "none": {},
		"empty": Text(""), "long": Number(math.MaxFloat64), "7": Text("7")}} {
		p := Pack(c)
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(struct{ P Packed }{p}); err != nil {
			t.Fatal(err)
		}
		var back struct{ P Packed }
		if err := gob.NewDecoder(&b).Decode(&back); err != nil {
			t.Fatal(err)
		}
		for _, p := range []Packed{p, back.P} {
			if got := p.Config(); !reflect.DeepEqual(got, c) {
				t.Errorf("%v came back as %v", c, got)
			}
			if p.Key() != c.Key() || p.String() != c.Key() {
				t.Errorf("key %q, want %q", p.Key(), c.Key())
			}
			for axis, v := range c {
				if got, ok := p.Lookup(axis); !ok || got != v || p.Get(axis) != v {
					t.Errorf("%s is %v, want %v", axis, got, v)
				}
			}
			if _, ok := p.Lookup("other"); ok || !p.Get("other").IsMissing() {
				t.Error("an axis that nobody gave has a value")
			}
			got, _ := json.Marshal(p)
			want, _ := json.Marshal(c)
			if len(c) > 0 && string(got) != string(want) {
				t.Errorf("JSON %s, want %s", got, want)
			}
		}
	}
}

// Setting an axis leaves the configuration that it was set in as it was, and axes in the order of their names.
func TestPackedWith(t *testing.T) {
	p := Pack(Config{"b": Number(1), "d": Text("x")})
	for axis, want := range map[string]string{"a": "a=7|b=1|d=x", "b": "b=7|d=x", "c": "b=1|c=7|d=x", "d": "b=1|d=7",
		"e": "b=1|d=x|e=7"} {
		if got := p.With(axis, Number(7)).Key(); got != want {
			t.Errorf("with %s: %s, want %s", axis, got, want)
		}
	}
	if p.Key() != "b=1|d=x" {
		t.Errorf("it became %s", p.Key())
	}
}

// What is no encoded configuration is refused.
func TestPackedRefuses(t *testing.T) {
	whole, _ := Pack(Config{"lr": Number(1), "opt": Text("adam")}).GobEncode()
	for n := range whole {
		var p Packed
		if err := p.GobDecode(whole[:n]); err == nil && len(p) == 2 {
			t.Errorf("%d of %d bytes gave %v", n, len(whole), p)
		}
	}
	for _, b := range [][]byte{{1}, {1, 'a'}, {1, 'a', 9}, {1, 'a', 1, 0}, {1, 'a', 2, 5, 'x'},
		bytes.Repeat([]byte{255}, 11)} {
		if err := new(Packed).GobDecode(b); err == nil {
			t.Errorf("%v is taken for a configuration", b)
		}
	}
}
