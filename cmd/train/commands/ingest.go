package commands

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
	"eahas/trial"
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
			&cli.BoolFlag{Name: "json",
				Usage: "write one JSON object in place of the table; what columns were taken for goes to " +
					"standard error"},
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
	if c.Bool("json") {
		return writeIngested(c.App.Writer, got, pipeline.Leaks(config, got), c.Int("show"))
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
	table := c.App.Writer
	if c.Bool("json") {
		table = c.App.ErrWriter
	}
	l.show(table)
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

// ingested is what eahas ingest -json writes.
type ingested struct {
	Inputs     []arrowio.Input   `json:"inputs"`
	Rows       int64             `json:"rows"`     // read, filtered ones included
	Filtered   int64             `json:"filtered"` // left out by where
	Trials     int               `json:"trials"`
	Joined     int               `json:"joined"`
	Rejected   int64             `json:"rejected"`
	Rejections []trial.Rejection `json:"rejections"` // the first -show
	Notes      []arrowio.Count   `json:"notes"`      // how many trials have each
	Warnings   []string          `json:"warnings"`
}

func writeIngested(w io.Writer, in *arrowio.Result, warnings []string, show int) error {
	shown := in.Rejections
	if show >= 0 {
		shown = shown[:min(show, len(shown))]
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(ingested{in.Inputs, in.Rows, in.Filtered, len(in.Trials), in.Joined, in.Rejected,
		append([]trial.Rejection{}, shown...), append([]arrowio.Count{}, in.Notes...), append([]string{}, warnings...)})
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
