package commands

import (
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"eahas/artifacts/export"
)

// compareLibraries prints the largest difference of each format and library.
func compareLibraries(c *cli.Context, bundle string) error {
	all, err := export.VerifyAll(bundle, c.String("python"))
	w := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', 0)
	if len(all) > 0 {
		fmt.Fprintln(w, "format\tread by\tlargest relative difference\tallowed")
	}
	for _, d := range export.Largest(all) {
		if d.Skipped != "" {
			fmt.Fprintf(w, "%s\t%s\tskipped: %s\t\n", d.Format, d.Library, d.Skipped)
			continue
		}
		fmt.Fprintf(w, "%s\t%s %s\t%.2g (%s)\t%g\n", d.Format, d.Library, d.Version, d.Largest, d.File, d.Limit)
	}
	if e := w.Flush(); err == nil {
		err = e
	}
	for _, f := range export.Formats() {
		if f.Tested != "" && err == nil {
			_, err = fmt.Fprintf(c.App.Writer, "%s: not compared here; %s\n", f.Name, f.Tested)
		}
	}
	return err
}
