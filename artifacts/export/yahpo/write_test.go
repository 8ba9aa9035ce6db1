package yahpo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export/onnx"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/linear"
	heads "eahas/trial/target"
)

const rows = 500

// ask has YAHPO Gym 1.0.2 load each scenario that a line of its input names, [folder, name, configurations], from a
// local configuration of its own and answer: first for our configurations, all at once, then for samples of its own,
// one by one. Each line is [configuration, targets]; an empty list ends a scenario. One process serves all tests: the
// start takes seconds.
const ask = `
import json, math, pathlib, sys
from yahpo_gym import BenchmarkSet, local_config
from yahpo_gym.configuration import config_dict
local_config.init_config()
def show(c, y):
    plain = lambda v: v.item() if hasattr(v, "item") else v
    y = {k: None if math.isnan(v) else float(v) for k, v in y.items()}
    print(json.dumps([{k: plain(v) for k, v in c.items() if v is not None}, y]))
for line in sys.stdin:
    folder, name, file = json.loads(line)
    folder = pathlib.Path(folder)
    local_config.set_data_path(str(folder))
    config_dict.update({name: json.loads((folder / name / "scenario.json").read_text())})
    b = BenchmarkSet(name, multithread=False)
    assert b.instances == [name] and b.targets == b.config.y_names
    if b.config.fidelity_params:
        assert b.get_fidelity_space().get_hyperparameter_names() == ["epoch"]
        assert "epoch" not in b.get_opt_space(drop_fidelity_params=True).get_hyperparameter_names()
    ours = [json.loads(line) for line in open(file)]
    for c, y in zip(ours, b.objective_function(ours)):
        show(c, y)
    space = b.get_opt_space(seed=1)
    for c in space.sample_configuration(len(ours)):
        show(c.get_dictionary(), b.objective_function(c)[0])
    print("[]", flush=True)
`

type answer struct {
	config  features.Config
	targets map[string]*float64 // nil is NaN
}

// answers writes the scenario and has YAHPO answer.
func answers(t *testing.T, s *artifacts.Surrogate, configs []features.Config) []answer {
	t.Helper()
	python := fixture.Tool(t, "EAHAS_PYTHON_YAHPO")
	dir, name := t.TempDir(), "ours"
	files, err := Files(s, name, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, name, f.Name), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var lines bytes.Buffer
	e := json.NewEncoder(&lines)
	for _, c := range configs {
		if err := e.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "ours.jsonl")
	if err := os.WriteFile(file, lines.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	gym.Do(func() { gym.start(t, python) })
	if gym.answers == nil {
		t.Fatal("YAHPO has not started")
	}
	if err := json.NewEncoder(gym.scenarios).Encode([]string{dir, name, file}); err != nil {
		t.Fatalf("%v\n%s", err, &gym.complaints)
	}
	var all []answer
	for {
		var line []json.RawMessage
		if err := gym.answers.Decode(&line); err != nil {
			_ = gym.cmd.Wait() // so that all that it says is there
			t.Fatalf("%v\n%s", err, &gym.complaints)
		}
		if len(line) == 0 {
			return all
		}
		var a answer
		if err := errors.Join(json.Unmarshal(line[0], &a.config), json.Unmarshal(line[1], &a.targets)); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
}

// gym is the process that runs ask.
var gym process

type process struct {
	sync.Once
	cmd        *exec.Cmd
	scenarios  io.WriteCloser
	answers    *json.Decoder
	complaints bytes.Buffer
	settings   string
}

func (p *process) start(t *testing.T, python string) {
	t.Helper()
	var err error
	if p.settings, err = os.MkdirTemp("", "eahas-yahpo-*"); err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(python, "-c", ask)
	p.cmd.Env = append(os.Environ(), "YAHPO_LOCAL_CONFIG="+filepath.Join(p.settings, "yahpo_gym"))
	p.cmd.Stderr = &p.complaints
	if p.scenarios, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.answers = json.NewDecoder(out)
}

func TestMain(m *testing.M) {
	code := m.Run()
	if gym.scenarios != nil {
		gym.scenarios.Close()
		_ = gym.cmd.Wait()
		os.RemoveAll(gym.settings)
	}
	os.Exit(code)
}

// ours samples configurations, each with an epoch somewhere in the longest run.
func ours(t *testing.T, s *artifacts.Surrogate) []features.Config {
	t.Helper()
	spec := s.Spec()
	rng, sampler := stream.New(2, "yahpo"), spec.Space.NewSampler()
	out := make([]features.Config, rows)
	last, err := longest(s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range out {
		if out[i], err = sampler.Sample(rng); err != nil {
			t.Fatal(err)
		}
		for j := range spec.Space.Params {
			if p := &spec.Space.Params[j]; onnx.Textual(p) && !out[i][p.Name].IsMissing() {
				out[i][p.Name] = features.Text(out[i][p.Name].String()) // as the encoding has it
			}
		}
		if rule := spec.Epochs; rule.Length != artifacts.LengthNone {
			steps := math.Floor((last - rule.First) / rule.Step)
			out[i][onnx.FidelityEpoch] = features.Number(rule.First + math.Round(rng.Float64()*steps)*rule.Step)
		}
	}
	return out
}

// want is what Query says about the targets at the epoch, or at the last one when the run ends before; nil when it
// refuses.
func want(t *testing.T, s *artifacts.Surrogate, config features.Config) map[string]float64 {
	t.Helper()
	spec := s.Spec()
	plain := features.Config{}
	for i := range spec.Space.Params {
		p := &spec.Space.Params[i]
		v, set := config[p.Name]
		if !set {
			continue
		}
		if x, ok := v.Float(); ok && p.Numeric() && p.Kind != features.Integer && p.Step == 0 {
			v = features.Number(min(p.High, max(p.Low, float64(float32(x))))) // as YAHPO gives it to the model
		}
		if text, ok := v.Str(); ok {
			v = choice(p, text)
		}
		plain[p.Name] = v
	}
	a, epoch := new(artifacts.Answer), math.Inf(1)
	if x, ok := config[onnx.FidelityEpoch].Float(); ok {
		epoch = x
	}
	if err := s.QueryInto(a, plain, epoch); errors.Is(err, artifacts.ErrConfig) {
		return nil
	} else if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{"energy_total_j": a.EnergyTotal, "time_total_s": a.TimeTotal,
		"inference_energy_j": a.InferenceEnergy}
	if k := len(a.Epochs) - 1; k >= 0 {
		if a.Epochs[k] != min(epoch, a.Last) {
			t.Fatalf("epoch %g of %g: the last one of the answer is %g", epoch, a.Last, a.Epochs[k])
		}
		for name, series := range map[string][]float64{onnx.MetricName(spec.Metric.Name): a.Curve, "energy_j": a.Energy,
			"time_s": a.Time} {
			if len(series) > 0 {
				all[name] = series[k]
			}
		}
	}
	maps.DeleteFunc(all, func(_ string, y float64) bool { return math.IsNaN(y) })
	return all
}

// choice returns the choice that is written so.
func choice(p *features.Param, text string) features.Value {
	for _, c := range p.Choices {
		if c.String() == text {
			return c
		}
	}
	return features.Text(text)
}

// agree has YAHPO answer for our configurations and for its own samples, conditions included, and returns how many of
// its samples Query refuses: YAHPO answers NaN.
func agree(t *testing.T, s *artifacts.Surrogate) (refused int) {
	t.Helper()
	all := answers(t, s, ours(t, s))
	if len(all) != 2*rows {
		t.Fatalf("%d answers", len(all))
	}
	far := 0.0
	for i, a := range all {
		expected := want(t, s, a.config)
		if expected == nil && i >= rows {
			refused++
			for name, y := range a.targets {
				if y != nil {
					t.Fatalf("%s: %s = %g, and Query refuses it", a.config.Key(), name, *y)
				}
			}
			continue
		}
		if len(a.targets) != len(expected) {
			t.Fatalf("targets %v, wanted %v", a.targets, expected)
		}
		for name, y := range expected {
			got := a.targets[name]
			if got == nil {
				t.Fatalf("%s: %s is NaN", a.config.Key(), name)
			}
			gap := math.Abs(*got - y)
			if y != 0 {
				gap /= math.Abs(y)
			}
			if far = max(far, gap); !(gap <= 1e-5) {
				t.Fatalf("%s: %s = %g, Query says %g", a.config.Key(), name, *got, y)
			}
		}
	}
	t.Logf("largest relative difference %.2g, %d refused", far, refused)
	return refused
}

// TestYAHPOAnswersAsQuery: a bundle of boosted trees.
func TestYAHPOAnswersAsQuery(t *testing.T) {
	s, err := artifacts.Open("../../testdata/v1-gbdt-bezier")
	if err != nil {
		t.Fatal(err)
	}
	if n := agree(t, s); n != 0 {
		t.Errorf("%d refused", n)
	}
}

// TestConstraintsAnswerNaN: networks that their space cannot leave out.
func TestConstraintsAnswerNaN(t *testing.T) {
	space, err := features.Builtin("eahas-tinyimagenet")
	if err != nil {
		t.Fatal(err)
	}
	space.Constraints = []features.Constraint{{Quantity: "stages", Low: 2, High: 2}, {Quantity: "params", High: 3e6}}
	s, err := artifacts.New(artifacts.Spec{Name: "networks", Space: space}, []artifacts.Head{
		{Target: artifacts.EnergyTotal, Transform: artifacts.Log, Predictor: ridge(t, space, 9, 1, 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := agree(t, s); n == 0 || n == rows {
		t.Errorf("%d refused", n)
	}
}

// wide has axes of every kind: steps, texts and numbers among them, and conditions on texts, numbers and conditional
// axes, with 0 inside of a conditional axis' range.
func wide() features.Space {
	n, x := features.Number, features.Text
	return features.Space{Name: "wide", Params: []features.Param{
		{Name: "size", Kind: features.Linear, Low: -10, High: 30, Step: 0.1},
		{Name: "batch", Kind: features.Integer, Low: 16, High: 1024, Step: 16, Log: true},
		{Name: "steps", Kind: features.Integer, Low: 3, High: 40},
		{Name: "limit", Kind: features.Ordinal, Choices: []features.Value{n(100), n(150), n(300)}, Log: true},
		{Name: "level", Kind: features.Ordinal, Choices: []features.Value{x("low"), x("mid"), x("high")}},
		{Name: "rate", Kind: features.Choice, Choices: []features.Value{n(0.1), n(0.01), n(-3)}},
		{Name: "opt", Kind: features.Choice, Choices: []features.Value{x("sgd"), x("größe <&\"x\""), n(0.5)}},
		{Name: "momentum", Kind: features.Linear, Low: 0, High: 1,
			When: &features.Condition{Param: "opt", In: []features.Value{x("sgd"), n(0.5)}}},
		{Name: "count", Kind: features.Integer, Low: 0, High: 3,
			When: &features.Condition{Param: "limit", In: []features.Value{n(150)}}},
		{Name: "nested", Kind: features.Choice, Choices: []features.Value{x("a"), x("b")},
			When: &features.Condition{Param: "count", In: []features.Value{n(0), n(2)}}},
	}}
}

// ridge is a linear model of made-up targets around a middle: smooth, so it sees every digit of every column.
func ridge(t *testing.T, space features.Space, middle, width float64, outputs int) models.Predictor {
	t.Helper()
	encoder, err := features.NewEncoder(space)
	if err != nil {
		t.Fatal(err)
	}
	rng, sampler := stream.New(3, "yahpo"), space.NewSampler()
	configs := make([]features.Config, 300)
	for i := range configs {
		if configs[i], err = sampler.Sample(rng); err != nil {
			t.Fatal(err)
		}
	}
	f, err := encoder.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	d := models.Data{X: f, K: outputs}
	for range len(configs) * outputs {
		d.Y = append(d.Y, middle+width*rng.NormFloat64())
	}
	m, err := linear.Trainer{}.Train(context.Background(), d, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestEveryAxisAndLength: axes of every kind, with each way to know a run's length.
func TestEveryAxisAndLength(t *testing.T) {
	codec, err := bezier.New(bezier.Warp, 5, 100)
	if err != nil {
		t.Fatal(err)
	}
	curve := artifacts.Head{Target: artifacts.Curve, Predictor: ridge(t, wide(), 50, 40, 6), Representation: codec}
	cost := func(of heads.Target, middle float64) artifacts.Head {
		return artifacts.Head{Target: of, Transform: artifacts.Log, Predictor: ridge(t, wide(), middle, 1, 1)}
	}
	for name, c := range map[string]struct {
		epochs artifacts.EpochRule
		heads  []artifacts.Head
	}{
		"axis": {artifacts.EpochRule{Length: artifacts.LengthAxis, Axis: "steps", First: 1, Step: 2.5},
			[]artifacts.Head{curve, cost(artifacts.TimePerEpoch, 2)}},
		"predicted": {artifacts.EpochRule{Length: artifacts.LengthHead, Step: 2, Offset: 1},
			[]artifacts.Head{curve, cost(artifacts.Length, 3), cost(artifacts.EnergyTotal, 9)}},
		"fixed": {artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 17, Step: 1},
			[]artifacts.Head{curve, cost(artifacts.EnergyPerEpoch, 9)}},
		"one epoch": {artifacts.EpochRule{Length: artifacts.LengthFixed, First: 1, Last: 1, Step: 1},
			[]artifacts.Head{curve, cost(artifacts.EnergyPerEpoch, 9)}},
		"unknown": {artifacts.EpochRule{}, []artifacts.Head{cost(artifacts.EnergyTotal, 9),
			cost(artifacts.InferenceEnergy, 1)}},
	} {
		t.Run(name, func(t *testing.T) {
			metric := artifacts.Metric{Name: "acc", Kind: artifacts.Accuracy, Unit: "percent", HigherBetter: true}
			s, err := artifacts.New(artifacts.Spec{Name: name, Space: wide(), Metric: metric, Epochs: c.epochs},
				c.heads)
			if err != nil {
				t.Fatal(err)
			}
			if n := agree(t, s); n != 0 {
				t.Errorf("%d refused", n)
			}
		})
	}
}

// TestFilesAreTheSame: twice the same bytes, and names that are paths are refused.
func TestFilesAreTheSame(t *testing.T) {
	s, err := artifacts.Open("../../testdata/v1-gbdt-bezier")
	if err != nil {
		t.Fatal(err)
	}
	first, err := Files(s, "a", "test")
	if err != nil {
		t.Fatal(err)
	}
	again, err := Files(s, "a", "test")
	if err != nil {
		t.Fatal(err)
	}
	for i := range first {
		if first[i].Name != again[i].Name || !bytes.Equal(first[i].Data, again[i].Data) {
			t.Errorf("%s differs", first[i].Name)
		}
	}
	for _, name := range []string{"", "..", "a/b", "-a"} {
		if _, err := Files(s, name, "test"); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
