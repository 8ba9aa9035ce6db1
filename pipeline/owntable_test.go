package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/intake"
	"eahas/trial/arrowio"
)

// ownLines are the runs of a small sweep as JSON lines of ours, with a declared range, a cut run and joules.
func ownLines(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 12 {
		lr := 0.01 * float64(i+1)
		lines := []string{fmt.Sprintf(`{"eahas_log": 1, "run": "r%02d", "config": {"lr": %g, "net": {"depth": %d}}, `+
			`"seed": %d, "planned_epochs": 5, "space": {"lr": {"kind": "log", "low": 0.001, "high": 1}}, "metrics": `+
			`{"val_acc": {"kind": "accuracy", "unit": "fraction", "split": "validation"}, "quality": {"kind": `+
			`"score", "objective": true}}, "energy": {"source": "counter", "tool": "nvml"}}`, i, lr, 10+i%3, i)}
		for e := 1; e <= 5-i%2; e++ {
			lines = append(lines,
				fmt.Sprintf(`{"epoch": %d, "metrics": {"val_acc": %g, "quality": %g}, "seconds": %g, "joules": %g}`, e,
					0.1*float64(e)+lr, 7*lr+float64(e), 1.5*float64(e), 100.25*float64(e*(i+1))))
		}
		lines = append(lines, fmt.Sprintf(`{"end": %q}`, []string{"finished", "pruned"}[i%2]))
		path := filepath.Join(dir, fmt.Sprintf("r%02d.jsonl", i))
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestOwnTableIsRunAsItSays: eahas run without a config takes a Parquet file of ours as the same log in JSON lines: the
// same trials, curve, costs and ranges, by what the file says and not by names.
func TestOwnTableIsRunAsItSays(t *testing.T) {
	for _, from := range []string{ownLines(t), filepath.Join("..", "intake", "testdata", "torchlogs", "huggingface")} {
		match, err := intake.Open(t.Context(), from)
		if err != nil || match == nil {
			t.Fatal(match, err)
		}
		log, err := match.Read(t.Context(), intake.Options{})
		match.Close()
		if err != nil {
			t.Fatal(err)
		}
		lines, table := filepath.Join(t.TempDir(), "lines"), filepath.Join(t.TempDir(), "own.parquet")
		if err := log.WriteJSONLines(t.Context(), lines); err != nil {
			t.Fatal(err)
		}
		if err := log.WriteParquet(table); err != nil {
			t.Fatal(err)
		}
		_, c, in := readLooked(t, nil, table)
		_, c2, in2 := readLooked(t, nil, lines)
		if got, want := trialsInWords(in), trialsInWords(in2); got != want || strings.Count(got, "\n") < 2 {
			t.Errorf("%s: of the table\n%s, of JSON lines\n%s", from, got, want)
		}
		if got, want := fmt.Sprint(c.Space.Params), fmt.Sprint(c2.Space.Params); got != want {
			t.Errorf("%s: axes %s, wanted %s", from, got, want)
		}
		if from == filepath.Join("..", "intake", "testdata", "torchlogs", "huggingface") {
			continue
		}
		lr := c.Space.Param("lr")
		if lr == nil || lr.Low != 0.001 || lr.High != 1 || in.Metric.Column != "quality" || in.Metric.Kind != "score" {
			t.Errorf("lr %+v, metric %+v", lr, in.Metric)
		}
		if one := in.Trials[1]; one.TrainEnergy.PerEpoch[1] != 200.5 || one.Ended != "cut" || one.Length != 5 {
			t.Errorf("%+v", one)
		}
	}
}

func trialsInWords(in *arrowio.Result) string {
	var b strings.Builder
	for i := range in.Trials {
		x := &in.Trials[i]
		fmt.Fprintln(&b, x.ID, x.Seed, x.Config.Key(), x.Curve, x.Numbers, x.Length, x.Trained, x.Ended, x.TrainEnergy,
			x.TrainTime)
	}
	return b.String()
}
