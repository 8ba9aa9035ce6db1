package program

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// tree is a program that says what it was called with.
func tree(saw *[]string) *cli.App {
	act := func(c *cli.Context) error {
		*saw = append([]string{c.Command.Name, c.String("out"), c.String("n"),
			strings.Join(c.StringSlice("variants"), "+")}, c.Args().Slice()...)
		if c.Bool("json") {
			*saw = append(*saw, "JSON")
		}
		if c.Bool("fail") {
			return errors.New("failed")
		}
		return c.Context.Err()
	}
	flags := []cli.Flag{&cli.StringFlag{Name: "out", Aliases: []string{"o"}}, &cli.IntFlag{Name: "n"},
		&cli.BoolFlag{Name: "json"},
		&cli.BoolFlag{Name: "fail"}, &cli.StringSliceFlag{Name: "variants"}}
	return New("prog", "", "", []*cli.Command{
		{Name: "query", Flags: flags, Action: act},
		{Name: "search", Subcommands: []*cli.Command{{Name: "run", Flags: flags, Action: act}}},
		{Name: "need", Flags: []cli.Flag{&cli.StringFlag{Name: "out", Required: true}}, Action: act},
	})
}

// TestFlagsStandAnywhere: flags before, between and after arguments mean the same.
func TestFlagsStandAnywhere(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{"query -out x -json b k=v", "query x 0  b k=v JSON"},
		{"query b -out x k=v -json", "query x 0  b k=v JSON"},
		{"query b k=v --out=x --json=true", "query x 0  b k=v JSON"},
		{"query b -json=false -o x k=v", "query x 0  b k=v"},
		{"query b -n -3 k=v", "query  -3  b k=v"},
		{"query b -variants p -variants q,r", "query  0 p+q+r b"},
		{"query b -out -json", "query -json 0  b"},          // a value may look like a flag
		{"query b -- -json -out", "query  0  b -json -out"}, // and after -- there are no flags
		{"query -- -json", "query  0  -json"},
		{"query - -json", "query  0  - JSON"}, // standard input
		{"query help -json", "query  0  help JSON"},
		{"query", "query  0 "},
		{"search run a -json b", "run  0  a b JSON"},
	} {
		var saw []string
		var out, errs bytes.Buffer
		code := Run(t.Context(), tree(&saw), nil, &out, &errs, append([]string{"prog"}, strings.Fields(c.call)...))
		if got := strings.Join(saw, " "); got != c.want || code != OK {
			t.Errorf("%s: got %q, wanted %q; exit code %d %s", c.call, got, c.want, code, &errs)
		}
	}
}

// TestOrderOfFlags writes down what the library gets.
func TestOrderOfFlags(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{"-h", "-h"},
		{"nothing -x y", "nothing -x y"},
		{"query b -unknown k", "query -unknown -- b k"},
		{"query b -h", "query -h -- b"},
		{"query b --generate-bash-completion", "query b --generate-bash-completion"},
	} {
		got, err := FlagsFirst(tree(new([]string)), append([]string{"prog"}, strings.Fields(c.call)...))
		if want := append([]string{"prog"}, strings.Fields(c.want)...); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q (%v), wanted %q", c.call, got, err, want)
		}
	}
}

// TestExitCodes: every way to end, and what is said then.
func TestExitCodes(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		call string
		code int
		says string
	}{
		{t.Context(), "query b", OK, ""},
		{t.Context(), "query b -fail", Failed, "prog: failed\n"},
		{t.Context(), "query b -jsn", Usage, "did you mean -json?; see prog query -h"},
		{t.Context(), "query -json b -zzzzz", Usage, "not defined: -zzzzz; see prog query -h"},
		{t.Context(), "search run -ot x", Usage, "did you mean -out?; see prog search run -h"},
		{t.Context(), "query b -out", Usage, "usage: prog query: -out needs a value; see prog query -h"},
		{t.Context(), "query -n x b", Usage, `invalid value "x"`},
		{t.Context(), "quary b", Usage, `there is no command "quary"; did you mean query?; see prog -h`},
		{t.Context(), "dance", Usage, `there is no command "dance"; see prog -h`},
		{t.Context(), "search rn", Usage, `there is no command "rn"; did you mean run?; see prog search -h`},
		{t.Context(), "need", Usage, `Required flag "out" not set`},
		{t.Context(), "-nothing", Usage, "not defined: -nothing"},
		{canceled, "query b", Interrupted, "interrupted"},
	} {
		var saw []string
		var out, errs bytes.Buffer
		code := Run(c.ctx, tree(&saw), nil, &out, &errs, append([]string{"prog"}, strings.Fields(c.call)...))
		if code != c.code || !strings.Contains(errs.String(), c.says) || (c.says == "") != (errs.Len() == 0) {
			t.Errorf("%s: exit code %d, wanted %d; says %q, wanted %q", c.call, code, c.code, &errs, c.says)
		}
	}
}

// TestHelpOfGroup: a command that only holds others shows them.
func TestHelpOfGroup(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Run(t.Context(), tree(new([]string)), nil, &out, &errs, []string{"prog", "search"}); code != OK ||
		!strings.Contains(out.String(), "prog search") || !strings.Contains(out.String(), "run") {
		t.Errorf("exit code %d\n%s%s", code, &out, &errs)
	}
}
