package commands

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
	"eahas/pipeline/experiment"
	"eahas/pipeline/peers"
)

func compareCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "compare",
		Usage: "all variants on the same held-out trials: scores, real differences, cost, slices, a recommendation",
		Description: "Writes report.* and slices.* (the same bytes wherever they are made), timings.json (measured " +
			"here), and\n" +
			"comparison.txt and comparison.html, which show both. docs/compare.md explains how the recommendation is " +
			"made.\n\n" +
			"Example: eahas compare -config examples/deepobs.yaml -out /tmp/compare",
		Flags: []cli.Flag{configFlag, outFlag, dataFlag, replaceFlag, variantFlag, strictFlag, workersFlag, shardFlag,
			peersFlag, pythonFlag()},
		Action: doCompare,
	})
}

var peersFlag = &cli.BoolFlag{Name: "peers",
	Usage: "let LightGBM, XGBoost and scikit-learn learn the same folds, where your Python has them"}

// pythonFlag is made anew for each program: the library writes what the environment says into the flag, and a second
// program would show that as the default.
func pythonFlag() cli.Flag {
	return &cli.StringFlag{Name: "python", EnvVars: []string{"EAHAS_PYTHON"}, Value: "python3",
		Usage: "the Python of -peers: a `PROGRAM` that finds numpy, scikit-learn, lightgbm and xgboost"}
}

func doCompare(c *cli.Context) (err error) {
	if c.Bool("peers") && c.IsSet("shard") {
		return fmt.Errorf("%w: -peers learn here, all at once: compare without -shard, whose stages are kept", errUsage)
	}
	if done, err := sharded(c, pipeline.ForCompare); done {
		return err
	}
	if err := noArgs(c); err != nil {
		return err
	}
	config, err := loadConfig(c)
	if err != nil {
		return err
	}
	var others []experiment.Peer
	if c.Bool("peers") {
		found, missing, end := peers.Find(c.String("python"), peers.Default)
		defer func() { err = errors.Join(err, end()) }()
		for _, line := range missing {
			fmt.Fprintf(c.App.ErrWriter, "eahas: %s\n", line)
		}
		if len(found) == 0 {
			return fmt.Errorf("-peers: %s runs none of them; name a Python with numpy, scikit-learn, lightgbm or "+
				"xgboost by -python or EAHAS_PYTHON, or leave -peers out", c.String("python"))
		}
		others = found
	}
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return pipeline.Compare(c.Context, config, o, others)
	})
	if err != nil {
		return err
	}
	for _, s := range res.Summary {
		fmt.Fprintln(c.App.Writer, s)
	}
	fmt.Fprintf(c.App.Writer, "report  %s\n", filepath.Join(res.Out, pipeline.ComparisonHTML))
	return nil
}
