package commands

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
	"eahas/pipeline/search"
	"eahas/report"
)

func tuneCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "tune",
		Usage: "search settings for one variant, honestly: every fold is scored with settings chosen without it",
		Description: "Sequential search (tree-structured Parzen estimator) with successive halving over the training " +
			"budget and inner folds;\n" +
			"a study for every fold of the evaluation and one on all trials, side by side. Writes the report, " +
			"tuned.yaml (the variant to paste into the config)\n" +
			"and journal.jsonl. After a kill the same command goes on, and several processes with the same -out " +
			"share the work.\n\n" +
			"Example: eahas tune -config examples/deepobs.yaml -variant bezier+gbdt -trials 30 -out /tmp/tuned",
		Flags: []cli.Flag{configFlag, outFlag, dataFlag, strictFlag, workersFlag,
			&cli.StringFlag{Name: "variant", Usage: "the `NAME` of the variant to tune; default: the config's first"},
			&cli.IntFlag{Name: "trials", Usage: "settings tried in each study, the default among them: `N`"},
			&cli.Float64Flag{Name: "minutes", Usage: "begin no further trial after `M` minutes, all studies together"},
		},
		Action: doTune,
	})
}

func doTune(c *cli.Context) error {
	if err := noArgs(c); err != nil {
		return err
	}
	if c.Int("trials") <= 0 && c.Float64("minutes") <= 0 {
		return fmt.Errorf("%w: eahas tune needs -trials or -minutes", errUsage)
	}
	config, err := loadConfig(c)
	if err != nil {
		return err
	}
	name := c.String("variant")
	if name == "" {
		name = config.Variants[0].Name
	}
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return pipeline.Tune(c.Context, config, o,
			name, search.Budget{Trials: c.Int("trials"), Minutes: c.Float64("minutes")})
	})
	if err != nil {
		return err
	}
	for _, s := range res.Summary {
		fmt.Fprintln(c.App.Writer, s)
	}
	fmt.Fprintf(c.App.Writer, "variant %s\n", filepath.Join(res.Out, pipeline.TunedFile))
	fmt.Fprintf(c.App.Writer, "report  %s\n", filepath.Join(res.Out, report.HTMLFile))
	return nil
}
