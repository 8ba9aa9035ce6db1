package commands

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/pipeline"
)

// fromFlags are those of a run that goes on from a bundle.
var fromFlags = []cli.Flag{
	&cli.StringFlag{Name: "from", Usage: "go on from a `BUNDLE`: its config, its logs and the new ones that are " +
		"named; says what is new and whether the new surrogate is better"},
	&cli.BoolFlag{Name: "new-only", Usage: "with -from: train on the new logs alone"},
}

// runFrom goes on from the bundle of -from.
func runFrom(c *cli.Context) error {
	for _, other := range []string{"config", "variants", "axis", "name", "runs-named"} {
		if c.IsSet(other) {
			return fmt.Errorf("%w: -%s does not go with -from, which takes the config inside the bundle", errUsage,
				other)
		}
	}
	_, results, err := patterns(c)
	if err != nil {
		return err
	}
	f := pipeline.From{Bundle: c.String("from"), Paths: c.Args().Slice(), OnlyNew: c.Bool("new-only"), Results: results}
	res, err := watched(c, func(o pipeline.Options) (*pipeline.Result, error) {
		return pipeline.RunFrom(c.Context, f, o)
	})
	if err != nil {
		return err
	}
	printResult(c.App.Writer, res)
	return nil
}
