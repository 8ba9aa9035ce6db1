// Package commands holds the commands of search: one file each. Run is the whole program; Tree hands the commands to a
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

// Run is the whole program: args[0] is its name. Results go to stdout, progress, warnings and errors to stderr. It
// returns the exit code.
func Run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	return program.Run(ctx, program.New("search", usage, description, Tree()), stdin, stdout, stderr, args)
}

const (
	usage       = "compare search methods by the energy they spend, and say what to train next"
	description = "Examples:\n" +
		"  eahas search run -config examples/search.yaml          methods x tasks x seeds, and a report\n" +
		"  eahas search replay searched/search/synthetic/tpe/0003.jsonl   one run, step by step\n" +
		"  eahas search next -log trials.jsonl artifacts/mine     what to train next\n" +
		"  eahas search methods                                   every method with its settings and source"
)

// Tree returns the commands.
func Tree() []*cli.Command {
	return program.Interruptible([]*cli.Command{runCommand(), reportCommand(), replayCommand(), nextCommand(),
		serveCommand(), methodsCommand()})
}

// Group returns the commands under one name, for a program that has others too.
func Group() *cli.Command {
	return &cli.Command{Name: "search", Usage: usage, Description: description, Subcommands: Tree()}
}

// noArguments refuses arguments of a command that takes none.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return fmt.Errorf("%w: eahas search %s takes no arguments, got %q; see eahas search %s -h", errUsage,
			c.Command.Name, c.Args().Slice(), c.Command.Name)
	}
	return nil
}
