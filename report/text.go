package report

import (
	"fmt"
	"io"
)

// Text writes r as aligned plain text.
func Text(w io.Writer, r Report) error { _, err := fmt.Fprintln(w, r.Title); return err }
