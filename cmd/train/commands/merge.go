package commands

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
	"eahas/pipeline"
	"eahas/report"
)

var shardFlag = &cli.StringFlag{Name: "shard",
	Usage: "do only share `I/N` (0 <= I < N) and leave it in the output folder for eahas merge"}

// sharded does the share of the work that -shard asks for. It reports false when the flag is not there.
func sharded(c *cli.Context, p pipeline.Purpose) (bool, error) {
	if !c.IsSet("shard") {
		return false, nil
	}
	if err := noArgs(c); err != nil {
		return true, err
	}
	index, count, err := program.ParseShard(c.String("shard"))
	if err != nil {
		return true, err
	}
	config, err := loadConfig(c)
	if err != nil {
		return true, err
	}
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return pipeline.RunShard(c.Context, config, o, p, pipeline.Shard{Index: index, Count: count})
	})
	if err != nil {
		return true, err
	}
	fmt.Fprintln(c.App.Writer, res.Summary[0])
	fmt.Fprintf(c.App.Writer, "part    %s\n", res.Out)
	return true, nil
}

func mergeCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "merge",
		Usage: "join the parts that evaluate -shard or compare -shard left, and write the report",
		Description: "The report is the same bytes as one process would have written. Every shard must be there, " +
			"made from the same\n" +
			"config, variants and logs.\n\n" +
			"Example: eahas merge -config my.yaml -out /tmp/compare /tmp/part-*",
		ArgsUsage: "PART…",
		Flags:     []cli.Flag{configFlag, outFlag, dataFlag, replaceFlag, variantFlag, strictFlag, workersFlag},
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return fmt.Errorf("%w: eahas merge needs the folders of the parts", errUsage)
			}
			config, err := loadConfig(c)
			if err != nil {
				return err
			}
			res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
				return pipeline.Merge(c.Context, config, o, c.Args().Slice())
			})
			if err != nil {
				return err
			}
			for _, s := range res.Summary {
				fmt.Fprintln(c.App.Writer, s)
			}
			fmt.Fprintf(c.App.Writer, "report  %s\n", filepath.Join(res.Out, report.HTMLFile))
			return nil
		},
	})
}
