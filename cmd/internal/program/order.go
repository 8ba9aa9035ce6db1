package program

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// FlagsFirst puts the flags of the called command before its arguments, where the library reads them; both keep their
// order. What follows a -- are arguments. args[0] is the program's name. A flag without its value is an ErrUsage; an
// unknown flag is handed on, for the library to refuse.
func FlagsFirst(app *cli.App, args []string) ([]string, error) {
	if len(args) == 0 || args[len(args)-1] == "--generate-bash-completion" {
		return args, nil
	}
	commands, command := app.Commands, (*cli.Command)(nil)
	at := 1
	for ; at < len(args); at++ {
		if command == nil && strings.HasPrefix(args[at], "-") {
			continue // a flag of the program takes no value: -h, -v
		}
		k := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[at]) })
		if k < 0 {
			break
		}
		command, commands = commands[k], commands[k].Subcommands
	}
	if command == nil || len(commands) > 0 {
		return args, nil
	}
	flags, rest, err := split(command, args[at:])
	if err != nil {
		path := strings.Join(append([]string{app.Name}, args[1:at]...), " ")
		return nil, fmt.Errorf("%w: %s: %w; see %[2]s -h", ErrUsage, path, err)
	}
	out := append(slices.Clone(args[:at]), flags...)
	if len(rest) > 0 {
		out = append(append(out, "--"), rest...)
	}
	return out, nil
}

// split takes flags, with their values, and arguments apart.
func split(c *cli.Command, args []string) (flags, rest []string, err error) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return flags, append(rest, args[i+1:]...), nil
		}
		if a == "-" || !strings.HasPrefix(a, "-") {
			rest = append(rest, a)
			continue
		}
		flags = append(flags, a)
		name, _, inline := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-"), "=")
		if inline || !takesValue(c, name) {
			continue
		}
		if i++; i == len(args) {
			return nil, nil, fmt.Errorf("%s needs a value", a)
		}
		flags = append(flags, args[i])
	}
	return flags, rest, nil
}

// takesValue reports whether the command has a flag of this name that is followed by its value.
func takesValue(c *cli.Command, name string) bool {
	for _, f := range c.Flags {
		if d, ok := f.(cli.DocGenerationFlag); ok && slices.Contains(f.Names(), name) {
			return d.TakesValue()
		}
	}
	return false
}
