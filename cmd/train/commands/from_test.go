package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/cmd/internal/program"
)

// runsOf is a log of 30 runs of two settings, of which the final accuracy follows in part.
func runsOf(first int) string {
	var b strings.Builder
	b.WriteString("run,lr,width,val_accuracy\n")
	for i := first; i < first+30; i++ {
		lr, width := []float64{.001, .01, .1}[i%3], 16*(1+i*5%8)
		fmt.Fprintf(&b, "%d,%g,%d,%.2f\n", i, lr, width, 60+float64(width)/8+4*float64(i%3)+float64(i*7919%97)/8)
	}
	return b.String()
}

// TestTheDocumentedAdapting runs the command of README.md and docs/retrain.md on small logs of two devices and a third.
func TestTheDocumentedAdapting(t *testing.T) {
	const documented = "eahas adapt -out artifacts/with-h100 artifacts/my-logs h100-runs/"
	inDocuments(t, documented)
	t.Chdir(t.TempDir())
	log := func(first, n int, gpus ...string) string {
		text := "run,batch,gpu,energy_kj\n"
		for i := first; i < first+n; i++ {
			batch, g := 16*(1+i*5%8), i%len(gpus)
			text += fmt.Sprintf("%d,%d,%s,%.4g\n", i, batch, gpus[g],
				float64(1000/batch+20)*[]float64{1, 1.7}[g]*(1+float64(i*7919%97)/5000))
		}
		return text
	}
	writeLogs(t, map[string]string{"my-logs/a.csv": log(0, 60, "a40", "v100"), "h100-runs/b.csv": log(100, 6, "h100")})
	trainQuickly(t)
	said := mustTrain(t, append(strings.Fields(documented)[1:], "-quiet")...)
	for _, want := range []string{"gpu = h100, from 6 runs", "each answered from the others",
		"bundle  " + filepath.Join("artifacts", "with-h100"), "gpu=h100"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if _, stderr, code := train(t, "adapt", "artifacts/my-logs"); code != program.Usage {
		t.Errorf("no runs: exit code %d, %s", code, stderr)
	}
}

// inDocuments sees to it that README.md and docs/retrain.md have a command.
func inDocuments(t *testing.T, command string) {
	t.Helper()
	for _, name := range []string{"README.md", filepath.Join("docs", "retrain.md")} {
		if b, err := os.ReadFile(filepath.Join(root, name)); err != nil || !strings.Contains(string(b), command) {
			t.Errorf("%s does not have %q (%v)", name, command, err)
		}
	}
}

// writeLogs writes files by their names.
func writeLogs(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// trainQuickly makes artifacts/my-logs of my-logs/ by the config that the program writes, but for its variant.
func trainQuickly(t *testing.T) {
	t.Helper()
	mustTrain(t, "init", "-quiet", "-out", "my-logs.yaml", "my-logs/")
	b, err := os.ReadFile("my-logs.yaml")
	if err != nil {
		t.Fatal(err)
	}
	quick := strings.ReplaceAll(string(b), "- auto", "- {name: small, base: grid+linear, cost: linear}\n  #")
	if err := os.WriteFile("my-logs.yaml", []byte(quick), 0o644); err != nil {
		t.Fatal(err)
	}
	mustTrain(t, "run", "-quiet", "-data", ".", "-config", "my-logs.yaml")
}

// TestTheDocumentedRetraining runs the command of README.md and docs/retrain.md, as it stands there, on small logs.
func TestTheDocumentedRetraining(t *testing.T) {
	const documented = "eahas run -from artifacts/my-logs -out artifacts/more more-logs/"
	inDocuments(t, documented)
	t.Chdir(t.TempDir())
	writeLogs(t, map[string]string{"my-logs/a.csv": runsOf(0), "more-logs/b.csv": runsOf(100)})
	trainQuickly(t)
	said := mustTrain(t, append(strings.Fields(documented)[1:], "-quiet")...)
	for _, want := range []string{"30 new trials of ", "on 30 old ones", "95 % interval",
		"neither has seen",
		"bundle  " + filepath.Join("artifacts", "more")} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	for _, wrong := range [][]string{{"run", "-new-only", "more-logs/"},
		{"run", "-from", "artifacts/my-logs", "-config", "my-logs.yaml"}} {
		if _, stderr, code := train(t, wrong...); code != program.Usage {
			t.Errorf("%v: exit code %d, %s", wrong, code, stderr)
		}
	}
}
