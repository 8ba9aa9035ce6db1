package features

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"eahas/internal/stream"
)

// decodeYAML reads a space as package pipeline does. Note: goccy/go-yaml v1.19.2 panics on some malformed tags, which
// pipeline takes for an error; so does this.
func decodeYAML(b []byte) (s Space, err error) {
	defer func() {
		if r := recover(); r != nil {
			if strings.Contains(string(debug.Stack()), "features.(*Value)") {
				panic(r) // ours
			}
			err = fmt.Errorf("malformed YAML: %v", r)
		}
	}()
	if err := yaml.UnmarshalWithOptions(b, &s, yaml.Strict()); err != nil {
		return Space{}, err
	}
	return s, s.Validate()
}

func TestSpaceRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := genSpace(t)
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := DecodeSpace(b); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("JSON %s: %v\n got %+v\nwant %+v", b, err, got, want)
		}
		var hand bytes.Buffer
		if err := WriteYAML(&hand, want, nil, ""); err != nil {
			t.Fatal(err)
		}
		if got, err := decodeYAML(hand.Bytes()); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("WriteYAML\n%s: %v\n got %+v\nwant %+v", hand.Bytes(), err, got, want)
		}
		auto, err := yaml.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decodeYAML(auto); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("yaml.Marshal\n%s: %v\n got %+v\nwant %+v", auto, err, got, want)
		}
	})
}

func TestBuiltinRoundTrips(t *testing.T) {
	for _, name := range Builtins() {
		want := mustBuiltin(t, name)
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := DecodeSpace(b); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: JSON: %v", name, err)
		}
		var text bytes.Buffer
		if err := WriteYAML(&text, want, nil, "  "); err != nil {
			t.Fatal(err)
		}
		under := append([]byte("space:\n"), text.Bytes()...)
		var file struct {
			Space Space `yaml:"space"`
		}
		if err := yaml.UnmarshalWithOptions(under, &file, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, under)
		}
		if file.Space.RegNet != nil { // written with its defaults spelled out
			spec := want.RegNet.withDefaults()
			want.RegNet = &spec
		}
		if !reflect.DeepEqual(file.Space, want) {
			t.Errorf("%s: YAML:\n%s\n got %+v\nwant %+v", name, under, file.Space, want)
		}
	}
}

func TestStrictYAMLNamesLine(t *testing.T) {
	_, err := decodeYAML([]byte("name: x\nparams:\n  - name: a\n    kind: linear\n    hihg: 3\n"))
	if err == nil || !strings.Contains(err.Error(), "5:5") || !strings.Contains(err.Error(), "hihg") {
		t.Errorf("unknown key: %v", err)
	}
}

// TestSamplesBelong holds the laws, the check and the encoder together on random spaces.
func TestSamplesBelong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genSpace(t)
		enc, err := NewEncoder(s)
		if err != nil {
			t.Fatal(err)
		}
		rng := stream.New(rapid.Uint64().Draw(t, "seed"))
		z := s.NewSampler()
		row := make([]float64, len(enc.Columns()))
		for range 20 {
			c, err := z.Sample(rng)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check(c); err != nil {
				t.Fatalf("%s: %v", c.Key(), err)
			}
			if got := s.Canonical(c); !reflect.DeepEqual(got, c) {
				t.Fatalf("canonical %s, sampled %s", got.Key(), c.Key())
			}
			if row, err = enc.Encode(row, c); err != nil {
				t.Fatal(err)
			}
			for j, x := range row {
				col := enc.Columns()[j]
				if active := s.Active(col.Param, c); active == math.IsNaN(x) {
					t.Fatalf("%s: %s active %v, encoded %g", c.Key(), col.Name, active, x)
				}
				if x < 0 || x > 1 {
					t.Fatalf("%s: %s = %g", c.Key(), col.Name, x)
				}
			}
			// As texts, as a command line gives them, the configuration is the same.
			texts := Config{}
			for k, v := range c {
				texts[k] = Text(v.String())
			}
			if err := s.Check(texts); err != nil {
				t.Fatalf("as texts: %v", err)
			}
			again, err := enc.Encode(nil, texts)
			if err != nil {
				t.Fatal(err)
			}
			for j := range row {
				if row[j] != again[j] && !(math.IsNaN(row[j]) && math.IsNaN(again[j])) {
					t.Fatalf("%s: %s = %g as text, %g as value", c.Key(), enc.Columns()[j].Name, again[j], row[j])
				}
			}
		}
	})
}

func FuzzDecodeSpace(f *testing.F) {
	for _, name := range Builtins() {
		b, err := json.Marshal(mustBuiltin(f, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"name":"x","params":[{"name":"a","kind":"integer","low":0,"high":9e15},{"name":"b","kind":"choice","choices":[null]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSpace(b)
		if err != nil {
			return
		}
		useSpace(t, s)
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := DecodeSpace(again); err != nil || got.Size() != s.Size() {
			t.Fatalf("%s: %v", again, err)
		}
	})
}

func FuzzYAMLSpace(f *testing.F) {
	var b bytes.Buffer
	if err := WriteYAML(&b, demo(), nil, ""); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("name: demo\nparams:\n !- name:WW WWWWWWW"))
	f.Add([]byte("name: x\nparams:\n  - {name: a, kind: log, low: 1e-300, high: .inf}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := decodeYAML(b); err == nil {
			useSpace(t, s)
		}
	})
}

// useSpace does with a decoded space what a program does; it must not panic, hang or eat memory.
func useSpace(t *testing.T, s Space) {
	s.Size()
	s.Constraints = nil // impossible ones cost a million draws
	enc, err := NewEncoder(s)
	if err != nil {
		return
	}
	c, err := s.Sample(stream.New(1))
	if err != nil {
		return
	}
	if err := s.Check(c); err != nil {
		t.Fatalf("sampled %s: %v", c.Key(), err)
	}
	if _, err := enc.Encode(nil, c); err != nil {
		t.Fatal(err)
	}
}

func TestYAMLTextsStayTexts(t *testing.T) {
	want := []Value{Text("Adam"), Text("No"), Text("NULL"), Text("true"), Text("1e3"), Text("0x10"), Text("-"),
		Text("é"), Text("a: b #c"),
		Text("~"), Text(""), Text("2023-01-01"), Text("tab\tline\n")}
	var got []Value
	if err := yaml.Unmarshal([]byte(valueList(want)), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, got %v", valueList(want), err, got)
	}
}

func TestYAMLNumbersWithExponents(t *testing.T) {
	var got []Value
	if err := yaml.Unmarshal([]byte("[1e-3, 1E5, +2e1, 1.5e2, \"1e-3\", '1e5', e5, true, null, -4]"),
		&got); err != nil {
		t.Fatal(err)
	}
	want := []Value{Number(1e-3), Number(1e5), Number(20), Number(150), Text("1e-3"), Text("1e5"), Text("e5"),
		Text("true"), {}, Number(-4)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
