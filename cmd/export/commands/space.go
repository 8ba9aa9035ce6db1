package commands

import (
	"github.com/urfave/cli/v2"

	"eahas/artifacts/export"
)

func configSpaceCommand() *cli.Command {
	return &cli.Command{
		Name:      "configspace",
		Usage:     "print the space as ConfigSpace's JSON",
		UsageText: "eahas configspace BUNDLE",
		Description: "ConfigSpace 1.x reads it with ConfigurationSpace.from_json. Grids become ordinals; constraints " +
			"on derived\n" +
			"quantities have no form there and are left out.\n\n" +
			"Example:\n  eahas configspace artifacts/synthetic > space.json",
		Action: func(c *cli.Context) error { return printOnly(c, "configspace", export.Options{}) },
	}
}
