package pipeline

import (
	"reflect"
	"strings"
	"testing"

	gbdttrain "eahas/models/gbdt/train"
)

func TestSnippetReadsAsTheVariant(t *testing.T) {
	v := Variant{Name: "mine", Base: "bezier+gbdt", Regressor: Regressor{Kind: "gbdt", GBDT: &gbdttrain.Params{Rounds: 300, Rate: 0.05, ExtraTrees: true}}}
	if err := v.complete(); err != nil {
		t.Fatal(err)
	}
	b, err := snippetOf(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"null", `""`, ": 0\n"} {
		if strings.Contains(string(b), bad) {
			t.Errorf("the snippet holds %q:\n%s", bad, b)
		}
	}
	c, err := Parse("x.yaml", append([]byte("name: x\nsimulate: {trials: 10}\nspace: {builtin: eahas-cifar10}\n"), b...))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if !reflect.DeepEqual(c.Variants[0], v) {
		t.Errorf("read %+v, wrote %+v", c.Variants[0], v)
	}
}
