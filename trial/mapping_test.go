package trial_test

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"eahas/trial"
)

func decode(s string, to any) error {
	return yaml.NewDecoder(strings.NewReader(s), yaml.Strict()).Decode(to)
}

func TestMappingReadsScalarsListsAndMaps(t *testing.T) {
	var m []trial.Mapping
	err := decode(`
- path: a.parquet
  layout: wide
  params: {lr: cfg.OPTIM.BASE_LR}
  where: {x: 1, y: [a, 2, true]}
- path: [b, c]
  layout: long
  params: [lr, depth]
`, &m)
	if err != nil {
		t.Fatal(err)
	}
	if len(m[0].Path) != 1 || len(m[1].Path) != 2 || m[0].Params["lr"] != "cfg.OPTIM.BASE_LR" ||
		m[1].Params["depth"] != "depth" {
		t.Errorf("%+v", m)
	}
	if w := m[0].Where; len(w["x"]) != 1 || len(w["y"]) != 3 || w["y"][0].String() != "a" ||
		w["y"][1].String() != "2" || w["y"][2].String() != "true" {
		t.Errorf("%+v", w)
	}
	b, err := yaml.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var again []trial.Mapping
	if err := decode(string(b), &again); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if w := again[0].Where; len(w["y"]) != 3 || w["y"][1].String() != "2" {
		t.Errorf("%+v of\n%s", w, b)
	}
}

func TestMappingRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, c := range []string{
		"- path: a\n  layuot: wide\n",
		"- path: a\n  curve: {column: x, knid: loss}\n",
		"- path: {a: b}\n",
		"- path: a\n  params: 3\n",
		"- path: a\n  params: [x, x]\n",
		"- path: a\n  where: {x: {y: 1}}\n",
	} {
		var m []trial.Mapping
		if err := decode(c, &m); err == nil {
			t.Errorf("no error for %q", c)
		}
	}
}
