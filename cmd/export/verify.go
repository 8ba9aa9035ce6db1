package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "check a bundle's version, checksums and golden answers",
		UsageText: "export verify BUNDLE",
		Description: "Checks the format's version, the SHA-256 of every file, and that the opened surrogate gives the stored\n" +
			"answers; the first thing that is wrong is named and the exit code is 1.\n\n" +
			"Example:\n  export verify artifacts/default",
		OnUsageError: usageError,
		Action:       verify,
	}
}

func verify(c *cli.Context) error {
	path, err := onlyBundle(c)
	if err != nil {
		return err
	}
	b, err := artifacts.OpenBundle(path)
	if err != nil {
		return err
	}
	equal := "bit for bit"
	if b.MaxDifference > 0 {
		equal = fmt.Sprintf("within %.2g relative, allowed is %g", b.MaxDifference, artifacts.GoldenTolerance)
	}
	_, err = fmt.Fprintf(c.App.Writer, "version   %d\nchecksums %d files as recorded\ngolden    %d answers equal %s\nok\n",
		b.Version, len(b.Files), b.GoldenQueries, equal)
	return err
}
