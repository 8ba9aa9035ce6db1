// Package commands holds the commands of train: one file each. Run is the whole program; Tree hands the commands to a
// program that mounts them under a name of its own.
package commands

import (
	"context"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
)

// errUsage marks errors in how the command was called.
var errUsage = program.ErrUsage

// Run is the whole program: args[0] is its name. Results go to stdout, progress, warnings and errors to stderr.
// It returns the exit code.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	return program.Run(ctx, program.New("train", usage, description, Tree()), nil, stdout, stderr, args)
}

const (
	usage       = "from raw logs of training runs to a frozen surrogate of learning curves, energy and time"
	description = "These are the commands of eahas that make bundles and reports, as a program of their own: where a " +
		"text says eahas run,\n" +
		"this one has train run."
)

// Tree returns the commands.
func Tree() []*cli.Command {
	return program.Interruptible([]*cli.Command{
		runCommand(), initCommand(), simulateCommand(), importCommand(), ingestCommand(), evaluateCommand(),
		compareCommand(),
		mergeCommand(), tuneCommand(), diffCommand(), adaptCommand(), reportCommand(), cleanCommand(),
	})
}

// noArgs refuses arguments that a command does not take.
func noArgs(c *cli.Context) error {
	if c.NArg() > 0 {
		return fmt.Errorf("%w: eahas %s takes no argument %q", errUsage, c.Command.Name, c.Args().First())
	}
	return nil
}

// command fills in what all commands share.
func command(c *cli.Command) *cli.Command {
	c.Flags = append(c.Flags, outputFlags...)
	return c
}
