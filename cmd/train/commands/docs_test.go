package commands

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
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

// Every call of this program in the documents names a command and flags that exist, with the flags first.
func TestDocumentedCallsExist(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, filepath.Join(root, "README.md"), filepath.Join(root, "examples", "README.md"))
	call := regexp.MustCompile(`(?:go run \./cmd/train|^train|^\$ train) ([a-z]+)([^` + "`" + `#|\n]*)`)
	calls := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(b), "\n") {
			for _, m := range call.FindAllStringSubmatch(line, -1) {
				calls++
				if why := badCall(m[1], strings.Fields(m[2])); why != "" {
					t.Errorf("%s:%d: train %s%s: %s", filepath.Base(f), n+1, m[1], m[2], why)
				}
			}
		}
	}
	if calls < 5 {
		t.Errorf("only %d calls found in the documents", calls)
	}
}

// badCall says what is wrong with a call, or "".
func badCall(name string, args []string) string {
	commands := Tree()
	k := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.Name == name })
	if k < 0 {
		return "no such command"
	}
	command := commands[k]
	positional := false
	for i := 0; i < len(args); i++ {
		flag, ok := strings.CutPrefix(args[i], "-")
		if !ok || flag == "" {
			positional = true
			continue
		}
		flag, _, inline := strings.Cut(strings.TrimPrefix(flag, "-"), "=")
		at := slices.IndexFunc(command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), flag) })
		switch {
		case flag == "h":
			continue
		case at < 0:
			return "no flag -" + flag
		case positional:
			return "-" + flag + " stands after an argument"
		}
		if _, isBool := command.Flags[at].(*cli.BoolFlag); !isBool && !inline {
			i++ // its value
		}
	}
	return ""
}
