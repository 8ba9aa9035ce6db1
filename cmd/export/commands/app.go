// Package commands holds the commands of export: one file each. Run is the whole program; Tree hands the commands to a
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

// Run is the whole program: args[0] is its name. Answers go to stdout, warnings and errors to stderr. It returns the
// exit code.
func Run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	return program.Run(ctx, program.New("export", usage, description, Tree()), stdin, stdout, stderr, args)
}

const (
	usage       = "answers from a frozen surrogate: learning curve, energy, time"
	description = "These are the commands of eahas that answer from a bundle, as a program of their own that links " +
		"no more than they\n" +
		"need: where a text says eahas query, this one has export query."
)

// Tree returns the commands.
func Tree() []*cli.Command {
	return []*cli.Command{
		queryCommand(), verifyCommand(), infoCommand(),
		serveCommand(), packCommand(), unpackCommand(), configSpaceCommand(), tabularCommand(), sourceCommand(),
		modelCommand(), onnxCommand(), yahpoCommand(),
	}
}

// onlyBundle returns the one argument of a command that takes a bundle and nothing else.
func onlyBundle(c *cli.Context) (string, error) {
	if c.NArg() != 1 {
		return "", fmt.Errorf("%w: eahas %s takes one bundle, got %d arguments; see eahas %s -h", errUsage,
			c.Command.Name, c.NArg(), c.Command.Name)
	}
	return c.Args().First(), nil
}
