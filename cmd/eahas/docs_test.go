package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

const root = "../.."

// documents returns the documents whose commands are checked.
func documents(t *testing.T) []string {
	t.Helper()
	files := []string{"README.md", "CONTRIBUTING.md", "examples/README.md", "clients/python/README.md",
		"bench/README.md"}
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(docs) < 5 {
		t.Fatal(docs, err)
	}
	for i, f := range files {
		files[i] = filepath.Join(root, f)
	}
	return append(files, docs...)
}

// aCall finds calls of the program: at the start of a line, after $ or &&, or in backquotes.
var aCall = regexp.MustCompile("(?:^ *|^\\$ |&& |`)(?:go run \\./cmd/)?eahas ([a-z][^`#|&<>\n]*)")

// TestDocumentedCallsExist: every call in the documents names a command and flags that exist, and none names the
// smaller programs or a bundle that nothing writes.
func TestDocumentedCallsExist(t *testing.T) {
	calls := 0
	for _, f := range documents(t) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(b), "\n") {
			for _, old := range []string{"artifacts/default", "go run ./cmd/train", "go run ./cmd/export",
				"go run ./cmd/search"} {
				if strings.Contains(line, old) {
					t.Errorf("%s:%d: %s", f, n+1, old)
				}
			}
			for _, m := range aCall.FindAllStringSubmatch(line, -1) {
				calls++
				if why := badCall(app().Commands, strings.Fields(m[1])); why != "" {
					t.Errorf("%s:%d: eahas %s: %s", f, n+1, m[1], why)
				}
			}
		}
	}
	if calls < 60 {
		t.Errorf("only %d calls found in the documents", calls)
	}
}

// badCall says what is wrong with a call, or "".
func badCall(commands []*cli.Command, words []string) string {
	k := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(words[0]) })
	if k < 0 {
		return "no command " + words[0]
	}
	command, words := commands[k], words[1:]
	if len(command.Subcommands) > 0 && len(words) > 0 && !strings.HasPrefix(words[0], "-") {
		return badCall(command.Subcommands, words)
	}
	for _, w := range words {
		name, ok := strings.CutPrefix(w, "-")
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), "=")
		if !ok || name == "" || name == "h" {
			continue
		}
		if !slices.ContainsFunc(command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) }) {
			return "no flag " + w
		}
	}
	return ""
}
