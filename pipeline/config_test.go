package pipeline

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// A resolved config is a config: read again, it resolves to itself.
func TestResolvedConfigsAreFixedPoints(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "examples", "*.yaml"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, f := range append(files, "default.yaml") {
		if filepath.Base(f) == "search.yaml" { // a study of searches, not a run
			continue
		}
		c, err := Load(f)
		if err != nil {
			t.Error(err)
			continue
		}
		once, err := c.Resolved()
		if err != nil {
			t.Error(err)
			continue
		}
		again, err := Parse(f, []byte(once))
		if err != nil {
			t.Errorf("%s: resolved: %v", f, err)
			continue
		}
		if twice, err := again.Resolved(); err != nil || twice != once {
			t.Errorf("%s: resolving twice (%v) gives\n%s\nonce\n%s", f, err, twice, once)
		}
	}
}

func TestBadConfigsAreRefusedWhereTheyAreWrong(t *testing.T) {
	const good = `name: x
logs: [{path: a.parquet, layout: wide}]
space: {params: [{name: lr, kind: log, low: 0.1, high: 1}]}
`
	const simulated = "name: x\nspace: {builtin: eahas-cifar10}\n"
	if _, err := Parse("x.yaml", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", good + "evalute: {}\n", "[4:1] unknown field \"evalute\""},
		{"unknown key inside a variant", good + "variants:\n  - {name: a+b, regresor: gbdt}\n",
			"[5:17] unknown field \"regresor\""},
		{"wrong type", good + "seed: many\n", "[4:7]"},
		{"malformed tag, on which go-yaml panics", "name: x\nlogs:\n !- name:WW WWWWWWW", "malformed YAML"},
		{"twice", good + "name: y\n", "[4:1]"},
		{"nothing to read", "name: x\nspace: {params: [{name: lr, kind: log, low: 0.1, high: 1}]}\n",
			"logs: nothing to read"},
		{"no space", "logs: [{path: a.parquet, layout: wide}]\n", "space: no params"},
		{"bad range", strings.Replace(good, "high: 1", "high: 0.01", 1), "lr"},
		{"unknown regressor", good + "variants: [bezier+oracle]\n", `regressor "oracle"`},
		{"unknown source of intervals", good + "variants: [{name: bezier+gbdt, intervals: love}]\n",
			`intervals: "love" is not one of auto, none, [residuals quantiles spread residuals+spread]`},
		{"two of a name", good + "variants: [bezier+gbdt, bezier+gbdt]\n", "a second variant"},
		{"unknown target", good + "targets: [happiness]\n", `"happiness"`},
		{"one fold", good + "evaluate: {folds: 1}\n", "evaluate.folds"},
		{"no training", good + "evaluate: {seeds: -1}\n", "evaluate.seeds"},
		{"too many trainings", good + "evaluate: {seeds: 101}\n", "evaluate.seeds: 101 is not in 1..100"},
		{"a billion resamples", good + "evaluate: {bootstrap: 1000000000}\n", "evaluate.bootstrap: 1000000000"},
		{"before the first epoch", good + "evaluate: {from_epoch: -1}\n", "evaluate.from_epoch: -1"},
		{"no epoch at all", good + "evaluate: {from_epoch: .inf}\n", "evaluate.from_epoch: +Inf"},
		{"fewer than no epochs", good + "epochs: {fixed: -1}\n", "epochs.fixed: -1"},
		{"two rules of length", good + "epochs: {fixed: 10, predict: true}\n", "epochs: axis, fixed and predict"},
		{"unknown split", good + "evaluate: {by: luck}\n", "evaluate.by"},
		{"freeze", good + "freeze: another\n", `no variant "another"`},
		{"name as a path", strings.Replace(good, "name: x", "name: ../x", 1), "name:"},
		{"more simulated trials than there is memory", simulated + "simulate: {trials: 1000000000000000000}\n",
			"simulate.trials: 1000000000000000000"},
		{"more repeats than there is memory", simulated + "simulate: {trials: 1000, repeats: 9000000000000000000}\n",
			"simulate.repeats: 9000000000000000000"},
		{"repeats every", simulated + "simulate: {trials: 1000, repeat_every: -1}\n", "simulate.repeat_every"},
		{"simulated and real", good + "simulate: {trials: 5}\n", "simulate:"},
	} {
		_, err := Parse("x.yaml", []byte(c.text))
		if err == nil || !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.want) ||
			!strings.Contains(err.Error(), "x.yaml") {
			t.Errorf("%s: %v; wanted ErrConfig, the file's name and %q", c.name, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(defaultConfig)
	files, _ := filepath.Glob(filepath.Join("..", "examples", "*.yaml"))
	for _, path := range files {
		if c, err := Load(path); err == nil {
			if text, err := c.Resolved(); err == nil {
				f.Add([]byte(text))
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse("x.yaml", b)
		if err != nil {
			return
		}
		if _, err := c.Resolved(); err != nil {
			t.Errorf("a config that was read cannot be written: %v", err)
		}
	})
}
