package recipe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"eahas/internal/stream"
	"github.com/goccy/go-yaml"

	gbdttrain "eahas/models/gbdt/train"
)

// everyVariant has one of each kind of regressor and representation, alone, in stacks and in two-part models.
func everyVariant(t *testing.T) []Variant {
	t.Helper()
	var texts []string
	for _, k := range kindsAt(ofCurve) {
		if k != "stack" && k != "twopart" && k != "auto" {
			texts = append(texts, "{name: v, base: bezier+"+k+", cost: {kind: "+k+"}}")
		}
	}
	for _, k := range representationKinds() {
		texts = append(texts, k+"+gbdt")
	}
	texts = append(texts, "auto",
		"{name: q, base: auto, regressor: {auto: {effort: quick}}, cost: {auto: {effort: best}}}", "guided",
		"golearn-baseline", "bernstein+twopart",
		"{name: a, base: bernstein+gbdt, representation: {degree: -1}, regressor: {gbdt: {rounds: 60, rate: 0.5, "+
			"min_gain: 0.01}}}",
		"{name: b, base: grid+stack, representation: {points: 12}, regressor: {stack: {members: [bernstein+mlp, "+
			"svd+forest, ranks+local, {base: parametric+knn, regressor: {knn: {neighbours: 4}}}], folds: 3}}, cost: "+
			"{kind: stack, stack: {members: [gp, linear], join: median}}}",
		"{name: c, base: ranks+twopart, regressor: {twopart: {gate: gbdt, alive: {kind: stack, stack: {members: "+
			"[grid+extratrees, grid+mlp]}}, failed: golearn, low: 0.2, high: 0.7}}}",
		"{name: d, base: grid+stack, regressor: {stack: {members: [whitened+linear]}}}")
	var out []Variant
	for _, text := range texts {
		v, err := parseVariant(t, text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		out = append(out, *v)
	}
	return out
}

// plainJSON is what a variant says, without blocks that say nothing.
func plainJSON(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var x any
	if err := json.Unmarshal(b, &x); err != nil {
		t.Fatal(err)
	}
	return prune(x)
}

func prune(x any) any {
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			if v = prune(v); v == nil {
				delete(x, k)
			} else {
				x[k] = v
			}
		}
		if len(x) == 0 {
			return nil
		}
	case []any:
		for i := range x {
			x[i] = prune(x[i])
		}
	}
	return x
}

// Every knob has a name of its own, starts inside its range, changes the variant, and changes a copy.
func TestKnobsChangeCopies(t *testing.T) {
	for _, v := range everyVariant(t) {
		before := plainJSON(t, v)
		tn := NewTunable(v, true, true, 100)
		if err := tn.Space.Check(); err != nil || len(tn.Space) != len(tn.Start) {
			t.Fatalf("%s: %v, %d knobs, %d starts", v.Name, err, len(tn.Space), len(tn.Start))
		}
		names := map[string]bool{}
		start := plainJSON(t, tn.At(tn.Start))
		for j, p := range tn.Space {
			if names[p.Name] {
				t.Errorf("%s: two knobs are called %s", v.Name, p.Name)
			}
			names[p.Name] = true
			if tn.Start[j] < p.Low || tn.Start[j] > p.High {
				t.Errorf("%s: %s starts at %g, outside %g..%g", v.Name, p.Name, tn.Start[j], p.Low, p.High)
			}
			point := slices.Clone(tn.Start)
			if point[j] = p.Low; tn.Start[j] == p.Low {
				point[j] = p.High
			}
			if reflect.DeepEqual(plainJSON(t, tn.At(point)), start) {
				t.Errorf("%s: %s changes nothing", v.Name, p.Name)
			}
		}
		a, b := tn.At(tn.Start), tn.At(tn.Start)
		if shared := sharedMemory(reflect.ValueOf(a), reflect.ValueOf(b)); shared != "" {
			t.Errorf("%s: two variants share %s", v.Name, shared)
		}
		if !reflect.DeepEqual(plainJSON(t, v), before) || !reflect.DeepEqual(plainJSON(t, tn.At(nil)), before) {
			t.Errorf("%s: the base was changed", v.Name)
		}
	}
}

// sharedMemory names a pointer or slice that two values of one type have in common, "" for none.
func sharedMemory(a, b reflect.Value) string {
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return ""
		}
		if a.Pointer() == b.Pointer() {
			return a.Type().String()
		}
		return sharedMemory(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() > 0 && b.Len() > 0 && a.Pointer() == b.Pointer() {
			return a.Type().String()
		}
		for i := range min(a.Len(), b.Len()) {
			if s := sharedMemory(a.Index(i), b.Index(i)); s != "" {
				return s
			}
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if s := sharedMemory(a.Field(i), b.Field(i)); s != "" {
				return a.Type().Field(i).Name + " " + s
			}
		}
	}
	return ""
}

// The members of a stack have knobs of their own, and so have the parts of a two-part model.
func TestKnobsOfParts(t *testing.T) {
	for text, want := range map[string][]string{
		"guided": {"regressor.stack.0.mlp.hidden", "regressor.stack.1.mlp.hidden",
			"regressor.stack.1.representation.degree", "regressor.stack.join",
			"regressor.stack.folds", "regressor.stack.guided", "representation.points", "representation.warp",
			"cost.gp.kernel"},
		"grid+twopart": {"regressor.twopart.low", "regressor.twopart.gate.gbdt.rounds",
			"regressor.twopart.alive.gbdt.col_sample", "regressor.twopart.failed.knn.neighbours"},
		"svd+local":        {"representation.components", "representation.points"},
		"golearn-baseline": {"regressor.golearn.neighbours", "cost.golearn.neighbours"},
	} {
		v, err := parseVariant(t, text)
		if err != nil {
			t.Fatal(err)
		}
		tn := NewTunable(*v, true, true, 100)
		var names []string
		for _, p := range tn.Space {
			names = append(names, p.Name)
		}
		for _, n := range want {
			if !slices.Contains(names, n) {
				t.Errorf("%s: no knob %s among %v", text, n, names)
			}
		}
	}
	v, err := parseVariant(t, "{name: x, base: bezier+gbdt, cost: local}")
	if err != nil {
		t.Fatal(err)
	}
	if tn := NewTunable(*v, false, true, 100); len(tn.Space) != 0 {
		t.Errorf("a local model of costs has the knobs %v", tn.Space)
	}
}

// pasted reads a variant's snippet as a part of a config.
func pasted(t *testing.T, v Variant) Variant {
	t.Helper()
	b, err := Snippet(v)
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Variants []Variant }
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&c); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if err := c.Variants[0].Complete(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return c.Variants[0]
}

// What tuning writes says the same when it is pasted into a config, for any point of any variant.
func TestTunedVariantsRoundTrip(t *testing.T) {
	for _, v := range everyVariant(t) {
		tn := NewTunable(v, true, true, 100)
		for k := range 8 {
			tuned := tn.At(tn.Space.Random(stream.New(1, v.Name, fmt.Sprint(k))))
			tuned.Name += "-tuned"
			if b, err := Snippet(tuned); err != nil || bytes.Contains(b, []byte("[]")) ||
				bytes.Contains(b, []byte("null")) {
				t.Errorf("%s: %v\n%s", v.Name, err, b)
			}
			if got, want := plainJSON(t, pasted(t, tuned)), plainJSON(t, tuned); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: read\n%v\nwrote\n%v", v.Name, got, want)
			}
		}
	}
}

// A share of the budget reaches the parts, and leaves the variant itself alone.
func TestCheaper(t *testing.T) {
	v, err := parseVariant(t,
		"{name: a, base: grid+stack, regressor: {stack: {members: [bernstein+mlp, {base: grid+gbdt, regressor: "+
			"{gbdt: {rounds: 100, rate: 0.1}}}, grid+knn]}}, cost: {kind: gbdt, gbdt: {rounds: 81, forest: true}}}")
	if err != nil {
		t.Fatal(err)
	}
	before := plainJSON(t, v)
	less := v.Cheaper(0.25, 100)
	m := less.Regressor.Stack.Members
	if e := m[0].Regressor.MLP.Epochs; e != 250 { // 1000 by default for 100 rows
		t.Errorf("%d epochs", e)
	}
	if p := m[1].Regressor.GBDT; p.Rounds != 25 || p.Rate <= 0.1 {
		t.Errorf("boosting %+v", p)
	}
	if p := less.Cost.GBDT; p.Rounds != 21 || p.Rate != 0 {
		t.Errorf("forest %+v", p)
	}
	if !reflect.DeepEqual(plainJSON(t, v), before) {
		t.Error("the variant itself was changed")
	}
	small := Regressor{Kind: "gbdt", GBDT: &gbdttrain.Params{Rounds: 1, Rate: 0.9}}
	if shortenTrees(&small, 0.25); small.GBDT.Rounds != 1 || small.GBDT.Rate > 1 {
		t.Errorf("a single round becomes %+v", small.GBDT)
	}
	for text, want := range map[string][2]bool{"bezier+knn": {false, true},
		"{name: x, base: grid+twopart, cost: gp}": {true, false},
		"{name: x, base: svd+gp, cost: linear}":   {false, false}} {
		v, err := parseVariant(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{v.Regressor.HasBudget(), v.Cost.HasBudget()}; got != want {
			t.Errorf("%s: curve and cost have a budget: %v, want %v", text, got, want)
		}
	}
}
