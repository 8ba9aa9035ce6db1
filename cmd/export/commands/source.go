package commands

import (
	"fmt"

	"eahas/artifacts/export"

	"github.com/urfave/cli/v2"
)

func sourceCommand() *cli.Command {
	return &cli.Command{
		Name:      "source",
		Usage:     "print a surrogate as one Go file or C header without dependencies",
		UsageText: "eahas source [-lang go|c] [-package NAME] BUNDLE",
		Description: "For boosted trees with Bezier curves (chord or warp). Its answers are those of query, bit for " +
			"bit (c: on\n" +
			"x86-64); it does not check the configuration.\n\n" +
			"Example:\n  eahas source -package surrogate artifacts/synthetic > surrogate.go",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "lang", Usage: "write `LANGUAGE`: go or c", Value: "go"},
			&cli.StringFlag{Name: "package", Usage: "the Go file's package is `NAME`", Value: "surrogate"},
		},
		Action: func(c *cli.Context) error {
			format := "source-" + c.String("lang")
			if _, err := export.Find(format); err != nil {
				return fmt.Errorf("%w: -lang %q; there are go and c", errUsage, c.String("lang"))
			}
			return printOnly(c, format, export.Options{Name: c.String("package")})
		},
	}
}
