package commands

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
	"eahas/report"
)

func diffCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "diff",
		Usage: "two frozen surrogates on the same logs: scores, real differences, largest disagreements",
		Description: "The logs are those of -config, else those of the config inside the first bundle. The " +
			"surrogates may have been\n" +
			"trained on them; compare tells how variants do on configurations that they have not seen.\n\n" +
			"Example: eahas diff -config examples/deepobs.yaml artifacts/monday artifacts/tuesday",
		ArgsUsage: "BUNDLE BUNDLE",
		Flags:     []cli.Flag{configFlag, outFlag, dataFlag, strictFlag, workersFlag},
		Action:    doDiff,
	})
}

func doDiff(c *cli.Context) error {
	if c.NArg() != 2 {
		return fmt.Errorf("%w: eahas diff takes two bundles", errUsage)
	}
	var config *pipeline.Config
	if c.IsSet("config") {
		var err error
		if config, err = loadConfig(c); err != nil {
			return err
		}
	}
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return pipeline.Diff(c.Context, config, o, c.Args().Get(0), c.Args().Get(1))
	})
	if err != nil {
		return err
	}
	for _, s := range res.Summary {
		fmt.Fprintln(c.App.Writer, s)
	}
	fmt.Fprintf(c.App.Writer, "trials  %s\n", filepath.Join(res.Out, pipeline.DisagreementsFile))
	fmt.Fprintf(c.App.Writer, "report  %s\n", filepath.Join(res.Out, report.HTMLFile))
	return nil
}
