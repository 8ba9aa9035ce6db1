package recipe

import (
	"reflect"
	"strings"
	"testing"

	gbdttrain "eahas/models/gbdt/train"
)

func TestSnippetReadsAsTheVariant(t *testing.T) {
	v := Variant{Name: "mine", Base: "bezier+gbdt", Regressor: Regressor{Kind: "gbdt",
		GBDT: &gbdttrain.Params{Rounds: 300, Rate: 0.05, ExtraTrees: true}}}
	if err := v.Complete(); err != nil {
		t.Fatal(err)
	}
	b, err := Snippet(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"null", `""`, ": 0\n"} {
		if strings.Contains(string(b), bad) {
			t.Errorf("the snippet holds %q:\n%s", bad, b)
		}
	}
	got := pasted(t, v)
	if !reflect.DeepEqual(got, v) {
		t.Errorf("read %+v, wrote %+v", got, v)
	}
}
