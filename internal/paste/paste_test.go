package paste

import (
	"os/exec"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"eahas", "query", "artifacts/my-run_2", "lr=0.1", "opt=a,b"},
			"eahas query artifacts/my-run_2 lr=0.1 opt=a,b"},
		{[]string{""}, "''"},
		{[]string{"a b"}, "'a b'"},
		{[]string{"it's"}, `'it'\''s'`},
		{[]string{"~/x"}, "'~/x'"},
		{[]string{"x=`id`"}, "'x=`id`'"},
		{[]string{"größe=1"}, "'größe=1'"},
		{[]string{"a\nb"}, `$'a\012b'`},
		{[]string{"\x1b[31m"}, `$'\033[31m'`},
		{[]string{"\u202eabc"}, `$'\342\200\256abc'`},
		{[]string{"a\x00b"}, "a"},
	} {
		if got := Line(c.words...); got != c.want {
			t.Errorf("%q: %s, want %s", c.words, got, c.want)
		}
	}
}

// TestShellsReadTheWordsBack asks the shells of this machine; sh alone is always there, and knows no $'…'.
func TestShellsReadTheWordsBack(t *testing.T) {
	words := []string{"lr=0.1", "", " ", "a b", "it's", `back\slash`, `\`, `\'`, "x=`touch /nowhere/x`", "$(exit 3)",
		"${HOME}", "{a,b}", "*", "?", "[a]", "~", "~root", "#x", "!x", "a!b", "!!", "&", "|;<>()", `"`, "größe", "-x",
		"--", "=ls", "^a", "%1"}
	control := []string{"a\nb", "\t", "\x1b[31mred", "bell\a", "\u202eleft", "\xff\xfe", "\uFFFD", "it's\n"}
	asked := 0
	for _, shell := range []struct {
		program string
		words   []string
	}{
		{"sh", words}, {"dash", words}, {"fish", words},
		{"bash", append(control, words...)}, {"zsh", append(control, words...)}, {"ksh", append(control, words...)},
	} {
		path, err := exec.LookPath(shell.program)
		if err != nil {
			continue
		}
		asked++
		for _, w := range shell.words {
			out, err := exec.Command(path, "-c", Line("printf", "%s", w)).CombinedOutput()
			if err != nil || string(out) != w {
				t.Errorf("%s reads %s as %q (%v), want %q", shell.program, Word(w), out, err, w)
			}
			if strings.ContainsAny(Word(w), "\n\x1b\a") {
				t.Errorf("%q is pasted as %q, which a terminal would act on", w, Word(w))
			}
		}
	}
	if asked == 0 {
		t.Skip("no shell on this machine")
	}
}
