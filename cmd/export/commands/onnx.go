package commands

import (
	"github.com/urfave/cli/v2"

	"eahas/artifacts/export"
)

func onnxCommand() *cli.Command {
	return &cli.Command{
		Name:      "onnx",
		Usage:     "write a surrogate as an ONNX graph from a configuration to the answers",
		UsageText: "eahas onnx -out DIR BUNDLE",
		Description: "The same as model -format onnx-query; model -format onnx writes the trees alone. See " +
			"docs/exports.md.\n\n" +
			"Example:\n  eahas onnx -out models artifacts/synthetic",
		Flags:  []cli.Flag{&cli.StringFlag{Name: "out", Usage: "write into the folder `DIR`"}},
		Action: func(c *cli.Context) error { return saveFiles(c, "onnx-query", export.Options{}) },
	}
}
