package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/artifacts/export/source"
)

func sourceCommand() *cli.Command {
	return &cli.Command{
		Name:      "source",
		Usage:     "print a surrogate as one Go file without dependencies",
		UsageText: "export source [-package NAME] BUNDLE",
		Description: "For boosted trees with Bezier curves (chord or warp). Its answers are those of query, bit for bit; it does not\n" +
			"check the configuration.\n\n" +
			"Example:\n  export source -package surrogate artifacts/default > surrogate.go",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "lang", Usage: "write `LANGUAGE`: go", Value: "go"},
			&cli.StringFlag{Name: "package", Usage: "the file's package is `NAME`", Value: "surrogate"},
		},
		OnUsageError: usageError,
		Action: func(c *cli.Context) error {
			path, err := onlyBundle(c)
			if err != nil {
				return err
			}
			if lang := c.String("lang"); lang != "go" {
				return fmt.Errorf("%w: -lang %q; there is go", errUsage, lang)
			}
			s, err := artifacts.Open(path)
			if err != nil {
				return err
			}
			b, err := source.Go(s, c.String("package"))
			if err != nil {
				return err
			}
			_, err = c.App.Writer.Write(b)
			return err
		},
	}
}
