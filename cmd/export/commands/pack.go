package commands

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"eahas/artifacts/export/archive"
	"eahas/internal/atomicfile"
)

func packCommand() *cli.Command {
	return &cli.Command{
		Name:      "pack",
		Usage:     "put a bundle into one file",
		UsageText: "eahas pack BUNDLE FILE",
		Description: "Checks the bundle and writes a plain tar; equal bundles give equal bytes. FILE must not " +
			"exist.\n\n" +
			"Example:\n  eahas pack artifacts/synthetic synthetic.tar",
		Action: func(c *cli.Context) error {
			bundle, file, err := twoArguments(c, "a bundle and a file")
			if err != nil {
				return err
			}
			return atomicfile.WriteNew(file, func(w io.WriteSeeker) error { return archive.Pack(w, bundle) })
		},
	}
}

func unpackCommand() *cli.Command {
	return &cli.Command{
		Name:      "unpack",
		Usage:     "get a bundle out of its file",
		UsageText: "eahas unpack FILE DIR",
		Description: "Checks every path, size and checksum and the golden answers; DIR, which must not exist, is " +
			"there afterwards\n" +
			"whole or not at all.\n\n" +
			"Example:\n  eahas unpack synthetic.tar artifacts/synthetic",
		Action: func(c *cli.Context) error {
			file, dir, err := twoArguments(c, "a file and a folder")
			if err != nil {
				return err
			}
			f, err := os.Open(file)
			if err != nil {
				return err
			}
			return errors.Join(archive.Unpack(f, dir), f.Close())
		},
	}
}

func twoArguments(c *cli.Context, what string) (string, string, error) {
	if c.NArg() != 2 {
		return "", "", fmt.Errorf("%w: eahas %s takes %s, got %d arguments; see eahas %s -h", errUsage, c.Command.Name,
			what, c.NArg(), c.Command.Name)
	}
	return c.Args().Get(0), c.Args().Get(1), nil
}
