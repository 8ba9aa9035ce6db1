package arrowio

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// csvForm is what the first line of a table tells.
type csvForm struct {
	comma    byte
	names    []string
	decimals decimals
	points   bool // of commaDecimals: some numbers have a point all the same
	lead     int  // lines before the names: comments, and what spreadsheets put there
}

// csvHeader reads the names of the columns from a table's first bytes. Kept whole: what speaks against a header, one
// check after the other.
func csvHeader(head []byte) (*csvForm, error) {
	lead := Lead(head)
	for range lead {
		_, head, _ = bytes.Cut(head, []byte("\n"))
	}
	line, _, ended := bytes.Cut(head, []byte("\n"))
	if !ended && len(head) == headBytes {
		return nil, fmt.Errorf("%w: neither Parquet, Arrow nor JSON, and its first line is longer than %d bytes",
			ErrFormat, headBytes)
	}
	f := &csvForm{comma: ',', lead: lead}
	most := bytes.Count(line, []byte{','})
	for _, c := range []byte{'\t', ';', '|'} {
		if n := bytes.Count(line, []byte{c}); n > most {
			f.comma, most = c, n
		}
	}
	names, err := f.quoted(line)
	if err != nil {
		return nil, fmt.Errorf("%w: taken for CSV, but its first line cannot be read: %w", ErrFormat, err)
	}
	if len(names) > 0 {
		names[0] = strings.TrimLeft(names[0], "# ") // as numpy.savetxt writes it
	}
	numbers := 0
	seen := map[string]bool{}
	for i, name := range names {
		name = trimCell(name)
		if name == "" && i == 0 {
			name = "index" // pandas writes its index so
		}
		if _, err := strconv.ParseFloat(name, 64); err == nil {
			numbers++
		}
		if name == "" {
			name = "column " + strconv.Itoa(i+1)
		}
		if seen[name] {
			return nil, fmt.Errorf("%w: two columns are named %q; rename one", ErrColumn, name)
		}
		seen[name] = true
		f.names = append(f.names, name)
	}
	switch {
	case len(f.names) < 2:
		return nil, fmt.Errorf("%w: it begins with %q", ErrFormat, clip(string(line)))
	case len(f.names) > maxColumns:
		return nil, fmt.Errorf("%w: %d columns", ErrFormat, len(f.names))
	case 2*numbers > len(f.names):
		return nil, fmt.Errorf("%w: taken for CSV, but its first line holds numbers, not the columns' names; put a "+
			"line of names before it", ErrFormat)
	}
	f.decide(string(head))
	return f, nil
}

// quoted splits a record that may hold quotes.
func (f *csvForm) quoted(record []byte) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(record))
	r.Comma = rune(f.comma)
	r.FieldsPerRecord = -1
	cells, err := r.Read()
	if err == io.EOF {
		return []string{""}, nil
	}
	if err == nil {
		if _, more := r.Read(); more != io.EOF {
			return nil, errors.New("a quote is not closed")
		}
	}
	return cells, err
}

// split is the fast form of quoted: it splits a line whose quotes are as they should be, around whole cells and doubled
// inside, and says false of any other.
func (f *csvForm) split(s string, cells []string) ([]string, bool) {
	for n := 0; n <= maxColumns; n++ {
		if s == "" || s[0] != '"' {
			i := strings.IndexByte(s, f.comma)
			cell := s
			if i >= 0 {
				cell = s[:i]
			}
			if strings.IndexByte(cell, '"') >= 0 {
				return cells, false
			}
			if cells = append(cells, cell); i < 0 {
				return cells, true
			}
			s = s[i+1:]
			continue
		}
		end := 1
		for doubled := false; ; end += 2 {
			i := strings.IndexByte(s[end:], '"')
			if i < 0 {
				return cells, false
			}
			if end += i; end+1 < len(s) && s[end+1] == '"' {
				doubled = true
				continue
			}
			cell := s[1:end]
			if doubled {
				cell = strings.ReplaceAll(cell, `""`, `"`)
			}
			cells = append(cells, cell)
			break
		}
		if end+1 == len(s) {
			return cells, true
		}
		if s[end+1] != f.comma {
			return cells, false
		}
		s = s[end+2:]
	}
	return cells, false
}

// maxQuotedLines is how many lines a record with a quoted line break may take.
const maxQuotedLines = 100

// scanCSV reads the table line by line: a line without quotes is split at its commas, others by encoding/csv.
func (t *textFile) scanCSV(ctx context.Context, want []int, each func(*batch) error) error {
	in, at, err := t.stream()
	if err != nil {
		return err
	}
	defer in.Close()
	b := newTextBatch(t.ls, want)
	src := newLines(in)
	for range t.csv.lead + 1 { // up to the names
		if _, err := src.next(); err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
	}
	cells := make([]string, 0, len(t.ls))
	flush := func() error {
		b.share = float64(at.n) / float64(max(t.size, 1))
		err := each(&b.batch)
		b.clear()
		return err
	}
	for {
		line, err := src.next()
		row := src.n - 2 - int64(t.csv.lead)
		if err == io.EOF {
			return flush()
		}
		if err != nil && err != errLongLine {
			return fmt.Errorf("%w: after line %d: %w", ErrCorrupt, src.n, err)
		}
		switch {
		case err == errLongLine:
			b.broken(row, "", "", fmt.Sprintf("the line is longer than %d bytes", maxLine))
		case len(bytes.TrimSpace(line)) == 0:
			continue
		default:
			if cells, err = t.record(src, line, cells[:0]); err != nil {
				b.broken(row, "", clip(string(line)), "broken line: "+err.Error())
				break
			}
			b.add(row, cells, want, t.csv)
		}
		if b.n == rowsPerBatch || len(b.bad) >= rowsPerBatch {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// record splits a line into cells; a quote that is open at its end takes the following lines in.
func (t *textFile) record(src *lines, line []byte, cells []string) ([]string, error) {
	if bytes.IndexByte(line, '"') < 0 {
		s := string(line)
		for {
			i := strings.IndexByte(s, t.csv.comma)
			if i < 0 {
				return append(cells, s), nil
			}
			cells, s = append(cells, s[:i]), s[i+1:]
			if len(cells) > maxColumns {
				return cells, fmt.Errorf("more than %d cells", maxColumns)
			}
		}
	}
	if cells, ok := t.csv.split(string(line), cells); ok {
		return cells, nil
	}
	got, err := t.csv.quoted(line)
	if err == nil || bytes.Count(line, []byte{'"'})%2 == 0 {
		return append(cells, got...), err
	}
	whole := bytes.Clone(line)
	var taken [][]byte
	for len(taken) < maxQuotedLines && len(whole) < maxLine {
		more, end := src.next()
		if end != nil {
			break
		}
		taken = append(taken, bytes.Clone(more))
		whole = append(append(whole, '\n'), more...)
		if bytes.Count(whole, []byte{'"'})%2 == 0 {
			if got, err = t.csv.quoted(whole); err == nil {
				return append(cells, got...), nil
			}
			break
		}
	}
	src.unread(taken) // they may be good lines: only the one with the quote is broken
	return cells, fmt.Errorf("a quote at character %d is not closed (or not within %d lines)",
		bytes.LastIndexByte(line, '"')+1, maxQuotedLines)
}

// clip shortens a value for a message.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}

// textBatch is a batch of rows that are not numbered one after the other.
type textBatch struct{ batch }

func newTextBatch(ls []*leaf, want []int) *textBatch {
	b := &textBatch{}
	for _, w := range want {
		b.cols = append(b.cols, newColumn(ls[w]))
	}
	b.numbers = []int64{}
	return b
}

func (b *textBatch) clear() {
	for _, c := range b.cols {
		c.reset()
	}
	b.n, b.numbers, b.bad = 0, b.numbers[:0], b.bad[:0]
}

func (b *textBatch) broken(row int64, column, value, reason string) {
	b.bad = append(b.bad, badRow{row, problem{column, value, reason}})
}

// add appends a row of cells.
func (b *textBatch) add(row int64, cells []string, want []int, f *csvForm) {
	names := f.names
	if n := len(names); len(cells) == n+1 && trimCell(cells[n]) == "" {
		cells = cells[:n] // a separator at the end of each line
	}
	if len(cells) != len(names) {
		column := ""
		if len(cells) < len(names) {
			column = names[len(cells)]
		}
		b.broken(row, column, strconv.Itoa(len(cells)),
			fmt.Sprintf("broken line: %d cells where the header names %d columns", len(cells), len(names)))
		return
	}
	for i, w := range want {
		if s := trimCell(cells[w]); isNullText(s) {
			b.cols[i].appendNull()
		} else {
			if f.decimals != pointDecimals {
				s = f.plain(s)
			}
			b.cols[i].texts = append(b.cols[i].texts, s)
		}
		b.cols[i].n++
	}
	b.numbers = append(b.numbers, row)
	b.n++
}
