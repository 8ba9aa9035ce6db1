package literal

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// leavesOf are the settings of a text, in words.
func leavesOf(t *testing.T, s string) string {
	t.Helper()
	m, ok := Settings(s)
	if !ok {
		return "none"
	}
	var out []string
	if !Leaves(m, func(path string, v any) {
		text, known := Text(v)
		if !known {
			text = "-"
		}
		out = append(out, path+"="+text)
	}) {
		return "too many"
	}
	return strings.Join(out, " ")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	many := map[string]int{}
	for i := range maxLeaves + 1 {
		many[fmt.Sprint(i)] = i
	}
	b, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		`{"lr": 0.1, "net": {"depth": 3, "widths": [8, 16]}, "ok": true, "none": null}`: "lr=0.1 net.depth=3 " +
			"net.widths.0=8 net.widths.1=16 none=- ok=true",
		`{'lr': 1e-4, 'nesterov': True, 'name': 'it\'s', 'betas': (0.9, 0.999), 'w': None}`: "betas.0=0.9 betas.1=0.999 lr=0.0001 " +
			"name=it's nesterov=true w=-",
		"lr=0.1,bs=64": "bs=64 lr=0.1",
		`{'a': np.float64(0.5), 'b': [np.int64(3)], 'c': array([1., 2.], dtype=float32), 'd': PosixPath('x/y'), ` +
			`'e': tensor(2, device='cuda:0')}`: "a=0.5 b.0=3 c.0=1 c.1=2 d=x/y e=2",
		`{'a': np.float64(0.5, }`:       "none",
		`{'a': np.float64(0.5 'x')`:     "none",
		"lr=1e-3; opt = adam; amp=True": "amp=true lr=0.001 opt=adam",
		"--lr=0.1 --batch-size=64":      "batch-size=64 lr=0.1",
		`{"x": [[1], [2]]}`:             "x=[[1],[2]]",
		`{"x": NaN, "y": 1}`:            "x=NaN y=1",
		"adam":                          "none",
		"lr=0.1":                        "none",
		"{}":                            "none",
		"{broken":                       "none",
		`{"a": 1} {"b": 2}`:             "none",
		"[1, 2]":                        "none",
		"a = b = c, d=1":                "none",
		"":                              "none",
		string(b):                       "too many",
		strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100): "none",
	} {
		if got := leavesOf(t, s); got != want {
			t.Errorf("%.80s: %s, wanted %s", s, got, want)
		}
	}
}

func FuzzPython(f *testing.F) {
	for _, s := range []string{`{'a': 1, "b": (1, 2.5, None), 'c': [True, nan, {'d': 'it\'s'}]}`, `<object at 0x1>`,
		`{'a': <x>}`, "'\\u00e9\\q'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { _, _ = Python(s) })
}

// The seeds are a recurrent cell of NAS-Bench-NLP, settings as Ray Tune prints them, the column config of a W&B export
// and a tag of MLflow.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{`{"f": {"op": "linear", "input": ["x", "h_prev_0"]}, "h_new_0": {"op": "activation_tanh", "input": ["f"]}}`,
		`{'lr': 0.1, 'layers': [64, 32], 'act': <function relu at 0x7f>, 'nesterov': True}`,
		`{"lr": {"desc": null, "value": 0.01}, "_wandb": {"value": {"cli_version": "0.16.0", "t": {"1": [1, 5]}}}}`,
		`alpha=0.2000,beta=0.1000,gamma=0.7000`, `--lr=0.1 --bs=64`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, ok := Settings(s)
		if !ok {
			return
		}
		n := 0
		Leaves(m, func(path string, v any) {
			Text(v)
			if n++; path == "" || n > maxLeaves {
				t.Fatalf("leaf %d is called %q", n, path)
			}
		})
	})
}
