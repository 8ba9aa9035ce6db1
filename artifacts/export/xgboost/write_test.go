package xgboost

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"testing"

	"eahas/models/gbdt"
)

// stump decodes a model of two outputs: output 0 has one split with NaN to the left, output 1 no tree.
func stump(t *testing.T) *gbdt.Model {
	t.Helper()
	b := []byte("EAGBDT1\x00")
	u32 := func(x uint32) { b = append(b, byte(x), byte(x>>8), byte(x>>16), byte(x>>24)) }
	f64 := func(x float64) { u := math.Float64bits(x); u32(uint32(u)); u32(uint32(u >> 32)) }
	u32(2) // columns
	u32(2) // outputs
	for _, base := range []float64{60, -1.5} {
		f64(base)
		b = append(b, 0)
	}
	u32(0) // groups
	u32(1) // trees
	u32(1) // inner nodes
	u32(1) // output 0
	b = append(b, 2|4|8)
	u32(1) // column
	f64(0.5)
	f64(-3)
	f64(4)
	m, err := gbdt.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestStructure holds every key of the small model that a reader needs.
func TestStructure(t *testing.T) {
	b, err := Model{Names: []string{"a[0]", "a(0)"}, Trees: stump(t)}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Learner struct {
			Names   []string          `json:"feature_names"`
			Param   map[string]string `json:"learner_model_param"`
			Booster struct {
				Model struct {
					Param  map[string]string `json:"gbtree_model_param"`
					Indptr []int             `json:"iteration_indptr"`
					Info   []int             `json:"tree_info"`
					Trees  []struct {
						ID          int
						Left        []int     `json:"left_children"`
						Right       []int     `json:"right_children"`
						Parents     []int     `json:"parents"`
						Columns     []int     `json:"split_indices"`
						Conditions  []float64 `json:"split_conditions"`
						MissingLeft []int     `json:"default_left"`
					}
				}
			} `json:"gradient_booster"`
		}
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	m := d.Learner.Booster.Model
	// Output 0: the split, then the base; output 1: nothing, then the base.
	if d.Learner.Param["num_target"] != "2" || d.Learner.Param["base_score"] != "0E0" || m.Param["num_trees"] != "4" ||
		!slices.Equal(m.Info, []int{0, 1, 0, 1}) || !slices.Equal(m.Indptr, []int{0, 2, 4}) || len(m.Trees) != 4 ||
		!slices.Equal(d.Learner.Names, []string{"a(0)", "a(0)_2"}) {
		t.Fatalf("got %s", b)
	}
	split := m.Trees[0]
	next := float64(math.Nextafter32(0.5, 1)) // x <= 0.5 is x < the number after it
	if !slices.Equal(split.Left, []int{1, -1, -1}) || !slices.Equal(split.Right, []int{2, -1, -1}) ||
		!slices.Equal(split.Parents, []int{math.MaxInt32, 0, 0}) || !slices.Equal(split.Columns, []int{1, 0, 0}) ||
		math.Abs(split.Conditions[0]-next) > 1e-9 || !slices.Equal(split.Conditions[1:], []float64{-3, 4}) ||
		!slices.Equal(split.MissingLeft, []int{1, 0, 0}) {
		t.Errorf("split %+v", split)
	}
	for i, want := range []float64{0, 60, -1.5} {
		if got := m.Trees[i+1].Conditions; !slices.Equal(got, []float64{want}) {
			t.Errorf("tree %d has %v, wanted %g", i+1, got, want)
		}
	}
}

// TestUBJSON compares bytes with what the ubjson.org draft 12 asks for.
func TestUBJSON(t *testing.T) {
	got := appendUBJSON(nil, object{{"a", "xy"}, {"b", []float32{1}}, {"c", list{3}}, {"d", []int32{-1}},
		{"e", []uint8{1}}})
	l := func(n byte) []byte { return []byte{'L', 0, 0, 0, 0, 0, 0, 0, n} }
	want := bytes.Join([][]byte{
		{'{'}, l(1), []byte("aS"), l(2), []byte("xy"),
		l(1), []byte("b[$d#"), l(1), {0x3f, 0x80, 0, 0},
		l(1), []byte("c[#"), l(1), {'L', 0, 0, 0, 0, 0, 0, 0, 3},
		l(1), []byte("d[$l#"), l(1), {255, 255, 255, 255},
		l(1), []byte("e[$U#"), l(1), {1}, {'}'},
	}, nil)
	if !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestVectorsNeedVectorLeaves(t *testing.T) {
	if _, err := (Model{Names: []string{"a", "b"}, Trees: stump(t), Vector: true}).JSON(); err == nil {
		t.Error("no error")
	}
}
