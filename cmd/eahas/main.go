// Command eahas turns logs of training runs into a frozen surrogate, and answers from it: eahas run, query, serve and
// more. See eahas -h.
package main

import (
	"context"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	export "eahas/cmd/export/commands"
	"eahas/cmd/internal/program"
	search "eahas/cmd/search/commands"
	train "eahas/cmd/train/commands"
)

func main() {
	os.Exit(run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args))
}

// run is the whole program: args[0] is its name. It returns the exit code.
func run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	return program.Run(ctx, app(), stdin, stdout, stderr, args)
}

const (
	usage       = "from logs of training runs to answers in microseconds: learning curve, energy, time"
	description = "Examples:\n" +
		"  eahas run                                        a synthetic sweep, end to end: artifacts/synthetic\n" +
		"  eahas init -out my.yaml logs/*.parquet           write a config for your own logs\n" +
		"  eahas run -config my.yaml                        train, score, freeze\n" +
		"  eahas query artifacts/synthetic depth=12 lr=0.1 …  ask\n" +
		"  eahas serve artifacts/synthetic                  HTTP/JSON and a page with sliders\n" +
		"In a clone, go run ./cmd/eahas stands for eahas."
)

// app mounts the trees of the three programs that eahas is made of, each under a heading.
func app() *cli.App {
	var commands []*cli.Command
	add := func(heading string, more ...*cli.Command) {
		for _, c := range more {
			c.Category = heading
			commands = append(commands, c)
		}
	}
	add("1. From logs to a bundle", train.Tree()...)
	add("2. From a bundle to answers", export.Tree()...)
	add("3. What to train next", search.Group())
	add("4. This program", versionCommand(), completionCommand(), manCommand())
	return program.New("eahas", usage, description, commands)
}
