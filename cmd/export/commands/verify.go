package commands

import (
	"encoding/json"
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "check a bundle's version, checksums and golden answers",
		UsageText: "eahas verify [-json | -quiet] [-with-libraries] [-python PROGRAM] BUNDLE",
		Description: "Checks the format's version, the SHA-256 of every file, and that the opened surrogate gives " +
			"the stored\n" +
			"answers; the first thing that is wrong is named and the exit code is 1.\n" +
			"With -with-libraries it also writes every format of eahas model and lets LightGBM, treelite, " +
			"XGBoost, ONNX\n" +
			"Runtime, ConfigSpace and pyarrow answer for 10,000 configurations, as far as PROGRAM has them, and " +
			"prints the\n" +
			"largest differences.\n\n" +
			"Example:\n  eahas verify artifacts/synthetic",
		Flags: []cli.Flag{jsonFlag,
			&cli.BoolFlag{Name: "quiet", Usage: "print nothing but what is wrong"},
			&cli.BoolFlag{Name: "with-libraries", Usage: "compare with other tools, too"},
			&cli.StringFlag{Name: "python", Usage: "the Python `PROGRAM` that has the libraries", Value: "python3",
				EnvVars: []string{"EAHAS_PYTHON"}},
		},
		Action: verify,
	}
}

// verified is what eahas verify -json writes of a bundle in which nothing is wrong.
type verified struct {
	OK            bool    `json:"ok"`
	Version       int     `json:"format_version"`
	Files         int     `json:"files"`              // with the recorded checksums
	Golden        int     `json:"golden_answers"`     // that were given again
	MaxDifference float64 `json:"largest_difference"` // relative, of a golden answer
}

// jsonFlag asks for JSON in place of a table.
var jsonFlag = &cli.BoolFlag{Name: "json", Usage: "write one JSON object"}

func verify(c *cli.Context) error {
	path, err := onlyBundle(c)
	if err != nil {
		return err
	}
	b, err := artifacts.OpenBundle(path)
	if err != nil {
		return err
	}
	switch {
	case c.Bool("with-libraries") && (c.Bool("quiet") || c.Bool(jsonFlag.Name)):
		return fmt.Errorf("%w: -with-libraries prints a table; -quiet and -json go without it", errUsage)
	case c.Bool("quiet"):
		return nil
	case c.Bool(jsonFlag.Name):
		return json.NewEncoder(c.App.Writer).Encode(verified{true, b.Version, len(b.Files), b.GoldenQueries,
			b.MaxDifference})
	}
	equal := "bit for bit"
	if b.MaxDifference > 0 {
		equal = fmt.Sprintf("within %.2g relative, allowed is %g", b.MaxDifference, artifacts.GoldenTolerance)
	}
	fmt.Fprintf(c.App.Writer, "version   %d\nchecksums %d files as recorded\ngolden    %d answers equal %s\n",
		b.Version, len(b.Files), b.GoldenQueries, equal)
	if c.Bool("with-libraries") {
		if err := compareLibraries(c, path); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(c.App.Writer, "ok")
	return err
}
