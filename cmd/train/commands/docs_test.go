package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The first command of the README, with fewer trials and a ridge regression in place of trees; bench/bars asks the
// whole.
func TestTheDefaultRunSaysThatItIsSynthetic(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "pipeline", "default.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	less := strings.NewReplacer("trials: 1200", "trials: 60", "- bezier+gbdt-quick",
		"- {name: less, base: grid+linear, cost: linear, intervals: none}", "  - auto-quick\n", "",
		"freeze: bezier+gbdt-quick", "freeze: less").Replace(string(text))
	if strings.Contains(less, "gbdt") || strings.Contains(less, "1200") {
		t.Fatalf("the default is another one:\n%s", less)
	}
	out := filepath.Join(t.TempDir(), "synthetic")
	said := mustTrain(t, "run", "-config", smallConfig(t, less), "-out", out)
	for _, want := range []string{"report  ", "bundle  ", " query " + out} {
		if !strings.Contains(said, want) {
			t.Errorf("the end of the run lacks %q:\n%s", want, said)
		}
	}
	for _, name := range []string{"report.txt", "report.json", "report.html", "manifest.json"} {
		b, err := os.ReadFile(filepath.Join(out, name))
		if err != nil || !strings.Contains(string(b), "SYNTHETIC") {
			t.Errorf("%s does not say that the data are synthetic (%v)", name, err)
		}
	}
}
