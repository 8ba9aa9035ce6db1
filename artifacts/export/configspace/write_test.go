package configspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"eahas/features"
	"eahas/internal/fixture"
	"eahas/internal/stream"
)

// theirs reads a space, checks our samples given as JSON lines, and prints its own version and samples.
const theirs = `
import sys, json, ConfigSpace
space = ConfigSpace.ConfigurationSpace.from_json(sys.argv[1])
space.seed(1)
for line in open(sys.argv[2]):
    ConfigSpace.Configuration(space, values=json.loads(line)).check_valid_configuration()
print(json.dumps(ConfigSpace.__version__))
for c in space.sample_configuration(500):
    print(json.dumps({k: getattr(v, "item", lambda: v)() for k, v in dict(c).items()}))
`

func spaces(t *testing.T) map[string]features.Space {
	t.Helper()
	out := map[string]features.Space{}
	for _, name := range features.Builtins() {
		s, err := features.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = s
	}
	mixed, err := features.DecodeSpace([]byte(`{"name": "mixed", "params": [
		{"name": "lr", "kind": "log", "low": 0.0001, "high": 1, "unit": "1", "doc": "rate"},
		{"name": "opt", "kind": "choice", "choices": ["sgd", "adam", "lamb"], "weights": [1, 2, 0]},
		{"name": "beta", "kind": "linear", "low": 0.8, "high": 0.99, "when": {"param": "opt", "in": ["adam", "lamb"]}},
		{"name": "decay", "kind": "linear", "low": -1, "high": 1, "when": {"param": "beta", "in": [0.9]}},
		{"name": "depth", "kind": "integer", "low": 2, "high": 40, "log": true},
		{"name": "width", "kind": "integer", "low": 8, "high": 64, "step": 8},
		{"name": "size", "kind": "ordinal", "choices": ["small", "middle", "large"]},
		{"name": "batch", "kind": "choice", "choices": [0.5, 2, 64]},
		{"name": "extra", "kind": "linear", "low": 0, "high": 2, "step": 0.1, "optional": true, "when": {"param": "batch", "in": ["64", 2.0000001]}}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	out["mixed"] = mixed
	return out
}

// TestConfigSpaceReadsIt: our samples are legal there; theirs lie in our space, conditions included.
func TestConfigSpaceReadsIt(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	for name, s := range spaces(t) {
		t.Run(name, func(t *testing.T) {
			b, err := Write(s)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			file, ours := filepath.Join(dir, "space.json"), filepath.Join(dir, "ours.jsonl")
			var lines bytes.Buffer
			e, r, sampler := json.NewEncoder(&lines), stream.New(1, "configspace"), s.NewSampler()
			for range 500 {
				c, err := sampler.Sample(r)
				if err != nil {
					t.Fatal(err)
				}
				if err := e.Encode(c); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(os.WriteFile(file, b, 0o666), os.WriteFile(ours, lines.Bytes(), 0o666)); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(python, "-c", theirs, file, ours)
			var complaints bytes.Buffer
			cmd.Stderr = &complaints
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, &complaints)
			}
			d := json.NewDecoder(bytes.NewReader(out))
			var version string
			if err := d.Decode(&version); err != nil {
				t.Fatal(err)
			}
			s.Constraints = nil // ConfigSpace has no word for them
			n := 0
			for ; d.More(); n++ {
				var c features.Config
				if err := d.Decode(&c); err != nil {
					t.Fatal(err)
				}
				if err := s.Check(c); err != nil {
					t.Errorf("their sample %s: %v", c.Key(), err)
				}
			}
			t.Logf("ConfigSpace %s: 500 samples of ours are legal there, %d of theirs here", version, n)
			if n != 500 {
				t.Errorf("%d samples", n)
			}
		})
	}
}

func TestLongGridIsRefused(t *testing.T) {
	s := features.Space{Name: "long", Params: []features.Param{{Name: "x", Kind: features.Linear, High: 1, Step: 1e-5}}}
	if _, err := Write(s); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}
