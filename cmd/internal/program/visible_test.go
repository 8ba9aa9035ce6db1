package program

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestVisible(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"plain\ttext\n", "plain\ttext\n"},
		{"größe 日本 👍 é", "größe 日本 👍 é"},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"over\rwritten\b\a\x00\x7f", `over\x0dwritten\x08\x07\x00\u007f`},
		{"csi \u009b31m", `csi \u009b31m`},
		{"byte \x9b31m", `byte \x9b31m`},
		{"\u202eabc\u2069\u200f", `\u202eabc\u2069\u200f`},
		{"invalid \xff\xfe", "invalid \xff\xfe"}, // no terminal acts on it
		{"cut \xe2\x80", `cut \xe2\x80`},
	} {
		for _, piece := range []int{1, 2, 3, 1000} {
			var b strings.Builder
			v := &visible{w: &b}
			for rest := c.text; rest != ""; {
				n := min(piece, len(rest))
				if wrote, err := v.Write([]byte(rest[:n])); wrote != n || err != nil {
					t.Fatalf("%d, %v", wrote, err)
				}
				rest = rest[n:]
			}
			if err := v.flush(); err != nil {
				t.Fatal(err)
			}
			if b.String() != c.want {
				t.Errorf("%q in pieces of %d: %q, want %q", c.text, piece, b.String(), c.want)
			}
		}
	}
}

func TestVisibleKeepsJSON(t *testing.T) {
	text := "a\x1b\x7f\u0085\u009b\u202e\u2066é"
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	v := &visible{w: &out}
	if _, err := v.Write(b); err != nil {
		t.Fatal(err)
	}
	var back string
	if err := json.Unmarshal([]byte(out.String()), &back); err != nil || back != text {
		t.Errorf("%s: %q, %v; want %q", out.String(), back, err, text)
	}
}
