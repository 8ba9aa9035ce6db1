package commands

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/artifacts/export"
	"eahas/artifacts/export/source"
	"eahas/artifacts/export/yahpo"
)

func modelCommand() *cli.Command {
	return &cli.Command{
		Name:      "model",
		Usage:     "write a bundle in a format that other tools load",
		UsageText: "eahas model -format FORMAT -out DIR BUNDLE",
		Description: "Formats:\n" + formatList() +
			"Beside the files stands export.json: which file holds what, in which unit. See docs/exports.md.\n\n" +
			"Example:\n  eahas model -format onnx-query -out models artifacts/synthetic",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "write `FORMAT`"},
			&cli.StringFlag{Name: "out", Usage: "write into the folder `DIR`"},
			&cli.BoolFlag{Name: "vector-leaves", Usage: "xgboost: keep vector leaves (needs XGBoost 3.2 to read)"},
			&cli.BoolFlag{Name: "double", Usage: "onnx: trees in double precision (needs ONNX Runtime 1.20)"},
			&cli.StringFlag{Name: "name", Usage: "yahpo: the scenario, source-go: the package is called `NAME`"},
			&cli.IntFlag{Name: "n", Usage: "tabular: draw `N` configurations", DefaultText: "1000"},
			&cli.Uint64Flag{Name: "seed", Usage: "tabular: of the draws"},
		},
		Action: writeModels,
	}
}

// formatList describes each row of the table of formats.
func formatList() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range export.Formats() {
		fmt.Fprintf(w, "  %s\t%s; for %s\n", f.Name, f.Holds, f.ReadBy)
	}
	_ = w.Flush() // a Builder takes everything
	return b.String()
}

func writeModels(c *cli.Context) error {
	path, err := onlyBundle(c)
	if err != nil {
		return err
	}
	dir := c.String("out")
	if dir == "" || c.String("format") == "" {
		return fmt.Errorf("%w: eahas model needs -format and -out; see eahas model -h", errUsage)
	}
	f, err := export.Find(c.String("format"))
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err := onlyOptions(c, f); err != nil {
		return err
	}
	s, err := artifacts.Open(path)
	if err != nil {
		return err
	}
	files, err := f.Write(dir, s, export.Options{
		VectorLeaves: c.Bool("vector-leaves"), Double: c.Bool("double"), Name: c.String("name"),
		Rows: c.Int("n"), Seed: c.Uint64("seed"), Bundle: path,
	})
	if err != nil {
		return asUsage(err)
	}
	printFiles(c, files)
	return nil
}

// onlyOptions refuses a flag that the format does not look at.
func onlyOptions(c *cli.Context, f *export.Format) error {
	for _, flag := range []string{"vector-leaves", "double", "name", "n", "seed"} {
		if c.IsSet(flag) && !slices.Contains(f.Options, flag) {
			return fmt.Errorf("%w: -%s means nothing to %s, which takes %s", errUsage, flag, f.Name,
				cmp.Or(strings.Join(f.Options, ", "), "no options"))
		}
	}
	return nil
}

// asUsage marks the errors that a name on the command line makes.
func asUsage(err error) error {
	if errors.Is(err, yahpo.ErrName) || errors.Is(err, source.ErrName) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return err
}

// filesOf gives the files of a format for the one bundle that the command takes.
func filesOf(c *cli.Context, format string, o export.Options) ([]export.File, error) {
	path, err := onlyBundle(c)
	if err != nil {
		return nil, err
	}
	f, err := export.Find(format)
	if err != nil {
		return nil, err
	}
	s, err := artifacts.Open(path)
	if err != nil {
		return nil, err
	}
	o.Bundle = path
	files, err := f.Files(s, o)
	return files, asUsage(err)
}

// saveFiles writes the files of a format into the folder -out, and says what they are.
func saveFiles(c *cli.Context, format string, o export.Options) error {
	dir := c.String("out")
	if dir == "" {
		return fmt.Errorf("%w: eahas %s needs -out; see eahas %[2]s -h", errUsage, c.Command.Name)
	}
	files, err := filesOf(c, format, o)
	if err != nil {
		return err
	}
	if err := export.Save(dir, files); err != nil {
		return err
	}
	printFiles(c, files)
	return nil
}

// printOnly writes the content of a format's one file.
func printOnly(c *cli.Context, format string, o export.Options) error {
	files, err := filesOf(c, format, o)
	if err != nil {
		return err
	}
	_, err = c.App.Writer.Write(files[0].Data)
	return err
}

func printFiles(c *cli.Context, files []export.File) {
	for _, f := range files {
		fmt.Fprintf(c.App.Writer, "%s\t%d bytes\n", f.Name, len(f.Data))
	}
}
