package commands

import (
	"github.com/urfave/cli/v2"

	"eahas/artifacts/export"
)

func yahpoCommand() *cli.Command {
	return &cli.Command{
		Name:      "yahpo",
		Usage:     "write a surrogate as a scenario of YAHPO Gym",
		UsageText: "eahas yahpo -out DIR [-name NAME] BUNDLE",
		Description: "DIR is YAHPO's data path; the scenario is the folder NAME in it. Its fidelity is the epoch; " +
			"its targets are the\n" +
			"metric, energy and time at that epoch, and the run's totals. See docs/exports.md.\n\n" +
			"Example:\n  eahas yahpo -out yahpo artifacts/synthetic",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write into the folder `DIR`"},
			&cli.StringFlag{Name: "name", Usage: "the scenario is called `NAME`", DefaultText: "the bundle's name"},
		},
		Action: func(c *cli.Context) error {
			return saveFiles(c, "yahpo", export.Options{Name: c.String("name")})
		},
	}
}
