package commands

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/pipeline/stage"
	"eahas/report"
)

func cleanCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "clean",
		Usage: "delete the kept stages of earlier runs",
		Description: "Finished stages are kept beside the output folder, in .NAME.stages: an interrupted run goes on " +
			"from them, " +
			"and a second command\nneed not train again. Nothing but time is lost with them. In each DIR (default: " +
			"artifacts) the " +
			"folders of that name are\ndeleted, but only what the program wrote there.\n\n" +
			"Example: eahas clean -dry-run artifacts",
		ArgsUsage: "[DIR…]",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be deleted"}},
		Action: func(c *cli.Context) error {
			dirs := c.Args().Slice()
			if len(dirs) == 0 {
				dirs = []string{"artifacts"}
			}
			for _, dir := range dirs {
				found, err := stage.Kept(dir)
				if err != nil {
					return err
				}
				for _, k := range found {
					if !c.Bool("dry-run") {
						if err := k.Remove(); err != nil {
							return err
						}
					}
					if !c.Bool("quiet") {
						fmt.Fprintf(c.App.Writer, "%s  %d files, %s\n", k.Dir, len(k.Files), report.BytesText(k.Bytes))
					}
				}
			}
			return nil
		},
	})
}
