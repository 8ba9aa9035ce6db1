package features

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"eahas/internal/stream"
)

// logs makes configurations as a sweep would log them.
func logs(n int) []Config {
	rng := stream.New(11)
	out := make([]Config, n)
	for i := range out {
		c := Config{
			"lr":      Number(math.Pow(10, -5+5*rng.Float64())),
			"batch":   Number([]float64{32, 64, 128, 256}[i%4]),
			"layers":  Number(float64(2 * rng.IntN(40))),
			"dropout": Number(float64(rng.IntN(51)) / 100),
			"scale":   Number(1 + rng.Float64()),
			"beta":    Number(1 - math.Pow(10, -4*rng.Float64())), // near 0 at times, mostly near 1
			"gpu":     Text("V100"),
			"run":     Text("r" + strconv.Itoa(i)),
			"opt":     []Value{Text("sgd"), Text("momentum"), Text("adam")}[i%3],
			"problem": []Value{Text("mnist"), Text("cifar")}[i/3%2],
		}
		if i%3 == 1 {
			c["momentum"] = Number(0.5 + 0.01*float64(rng.IntN(49)))
		}
		if i%3 == 2 {
			c["epsilon"] = Number(1e-8)
		}
		if rng.IntN(2) == 0 {
			c["clip"] = Number([]float64{1, 5}[rng.IntN(2)])
		}
		out[i] = c
	}
	return out
}

func TestInfer(t *testing.T) {
	configs := logs(1200)
	got := Infer("logs", configs)
	if err := got.Space.Validate(); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := WriteYAML(&text, got.Space, got.Observed, ""); err != nil {
		t.Fatal(err)
	}
	axes := map[string]*Param{}
	for i := range got.Space.Params {
		axes[got.Space.Params[i].Name] = &got.Space.Params[i]
	}
	for name, ok := range map[string]func(*Param) bool{
		"lr":      func(p *Param) bool { return p.Kind == Log && p.Low > 0.9e-5 && p.High < 1 && p.Step == 0 },
		"batch":   func(p *Param) bool { return p.Kind == Ordinal && p.Log && len(p.Choices) == 4 },
		"layers":  func(p *Param) bool { return p.Kind == Integer && p.Low == 0 && p.High == 78 && p.Step == 2 },
		"dropout": func(p *Param) bool { return p.Kind == Linear && p.Step == 0.01 && p.High == 0.5 },
		"scale":   func(p *Param) bool { return p.Kind == Linear && p.Step == 0 },
		"opt":     func(p *Param) bool { return p.Kind == Choice && len(p.Choices) == 3 },
		"momentum": func(p *Param) bool {
			return p.When != nil && p.When.Param == "opt" && p.When.In[0] == Text("momentum") && !p.Optional
		},
		"clip":    func(p *Param) bool { return p.Optional && p.When == nil },
		"gpu":     func(p *Param) bool { return p == nil },
		"run":     func(p *Param) bool { return p == nil },
		"epsilon": func(p *Param) bool { return p == nil },
	} {
		if p := axes[name]; p == nil && name != "gpu" && name != "run" && name != "epsilon" || !ok(p) {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for _, line := range []string{
		"# left out: gpu (always V100)", "# left out: run (1200 distinct texts: a label, not a setting)",
		"# left out: epsilon (always 1e-08 where it is set, which opt decides)",
		"when: {param: opt, in: [momentum]}", "whole numbers: integer",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("no line %q in\n%s", line, text.String())
		}
	}
	var back Space
	if err := yaml.UnmarshalWithOptions(text.Bytes(), &back, yaml.Strict()); err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	for _, c := range configs {
		kept := Config{}
		for k, v := range c {
			if back.Param(k) != nil {
				kept[k] = v
			}
		}
		if err := back.Check(kept); err != nil {
			t.Fatal(err)
		}
	}
}

// TestInferredSpaceHoldsItsData: whatever the numbers are, the inferred space is valid and takes them.
func TestInferredSpaceHoldsItsData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		exp := rapid.IntRange(-30, 30).Draw(t, "exponent")
		gen := rapid.OneOf(
			rapid.Map(rapid.IntRange(-1000, 100000), func(i int) float64 { return float64(i) }),
			rapid.Map(rapid.IntRange(0, 500), func(i int) float64 { return float64(i) * 0.05 }),
			rapid.Map(rapid.Float64Range(-1, 1), func(x float64) float64 { return x * math.Pow10(exp) }),
			rapid.Float64(),
		)
		var configs []Config
		for _, x := range rapid.SliceOfN(gen, 2, 40).Draw(t, "numbers") {
			configs = append(configs, Config{"x": Number(x), "y": Text("a" + strconv.Itoa(len(configs)%2))})
		}
		got := Infer("x", configs)
		if len(got.Space.Params) == 0 {
			return
		}
		if err := got.Space.Validate(); err != nil {
			t.Fatalf("%+v: %v", got.Space.Params, err)
		}
		for _, c := range configs {
			for _, name := range []string{"x", "y"} {
				if got.Space.Param(name) == nil {
					delete(c, name)
				}
			}
			if err := got.Space.Check(c); err != nil {
				t.Fatalf("%+v: %v", got.Space.Params, err)
			}
		}
	})
}
