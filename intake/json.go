package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/internal/literal"

	"eahas/trial/names"
)

// tolerant reads JSON as Python writes it: bare NaN and Infinity become the texts "NaN" and "Infinity" (see number). It
// refuses documents that nest deeper than maxDepth.
type tolerant struct {
	r       *bufio.Reader
	text    bool // within a string
	escaped bool
	depth   int
	queue   []byte // to be handed out before anything is read
}

func newTolerant(r io.Reader) *tolerant { return &tolerant{r: bufio.NewReaderSize(r, 64<<10)} }

func (t *tolerant) Read(p []byte) (int, error) {
	n := copy(p, t.queue)
	t.queue = t.queue[n:]
	for n < len(p) {
		c, err := t.r.ReadByte()
		if err != nil {
			if n > 0 {
				return n, nil
			}
			return 0, err
		}
		if word := t.word(c); word != "" {
			k := copy(p[n:], word)
			t.queue = append(t.queue[:0], word[k:]...)
			n += k
			if len(t.queue) > 0 {
				return n, nil
			}
			continue
		}
		if err := t.step(c); err != nil {
			return n, err
		}
		p[n] = c
		n++
	}
	return n, nil
}

// step follows strings and nesting.
func (t *tolerant) step(c byte) error {
	switch {
	case t.escaped:
		t.escaped = false
	case t.text && c == '\\':
		t.escaped = true
	case c == '"':
		t.text = !t.text
	case t.text:
	case c == '{' || c == '[':
		if t.depth++; t.depth > maxDepth {
			return fmt.Errorf("%w: JSON nests deeper than %d levels", ErrLimit, maxDepth)
		}
	case c == '}' || c == ']':
		t.depth--
	}
	return nil
}

// word returns the text that stands for a bare NaN or infinity beginning with c, and passes over it.
func (t *tolerant) word(c byte) string {
	if t.text || c != 'N' && c != 'I' && c != '-' {
		return ""
	}
	for _, w := range []struct{ bare, text string }{{"NaN", `"NaN"`}, {"Infinity", `"Infinity"`},
		{"-Infinity", `"-Infinity"`}} {
		if w.bare[0] != c {
			continue
		}
		if next, _ := t.r.Peek(len(w.bare) - 1); string(next) == w.bare[1:] {
			_, _ = t.r.Discard(len(next))
			return w.text
		}
	}
	return ""
}

// readJSON decodes a whole file.
func readJSON(f *file) (any, error) {
	if f.whole != nil {
		return f.whole, nil
	}
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	in := &io.LimitedReader{R: r, N: maxDocument + 1}
	d := json.NewDecoder(newTolerant(in))
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, jsonError(f, in, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s: %w: more follows the JSON value at byte %d", f.name, ErrFormat, d.InputOffset())
	}
	if f.size < 1<<20 {
		f.whole = v
	}
	return v, nil
}

func jsonError(f *file, in *io.LimitedReader, err error) error {
	switch {
	case in.N <= 0:
		return fmt.Errorf("%s: %w: it has more than %d bytes", f.name, ErrLimit, maxDocument)
	case errors.Is(err, ErrLimit):
		return fmt.Errorf("%s: %w", f.name, err)
	case err == io.EOF:
		return fmt.Errorf("%s: %w: it is empty", f.name, ErrFormat)
	}
	return fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
}

// eachJSON decodes the values of a file one after the other: the lines of JSON lines, or the elements of one array. A
// torn last value ends the file without an error; torn says so.
func eachJSON(f *file, each func(v any) error) (torn bool, err error) {
	r, err := f.open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	in := &guard{r: r}
	d := json.NewDecoder(newTolerant(in))
	array := false
	if first := skipSpace(f.head()); len(first) > 0 && first[0] == '[' && !arrayLines(f) {
		array = true
		if _, err := d.Token(); err != nil {
			return false, fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
		}
	}
	for n := 0; !array || d.More(); n++ {
		in.n = 0
		var v any
		err := d.Decode(&v)
		switch {
		case err == io.EOF:
			return false, nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return true, nil
		case err != nil:
			return false, fmt.Errorf("%s: value %d: %w: %w", f.name, n+1, ErrFormat, err)
		}
		if err := each(v); err != nil {
			return false, err
		}
	}
	return false, nil
}

// arrayLines reports whether each line is an array of its own, as HpBandSter writes.
func arrayLines(f *file) bool {
	for i, c := range f.head() {
		if c == '\n' {
			return json.Valid(f.head()[:i])
		}
	}
	return false
}

func skipSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

// guard refuses a single value of more than maxDocument bytes; n counts since the value began.
type guard struct {
	r io.Reader
	n int
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if g.n += n; g.n > maxDocument {
		return n, fmt.Errorf("%w: one value of more than %d bytes", ErrLimit, maxDocument)
	}
	return n, err
}

// number reads a decoded JSON number; NaN and infinities are texts there.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case string:
		switch v {
		case "NaN", "nan":
			return math.NaN(), true
		case "Infinity", "inf":
			return math.Inf(1), true
		case "-Infinity", "-inf":
			return math.Inf(-1), true
		}
	}
	return 0, false
}

// setting turns a decoded JSON scalar into a value; a list of scalars or anything deeper becomes its JSON as a text.
func setting(v any) features.Value {
	if x, ok := number(v); ok {
		if math.IsInf(x, 0) {
			return features.Text(strconv.FormatFloat(x, 'g', -1, 64))
		}
		return features.Number(x)
	}
	if s, ok := v.(string); ok && s == "" { // a cell that was left empty
		return features.Value{}
	}
	if got, err := features.ValueOf(v); err == nil {
		return got
	}
	b, err := json.Marshal(v)
	if err != nil {
		return features.Value{}
	}
	return features.Text(string(b))
}

// flatten hands out the leaves of a document by path, as literal.Walk goes (docs/log.md); a list that is one leaf is a
// text, its JSON.
func flatten(prefix string, v any, each func(name string, v features.Value)) {
	literal.Walk(prefix, v, func(path string, v any) bool {
		if path != "" {
			each(path, setting(v))
		}
		return true
	})
}

// object returns the member of an object as an object; nil when it is none.
func object(v any, path ...string) map[string]any {
	m, _ := v.(map[string]any)
	for _, p := range path {
		m, _ = m[p].(map[string]any)
	}
	return m
}

// configure puts the leaves of a configuration into a run; a seed becomes the run's seed.
func (r *Run) configure(prefix string, v any) {
	flatten(prefix, v, func(name string, v features.Value) { r.set(name, v) })
}

// apart returns the settings that a text holds, as JSON or as Python prints a dict; ok is false for all other values.
func apart(v features.Value) (m map[string]any, ok bool) {
	s, isText := v.Str()
	if !isText || !strings.HasPrefix(s, "{") {
		return nil, false
	}
	m, ok = literal.Settings(s)
	return m, ok && literal.Leaves(m, func(string, any) {})
}

// set puts one setting into the run. A text that holds several is as many.
func (r *Run) set(name string, v features.Value) {
	if v.IsMissing() || name == "" {
		return
	}
	if m, ok := apart(v); ok {
		literal.Leaves(m, func(path string, v any) { r.set(name+"."+path, setting(v)) })
		return
	}
	if names.IsSeed(name) && r.Seed == "" {
		r.Seed = v.String()
		return
	}
	if names.IsPlanned(name) && math.IsNaN(r.Planned) {
		if x, ok := v.Float(); ok && x > 0 {
			r.Planned = x
		}
	}
	if _, ok := r.Config[name]; !ok {
		r.Config[name] = v
	}
}
