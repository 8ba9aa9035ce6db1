package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"eahas/features"
	"eahas/internal/fixture"
	"eahas/search"
	"eahas/search/study"
)

const text = `name: served
seed: 1
seeds: 2
budget: {trainings: 6}
bounds: {draws: 300, climbs: 2}
tasks: [{bundle: ../../artifacts/testdata/v1-gbdt-bezier, name: one}]
methods: [rs, {method: external, as: outside}]
`

// served starts a service of a small study.
func served(t *testing.T) (url, dir string, c *study.Config, tasks []*study.Task) {
	t.Helper()
	c, err := study.Parse("served.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if tasks, err = study.OpenTasks(t.Context(), c, dir, nil); err != nil {
		t.Fatal(err)
	}
	s := New(c, tasks, dir)
	h := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		h.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return h.URL, dir, c, tasks
}

// post sends JSON and returns the code and the answer.
func post(t *testing.T, url, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return r.StatusCode, out
}

// TestSameTraces: whoever asks over HTTP for what random search asks gets random search's trace, but for header and
// end.
func TestSameTraces(t *testing.T) {
	url, dir, c, tasks := served(t)
	if err := study.Run(context.Background(), c, tasks, dir, study.Share{}, 1, nil); err != nil {
		t.Fatal(err)
	}
	tr, err := search.ReadTrace(study.TracePath(dir, "one", "rs", 1))
	if err != nil {
		t.Fatal(err)
	}
	code, run := post(t, url+"/v1/runs", `{"task":"one","method":"outside","seed":1}`)
	if code != http.StatusOK || run["budget"] != tasks[0].Budget {
		t.Fatal(code, run)
	}
	at := fmt.Sprintf("%s/v1/runs/%v", url, run["run"])
	for _, e := range tr.Events {
		body, err := json.Marshal(map[string]any{"config": e.Config})
		if err != nil {
			t.Fatal(err)
		}
		code, out := post(t, at+"/train", string(body))
		if code != http.StatusOK || out["value"] != *e.Value {
			t.Fatal(code, out)
		}
	}
	body, _ := json.Marshal(map[string]features.Config{"config": tr.Events[0].Config})
	if code, out := post(t, at+"/train", string(body)); code != http.StatusGone {
		t.Errorf("after the budget: %d, %v", code, out)
	}
	if code, out := post(t, at+"/end", `{}`); code != http.StatusOK {
		t.Fatal(code, out)
	}
	a, b := eventsOf(t, study.TracePath(dir, "one", "rs", 1)), eventsOf(t, study.TracePath(dir, "one", "outside", 1))
	if a != b {
		t.Error("another trace over HTTP")
	}
	if code, out := post(t, url+"/v1/runs", `{"task":"one","method":"outside","seed":1}`); code != http.StatusConflict {
		t.Errorf("a whole trace is begun again: %d, %v", code, out)
	}
}

// eventsOf is a trace without its header and its end.
func eventsOf(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(b, []byte("\n"))
	return string(bytes.Join(lines[1:len(lines)-2], nil))
}

// TestPieces: the pieces of a run cost what the whole costs, less nothing, and epochs and shares mean the same.
func TestPieces(t *testing.T) {
	url, _, _, tasks := served(t)
	c := tasks[0].Domain().Sample(rand.New(rand.NewPCG(1, 2)))
	open := func(seed string) string {
		code, run := post(t, url+"/v1/runs", `{"task":"one","method":"pieces`+seed+`","seed":0}`)
		if code != http.StatusOK {
			t.Fatal(run)
		}
		return fmt.Sprintf("%s/v1/runs/%v/train", url, run["run"])
	}
	config, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	whole := open("a")
	_, all := post(t, whole, fmt.Sprintf(`{"config":%s}`, config))
	parts := open("b")
	_, first := post(t, parts, fmt.Sprintf(`{"config":%s,"epochs":2}`, config))
	_, second := post(t, parts, `{"trial":0}`)
	if first["epochs"] != 2.0 || second["done"] != true || second["value"] != all["value"] {
		t.Fatalf("%v\n%v\n%v", first, second, all)
	}
	sum, want := first["cost"].(float64)+second["cost"].(float64), all["cost"].(float64)
	if inference := sum - want; inference < 0 || inference > 0.2*want { // one evaluation more is charged
		t.Errorf("the pieces cost %g, the whole %g", sum, want)
	}
}

func TestRefusals(t *testing.T) {
	url, _, _, _ := served(t)
	_, run := post(t, url+"/v1/runs", `{"task":"one","method":"x","seed":0}`)
	at := fmt.Sprintf("%s/v1/runs/%v/train", url, run["run"])
	for name, c := range map[string]struct {
		url, body string
		code      int
	}{
		"no such task":      {url + "/v1/runs", `{"task":"two","method":"x"}`, http.StatusNotFound},
		"a name as a path":  {url + "/v1/runs", `{"task":"one","method":"../x"}`, http.StatusBadRequest},
		"an unknown key":    {url + "/v1/runs", `{"task":"one","method":"x","sede":1}`, http.StatusBadRequest},
		"no such run":       {url + "/v1/runs/99/train", `{}`, http.StatusNotFound},
		"neither":           {at, `{}`, http.StatusBadRequest},
		"not begun":         {at, `{"trial":7}`, http.StatusBadRequest},
		"outside the space": {at, `{"config":{"lr":1e9}}`, http.StatusUnprocessableEntity},
		"two ends":          {at, `{"config":{},"epochs":1,"share":1}`, http.StatusBadRequest},
		"not JSON":          {at, `hello`, http.StatusBadRequest},
	} {
		if code, out := post(t, c.url, c.body); code != c.code || out["error"] == "" {
			t.Errorf("%s: %d, %v", name, code, out)
		}
	}
}

// TestRealLibraries lets the real libraries spend a small budget; their traces are whole and their budget is not
// passed.
func TestRealLibraries(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON_SEARCH")
	url, dir, _, tasks := served(t)
	clients, err := filepath.Abs("../../clients/python")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"optuna", "nsga2", "hpbandster", "smac", "synetune"} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(python, filepath.Join(clients, "examples", "search_libraries.py"), url, "one", name,
				"1")
			cmd.Env = append(os.Environ(), "PYTHONPATH="+clients, "PYTHONDONTWRITEBYTECODE=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			tr, err := search.ReadTrace(study.TracePath(dir, "one", "py-"+name, 0))
			if err != nil {
				t.Fatal(err)
			}
			last := tr.Events[len(tr.Events)-1]
			if last.Spent > tasks[0].Budget*(1+1e-9) || last.Spent < 0.7*tasks[0].Budget ||
				tr.Header.Kind != search.External {
				t.Errorf("%g of %g spent", last.Spent, tasks[0].Budget)
			}
		})
	}
}
