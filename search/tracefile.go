package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
)

// maxTrace is the largest trace that is read, in bytes.
const maxTrace = 1 << 30

// traceWriter writes the lines of a trace:
//
//	8 hexadecimal digits: CRC-32 (IEEE) of the rest, a blank, a JSON object, a newline
//
// the header first, then one line an event, then the end with the SHA-256 of all before it. A changed line fails its
// sum; a line taken out or put in, the end's.
type traceWriter struct {
	w    io.Writer
	sum  hash.Hash
	buf  []byte
	text []byte
}

func newTraceWriter(w io.Writer) *traceWriter { return &traceWriter{w: w, sum: sha256.New()} }

func (t *traceWriter) line(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return t.put(b)
}

func (t *traceWriter) event(e *Event) (err error) {
	if t.text, err = e.appendJSON(t.text[:0]); err != nil {
		return err
	}
	return t.put(t.text)
}

// put writes a line with its sum.
func (t *traceWriter) put(text []byte) error {
	t.buf = hex.AppendEncode(t.buf[:0], binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(text)))
	t.buf = append(append(append(t.buf, ' '), text...), '\n')
	t.sum.Write(t.buf)
	_, err := t.w.Write(t.buf)
	return err
}

func (t *traceWriter) end(e End) error {
	e.SHA256 = hex.EncodeToString(t.sum.Sum(nil))
	return t.line(e)
}

// ReadTrace reads a whole trace. ErrTrace: a line is damaged, missing or out of place, the trace has no end (its run
// was stopped and can be resumed), or it has another format.
func ReadTrace(path string) (*Trace, error) {
	b, err := readTraceBytes(path)
	if err != nil {
		return nil, err
	}
	t, err := ParseTrace(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

func readTraceBytes(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxTrace+1))
	if err == nil && len(b) > maxTrace {
		err = fmt.Errorf("%w: %s has more than %d bytes", ErrTrace, path, maxTrace)
	}
	return b, err
}

// ParseTrace is ReadTrace for the bytes of a file.
func ParseTrace(b []byte) (*Trace, error) {
	t := new(Trace)
	sum := sha256.New()
	for number := 1; len(b) > 0; number++ {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		text, ok := checked(line)
		if !whole || !ok {
			return nil, fmt.Errorf("%w: line %d is damaged; if its run was stopped, the same command resumes it",
				ErrTrace, number)
		}
		var err error
		switch {
		case number == 1:
			if err = strict(text, &t.Header); err == nil && t.Header.Format != TraceFormat {
				err = fmt.Errorf("format %d, this program reads %d", t.Header.Format, TraceFormat)
			}
		case bytes.HasPrefix(text, []byte(`{"end":`)):
			if err = strict(text, &t.End); err == nil {
				err = t.closes(hex.EncodeToString(sum.Sum(nil)), rest)
			}
		default:
			var e Event
			if err = strict(text, &e); err == nil {
				err = t.add(e)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrTrace, number, err)
		}
		sum.Write(b[:len(line)+1])
		b = rest
	}
	if t.End.End == "" {
		return nil, fmt.Errorf("%w: it has no end: it was cut, or its run was stopped; the same command resumes it",
			ErrTrace)
	}
	return t, nil
}

// checked takes the sum off a line.
func checked(line []byte) (text []byte, ok bool) {
	sum, text, ok := bytes.Cut(line, []byte(" "))
	return text, ok && string(sum) == fmt.Sprintf("%08x", crc32.ChecksumIEEE(text))
}

func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// add appends an event that fits to those before it.
func (t *Trace) add(e Event) error {
	if e.N != len(t.Events) || e.Inc < 0 || e.Inc > e.N || e.Trial < 0 {
		return fmt.Errorf("event %d with incumbent %d, wanted event %d: a line is missing or was put in", e.N, e.Inc,
			len(t.Events))
	}
	t.Events = append(t.Events, e)
	return nil
}

// closes holds the end against what came before.
func (t *Trace) closes(sum string, rest []byte) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("something follows the end")
	case t.End.SHA256 != sum || t.End.Events != len(t.Events):
		return fmt.Errorf("the lines before the end are not those that were written: the trace was changed")
	}
	return nil
}

// finished reports whether the bytes are those of a whole trace with this header; whole is how many bytes are sound
// lines. ErrTrace: the header is that of another run, or a line inside is damaged.
func finished(b []byte, h Header) (done bool, whole int, err error) {
	want, err := json.Marshal(h)
	if err != nil {
		return false, 0, err
	}
	for number := 1; whole < len(b); number++ {
		end := bytes.IndexByte(b[whole:], '\n')
		if end < 0 {
			return false, whole, nil // torn by a kill
		}
		text, ok := checked(b[whole : whole+end])
		switch {
		case !ok && whole+end+1 == len(b):
			return false, whole, nil
		case !ok:
			return false, 0, fmt.Errorf("%w: line %d is damaged; remove the file to run it again", ErrTrace, number)
		case number == 1 && !bytes.Equal(text, want):
			return false, 0, differs(text, h)
		}
		whole += end + 1
	}
	if _, err := ParseTrace(b); err == nil {
		return true, whole, nil
	} else if i := bytes.Index(b, []byte("\n")); i >= 0 && bytes.Contains(b[i:], []byte(` {"end":`)) {
		return false, 0, err
	}
	return false, whole, nil
}

// differs says in which way a trace belongs to another run.
func differs(text []byte, want Header) error {
	var h Header
	if strict(text, &h) != nil {
		return fmt.Errorf("%w: its first line is not a header", ErrTrace)
	}
	if h.SHA256 != want.SHA256 {
		return fmt.Errorf("%w: it was made with another bundle or table (%.12s, this is %.12s); choose another "+
			"folder, or remove the old traces",
			ErrTrace, h.SHA256, want.SHA256)
	}
	return fmt.Errorf("%w: it was made by %s with other settings or another budget; choose another folder, or remove "+
		"the old traces", ErrTrace, h.Method)
}
