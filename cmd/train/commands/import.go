package commands

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"eahas/intake"
)

func importCommand() *cli.Command {
	return command(&cli.Command{
		Name:      "import",
		Usage:     "read other tools' logs and write them as our log",
		ArgsUsage: "FILE|FOLDER|ARCHIVE ...",
		Description: "Lightning, Hugging Face, Keras, Ray Tune, Optuna, MLflow, W&B, TensorBoard, CodeCarbon, " +
			"nvidia-smi and more (docs/import.md), told apart\n" +
			"by content. The output (Parquet, or a folder of JSON lines) describes itself: docs/log.md.\n\n" +
			"Example: eahas import -out runs.parquet lightning_logs emissions.csv",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"},
				Usage: "the `FILE.parquet` to write, or a folder for JSON lines, one file a run; default: only look"},
			&cli.StringFlag{Name: "name",
				Usage: "take settings from the runs' names: `PATTERN` such as 'lr={lr}_bs={batch}', or a regular " +
					"expression with named groups"},
			&cli.StringFlag{Name: "axis", Usage: "`REGEXP` of columns that are settings, where the log does not say"},
			&cli.StringFlag{Name: "result", Usage: "`REGEXP` of columns that are results, where the log does not say"},
			replaceFlag},
		Action: doImport,
	})
}

func doImport(c *cli.Context) error {
	if c.NArg() == 0 {
		return fmt.Errorf("%w: eahas import needs the logs to read", errUsage)
	}
	o, err := importOptions(c)
	if err != nil {
		return err
	}
	out := c.String("out")
	if _, err := os.Stat(out); out != "" && err == nil && !c.Bool("replace") {
		return fmt.Errorf("%s exists; -replace writes in its place", out)
	}
	match, err := intake.Open(c.Context, c.Args().Slice()...)
	if err != nil {
		return err
	}
	if match == nil {
		return fmt.Errorf("%w in %s: docs/import.md lists them; tables (Parquet, Arrow, CSV, JSON lines) go to eahas "+
			"run, init and ingest as they are", intake.ErrNothing, strings.Join(c.Args().Slice(), ", "))
	}
	defer match.Close()
	log, err := match.Read(c.Context, o)
	if log != nil {
		printLog(c.App.Writer, log)
	}
	if err != nil || out == "" {
		return err
	}
	if err := writeLog(c.Context, log, out); err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "wrote %s\n", out)
	return nil
}

// importOptions reads the flags that say what a column is.
func importOptions(c *cli.Context) (intake.Options, error) {
	o := intake.Options{Name: c.String("name")}
	for flag, to := range map[string]**regexp.Regexp{"axis": &o.Axes, "result": &o.Results} {
		if s := c.String(flag); s != "" {
			re, err := regexp.Compile(s)
			if err != nil {
				return o, fmt.Errorf("%w: -%s: %w", errUsage, flag, err)
			}
			*to = re
		}
	}
	return o, nil
}

// writeLog writes Parquet or JSON lines, as the name of the file says.
func writeLog(ctx context.Context, log *intake.Log, path string) error {
	if ext := strings.ToLower(filepath.Ext(path)); ext == ".parquet" || ext == ".pq" {
		return log.WriteParquet(path)
	}
	return log.WriteJSONLines(ctx, path)
}

// printLog shows what was found, what its columns are, and what was left out.
func printLog(w io.Writer, log *intake.Log) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "tool\tfiles\truns\tepochs\ttold by")
	for _, f := range log.Found {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s (%s)\n", f.Tool, len(f.Files), f.Runs, f.Epochs, f.Why, f.Confidence)
	}
	t.Flush()
	fmt.Fprintf(w, "\n%d runs: %s\n\n", len(log.Runs), endings(log))
	fmt.Fprintln(t, "column\trole\tkind\tunit\tshape\truns\twhy")
	for _, c := range log.Columns {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", c.Name, c.Role, c.Kind, c.Unit, c.Shape, c.Runs, c.Why)
	}
	t.Flush()
	for _, n := range log.Notes {
		fmt.Fprintf(w, "note      %s\n", n)
	}
	const most = 20
	for i, l := range log.Left {
		if i == most {
			fmt.Fprintf(w, "left out  ... and %d more\n", len(log.Left)-most)
			break
		}
		fmt.Fprintf(w, "left out  %s: %s\n", l.From, l.Why)
	}
}

func endings(log *intake.Log) string {
	count := map[intake.Status]int{}
	for _, r := range log.Runs {
		count[r.Status]++
	}
	var out []string
	for _, s := range []intake.Status{intake.Finished, intake.Stopped, intake.Pruned, intake.Killed, intake.Failed} {
		if count[s] > 0 {
			out = append(out, fmt.Sprintf("%d %s", count[s], s))
		}
	}
	if n := count[intake.Unknown]; n > 0 {
		out = append(out, fmt.Sprintf("%d whose log does not say how they ended (taken for finished)", n))
	}
	return strings.Join(out, ", ")
}
