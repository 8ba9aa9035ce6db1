package commands

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/artifacts/export/tabular"
	"eahas/features"
	"eahas/internal/atomicfile"
)

func tabularCommand() *cli.Command {
	return &cli.Command{
		Name:      "tabular",
		Usage:     "write a tabular benchmark as Parquet",
		UsageText: "eahas tabular [-n N] [-seed S] BUNDLE FILE\neahas tabular -list BUNDLE FILE < configurations.jsonl",
		Description: "One row for each configuration: its axes, curve, energy and time. Configurations are drawn by " +
			"the space's\n" +
			"laws, or read as JSON lines. Units stand in the file's metadata; docs/serving.md describes the " +
			"columns.\n\n" +
			"Example:\n  eahas tabular -n 10000 artifacts/synthetic synthetic.parquet",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "n", Usage: "draw `N` configurations", Value: 1000},
			&cli.Uint64Flag{Name: "seed", Usage: "of the draws"},
			&cli.BoolFlag{Name: "list", Usage: "read the configurations from standard input"},
		},
		Action: writeTabular,
	}
}

func writeTabular(c *cli.Context) error {
	bundle, path, err := twoArguments(c, "a bundle and a file")
	if err != nil {
		return err
	}
	s, err := artifacts.Open(bundle)
	if err != nil {
		return err
	}
	var failed error
	configs := tabular.Draw(s, c.Int("n"), c.Uint64("seed"), &failed)
	if c.Bool("list") {
		configs = listed(c.App.Reader, &failed)
	}
	n := 0
	err = atomicfile.WriteNew(path, func(f io.WriteSeeker) (err error) {
		w := bufio.NewWriterSize(f, 1<<16)
		n, err = tabular.Write(w, s, configs)
		return errors.Join(failed, err, w.Flush())
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%d rows\n", n)
	return err
}

// listed reads JSON objects; failed is set at the first that is none.
func listed(r io.Reader, failed *error) iter.Seq[features.Config] {
	return func(yield func(features.Config) bool) {
		d := json.NewDecoder(bufio.NewReader(r))
		for i := 0; ; i++ {
			var c features.Config
			if err := d.Decode(&c); err != nil {
				if !errors.Is(err, io.EOF) {
					*failed = fmt.Errorf("configuration %d: %w", i, err)
				}
				return
			}
			if !yield(c) {
				return
			}
		}
	}
}
