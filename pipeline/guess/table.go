package guess

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteTable shows what each column was taken for, and why.
func (g *Guess) WriteTable(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	log := ""
	for _, c := range g.Columns {
		if c.Log != log {
			log = c.Log
			fmt.Fprintf(t, "%s\ncolumn\ttaken for\tas\twhy\n", oneLine(log))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", oneLine(c.Name), c.Role, c.As, oneLine(c.Why))
	}
	t.Flush()
	for _, note := range g.Warnings {
		fmt.Fprintf(w, "note      %s\n", oneLine(note))
	}
}
