// Package commands holds the commands of search: one file each. Run is the whole program; Tree hands the commands to a
// program that mounts them under a name of its own.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130 // as a shell reports a command ended by Ctrl-C
)

// errUsage marks errors in how the command was called.
var errUsage = errors.New("usage")

// Run is the whole program: args[0] is its name. Results go to stdout, progress, warnings and errors to stderr. It returns
// the exit code.
func Run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	app := &cli.App{
		Name:           "search",
		Usage:          usage,
		Version:        artifacts.CodeVersion,
		Reader:         stdin,
		Writer:         stdout,
		ErrWriter:      stderr,
		Description:    description,
		ExitErrHandler: func(*cli.Context, error) {}, // Run prints errors and chooses the exit code
		OnUsageError:   usageError,
		Action:         noCommand,
		Commands:       Tree(),
	}
	err := app.RunContext(ctx, args)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "search: interrupted; the same command goes on where it stopped")
		return exitInterrupted
	}
	fmt.Fprintln(stderr, "search:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

const (
	usage       = "compare search methods by the energy they spend, and say what to train next"
	description = "Examples:\n" +
		"  search run -config examples/search.yaml                 methods x tasks x seeds, and a report\n" +
		"  search replay searched/synthetic/tpe/0003.jsonl         one run, step by step\n" +
		"  search next -log trials.jsonl artifacts/mine            what to train next\n" +
		"  search methods                                          every method with its settings and source\n" +
		"Flags come before arguments."
)

// Tree returns the commands.
func Tree() []*cli.Command {
	return []*cli.Command{runCommand(), reportCommand(), replayCommand(), nextCommand(), serveCommand(), methodsCommand()}
}

func noCommand(c *cli.Context) error {
	if c.NArg() > 0 {
		return fmt.Errorf("%w: there is no command %q; see search -h", errUsage, c.Args().First())
	}
	return cli.ShowAppHelp(c)
}

func usageError(_ *cli.Context, err error, _ bool) error {
	return fmt.Errorf("%w: %w (flags come before arguments)", errUsage, err)
}

// noArguments refuses arguments of a command that takes none.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return fmt.Errorf("%w: search %s takes no arguments, got %q; see search %s -h", errUsage, c.Command.Name, c.Args().Slice(), c.Command.Name)
	}
	return nil
}
