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
		Usage:     "print a surrogate as one Go file or C header without dependencies",
		UsageText: "export source [-lang go|c] [-package NAME] BUNDLE",
		Description: "For boosted trees with Bezier curves (chord or warp). Its answers are those of query, bit for bit (c: on\n" +
			"x86-64); it does not check the configuration.\n\n" +
			"Example:\n  export source -package surrogate artifacts/default > surrogate.go",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "lang", Usage: "write `LANGUAGE`: go or c", Value: "go"},
			&cli.StringFlag{Name: "package", Usage: "the Go file's package is `NAME`", Value: "surrogate"},
		},
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
			var b []byte
			switch lang := c.String("lang"); lang {
			case "go":
				b, err = source.Go(s, c.String("package"))
			case "c":
				b, err = source.C(s)
			default:
				err = fmt.Errorf("%w: -lang %q; there are go and c", errUsage, lang)
			}
			if err != nil {
				return err
			}
			_, err = c.App.Writer.Write(b)
			return err
		},
	}
}
