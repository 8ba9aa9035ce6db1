package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/artifacts/export"
)

func modelCommand() *cli.Command {
	return &cli.Command{
		Name:      "model",
		Usage:     "write a bundle's models for LightGBM, XGBoost or ONNX Runtime",
		UsageText: "export model -format FORMAT -out DIR BUNDLE",
		Description: "Formats:\n" +
			"  lightgbm      text, version v4; one file per output\n" +
			"  lightgbm-v3   the same as version v3, for older readers\n" +
			"  xgboost-json  JSON; one file per target\n" +
			"  xgboost-ubj   UBJSON; one file per target\n" +
			"  onnx          one file per target, from encoded rows to the model's outputs\n" +
			"  onnx-query    one file, from a configuration to its curve, energy and time\n" +
			"Beside the models stands export.json: which file holds what, in which unit. See docs/exports.md.\n\n" +
			"Example:\n  export model -format onnx-query -out models artifacts/default",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "write `FORMAT`"},
			&cli.StringFlag{Name: "out", Usage: "write into the folder `DIR`"},
			&cli.BoolFlag{Name: "vector-leaves", Usage: "xgboost: keep vector leaves (needs XGBoost 3.2 to read)"},
			&cli.BoolFlag{Name: "double", Usage: "onnx: trees in double precision (needs ONNX Runtime 1.20)"},
		},
		OnUsageError: usageError,
		Action:       writeModels,
	}
}

func writeModels(c *cli.Context) error {
	path, err := onlyBundle(c)
	if err != nil {
		return err
	}
	dir := c.String("out")
	if dir == "" || c.String("format") == "" {
		return fmt.Errorf("%w: export model needs -format and -out; see export model -h", errUsage)
	}
	s, err := artifacts.Open(path)
	if err != nil {
		return err
	}
	o := export.Options{VectorLeaves: c.Bool("vector-leaves"), Double: c.Bool("double")}
	files, err := export.Write(dir, s, export.Format(c.String("format")), o)
	if errors.Is(err, export.ErrFormat) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	for _, f := range files {
		fmt.Fprintf(c.App.Writer, "%s\t%d bytes\n", f.Name, len(f.Data))
	}
	return nil
}
