package commands

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"eahas/search"
)

func methodsCommand() *cli.Command {
	return &cli.Command{
		Name:  "methods",
		Usage: "every method with its settings, defaults and source",
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			w := c.App.Writer
			for _, k := range search.Kinds() {
				fmt.Fprintf(w, "%s: %s\n  source: %s\n", k.Name, k.Rule, k.Source)
				for _, s := range k.Settings {
					fmt.Fprintf(w, "  %s: %s  # %s\n", s.Name, s.Default, s.Doc)
				}
				for _, p := range k.Prefixes {
					v, err := search.Describe(p + "-" + k.Name)
					if err != nil {
						return err
					}
					fmt.Fprintf(w, "  also %s\n", v.Name)
				}
			}
			for _, p := range search.Prefixes {
				fmt.Fprintf(w, "%s-: %s\n  source: %s\n", p.Name, p.Rule, p.Source)
			}
			return nil
		},
	}
}
