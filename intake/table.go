package intake

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"eahas/internal/plaintext"
	"eahas/trial/arrowio"
)

// header returns the names of the columns of a CSV or TSV file, not to be changed; nil when its first line does not
// look like names. It is kept: each finder of tables asks for it.
func header(f *file) []string {
	if !f.named {
		f.named, f.columns = true, firstNames(f)
	}
	return f.columns
}

// firstNames reads the names in the first line of a table.
func firstNames(f *file) []string {
	head := f.text()
	if bytes.IndexByte(head, 0) >= 0 {
		return nil
	}
	line, _, whole := bytes.Cut(head, []byte("\n"))
	if !whole && len(head) == headBytes && len(line) > 0 { // a line longer than the head: what is whole of it
		if i := bytes.LastIndexAny(line, ",;\t"); i > 0 {
			line = line[:i]
		}
	}
	r := csv.NewReader(bytes.NewReader(line))
	r.Comma = separator(line)
	r.TrimLeadingSpace = r.Comma != '\t'
	r.LazyQuotes = true
	names, err := r.Read()
	if err != nil || len(names) == 0 {
		return nil
	}
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// text is the head of a text file as UTF-8, from the line of names on where the file is a table.
func (f *file) text() []byte {
	b, _ := f.behindLead()
	return b
}

// behindLead is text, and how many lines stand before it.
func (f *file) behindLead() (b []byte, lead int) {
	b, err := io.ReadAll(plaintext.Reader(bytes.NewReader(f.head())))
	if err != nil {
		return nil, 0
	}
	lead = arrowio.Lead(b)
	for range lead {
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	return b, lead
}

// firstLine is the line of a table's names.
func firstLine(f *file) []byte {
	line, _, _ := bytes.Cut(f.text(), []byte("\n"))
	return line
}

// headRows are the rows below the names as far as the head goes, their cells as they are written; the last is cut off
// or empty.
func headRows(f *file) [][]string {
	names, rest, _ := strings.Cut(string(f.text()), "\n")
	sep := string(separator([]byte(names)))
	var rows [][]string
	for _, line := range strings.Split(rest, "\n") {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\r"), sep))
	}
	return rows
}

// separator is the most frequent of the usual ones in the first line.
func separator(line []byte) rune {
	best, most := ',', bytes.Count(line, []byte(","))
	for _, c := range []rune{'\t', ';'} {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// row is one row of a table.
type row struct {
	line  int
	names []string
	cells []string
	index map[string]int
}

// cell returns the text of a column, "" where the row or the table has none.
func (r *row) cell(name string) string {
	if i, ok := r.index[name]; ok && i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

// newCSV makes a reader of in that begins behind a byte order mark; head, the first bytes, tells the separator.
func newCSV(in io.Reader, head []byte) *csv.Reader {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(plaintext.Reader(in))
	r.Comma = separator(line)
	r.TrimLeadingSpace = r.Comma != '\t'
	r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = true, -1, true
	return r
}

// newRow makes a row of named cells; it trims names, in place. Of a name that is there twice the first counts.
func newRow(names []string) *row {
	out := &row{names: names, index: make(map[string]int, len(names))}
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
		if _, twice := out.index[names[i]]; !twice {
			out.index[names[i]] = i
		}
	}
	return out
}

// eachRow hands out the rows of a CSV or TSV file. The row is valid until each returns. Broken rows are left out and
// counted in the log. Kept whole: one loop, with what is done about each kind of broken row.
func eachRow(ctx context.Context, f *file, log *Log, each func(r *row) error) error {
	names := header(f)
	if names == nil {
		return fmt.Errorf("%s: %w: its first line names no columns", f.name, ErrFormat)
	}
	in, err := f.open()
	if err != nil {
		return err
	}
	defer in.Close()
	head, lead := f.behindLead()
	behind := bufio.NewReader(in)
	for range lead {
		if _, err := behind.ReadBytes('\n'); err != nil {
			return fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
		}
	}
	long := &rowGuard{r: behind}
	r := newCSV(long, head)
	names, err = r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
	}
	if len(names) > maxColumns {
		return fmt.Errorf("%s: %w: %d columns, more than %d", f.name, ErrLimit, len(names), maxColumns)
	}
	names = slices.Clone(names)
	out := newRow(names)
	plain := arrowio.PlainNumbers(r.Comma, head)
	short, first := 0, 0
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		long.n = 0
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		out.line, _ = r.FieldPos(0)
		out.line += lead
		if err != nil {
			var broken *csv.ParseError
			if !errors.As(err, &broken) {
				return fmt.Errorf("%s: line %d: %w", f.name, out.line, err)
			}
			cells = nil
		}
		if n := len(names); len(cells) == n+1 && strings.TrimSpace(cells[n]) == "" {
			cells = cells[:n] // a separator at the end of each line
		}
		if len(cells) != len(names) {
			if short++; first == 0 {
				first = out.line
			}
			continue
		}
		for i, c := range cells {
			cells[i] = plain(c)
		}
		if slices.Equal(cells, names) { // two processes appended to one file
			continue
		}
		out.cells = cells
		if err := each(out); err != nil {
			return err
		}
	}
	if short > 0 {
		log.leave(f.name, "%d rows have not as many cells as the first line has names (%d), the first in line %d",
			short, len(names), first)
	}
	return nil
}

// rowGuard refuses a row of more than maxLine bytes: an open quote would take the rest of the file.
type rowGuard struct {
	r io.Reader
	n int
}

func (g *rowGuard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if g.n += n; g.n > maxLine {
		return n, fmt.Errorf("%w: one row of more than %d bytes; is a quote left open?", ErrLimit, maxLine)
	}
	return n, err
}

// eachLine hands out the lines of a text file without their ends.
func eachLine(ctx context.Context, f *file, each func(n int, line string) error) error {
	in, err := f.open()
	if err != nil {
		return err
	}
	defer in.Close()
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, 64<<10), maxLine)
	for n := 1; s.Scan(); n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := each(n, s.Text()); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
	}
	return nil
}
