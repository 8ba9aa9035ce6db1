package python

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"eahas/features"
	"eahas/intake"
	"eahas/internal/fixture"
)

// run is what tests/sample_logs.py says of a run.
type run struct {
	Config  map[string]any            `json:"config"`
	End     string                    `json:"end"`
	Seed    string                    `json:"seed"`
	Results map[string]float64        `json:"results"`
	Epochs  map[string]map[string]any `json:"epochs"`
}

// TestIntakeReadsTheLogger has the logger write runs of every kind, and intake find in them what the logger was told.
func TestIntakeReadsTheLogger(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "runs")
	cmd := exec.Command(fixture.Tool(t, "EAHAS_PYTHON"), filepath.Join("tests", "sample_logs.py"), folder)
	cmd.Env = append(os.Environ(), "PYTHONPATH=.", "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]run
	if err := json.Unmarshal(out, &truth); err != nil {
		t.Fatal(err)
	}
	m, err := intake.Open(context.Background(), folder)
	if err != nil || m == nil {
		t.Fatal("nothing found: ", err)
	}
	defer m.Close()
	log, err := m.Read(context.Background(), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != len(truth) {
		t.Errorf("%d runs; want %d", len(log.Runs), len(truth))
	}
	for _, r := range log.Runs {
		want, ok := truth[r.ID]
		if !ok {
			t.Errorf("run %q was not logged", r.ID)
			continue
		}
		same(t, r, want)
	}
}

func same(t *testing.T, r *intake.Run, want run) {
	t.Helper()
	for axis, v := range want.Config {
		value, err := features.ValueOf(v)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Config[axis]; !got.Same(value) {
			t.Errorf("%s: %s is %v; want %v", r.ID, axis, got, value)
		}
	}
	for axis, v := range r.Config {
		if _, ok := want.Config[axis]; !ok && !v.IsMissing() {
			t.Errorf("%s: axis %s was not logged", r.ID, axis)
		}
	}
	if string(r.Status) != want.End || r.Seed != want.Seed {
		t.Errorf("%s: %s, seed %q; want %s, %q", r.ID, r.Status, r.Seed, want.End, want.Seed)
	}
	for name, x := range want.Results {
		if got, ok := r.Final[name].Float(); !ok || got != x {
			t.Errorf("%s: result %s is %v; want %g", r.ID, name, r.Final[name], x)
		}
	}
	for _, name := range []string{"val_accuracy", "loss", "joules"} {
		points := map[float64]float64{}
		if s := r.Series[name]; s != nil {
			for i, e := range s.Epochs {
				points[e] = s.Values[i]
			}
		}
		n := 0
		for text, metrics := range want.Epochs {
			x, ok := metrics[name]
			if !ok {
				continue
			}
			n++
			epoch, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			number, isNumber := x.(float64)
			if got, ok := points[epoch]; !ok || isNumber && got != number || !isNumber && !math.IsNaN(got) {
				t.Errorf("%s: %s at epoch %s is %v, %v; want %v", r.ID, name, text, got, ok, x)
			}
		}
		if n != len(points) {
			t.Errorf("%s: %s has %d points; want %d", r.ID, name, len(points), n)
		}
	}
}
