// Package program is what the programs of this module share: how a tree of commands is called, what is said when it is
// called wrongly, and the exit codes.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
)

// Exit codes of every program. go run turns each failure into 1.
const (
	OK          = 0
	Failed      = 1   // a log, bundle or configuration was refused, or a file could not be read or written
	Usage       = 2   // the command was called wrongly
	Interrupted = 130 // as a shell reports a command ended by Ctrl-C
)

// ExitCodes says in a help text what the exit codes mean.
const ExitCodes = "Flags stand before or after arguments; -- ends them. Exit codes: 0 done, 1 refused or failed, 2 " +
	"called wrongly,\n" +
	"130 interrupted (go run turns every failure into 1)."

// ErrUsage marks errors in how a command was called.
var ErrUsage = errors.New("usage")

// New returns a program of this name with these commands. Its Writer, ErrWriter and Reader are set by Run.
func New(name, usage, description string, commands []*cli.Command) *cli.App {
	prepare(commands)
	return &cli.App{
		Name:                 name,
		Usage:                usage,
		Version:              artifacts.CodeVersion,
		Description:          description + "\n" + ExitCodes,
		ExitErrHandler:       func(*cli.Context, error) {}, // Run prints errors and chooses the exit code
		OnUsageError:         usageError,
		Action:               noCommand,
		Commands:             commands,
		EnableBashCompletion: true,
	}
}

// prepare fills in what all commands share.
func prepare(commands []*cli.Command) {
	for _, c := range commands {
		c.OnUsageError = usageError
		if len(c.Subcommands) == 0 {
			c.HideHelpCommand = true // an argument may be called help
			continue
		}
		prepare(c.Subcommands)
		if c.Action == nil {
			c.Action = noCommand
		}
	}
}

// Run calls the program: args[0] is its name. Results go to stdout, progress, warnings and errors to stderr, control
// characters of both as escapes. It returns the exit code.
func Run(ctx context.Context, app *cli.App, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	out, said := &visible{w: stdout}, &visible{w: stderr}
	code := call(ctx, app, stdin, out, said, args)
	if err := out.flush(); err != nil && code == OK {
		fmt.Fprintf(said, "%s: %v\n", app.Name, err)
		code = Failed
	}
	_ = said.flush() // there is nowhere left to say it
	return code
}

func call(ctx context.Context, app *cli.App, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	app.Reader, app.Writer, app.ErrWriter = stdin, stdout, stderr
	args, err := FlagsFirst(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	switch {
	case err == nil:
		return OK
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(stderr, "%s: interrupted; the same command goes on from the last finished stage\n", app.Name)
		return Interrupted
	}
	fmt.Fprintf(stderr, "%s: %v\n", app.Name, err)
	// The library has no exported type for a required flag that is missing.
	if errors.Is(err, ErrUsage) || strings.HasPrefix(err.Error(), "Required flag") {
		return Usage
	}
	return Failed
}

// Interruptible lets SIGINT and SIGTERM end the commands' context. A second signal ends the process at once.
func Interruptible(commands []*cli.Command) []*cli.Command {
	for _, c := range commands {
		if c.Action == nil {
			continue
		}
		action := c.Action
		c.Action = func(c *cli.Context) error {
			ctx, stop := signal.NotifyContext(c.Context, os.Interrupt, syscall.SIGTERM)
			defer stop()
			context.AfterFunc(ctx, stop)
			c.Context = ctx
			return action(c)
		}
	}
	return commands
}

// noCommand shows the help of a command that only holds others, or refuses the name of none of them.
func noCommand(c *cli.Context) error {
	if c.NArg() == 0 {
		if c.Command != nil && c.Command.HelpName != c.App.Name && len(c.Command.Subcommands) > 0 {
			return cli.ShowSubcommandHelp(c)
		}
		return cli.ShowAppHelp(c)
	}
	commands, path := c.App.Commands, c.App.Name
	if c.Command != nil && c.Command.HelpName != c.App.Name && c.Command.HelpName != "" {
		commands, path = c.Command.Subcommands, c.Command.HelpName
	}
	var names []string
	for _, command := range commands {
		names = append(names, command.Names()...)
	}
	name := c.Args().First()
	return fmt.Errorf("%w: there is no command %q%s; see %s -h", ErrUsage, name, DidYouMean(name, names, ""), path)
}

// usageError says what is wrong with the flags, and which flag was perhaps meant.
func usageError(c *cli.Context, err error, _ bool) error {
	path, flags := c.App.Name, c.App.Flags
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name {
		path, flags = c.Command.HelpName, c.Command.Flags
	}
	meant := ""
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		var names []string
		for _, f := range flags {
			names = append(names, f.Names()...)
		}
		meant = DidYouMean(name, names, "-")
	}
	return fmt.Errorf("%w: %s: %w%s; see %s -h", ErrUsage, path, err, meant, path)
}
