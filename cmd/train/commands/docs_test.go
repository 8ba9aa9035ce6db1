package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The first command of the README, as it stands there.
func TestTheDefaultRunSaysThatItIsSynthetic(t *testing.T) {
	out := filepath.Join(t.TempDir(), "synthetic")
	said := mustTrain(t, "run", "-out", out, "-variants", "bezier+gbdt") // one of two, for time
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
