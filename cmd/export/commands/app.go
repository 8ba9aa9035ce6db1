// Package commands holds the commands of export: one file each. Run is the whole program; Tree hands the commands to a
// program that mounts them under a name of its own.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the bundle or a configuration was refused, or a file could not be read or written
	exitUsage  = 2 // the command was called wrongly
)

// errUsage marks errors in how the command was called.
var errUsage = errors.New("usage")

// Run is the whole program: args[0] is its name. Answers go to stdout, warnings and errors to stderr. It returns the exit
// code.
func Run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	return exitCode(stderr, run(ctx, stdin, stdout, stderr, args))
}

// run is Run that does not print the error.
func run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) error {
	return app(stdin, stdout, stderr).RunContext(ctx, args)
}

// exitCode prints the error and chooses the exit code.
func exitCode(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(stderr, "export:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

func app(stdin io.Reader, stdout, stderr io.Writer) *cli.App {
	return &cli.App{
		Name:      "export",
		Usage:     "answers from a frozen surrogate: learning curve, energy, time",
		Version:   artifacts.CodeVersion,
		Reader:    stdin,
		Writer:    stdout,
		ErrWriter: stderr,
		Description: "Examples:\n" +
			"  export query artifacts/default depth=20 lr=0.1 …   one configuration\n" +
			"  export query artifacts/default < configs.jsonl     thousands of them\n" +
			"  export verify artifacts/default                    version, checksums, golden answers\n" +
			"  export info artifacts/default                      what it is and which axes it takes\n" +
			"Flags come before arguments. Exit codes: 0 all answered, 1 refused or failed, 2 called wrongly.",
		ExitErrHandler: func(*cli.Context, error) {}, // main prints errors and chooses the exit code
		OnUsageError:   usageError,
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return fmt.Errorf("%w: there is no command %q; see export -h", errUsage, c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
		Commands: Tree(),
	}
}

// Tree returns the commands.
func Tree() []*cli.Command {
	return []*cli.Command{
		queryCommand(), verifyCommand(), infoCommand(),
		serveCommand(), packCommand(), unpackCommand(), configSpaceCommand(), tabularCommand(), sourceCommand(),
		modelCommand(), yahpoCommand(),
	}
}

func usageError(_ *cli.Context, err error, _ bool) error {
	return fmt.Errorf("%w: %w (flags come before arguments)", errUsage, err)
}

// onlyBundle returns the one argument of a command that takes a bundle and nothing else.
func onlyBundle(c *cli.Context) (string, error) {
	if c.NArg() != 1 {
		return "", fmt.Errorf("%w: export %s takes one bundle, got %d arguments; see export %s -h", errUsage, c.Command.Name, c.NArg(), c.Command.Name)
	}
	return c.Args().First(), nil
}
