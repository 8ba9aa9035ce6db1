// Package commands holds the commands of train: one file each. Run is the whole program; Tree hands the commands to a
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

// Run is the whole program: args[0] is its name. Results go to stdout, progress, warnings and errors to stderr.
// It returns the exit code.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := app(stdout, stderr).RunContext(ctx, args)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "train: interrupted; the same command goes on from the last finished stage")
		return exitInterrupted
	}
	fmt.Fprintln(stderr, "train:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

func app(stdout, stderr io.Writer) *cli.App {
	return &cli.App{
		Name:      "train",
		Usage:     "from raw logs of training runs to a frozen surrogate of learning curves, energy and time",
		Version:   artifacts.CodeVersion,
		Writer:    stdout,
		ErrWriter: stderr,
		Description: "Examples:\n" +
			"  train run                                   a synthetic sweep, end to end\n" +
			"  train run -config examples/deepobs.yaml     real logs\n" +
			"  train init -out my.yaml logs/*.parquet      write a config for your own logs\n" +
			"Flags come before arguments.",
		ExitErrHandler: func(*cli.Context, error) {}, // Run prints errors and chooses the exit code
		OnUsageError:   func(_ *cli.Context, err error, _ bool) error { return fmt.Errorf("%w: %w", errUsage, err) },
		CommandNotFound: func(c *cli.Context, name string) {
			fmt.Fprintf(stderr, "train: there is no command %q; see train -h\n", name)
		},
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return fmt.Errorf("%w: there is no command %q; see train -h", errUsage, c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
		Commands: Tree(),
	}
}

// Tree returns the commands.
func Tree() []*cli.Command {
	return []*cli.Command{
		runCommand(), initCommand(), simulateCommand(), importCommand(), ingestCommand(), evaluateCommand(), compareCommand(),
		mergeCommand(), tuneCommand(), diffCommand(), reportCommand(),
	}
}

// noArgs refuses arguments that a command does not take: most often a flag's value after them.
func noArgs(c *cli.Context) error {
	if c.NArg() > 0 {
		return fmt.Errorf("%w: train %s takes no argument %q (flags come before arguments)", errUsage, c.Command.Name, c.Args().First())
	}
	return nil
}

// command fills in what all commands share.
func command(c *cli.Command) *cli.Command {
	c.OnUsageError = func(_ *cli.Context, err error, _ bool) error {
		return fmt.Errorf("%w: train %s: %w", errUsage, c.Name, err)
	}
	c.Flags = append(c.Flags, outputFlags...)
	return c
}
