package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
	"eahas/pipeline"
)

func initCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "init",
		Usage: "look at logs and write a commented config for them, to be edited",
		Description: "Columns get a role by their names and contents; the space is inferred from the configurations.\n\n" +
			"Example: eahas init -data logs -out my.yaml sweep.parquet",
		ArgsUsage: "FILE|FOLDER|GLOB ...",
		Flags: []cli.Flag{dataFlag,
			&cli.StringFlag{Name: "out", Usage: "the `FILE` to write; default: standard output"},
			&cli.StringFlag{Name: "name", Usage: "the run's name; default: from the first log"}},
		Action: doInit,
	})
}

func doInit(c *cli.Context) error {
	if c.NArg() == 0 {
		return fmt.Errorf("%w: eahas init needs the logs to look at", errUsage)
	}
	name := c.String("name")
	if name == "" {
		base := filepath.Base(c.Args().First())
		name = strings.Trim(strings.TrimSuffix(base, filepath.Ext(base)), ".*_-")
	}
	text, err := pipeline.Init(c.Context, name, c.Args().Slice(), c.String("data"))
	if err != nil {
		return err
	}
	out := c.String("out")
	if out == "" {
		_, err := c.App.Writer.Write(text)
		return err
	}
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "wrote %s: check every line, then\n  %s run -config %s\n", out, program.Called(), out)
	return nil
}
