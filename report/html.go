package report

import (
	"fmt"
	"html"
	"io"
)

// HTML writes r as one self-contained page.
func HTML(w io.Writer, r Report) error {
	_, err := fmt.Fprintln(w, html.EscapeString(r.Title))
	return err
}
