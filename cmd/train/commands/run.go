package commands

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
	"eahas/internal/garbage"
	"eahas/internal/paste"
	"eahas/pipeline"
	"eahas/pipeline/stage"
)

var (
	configFlag = &cli.StringFlag{Name: "config",
		Usage: "the run's config `FILE`; without it: a built-in synthetic sweep"}
	outFlag  = &cli.StringFlag{Name: "out", Usage: "the `DIR` to write; default artifacts/<name>"}
	dataFlag = &cli.StringFlag{Name: "data",
		Usage: "the `DIR` that relative paths of logs start from; default $EAHAS_DATA, else ../shared/data"}
	replaceFlag = &cli.BoolFlag{Name: "replace", Usage: "replace a bundle that is already at the output folder"}
	variantFlag = &cli.StringSliceFlag{Name: "variants",
		Usage: "train these in place of the config's variants: `NAME,NAME`; the first is frozen"}
	strictFlag  = &cli.BoolFlag{Name: "strict", Usage: "fail when a row of the logs has to be left out"}
	workersFlag = &cli.IntFlag{Name: "workers",
		Usage: "goroutines at most; default: all processors; the result does not depend on it"}
)

func runCommand() *cli.Command {
	return command(&cli.Command{
		Name:      "run",
		Usage:     "read logs, train and score surrogates, freeze one, write the report",
		ArgsUsage: "[FILE|FOLDER|GLOB ...]",
		Description: "With logs and no -config: looks at them (tables, and other tools' logs: docs/import.md), says " +
			"what each column is taken for\n" +
			"and why, writes a config beside the result, and runs it. With neither: a small sweep of the EA-HAS " +
			"space, simulated from\n" +
			"documented formulas and marked as synthetic. Finished stages are kept; after an interruption the same " +
			"command goes on.\n\n" +
			"Example: eahas run my-logs/\n" +
			"         eahas run -from artifacts/my-logs -out artifacts/more more-logs/\n" +
			"         eahas run -config examples/deepobs.yaml -out artifacts/deepobs",
		Flags: slices.Concat([]cli.Flag{configFlag, outFlag, dataFlag, replaceFlag, variantFlag, strictFlag,
			workersFlag},
			fromFlags, lookFlags),
		Action: func(c *cli.Context) error {
			if c.IsSet("from") {
				return runFrom(c)
			}
			if c.Bool("new-only") {
				return fmt.Errorf("%w: -new-only goes with -from", errUsage)
			}
			if c.NArg() > 0 {
				config, err := lookAndConfigure(c)
				if err != nil {
					return err
				}
				return runConfig(c, config, pipeline.Run)
			}
			return doRun(c, pipeline.Run)
		},
	})
}

func evaluateCommand() *cli.Command {
	return command(&cli.Command{
		Name:        "evaluate",
		Usage:       "score the config's variants on held-out trials and write only the report",
		Description: "Example: eahas evaluate -config examples/deepobs.yaml -out /tmp/scores",
		Flags: []cli.Flag{configFlag, outFlag, dataFlag, replaceFlag, variantFlag, strictFlag, workersFlag,
			shardFlag},
		Action: func(c *cli.Context) error {
			if done, err := sharded(c, pipeline.ForEvaluate); done {
				return err
			}
			return doRun(c, pipeline.Evaluate)
		},
	})
}

// loadConfig reads the named config, or the built-in one.
func loadConfig(c *cli.Context) (*pipeline.Config, error) {
	load := pipeline.Default
	if path := c.String("config"); path != "" {
		load = func() (*pipeline.Config, error) { return pipeline.Load(path) }
	}
	config, err := load()
	if names := c.StringSlice("variants"); err == nil && len(names) > 0 {
		err = config.Choose(names)
	}
	return config, err
}

func options(c *cli.Context, o stage.Observer) pipeline.Options {
	return pipeline.Options{Out: c.String("out"), DataDir: c.String("data"), Replace: c.Bool("replace"),
		Strict: c.Bool("strict"), Workers: c.Int("workers"), Observer: o}
}

// room is for the garbage of a run: on a small log it makes much beside little that lives, and by the runtime's own
// rule that would be collected every few milliseconds.
const room = 512 << 20

// watched does a piece of work with the options of the command line while its events are shown.
func watched[T any](c *cli.Context, work func(pipeline.Options) (T, error)) (T, error) {
	watch, end := observer(c)
	defer end()
	defer garbage.Room(room)()
	return work(options(c, watch))
}

type runFunc = func(ctx context.Context, c *pipeline.Config, o pipeline.Options) (*pipeline.Result, error)

func doRun(c *cli.Context, work runFunc) error {
	if err := noArgs(c); err != nil {
		return err
	}
	config, err := loadConfig(c)
	if err != nil {
		return err
	}
	return runConfig(c, config, work)
}

func runConfig(c *cli.Context, config *pipeline.Config, work runFunc) error {
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return work(c.Context, config, o)
	})
	if err != nil {
		return err
	}
	printResult(c.App.Writer, res)
	return nil
}

// printResult says where everything is, and what to try next.
func printResult(w io.Writer, res *pipeline.Result) {
	if res.UpToDate {
		fmt.Fprintf(w, "%s is up to date: it was made from the same config and the same inputs\n", res.Out)
	}
	for _, s := range res.Summary {
		fmt.Fprintln(w, s)
	}
	fmt.Fprintf(w, "report  %s\n", filepath.Join(res.Out, "report.html"))
	if res.Example == "" {
		return
	}
	fmt.Fprintf(w, "bundle  %s\n", res.Out)
	fmt.Fprintf(w, "try     %s query %s %s\n", program.Called(), paste.Word(res.Out), res.Example)
}
