package commands

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
)

func reportCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "report",
		Usage: "render report.txt and report.html again from a report.json",
		Description: "The JSON may have been edited or filtered, or come from another machine.\n\n" +
			"Example: eahas report -out /tmp/report artifacts/deepobs/report.json",
		ArgsUsage: "FILE",
		Flags: []cli.Flag{&cli.StringFlag{Name: "out", Usage: "the `DIR` to write the three files into",
			Required: true}},
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return fmt.Errorf("%w: eahas report takes one report.json", errUsage)
			}
			if err := pipeline.Rerender(c.Context, c.Args().First(), c.String("out")); err != nil {
				return err
			}
			fmt.Fprintf(c.App.Writer, "report  %s/report.html\n", c.String("out"))
			return nil
		},
	})
}
