package yahpo

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export/onnx"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/internal/stream"
)

const rows = 500

// ask has YAHPO Gym 1.0.2 load the scenario from a local configuration of its own and answer: first for our
// configurations, all at once, then for samples of its own, one by one. Each line is [configuration, targets].
const ask = `
import json, math, pathlib, sys
folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
from yahpo_gym import BenchmarkSet, local_config
from yahpo_gym.configuration import config_dict
local_config.init_config()
local_config.set_data_path(str(folder))
config_dict.update({name: json.loads((folder / name / "scenario.json").read_text())})
b = BenchmarkSet(name, multithread=False)
assert b.instances == [name] and b.targets == b.config.y_names
if b.config.fidelity_params:
    assert b.get_fidelity_space().get_hyperparameter_names() == ["epoch"]
    assert "epoch" not in b.get_opt_space(drop_fidelity_params=True).get_hyperparameter_names()
def show(c, y):
    plain = lambda v: v.item() if hasattr(v, "item") else v
    y = {k: None if math.isnan(v) else float(v) for k, v in y.items()}
    print(json.dumps([{k: plain(v) for k, v in c.items() if v is not None}, y]))
ours = [json.loads(line) for line in open(sys.argv[3])]
for c, y in zip(ours, b.objective_function(ours)):
    show(c, y)
space = b.get_opt_space(seed=1)
for c in space.sample_configuration(len(ours)):
    show(c.get_dictionary(), b.objective_function(c)[0])
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
	if _, err := Write(dir, s, name, "test"); err != nil {
		t.Fatal(err)
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
	cmd := exec.Command(python, "-c", ask, dir, name, file)
	cmd.Env = append(os.Environ(), "YAHPO_LOCAL_CONFIG="+filepath.Join(dir, "settings", "yahpo_gym"))
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &complaints)
	}
	var all []answer
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var a answer
		if err := d.Decode(&[]any{&a.config, &a.targets}); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

// ours samples configurations, each with an epoch somewhere in the longest run.
func ours(t *testing.T, s *artifacts.Surrogate) []features.Config {
	t.Helper()
	spec := s.Spec()
	last, err := longest(s)
	if err != nil {
		t.Fatal(err)
	}
	rng, sampler := stream.New(2, "yahpo"), spec.Space.NewSampler()
	out := make([]features.Config, rows)
	for i := range out {
		if out[i], err = sampler.Sample(rng); err != nil {
			t.Fatal(err)
		}
		out[i][onnx.FidelityEpoch] = features.Number(math.Round(spec.Epochs.First + rng.Float64()*(last-spec.Epochs.First)))
	}
	return out
}

// want is what Query says about a target at the epoch, or at the last one when the run ends before.
func want(t *testing.T, s *artifacts.Surrogate, config features.Config) map[string]float64 {
	t.Helper()
	epoch, _ := config[onnx.FidelityEpoch].Float()
	plain := features.Config{}
	for i := range s.Spec().Space.Params {
		p := &s.Spec().Space.Params[i]
		v, set := config[p.Name]
		if !set {
			continue
		}
		if x, ok := v.Float(); ok && p.Numeric() && p.Kind != features.Integer && p.Step == 0 {
			v = features.Number(min(p.High, max(p.Low, float64(float32(x))))) // as YAHPO gives it to the model
		}
		plain[p.Name] = v
	}
	a := new(artifacts.Answer)
	if err := s.QueryInto(a, plain, epoch); err != nil {
		t.Fatal(err)
	}
	k := len(a.Epochs) - 1
	if a.Epochs[k] != min(epoch, a.Last) {
		t.Fatalf("epoch %g of %g: the last one of the answer is %g", epoch, a.Last, a.Epochs[k])
	}
	return map[string]float64{
		onnx.MetricName(s.Spec().Metric.Name): a.Curve[k],
		"energy_j":                            a.Energy[k], "energy_total_j": a.EnergyTotal,
		"time_s": a.Time[k], "time_total_s": a.TimeTotal, "inference_energy_j": a.InferenceEnergy,
	}
}

// TestYAHPOAnswersAsQuery: for our configurations and for its own samples, conditions included.
func TestYAHPOAnswersAsQuery(t *testing.T) {
	s, err := artifacts.Open("../../testdata/v1-gbdt-bezier")
	if err != nil {
		t.Fatal(err)
	}
	all := answers(t, s, ours(t, s))
	if len(all) != 2*rows {
		t.Fatalf("%d answers", len(all))
	}
	far := 0.0
	for _, a := range all {
		expected := want(t, s, a.config)
		if len(a.targets) != len(expected) {
			t.Fatalf("targets %v, wanted %v", a.targets, expected)
		}
		for name, y := range expected {
			got := a.targets[name]
			if got == nil {
				t.Fatalf("%s: %s is NaN", a.config.Key(), name)
			}
			gap := math.Abs(*got-y) / math.Max(math.Abs(y), math.SmallestNonzeroFloat64)
			if far = max(far, gap); !(gap <= 1e-5) {
				t.Fatalf("%s: %s = %g, Query says %g", a.config.Key(), name, *got, y)
			}
		}
	}
	t.Logf("largest relative difference %.2g", far)
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
