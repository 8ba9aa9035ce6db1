package arrowio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// jsonKinds are the kinds of values that a path was seen with.
type jsonKinds struct {
	ints, floats, bools, texts, nans bool // nans: texts such as "NaN", which are numbers where numbers are
	list, scalar, deep               bool
	row                              int64 // last one that has the path
	twice                            bool  // a row has it twice, as "a.b" and as b inside a
}

// readShape reads the whole file once to find its columns: objects in objects become paths joined by dots, a list of
// objects a list column for each member.
func (t *textFile) readShape() error {
	kinds := map[string]*jsonKinds{}
	var order []string
	err := t.eachObject(context.Background(), func(row int64, flat []jsonCell, bad *problem) error {
		if bad != nil {
			return nil // told when it is read
		}
		for _, c := range flat {
			k := kinds[c.path]
			if k == nil {
				if k = (&jsonKinds{row: -1}); len(kinds) == maxColumns {
					return fmt.Errorf("%w: more than %d columns", ErrFormat, maxColumns)
				}
				kinds[c.path] = k
				order = append(order, c.path)
			}
			k.twice = k.twice || k.row == row
			k.row = row
			k.see(c)
		}
		return nil
	}, nil)
	if err != nil {
		return err
	}
	for _, path := range order {
		t.ls = append(t.ls, kinds[path].leaf(path))
	}
	if len(t.ls) == 0 {
		return fmt.Errorf("%w: taken for JSON, but it holds no object of values: want one object a line, or a list "+
			"of objects", ErrFormat)
	}
	return nil
}

func (k *jsonKinds) see(c jsonCell) {
	if c.list {
		k.list = true
	} else if c.value != nil {
		k.scalar = true
	}
	values := c.values
	if !c.list {
		values = []any{c.value}
	}
	for _, v := range values {
		switch v := v.(type) {
		case nil:
		case bool:
			k.bools = true
		case json.Number:
			if _, err := strconv.ParseInt(string(v), 10, 64); err == nil {
				k.ints = true
			} else if isDigits(string(v)) { // beyond 64 bits: kept as it is written
				k.texts = true
			} else {
				k.floats = true
			}
		case string:
			if _, ok := nonFiniteText(v); ok {
				k.nans = true
			} else {
				k.texts = true
			}
		default:
			k.deep = true
		}
	}
}

func isDigits(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (i > 0 || s[i] != '-') {
			return false
		}
	}
	return true
}

// nonFiniteText reads what programs write for numbers that JSON has not.
func nonFiniteText(s string) (float64, bool) {
	switch s {
	case "NaN", "nan", "NAN", "-nan", "-NaN", "nan(ind)", "-nan(ind)", "1.#QNAN", "-1.#IND":
		return math.NaN(), true
	case "Infinity", "inf", "Inf", "+Infinity", "+inf", "1.#INF", "INF", "∞":
		return math.Inf(1), true
	case "-Infinity", "-inf", "-Inf", "-1.#INF", "-INF", "-∞":
		return math.Inf(-1), true
	}
	return 0, false
}

func (k *jsonKinds) leaf(path string) *leaf {
	l := &leaf{name: path, list: k.list, kind: kindText, typ: "text"}
	switch {
	case k.twice:
		l.kind, l.typ = kindOther, "two columns"
		l.use = fmt.Errorf("%w: the file has two columns of the name %q; rename one", ErrColumn, path)
		return l
	case k.deep:
		l.typ = "list of lists"
		l.makeDeep()
		return l
	case k.list && k.scalar:
		l.kind, l.typ = kindOther, "a list in some rows, one value in others"
		l.use = fmt.Errorf("%w: it is a list in some rows and one value in others", ErrType)
		return l
	case k.texts:
	case k.bools && !k.ints && !k.floats && !k.nans:
		l.kind, l.typ = kindBool, "boolean"
	case k.bools:
	case k.floats || k.nans:
		l.kind, l.typ = kindFloat, "number"
	case k.ints:
		l.kind, l.typ = kindInt, "integer"
	}
	if l.list {
		l.typ = "list<" + l.typ + ">"
	}
	return l
}

// jsonCell is one value of an object, by its path.
type jsonCell struct {
	path   string
	value  any
	list   bool
	values []any
}

// flatten lists the values of an object. Members keep no order in Go's maps: paths are sorted.
func flatten(dst []jsonCell, prefix string, m map[string]any) []jsonCell {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path := prefix + name
		switch v := m[name].(type) {
		case map[string]any:
			dst = flatten(dst, path+".", v)
		case []any:
			dst = flattenList(dst, path, v)
		default:
			dst = append(dst, jsonCell{path: path, value: v})
		}
	}
	return dst
}

// flattenList makes one list of values, or a list a member where the elements are objects.
func flattenList(dst []jsonCell, path string, v []any) []jsonCell {
	if len(v) == 0 || !areObjects(v) {
		return append(dst, jsonCell{path: path, list: true, values: v})
	}
	at := map[string]int{}
	for i, e := range v {
		for _, c := range flatten(nil, path+".", e.(map[string]any)) {
			k, ok := at[c.path]
			if !ok {
				k = len(dst)
				at[c.path] = k
				dst = append(dst, jsonCell{path: c.path, list: true, values: make([]any, len(v))})
			}
			if c.list {
				dst[k].values[i] = c.values // a list in a list: refused by its kind
			} else {
				dst[k].values[i] = c.value
			}
		}
	}
	return dst
}

// eachObject hands out the objects of the file, or why one cannot be read. at, when not nil, is told how much is read.
func (t *textFile) eachObject(ctx context.Context, each func(row int64, flat []jsonCell, bad *problem) error,
	at func(read int64)) error {
	in, count, err := t.stream()
	if err != nil {
		return err
	}
	defer in.Close()
	told := func(row int64) error {
		if row%1024 == 0 && at != nil {
			at(count.n)
			return ctx.Err()
		}
		return nil
	}
	switch t.shape {
	case shapeJSONArray:
		return t.eachElement(in, told, each)
	case shapeJSONWhole:
		return t.eachWhole(in, told, each)
	}
	src := newLines(in)
	var flat []jsonCell
	for {
		line, err := src.next()
		row := src.n - 1
		if err == io.EOF {
			return nil
		}
		if err != nil && err != errLongLine {
			return fmt.Errorf("%w: after line %d: %w", ErrCorrupt, src.n, err)
		}
		if err := told(row); err != nil {
			return err
		}
		var bad *problem
		var m map[string]any
		switch {
		case err == errLongLine:
			bad = &problem{"", "", fmt.Sprintf("the line is longer than %d bytes", maxLine)}
		case len(bytes.TrimSpace(line)) == 0:
			continue
		default:
			d := json.NewDecoder(bytes.NewReader(strictJSON(line)))
			d.UseNumber()
			if err := d.Decode(&m); err != nil {
				bad = &problem{"", clip(string(line)), fmt.Sprintf("broken line: %s (near character %d of the line)",
					jsonReason(err), jsonPlace(err, line))}
			} else if d.More() {
				bad = &problem{"", clip(string(line)), "broken line: more than one object"}
			}
		}
		flat = flatten(flat[:0], "", m)
		if err := each(row, flat, bad); err != nil {
			return err
		}
	}
}

// jsonReason says what is wrong with a line in the words of JSON, not of Go.
func jsonReason(err error) string {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return "a JSON " + kind.Value + " where an object is wanted"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends within the object"
	}
	return err.Error()
}

// jsonPlace is the character, counted from 1, at which a line stopped being JSON.
func jsonPlace(err error, line []byte) int64 {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return syntax.Offset
	case errors.As(err, &kind):
		return 1
	}
	return int64(len(line))
}

// eachElement hands out the objects of a JSON array.
func (t *textFile) eachElement(in io.Reader, told func(int64) error,
	each func(int64, []jsonCell, *problem) error) error {
	all, err := io.ReadAll(io.LimitReader(in, maxJSONArray+1))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if len(all) > maxJSONArray {
		return fmt.Errorf("%w: a JSON array of more than %d bytes; write one object a line instead (jq -c '.[]')",
			ErrFormat, maxJSONArray)
	}
	d := json.NewDecoder(bufio.NewReader(bytes.NewReader(strictJSON(all))))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("%w: JSON: %w", ErrCorrupt, err)
	}
	var flat []jsonCell
	for row := int64(0); d.More(); row++ {
		if err := told(row); err != nil {
			return err
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return fmt.Errorf("%w: JSON, element %d, near byte %d: %w", ErrCorrupt, row, d.InputOffset(), err)
		}
		m, ok := v.(map[string]any)
		var bad *problem
		if !ok {
			text, _ := json.Marshal(v)
			bad = &problem{"", clip(string(text)), "an element of the list that is no object"}
		}
		flat = flatten(flat[:0], "", m)
		if err := each(row, flat, bad); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("%w: JSON: the list does not end: %w", ErrCorrupt, err)
	}
	return nil
}

// maxJSONArray is the largest JSON array that is read: it lies in memory as a whole.
const maxJSONArray = 256 << 20

// strictJSON puts NaN and Infinity, which Python writes and JSON has not, into quotes.
func strictJSON(b []byte) []byte {
	if bytes.IndexByte(b, 'N') < 0 && bytes.IndexByte(b, 'I') < 0 {
		return b
	}
	var out []byte
	from, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && quoted:
			i++
		case b[i] == '"':
			quoted = !quoted
		case !quoted && (b[i] == 'N' || b[i] == 'I'):
			word := []byte("NaN")
			if b[i] == 'I' {
				word = []byte("Infinity")
			}
			if !bytes.HasPrefix(b[i:], word) {
				continue
			}
			start := i
			if start > 0 && b[start-1] == '-' {
				start--
			}
			out = append(append(append(append(out, b[from:start]...), '"'), b[start:i+len(word)]...), '"')
			i += len(word) - 1
			from = i + 1
		}
	}
	if out == nil {
		return b
	}
	return append(out, b[from:]...)
}

// scanJSON hands the wanted columns of the objects out.
func (t *textFile) scanJSON(ctx context.Context, want []int, each func(*batch) error) error {
	b := newTextBatch(t.ls, want)
	index := make(map[string][]int, len(want))
	step := rowsPerBatch
	for i, w := range want {
		index[t.ls[w].name] = append(index[t.ls[w].name], i)
		if t.ls[w].list {
			step = rowsPerListBatch
		}
	}
	flush := func() error {
		for _, c := range b.cols {
			if c.list {
				c.off = append(c.off, c.elements())
			}
		}
		err := each(&b.batch)
		b.clear()
		return err
	}
	set := make([]bool, len(want))
	err := t.eachObject(ctx, func(row int64, flat []jsonCell, bad *problem) error {
		if bad != nil {
			b.broken(row, bad.column, bad.value, bad.reason)
		} else {
			clear(set)
			for _, c := range flat {
				for _, i := range index[c.path] {
					b.cols[i].setJSON(b.n, c)
					set[i] = true
				}
			}
			for i, ok := range set {
				if !ok {
					b.cols[i].setJSON(b.n, jsonCell{})
				}
			}
			b.numbers = append(b.numbers, row)
			b.n++
		}
		if b.n == step || len(b.bad) >= rowsPerBatch {
			return flush()
		}
		return nil
	}, func(read int64) { b.share = float64(read) / float64(max(t.size, 1)) })
	if err != nil {
		return err
	}
	return flush()
}

// setJSON appends row r, the next one.
func (c *column) setJSON(r int, cell jsonCell) {
	c.n = r + 1
	if c.deep {
		c.texts = append(c.texts, "")
		if b, err := json.Marshal(cell.values); err == nil && cell.list {
			c.texts[r] = string(b)
		}
		return
	}
	if !c.list {
		c.appendJSON(cell.value)
		return
	}
	c.off = append(c.off, c.elements())
	if !cell.list {
		c.appendAbsent(r)
	}
	for _, v := range cell.values {
		c.appendJSON(v)
	}
}

func (c *column) appendJSON(v any) {
	switch c.kind {
	case kindFloat:
		switch v := v.(type) {
		case json.Number:
			x, _ := strconv.ParseFloat(string(v), 64) // beyond the range it is infinite, as in any CSV
			c.floats = append(c.floats, x)
			return
		case string:
			x, _ := nonFiniteText(v)
			c.floats = append(c.floats, x)
			return
		}
	case kindInt:
		if v, ok := v.(json.Number); ok {
			x, _ := strconv.ParseInt(string(v), 10, 64)
			c.ints = append(c.ints, x)
			return
		}
	case kindBool:
		if v, ok := v.(bool); ok {
			c.bools = append(c.bools, v)
			return
		}
	case kindText:
		switch v := v.(type) {
		case json.Number:
			c.texts = append(c.texts, string(v))
			return
		case string:
			c.texts = append(c.texts, v)
			return
		case bool:
			c.texts = append(c.texts, strconv.FormatBool(v))
			return
		}
	}
	c.appendNull()
}
