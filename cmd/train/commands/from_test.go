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

// TestTheDocumentedRetraining runs the command of README.md and docs/retrain.md, as it stands there, on small logs.
func TestTheDocumentedRetraining(t *testing.T) {
	const documented = "eahas run -from artifacts/my-logs -out artifacts/more more-logs/"
	for _, name := range []string{"README.md", filepath.Join("docs", "retrain.md")} {
		if b, err := os.ReadFile(filepath.Join(root, name)); err != nil || !strings.Contains(string(b), documented) {
			t.Errorf("%s does not have %q (%v)", name, documented, err)
		}
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"my-logs/a.csv": runsOf(0), "more-logs/b.csv": runsOf(100)} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
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
