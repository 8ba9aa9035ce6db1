package arrowio

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Tables in folders below the one that is given are named where they are not read.
func TestTablesBelowAreNamed(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a2c-CartPole", "ppo-CartPole"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "0.monitor.csv"), []byte("r,l,t\n1,2,3\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Alike([]string{dir}, "")
	if err == nil || !strings.Contains(err.Error(), "such as a2c-CartPole/0.monitor.csv") {
		t.Errorf("%v", err)
	}
}
