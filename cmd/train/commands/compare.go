package commands

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
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
		Flags:  []cli.Flag{configFlag, outFlag, dataFlag, replaceFlag, variantFlag, strictFlag, workersFlag, shardFlag},
		Action: doCompare,
	})
}

func doCompare(c *cli.Context) error {
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
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return pipeline.Compare(c.Context, config, o)
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
