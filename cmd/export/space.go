package main

import (
	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/artifacts/export/configspace"
)

func configSpaceCommand() *cli.Command {
	return &cli.Command{
		Name:      "configspace",
		Usage:     "print the space as ConfigSpace's JSON",
		UsageText: "export configspace BUNDLE",
		Description: "ConfigSpace 1.x reads it with ConfigurationSpace.from_json. Grids become ordinals; constraints on derived\n" +
			"quantities have no form there and are left out.\n\n" +
			"Example:\n  export configspace artifacts/default > space.json",
		OnUsageError: usageError,
		Action: func(c *cli.Context) error {
			path, err := onlyBundle(c)
			if err != nil {
				return err
			}
			s, err := artifacts.Open(path)
			if err != nil {
				return err
			}
			b, err := configspace.Write(s.Spec().Space)
			if err != nil {
				return err
			}
			_, err = c.App.Writer.Write(b)
			return err
		},
	}
}
