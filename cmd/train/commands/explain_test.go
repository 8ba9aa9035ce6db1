package commands

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"eahas/docs"
)

// TestExplain: keys are found by their path, with and without marks, and by their last word; a wrong one is answered
// with the nearest.
func TestExplain(t *testing.T) {
	t.Parallel()
	for key, want := range map[string][]string{
		"logs.curve.nonfinite": {"logs[].curve.nonfinite (text): reject (default), hold, cap or drop"},
		"logs[].layout":        {"logs[].layout (text): wide, long, power or pycls"},
		"nonfinite":            {"logs[].curve.nonfinite (text)", "    for example  nonfinite: cap"},
		"space.params": {"space.params[] (keys below it)",
			"    zero (true or false): kind log: 0 is allowed too"},
		"column": {"logs[].curve.column (text)", "logs[].final.column (text)",
			"logs[].energy.column (text)"},
	} {
		var b bytes.Buffer
		if err := explain(&b, key); err != nil {
			t.Errorf("%s: %v", key, err)
		}
		for _, w := range want {
			if !strings.Contains("\n"+b.String(), "\n"+w) {
				t.Errorf("%s: no line begins with %q:\n%s", key, w, b.String())
			}
		}
	}
	for key, meant := range map[string]string{"nonfinit": "did you mean nonfinite?",
		"logs.curv.kind": "did you mean logs.curve.kind?", "": "docs/config.md",
		"xyzzyxyzzy": `no key "xyzzyxyzzy"; docs`} {
		if err := explain(&bytes.Buffer{}, key); !errors.Is(err, errUsage) || !strings.Contains(err.Error(), meant) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// TestConfigKeysAreAllRead: every row of the reference is one key.
func TestConfigKeysAreAllRead(t *testing.T) {
	t.Parallel()
	if rows, keys := strings.Count(docs.Config, "\n| `"), len(configKeys(docs.Config)); rows != keys || rows < 100 {
		t.Errorf("%d rows, %d keys", rows, keys)
	}
}
