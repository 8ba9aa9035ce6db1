package recipe

import (
	"strings"
	"testing"
)

// Reports say of each variant what it is.
func TestInWords(t *testing.T) {
	for _, c := range []struct {
		variant Variant
		want    string
	}{
		{Variant{Name: "bezier+gbdt"}, "curve: bezier, degree 4 + gbdt; costs: gbdt on logarithms"},
		{Variant{Base: "bezier+gbdt", Representation: Representation{Degree: degreeAuto}},
			"curve: bezier, degree chosen on the training curves + gbdt; costs: gbdt on logarithms"},
		{Variant{Base: "bernstein+gbdt", Representation: Representation{Degree: 6}},
			"curve: bernstein, degree 6 + gbdt; costs: gbdt on logarithms"},
		{Variant{Base: "svd+gbdt", Representation: Representation{Components: 5}},
			"curve: svd, 5 components + gbdt; costs: gbdt on logarithms"},
		{Variant{Name: "svd+gbdt"}, "curve: svd + gbdt; costs: gbdt on logarithms"},
		{Variant{Name: "golearn-baseline"}, "curve: grid + golearn; costs: golearn on logarithms"},
	} {
		if err := c.variant.Complete(); err != nil {
			t.Error(err)
			continue
		}
		if got := c.variant.InWords(); got != c.want {
			t.Errorf("%q, wanted %q", got, c.want)
		}
		if got, want := c.variant.Regressor.Baseline(), c.variant.Name == "golearn-baseline"; got != want {
			t.Errorf("%s: baseline %v", c.variant.Name, got)
		}
	}
}

func TestFind(t *testing.T) {
	list := []Variant{{Name: "a"}, {Name: "b"}, {Name: "b", Base: "second"}}
	if v, ok := Find(list, "b"); !ok || v != &list[1] {
		t.Errorf("%v, %v", v, ok)
	}
	if v, ok := Find(list, "c"); ok || v != nil {
		t.Errorf("%v, %v", v, ok)
	}
}

// What a surrogate must beat: a mean, a mean by the axis if there is one, the nearest run.
func TestTrivial(t *testing.T) {
	for axis, want := range map[string]string{"": "trivial: mean, trivial: nearest run",
		"gpu": "trivial: mean, trivial: mean by gpu, trivial: nearest run"} {
		var names []string
		for _, v := range Trivial(axis) {
			names = append(names, v.Name)
			if !IsTrivial(v.Name) || v.Regressor.Kind != v.Cost.Kind {
				t.Errorf("%+v", v)
			}
		}
		if got := strings.Join(names, ", "); got != want {
			t.Errorf("%q: %s", axis, got)
		}
	}
	if IsTrivial("mean") {
		t.Error("a variant of that name is trivial")
	}
}
