package commands

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
	"eahas/report/searchpage"
	"eahas/search"
	"eahas/search/study"
)

// defaultOut is where a study goes.
const defaultOut = "searched"

var studyFlags = []cli.Flag{
	&cli.StringFlag{Name: "config", Usage: "the study: `FILE`", Required: true},
	&cli.StringFlag{Name: "out", Usage: "`FOLDER` of the traces and the report", DefaultText: "searched/<name>"},
	&cli.StringFlag{Name: "data",
		Usage:       "the `FOLDER` that relative paths of logs start from, and those of table files that are not here",
		DefaultText: "$EAHAS_DATA, else ../shared/data"},
	&cli.IntFlag{Name: "workers", Usage: "`N` runs at the same time; the traces do not depend on it",
		DefaultText: "all cores"},
	metricFlag, secondFlag,
	&cli.BoolFlag{Name: "quiet", Usage: "print nothing but errors and the result"},
}

// shardFlag deals a study's runs to machines that share its folder.
var shardFlag = &cli.StringFlag{Name: "shard",
	Usage: "play only every N-th run, from the I-th on, and write no report: `I/N`, I from 0; then eahas search report"}

// shareOf reads the flag; without it all runs are one's own.
func shareOf(c *cli.Context) (s study.Share, err error) {
	if c.IsSet("shard") {
		s.Index, s.Count, err = program.ParseShard(c.String("shard"))
	}
	return s, err
}

// The objectives of every task of a study, in place of those that it names.
var (
	metricFlag = &cli.StringFlag{Name: "metric",
		Usage: "every task of a bundle searches by the bundle's own target `NAME`, in place of the task's metric"}
	secondFlag = &cli.StringFlag{Name: "second",
		Usage: "and has its own target `NAME` beside it, in place of the task's second"}
)

func runCommand() *cli.Command {
	return &cli.Command{
		Name:  "run",
		Usage: "play every method on every task with every seed, and report",
		Description: "Every run is a trace file, <out>/<task>/<method>/<seed>.jsonl. Finished ones are kept, so that " +
			"the same command goes\n" +
			"on after an interruption, and new methods or seeds can be added to a study.\n\n" +
			"Example:\n  eahas search run -config examples/search.yaml",
		Flags:  append(slices.Clone(studyFlags), shardFlag),
		Action: func(c *cli.Context) error { return playStudy(c, true) },
	}
}

func reportCommand() *cli.Command {
	return &cli.Command{
		Name:  "report",
		Usage: "read the traces of a study again and write its report",
		Description: "A trace that is missing, unfinished, changed or of another bundle is an error.\n\nExample:\n  " +
			"eahas search report -config examples/search.yaml",
		Flags:  studyFlags,
		Action: func(c *cli.Context) error { return playStudy(c, false) },
	}
}

// readStudy reads the study, with the objectives that the command line names.
func readStudy(c *cli.Context) (*study.Config, error) {
	conf, err := study.Read(c.String("config"))
	if err != nil {
		return nil, err
	}
	metric, second := c.String("metric"), c.String("second")
	for i := range conf.Tasks {
		t := &conf.Tasks[i]
		if t.Table != nil {
			t.Table.Path = inData(t.Table.Path, dataFolder(c.String("data")))
		}
		if (metric != "" || second != "") && t.Bundle == "" {
			return nil, fmt.Errorf("%w: -metric and -second are for tasks of bundles; task %d is none", errUsage, i+1)
		}
		t.Metric, t.Second = cmp.Or(metric, t.Metric), cmp.Or(second, t.Second)
	}
	return conf, nil
}

// inData returns the path of a table's file: as it is given, or from the folder of the logs where it lies there only.
func inData(path, data string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	if there := filepath.Join(data, path); !regular(path) && regular(there) {
		return there
	}
	return path
}

func regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// playStudy plays what is missing, if asked to, and writes the report.
func playStudy(c *cli.Context, play bool) error {
	if err := noArguments(c); err != nil {
		return err
	}
	conf, err := readStudy(c)
	if err != nil {
		return err
	}
	share, err := shareOf(c)
	if err != nil {
		return err
	}
	dir := c.String("out")
	if dir == "" {
		dir = filepath.Join(defaultOut, conf.Name)
	}
	say := c.App.ErrWriter
	if c.Bool("quiet") {
		say = io.Discard
	}
	data := dataFolder(c.String("data"))
	tasks, err := study.OpenTasks(c.Context, conf, dir, func(ctx context.Context, t study.TaskConfig) (search.Task,
		error) {
		return openLogs(ctx, t, data, say)
	})
	if err != nil {
		return err
	}
	for _, t := range tasks {
		fmt.Fprintf(say, "%s: best %s %.4g of %d configurations; budget %.4g %s\n", t.Name(), t.Metric().LossName(),
			t.Bounds.Best, t.Bounds.Looked, t.Budget, t.Cost())
	}
	if play {
		err := study.Run(c.Context, conf, tasks, dir, share, c.Int("workers"), progress(say))
		if err != nil || share.Count > 0 {
			return err
		}
	}
	s, err := study.Summarise(c.Context, conf, tasks, dir, c.Int("workers"))
	if err != nil {
		return err
	}
	if err := searchpage.Write(dir, s); err != nil {
		return err
	}
	if err := searchpage.Text(c.App.Writer, s); err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "report  %s\n", filepath.Join(dir, searchpage.HTMLFile))
	return nil
}

// dataFolder is where relative paths of logs start, by the same rule as in train.
func dataFolder(given string) string {
	if given != "" {
		return given
	}
	return cmp.Or(os.Getenv("EAHAS_DATA"), filepath.Join("..", "shared", "data"))
}

// progress prints a line every tenth of the way.
func progress(w io.Writer) study.Progress {
	began, tenth := time.Now(), 0
	return func(done, total int) {
		if k := 10 * done / total; k > tenth {
			tenth = k
			fmt.Fprintf(w, "%d of %d runs, %s\n", done, total, time.Since(began).Round(time.Second))
		}
	}
}
