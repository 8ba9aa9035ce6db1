package commands

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
	"eahas/pipeline"
	"eahas/report"
)

func adaptCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "adapt",
		Usage: "make a bundle know a new GPU, or another new category, from a few measured runs",
		Description: "The runs are read by the bundle's own config. What the bundle answers for known categories " +
			"stays as it is; costs of the\n" +
			"new one are learnt from theirs and the runs, the more the better: 5 give a factor, 20 to 50 the " +
			"rest.\n\nExample: eahas adapt -out artifacts/with-h100 artifacts/my-logs h100-runs/",
		ArgsUsage: "BUNDLE FILE|FOLDER|GLOB ...",
		Flags: []cli.Flag{outFlag, dataFlag, replaceFlag, strictFlag, workersFlag,
			&cli.StringFlag{Name: "axis", Usage: "the `AXIS` that has new categories; default: the one that does"},
			&cli.StringFlag{Name: "to",
				Usage: "the new `CATEGORY`; default: all of the axis that the bundle does not know"}},
		Action: doAdapt,
	})
}

func doAdapt(c *cli.Context) error {
	if c.NArg() < 2 {
		return fmt.Errorf("%w: eahas adapt takes a bundle and logs of a few runs", errUsage)
	}
	a := pipeline.Adapt{Bundle: c.Args().First(), Paths: c.Args().Tail(), Axis: c.String("axis"),
		Category: c.String("to")}
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return pipeline.RunAdapt(c.Context, a, o)
	})
	if err != nil {
		return err
	}
	for _, s := range res.Summary {
		fmt.Fprintln(c.App.Writer, s)
	}
	fmt.Fprintf(c.App.Writer, "report  %s\n", filepath.Join(res.Out, report.HTMLFile))
	fmt.Fprintf(c.App.Writer, "bundle  %s\n", res.Out)
	fmt.Fprintf(c.App.Writer, "try     %s query %s %s\n", program.Called(), res.Out, res.Example)
	return nil
}
