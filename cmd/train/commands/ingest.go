package commands

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
	"eahas/trial/arrowio"
)

func ingestCommand() *cli.Command {
	return command(&cli.Command{
		Name:      "ingest",
		Usage:     "only read the logs and say what is in them and what is wrong with them",
		ArgsUsage: "[FILE|FOLDER|GLOB ...]",
		Description: "With logs and no -config: says what each column is taken for and why, and reads them so. Every " +
			"rejected row is printed\n" +
			"as one JSON object: file, row, column, value, reason.\n\n" +
			"Example: eahas ingest my-logs/\n" +
			"         eahas ingest -config examples/taskset.yaml",
		Flags: append([]cli.Flag{configFlag, dataFlag, strictFlag, workersFlag,
			&cli.IntFlag{Name: "show", Value: 20, Usage: "print at most this many rejected rows; -1: all"}},
			lookFlags...),
		Action: doIngest,
	})
}

func doIngest(c *cli.Context) error {
	load := loadConfig
	if c.NArg() > 0 {
		load = lookOnly
	}
	config, err := load(c)
	if err != nil {
		return err
	}
	got, err := watched(c, func(o pipeline.Options) (*arrowio.Result, error) {
		return pipeline.Ingest(c.Context, config, o)
	})
	if err != nil {
		return err
	}
	for _, w := range pipeline.Leaks(config, got) {
		fmt.Fprintf(c.App.Writer, "warning   %s\n", w)
	}
	return printIngest(c.App.Writer, got, c.Int("show"))
}

// lookOnly looks at the logs that the arguments name and makes a config of them that is not kept.
func lookOnly(c *cli.Context) (*pipeline.Config, error) {
	if c.IsSet("config") {
		return nil, fmt.Errorf("%w: eahas ingest takes logs or -config, not both", errUsage)
	}
	l, err := look(c, func(name string) string { return pipeline.WorkFolder(filepath.Join("artifacts", name)) })
	l.show(c.App.Writer)
	if err != nil {
		return nil, err
	}
	if l.dataDir != "" {
		if err := c.Set("data", l.dataDir); err != nil {
			return nil, err
		}
	}
	return pipeline.Parse(l.name+".yaml", l.Config)
}

func printIngest(w io.Writer, in *arrowio.Result, show int) error {
	for _, f := range in.Inputs {
		fmt.Fprintf(w, "input     %s  %d bytes  sha256 %s\n", f.Path, f.Bytes, f.SHA256)
	}
	fmt.Fprintf(w, "rows      %d read, %d filtered\n", in.Rows, in.Filtered)
	fmt.Fprintf(w, "trials    %d usable, %d rejected rows, %d joined\n", len(in.Trials), in.Rejected, in.Joined)
	for _, n := range in.Notes {
		fmt.Fprintf(w, "note      %s: %d trials\n", n.Kind, n.N)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for i, j := range in.Rejections {
		if i == show {
			break
		}
		if err := e.Encode(j); err != nil {
			return err
		}
	}
	if shown := int64(len(in.Rejections)); shown < in.Rejected || show >= 0 && int64(show) < shown {
		if show >= 0 {
			shown = min(shown, int64(show))
		}
		fmt.Fprintf(w, "... and %d more\n", in.Rejected-shown)
	}
	return nil
}
