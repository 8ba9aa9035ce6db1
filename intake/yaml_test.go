package intake

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// A configuration beside a log that would take all memory or the stack is refused, by the limits of configs; one that
// holds nothing is nothing.
func TestHostileYAML(t *testing.T) {
	bomb := "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
	for i := 1; i < 9; i++ {
		n := string(rune('0' + i))
		o := string(rune('0' + i - 1))
		bomb += "a" + n + ": &a" + n + " [" + strings.Repeat("*a"+o+", ", 8) + "*a" + o + "]\n"
	}
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"plain":    {"lr: 0.1\nopt: {name: sgd}\n", true},
		"nothing":  {"# nothing\n", true},
		"aliases":  {bomb, false},
		"brackets": {strings.Repeat("[", 100_000), false},
		"tag":      {"a: x\n\" !- x\"", false},
	} {
		v, err := readYAML(&file{name: "hparams.yaml", raw: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(c.text)), nil
		}})
		if (err == nil) != c.ok || !c.ok && !errors.Is(err, ErrFormat) || name == "nothing" && v != nil {
			t.Errorf("%s: %v, %v", name, v, err)
		}
	}
}
