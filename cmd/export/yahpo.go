package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/artifacts/export/onnx"
	"eahas/artifacts/export/yahpo"
)

func yahpoCommand() *cli.Command {
	return &cli.Command{
		Name:      "yahpo",
		Usage:     "write a surrogate as a scenario of YAHPO Gym",
		UsageText: "export yahpo -out DIR [-name NAME] BUNDLE",
		Description: "DIR is YAHPO's data path; the scenario is the folder NAME in it. Its fidelity is the epoch; its targets are the\n" +
			"metric, energy and time at that epoch, and the run's totals. See docs/exports.md.\n\n" +
			"Example:\n  export yahpo -out yahpo artifacts/default",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write into the folder `DIR`"},
			&cli.StringFlag{Name: "name", Usage: "the scenario is called `NAME`", DefaultText: "the bundle's name"},
		},
		OnUsageError: usageError,
		Action: func(c *cli.Context) error {
			path, err := onlyBundle(c)
			if err != nil {
				return err
			}
			dir := c.String("out")
			if dir == "" {
				return fmt.Errorf("%w: export yahpo needs -out; see export yahpo -h", errUsage)
			}
			s, err := artifacts.Open(path)
			if err != nil {
				return err
			}
			name := c.String("name")
			if name == "" {
				name = onnx.MetricName(s.Spec().Name)
			}
			files, err := yahpo.Write(dir, s, name, artifacts.CodeVersion)
			if errors.Is(err, yahpo.ErrName) {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			if err != nil {
				return err
			}
			for _, f := range files {
				fmt.Fprintf(c.App.Writer, "%s/%s\t%d bytes\n", name, f.Name, len(f.Data))
			}
			return nil
		},
	}
}
