package literal

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Python reads what Python's repr prints for dicts, lists, tuples, texts, numbers, True, False and None, as package
// encoding/json would give it; NaN and infinities are the texts "NaN", "Infinity" and "-Infinity". Anything else (an
// object's <...>) becomes a text. An error wraps ErrFormat.
func Python(s string) (any, error) {
	p := &python{s: s}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.i < len(p.s) {
		return nil, p.fail("more follows")
	}
	return v, nil
}

type python struct {
	s string
	i int
}

func (p *python) fail(what string) error {
	return fmt.Errorf("%w: Python's literal: character %d: %s", ErrFormat, p.i, what)
}

func (p *python) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

// next passes over spaces and reports whether c follows; it is taken then.
func (p *python) next(c byte) bool {
	p.space()
	if p.i < len(p.s) && p.s[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *python) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, p.fail("nested too deeply")
	}
	p.space()
	if p.i == len(p.s) {
		return nil, p.fail("nothing there")
	}
	switch c := p.s[p.i]; c {
	case '{':
		p.i++
		return p.dict(depth)
	case '[', '(':
		p.i++
		return p.list(depth, map[byte]byte{'[': ']', '(': ')'}[c])
	case '\'', '"':
		return p.text()
	}
	if m := called.FindString(p.s[p.i:]); m != "" {
		p.i += len(m)
		return p.argument(depth)
	}
	return p.word()
}

// called are the types by whose name and brackets repr writes one value: np.float64(0.5), array([1, 2]),
// PosixPath('a').
var called = regexp.MustCompile(`^(?:(?:np|numpy|jnp|torch|decimal|pathlib)\.)?(?:float\d*|u?int\d*|bool_?|str_|` +
	`longdouble|array|Array|tensor|Decimal|(?:Posix|Windows|Pure)?Path)\(`)

// argument is the value in the brackets of a type; what else stands in them (dtype=float32, device='cuda:0') says
// nothing.
func (p *python) argument(depth int) (any, error) {
	v, err := p.value(depth + 1)
	if err != nil {
		return nil, err
	}
	for p.next(',') {
		if p.space(); p.i < len(p.s) && p.s[p.i] == ')' {
			break
		}
		key, quoted, ok := strings.Cut(p.s[p.i:], "=")
		if !ok || strings.ContainsAny(key, ",()[]{}") {
			return nil, p.fail("want name=value")
		}
		p.i = len(p.s) - len(quoted)
		if _, err := p.value(depth + 1); err != nil {
			return nil, err
		}
	}
	if !p.next(')') {
		return nil, p.fail("want )")
	}
	return v, nil
}

func (p *python) dict(depth int) (any, error) {
	out := map[string]any{}
	for !p.next('}') {
		key, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.next(':') {
			return nil, p.fail("want :")
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out[inWords(key)] = v
		if !p.next(',') {
			if !p.next('}') {
				return nil, p.fail("want , or }")
			}
			break
		}
	}
	return out, nil
}

func (p *python) list(depth int, end byte) (any, error) {
	out := []any{}
	for !p.next(end) {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if !p.next(',') {
			if !p.next(end) {
				return nil, p.fail("want , or the list's end")
			}
			break
		}
	}
	return out, nil
}

func (p *python) text() (any, error) {
	quote := p.s[p.i]
	p.i++
	var b strings.Builder
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		switch {
		case c == quote:
			return b.String(), nil
		case c == '\\' && p.i < len(p.s):
			r, _, rest, err := strconv.UnquoteChar(p.s[p.i-1:], quote)
			if err != nil { // an escape that Go does not know stands for itself
				b.WriteByte(p.s[p.i])
				p.i++
				continue
			}
			b.WriteString(string(r))
			p.i = len(p.s) - len(rest)
		default:
			b.WriteByte(c)
		}
	}
	return nil, p.fail("a text without end")
}

// word reads a number, a constant, or anything up to the next separator as a text.
func (p *python) word() (any, error) {
	from := p.i
	for p.i < len(p.s) && strings.IndexByte(",}])", p.s[p.i]) < 0 && p.s[p.i] != ':' {
		_, n := utf8.DecodeRuneInString(p.s[p.i:])
		p.i += n
	}
	w := strings.TrimSpace(p.s[from:p.i])
	switch w {
	case "None":
		return nil, nil
	case "True":
		return true, nil
	case "False":
		return false, nil
	case "nan":
		return "NaN", nil
	case "inf":
		return "Infinity", nil
	case "-inf":
		return "-Infinity", nil
	case "":
		return nil, p.fail("nothing there")
	}
	if x, err := strconv.ParseFloat(w, 64); err == nil && x-x == 0 && !strings.ContainsAny(w, "_xXpP") {
		return x, nil
	}
	return w, nil
}
