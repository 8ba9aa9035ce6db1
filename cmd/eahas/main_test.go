package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// asProgram makes the test's own executable the program.
const asProgram = "EAHAS_TEST_AS_EAHAS"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args))
	}
	os.Exit(m.Run())
}

// call runs the program inside this process.
func call(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), strings.NewReader(""), &out, &errs, append([]string{"eahas"}, args...))
	return out.String(), errs.String(), code
}

// TestEveryCommandIsThere: one name for everything, each command with a help text that calls the program by its name.
func TestEveryCommandIsThere(t *testing.T) {
	var walk func(path []string, commands []*cli.Command)
	seen := map[string]bool{}
	walk = func(path []string, commands []*cli.Command) {
		for _, c := range commands {
			p := append(slices.Clone(path), c.Name)
			name := strings.Join(p, " ")
			if seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
			if len(c.Subcommands) > 0 {
				walk(p, c.Subcommands)
			}
			out, errs, code := call(t, append(p, "-h")...)
			if code != 0 || errs != "" || !strings.Contains(out, "eahas "+name) || len(p) == 1 &&
				(strings.Contains(out, "export "+name) || strings.Contains(out, "train "+name)) {
				t.Errorf("%s -h: exit code %d\n%s%s", name, code, out, errs)
			}
		}
	}
	walk(nil, app().Commands)
	for _, want := range strings.Fields("run init ingest import evaluate compare tune diff merge report simulate " +
		"search query info verify serve " +
		"model onnx tabular configspace pack unpack source yahpo version completion man") {
		if !seen[want] {
			t.Errorf("no command %s", want)
		}
	}
}

func TestVersion(t *testing.T) {
	b := buildOf(&debug.BuildInfo{Main: debug.Module{Version: "v0.2.0"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"},
		{Key: "vcs.modified", Value: "true"}}})
	if b.Module != "v0.2.0" || !strings.Contains(b.String(),
		", commit 0123456789ab of 2026-01-02T03:04:05Z, with changes, go1") {
		t.Errorf("%+v: %s", b, b)
	}
	out, _, code := call(t, "version", "-json")
	var got build
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || got.Version == "" || got.Go == "" {
		t.Errorf("%v: %s", err, out)
	}
	if out, errs, code := call(t, "version", "x"); code != 2 {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// TestCompletion lets each shell that is there complete a command and a flag.
func TestCompletion(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "eahas")); err != nil {
		t.Skip(err)
	}
	for shell, script := range map[string]string{
		"bash": `eval "$(eahas completion bash)"
			try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _eahas; echo "${COMPREPLY[*]}"; }
			try eahas que; try eahas search ne; try eahas query -js; try eahas query --ep; try eahas query ""`,
		"fish": `eahas completion fish | source
			for line in "eahas que" "eahas search ne" "eahas query --js" "eahas query --ep"; complete -C $line | string replace -r '\t.*' ''; end`,
	} {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skip(err)
			}
			c := exec.CommandContext(t.Context(), path, "-c", script)
			c.Env = append(os.Environ(), asProgram+"=1", "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := c.CombinedOutput()
			if want := "query next --json --epoch"; err != nil ||
				strings.Join(strings.Fields(string(out)), " ") != want {
				t.Errorf("%v: completes\n%s\nwanted %s", err, out, want)
			}
		})
	}
	t.Run("zsh", func(t *testing.T) {
		path, err := exec.LookPath("zsh")
		if err != nil {
			t.Skip(err)
		}
		c := exec.CommandContext(t.Context(), path, "-n")
		c.Stdin = strings.NewReader(zshCompletion)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	if _, errs, code := call(t, "completion", "tcsh"); code != 2 {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// TestManualPage: the page names every command.
func TestManualPage(t *testing.T) {
	out, _, code := call(t, "man")
	if code != 0 || !strings.HasPrefix(out, ".nh") {
		t.Fatalf("exit code %d: %.100s", code, out)
	}
	for _, c := range app().Commands {
		if !strings.Contains(out, ".SH "+c.Name) && !strings.Contains(out, "\n"+c.Name) &&
			!strings.Contains(out, c.Name+"\n") {
			t.Errorf("the manual page has no %s", c.Name)
		}
	}
}
