package commands

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
	"eahas/internal/paste"
)

func initCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "init",
		Usage: "look at logs and write a commented config for them, to be edited",
		Description: "What eahas run does with logs, without training. Columns get a role by their names and by what " +
			"they do within runs\n" +
			"and between them; the space is inferred from the configurations.\n\n" +
			"Example: eahas init -out my.yaml my-logs/",
		ArgsUsage: "FILE|FOLDER|GLOB ...",
		Flags: append([]cli.Flag{dataFlag, replaceFlag,
			&cli.StringFlag{Name: "out", Usage: "the `FILE` to write; default: standard output"},
			&cli.StringFlag{Name: "explain",
				Usage: "only print what the reference of configs says of a `KEY`, such as logs.curve.nonfinite"}},
			lookFlags...),
		Action: doInit,
	})
}

func doInit(c *cli.Context) error {
	if c.IsSet("explain") {
		return explain(c.App.Writer, c.String("explain"))
	}
	if c.NArg() == 0 {
		return fmt.Errorf("%w: eahas init needs the logs to look at", errUsage)
	}
	work, err := os.MkdirTemp("", "eahas-init-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	out, table := c.String("out"), c.App.Writer
	if out == "" {
		table = c.App.ErrWriter // the config is the output
	}
	l, err := look(c, func(string) string { return work })
	l.show(table)
	if err != nil {
		return err
	}
	if out == "" {
		_, err := c.App.Writer.Write(l.Config)
		return err
	}
	if err := l.written(out, c.Bool("replace")); err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "wrote %s: every guess is a line of it; change it, then\n  %s run %s-config %s\n", out,
		program.Called(), l.said, paste.Word(out))
	return nil
}
