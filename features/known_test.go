package features

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// knownSpace has two known quantities, the second of which is made of the first.
func knownSpace(t *testing.T) Space {
	t.Helper()
	s := Space{Name: "known", Params: []Param{
		{Name: "depth", Kind: Integer, Low: 2, High: 40},
		{Name: "width", Kind: Ordinal, Choices: numbers(16, 64, 512)},
		{Name: "optimizer", Kind: Choice, Choices: []Value{Text("sgd"), Text("adam")}},
		{Name: "beta", Kind: Linear, Low: 0.8, High: 0.99, When: &Condition{"optimizer", []Value{Text("adam")}}},
	}, Known: []Known{
		{Name: "params", Formula: "12 * depth * width^2", Unit: "1"},
		{Name: "bytes", Formula: `params * if(optimizer == "adam", 12, 8)`, Unit: "B"},
		{Name: "horizon", Formula: "1 / (1 - beta)"},
	}}
	if err := s.CompleteKnown(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKnownQuantities(t *testing.T) {
	s := knownSpace(t)
	adam := Config{"depth": Number(10), "width": Text("64"), "optimizer": Text("adam"), "beta": Number(0.9)}
	x, err := s.KnownOf(nil, adam)
	if err != nil || x[0] != 491520 || x[1] != 12*491520 || math.Abs(x[2]-10) > 1e-12 {
		t.Errorf("%v %v", x, err)
	}
	sgd := Config{"depth": Number(10), "width": Number(64), "optimizer": Text("sgd")}
	if x, err = s.KnownOf(x[:0], sgd); err != nil || x[1] != 8*491520 || !math.IsNaN(x[2]) {
		t.Errorf("%v %v: a quantity of an axis that does not exist is missing", x, err)
	}
	if s.Known[0].Scale != "log" || s.Known[2].Scale != "linear" {
		t.Errorf("%+v", s.Known)
	}
	e, err := NewEncoder(s)
	if err != nil {
		t.Fatal(err)
	}
	n := len(e.Columns())
	if c := e.Columns()[n-3]; c != (Column{Name: "params", Group: -1}) {
		t.Errorf("%+v", c)
	}
	row, err := e.Encode(nil, sgd)
	k := s.Known[0]
	want := math.Log10(491520/k.Low) / math.Log10(k.High/k.Low)
	if err != nil || math.Abs(row[n-3]-want) > 1e-12 || !math.IsNaN(row[n-1]) {
		t.Errorf("%v %v, want %v", row, err, want)
	}
	if a := testing.AllocsPerRun(50, func() { row, _ = e.Encode(row, adam) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}

// TestRefusedByAFormula: where a formula gives no number, the configuration is none of the space, and is not drawn.
func TestRefusedByAFormula(t *testing.T) {
	s := Space{Name: "x", Params: []Param{{Name: "n", Kind: Integer, Low: 0, High: 3}},
		Known: []Known{{Name: "inverse", Formula: "1/n"}}}
	if err := s.CompleteKnown(); err != nil {
		t.Fatal(err)
	}
	err := s.Check(Config{"n": Number(0)})
	var out *OutOfSpaceError
	if !errors.As(err, &out) || out.Axis != "inverse" || !strings.Contains(err.Error(), "1/n gives +Inf here") {
		t.Errorf("%v", err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		if c, err := s.Sample(rng); err != nil || s.Check(c) != nil {
			t.Fatal(c, err)
		}
	}
}

func TestWrongKnownQuantities(t *testing.T) {
	for why, k := range map[string]Known{
		"no axis of the space":                 {Name: "a", Formula: "size"},
		"names no axis":                        {Name: "a", Formula: "1+2"},
		"gives no finite number":               {Name: "a", Formula: "1/(n-n)"},
		"it says nothing":                      {Name: "a", Formula: "n-n"},
		"an axis has that name":                {Name: "n", Formula: "n+1"},
		"letters, digits":                      {Name: "a b", Formula: "n+1"},
		"which a logarithm needs":              {Name: "a", Formula: "n-1", Scale: "log"},
		"want linear or log":                   {Name: "a", Formula: "n", Scale: "square"},
		"where an operator or the end belongs": {Name: "a", Formula: "n n"},
		"low 3 is not below high 2":            {Name: "a", Formula: "n", Low: 3, High: 2},
		"the steps are not those of the form":  {Name: "a", Formula: "n", Program: [][]any{{"number", 1.0}}},
	} {
		s := Space{Name: "x", Params: []Param{{Name: "n", Kind: Integer, Low: 0, High: 3}}, Known: []Known{k}}
		if err := s.CompleteKnown(); !errors.Is(err, ErrSpace) || !strings.Contains(fmt.Sprint(err), why) {
			t.Errorf("%q: %v", why, err)
		}
	}
	graph := Space{Params: []Param{{Name: "cell", Kind: Graph}}, Known: []Known{{Name: "a", Formula: "cell + 1"}}}
	if err := graph.Compile(); !strings.Contains(fmt.Sprint(err), "holds texts") {
		t.Errorf("a graph is no number: %v", err)
	}
	two := Space{Name: "x", Params: []Param{{Name: "n", Kind: Integer, Low: 0, High: 3}},
		Known: []Known{{Name: "a", Formula: "n"}, {Name: "a", Formula: "2*n"}}}
	if err := two.CompleteKnown(); !strings.Contains(fmt.Sprint(err), "twice") {
		t.Error(err)
	}
	many := Space{Name: "x", Params: two.Params, Known: make([]Known, MaxKnown+1)}
	if err := many.CompleteKnown(); !strings.Contains(fmt.Sprint(err), "at most 32") {
		t.Error(err)
	}
}

func TestKnownQuantitiesAsJSONAndYAML(t *testing.T) {
	s := knownSpace(t)
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeSpace(b)
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("%v\n%+v\n%+v", err, got.Known, s.Known)
	}
	if _, err := DecodeSpace(bytes.Replace(b, []byte(`["number",12]`), []byte(`["number",13]`), 1)); err == nil {
		t.Error("steps that are not those of the formula are read")
	}
	var text bytes.Buffer
	if err := WriteYAML(&text, s, nil, ""); err != nil {
		t.Fatal(err)
	}
	var again Space
	if err := yaml.NewDecoder(&text, yaml.Strict()).Decode(&again); err != nil {
		t.Fatal(err)
	}
	if err := again.CompleteKnown(); err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("%v\n%+v\n%+v", err, again.Known, s.Known)
	}
}

// An axis that is asked for is a range of numbers, and a query that does not say it is told why it must.
func TestAskedAxes(t *testing.T) {
	s := Space{Name: "x", Params: []Param{{Name: "params", Kind: Log, Low: 1, High: 9, Known: KnownAsk}}}
	if err := s.Validate(); err != nil || s.AskedFor() != &s.Params[0] {
		t.Error(err)
	}
	if err := s.Check(Config{}); !strings.Contains(fmt.Sprint(err), "the query must say it; allowed is 1..9") {
		t.Error(err)
	}
	for _, p := range []Param{{Name: "a", Kind: Log, Low: 1, High: 9, Known: "guess"},
		{Name: "a", Kind: Choice, Choices: numbers(1, 2), Known: KnownAsk}} {
		s := Space{Name: "x", Params: []Param{p}}
		if err := s.Validate(); !strings.Contains(fmt.Sprint(err), "want ask, of kind linear, log or integer") {
			t.Error(err)
		}
	}
}
