package commands

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
	"eahas/simulate"
	"eahas/trial"
	"eahas/trial/arrowio"
)

func simulateCommand() *cli.Command {
	return command(&cli.Command{
		Name:  "simulate",
		Usage: "write synthetic logs of the EA-HAS space, for trying things and for scale",
		Description: simulate.Notice + "\n\n" +
			"Example: eahas simulate -trials 10000 -layout pycls -format feather -out /tmp/sweep",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "trials", Value: 1000, Usage: "how many trials"},
			&cli.StringFlag{Name: "space", Value: "eahas-cifar10", Usage: "eahas-cifar10 or eahas-tinyimagenet"},
			&cli.StringFlag{Name: "layout", Value: "wide", Usage: "wide, long, power or pycls"},
			&cli.StringFlag{Name: "format", Value: "parquet", Usage: "parquet, feather or stream"},
			&cli.StringFlag{Name: "compression",
				Usage: "none, zstd, lz4 (feather, stream) or snappy (parquet); default zstd"},
			&cli.Uint64Flag{Name: "seed", Value: 1},
			&cli.IntFlag{Name: "repeats", Value: 1, Usage: "runs (seeds) of a repeated configuration"},
			&cli.IntFlag{Name: "repeat-every", Value: 1, Usage: "every how many configurations one is repeated"},
			&cli.StringFlag{Name: "out", Required: true, Usage: "`PATH` of the files without extension"},
			replaceFlag,
		},
		Action: doSimulate,
	})
}

// simulateMemory is where the garbage collector stops to let the heap grow, bytes. What a million trials need at the
// same time is half of it, most of it what the footer will say of the file's row groups.
const simulateMemory = 240 << 20

func doSimulate(c *cli.Context) error {
	if err := noArgs(c); err != nil {
		return err
	}
	if c.Int("trials") < 1 {
		return fmt.Errorf("%w: -trials %d is fewer than 1", errUsage, c.Int("trials"))
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(simulateMemory))
	}
	files, err := pipeline.SimulateLogs{Space: c.String("space"), Trials: c.Int("trials"), Repeats: c.Int("repeats"),
		RepeatEvery: c.Int("repeat-every"), Seed: c.Uint64("seed"), Layout: trial.Layout(c.String("layout")),
		Format: arrowio.Format{Kind: c.String("format"), Compression: c.String("compression")},
		Stem:   c.String("out"), Replace: c.Bool("replace")}.Write(c.Context)
	if err != nil {
		return err
	}
	for _, f := range files {
		fmt.Fprintf(c.App.Writer, "wrote %s (synthetic)\n", f)
	}
	return nil
}
