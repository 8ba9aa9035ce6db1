package graph

import (
	"strings"
	"unicode/utf8"
)

// A literal is a value as JSON, Python or NumPy print it: a list ([], (), with or without commas), a text, a word or a
// number as it is written, or fields ({"a": 1}, Genotype(a=1)).
type literal struct {
	kind   literalKind
	text   string    // of a text, word or number
	list   []literal // of a list, or the values of fields
	fields []string  // names of the values in list
}

type literalKind uint8

const (
	literalText literalKind = iota
	literalWord             // a number, or a word without quotes
	literalList
	literalFields
)

// maxDepth bounds how deep lists lie in each other, maxLiterals how many values there are.
const (
	maxDepth    = 6
	maxLiterals = 1 << 14
)

type literalReader struct {
	s    string
	at   int
	seen int
}

// readLiteral reads one value, and nothing after it.
func readLiteral(s string) (literal, error) {
	r := literalReader{s: s}
	l, err := r.value(0)
	if err != nil {
		return l, err
	}
	if r.blanks(); r.at < len(r.s) {
		return l, r.bad("nothing more is wanted")
	}
	return l, nil
}

func (r *literalReader) bad(what string) error {
	return bad("near character %d (%q): %s", r.at+1, clip(r.s[min(r.at, len(r.s)):]), what)
}

func (r *literalReader) blanks() {
	for r.at < len(r.s) && strings.IndexByte(" \t\r\n", r.s[r.at]) >= 0 {
		r.at++
	}
}

func (r *literalReader) value(depth int) (literal, error) {
	if r.seen++; depth > maxDepth || r.seen > maxLiterals {
		return literal{}, r.bad("too many values, or lists in lists")
	}
	r.blanks()
	if r.at == len(r.s) {
		return literal{}, r.bad("it ends where a value is wanted")
	}
	switch c := r.s[r.at]; c {
	case '[', '(':
		r.at++
		return r.list(closing(c), depth)
	case '{':
		r.at++
		return r.fields('}', ':', depth)
	case '"', '\'':
		return r.quoted(c)
	}
	word := r.word()
	if word == "" {
		return literal{}, r.bad("want a list, a text or a number")
	}
	if r.blanks(); r.at < len(r.s) && r.s[r.at] == '(' {
		r.at++
		if word == "range" || word == "array" || word == "list" || word == "tuple" {
			l, err := r.list(')', depth)
			switch {
			case err == nil && word == "range":
				return l.asRange()
			case err == nil && len(l.list) > 0: // array([...], dtype=...)
				return l.list[0], nil
			}
			return l, err
		}
		return r.fields(')', '=', depth)
	}
	return literal{kind: literalWord, text: word}, nil
}

func closing(open byte) byte {
	if open == '(' {
		return ')'
	}
	return ']'
}

// word reads letters, digits and what numbers and names of operations hold beside them.
func (r *literalReader) word() string {
	start := r.at
	for r.at < len(r.s) {
		c, size := utf8.DecodeRuneInString(r.s[r.at:])
		if strings.ContainsRune(" \t\r\n,:=[](){}\"'", c) {
			break
		}
		r.at += size
	}
	return r.s[start:r.at]
}

// quoted reads a text in quotes.
func (r *literalReader) quoted(quote byte) (literal, error) {
	var b strings.Builder
	for r.at++; r.at < len(r.s); r.at++ {
		switch c := r.s[r.at]; {
		case c == quote:
			r.at++
			return literal{text: b.String()}, nil
		case c == '\\' && r.at+1 < len(r.s):
			r.at++
			if c := r.s[r.at]; c == 'n' || c == 't' || c == 'r' {
				b.WriteByte(' ')
			} else {
				b.WriteByte(c)
			}
		default:
			b.WriteByte(c)
		}
	}
	return literal{}, r.bad("a text does not end")
}

// list reads the rest of a list.
func (r *literalReader) list(end byte, depth int) (literal, error) {
	l := literal{kind: literalList}
	for {
		r.blanks()
		switch {
		case r.at == len(r.s):
			return l, r.bad("a list does not end")
		case r.s[r.at] == end:
			r.at++
			return l, nil
		case r.s[r.at] == ',':
			r.at++
			continue
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return l, err
		}
		if r.blanks(); r.at < len(r.s) && r.s[r.at] == '=' { // dtype=int64
			r.at++
			if _, err := r.value(depth + 1); err != nil {
				return l, err
			}
			continue
		}
		l.list = append(l.list, v)
	}
}

// fields reads the rest of named values.
func (r *literalReader) fields(end, is byte, depth int) (literal, error) {
	l := literal{kind: literalFields}
	for {
		r.blanks()
		switch {
		case r.at == len(r.s):
			return l, r.bad("a list of fields does not end")
		case r.s[r.at] == end:
			r.at++
			return l, nil
		case r.s[r.at] == ',':
			r.at++
			continue
		}
		name, err := r.value(depth + 1)
		if err != nil {
			return l, err
		}
		if r.blanks(); name.kind > literalWord || r.at == len(r.s) || r.s[r.at] != is {
			return l, r.bad("want NAME " + string(is) + " VALUE")
		}
		r.at++
		v, err := r.value(depth + 1)
		if err != nil {
			return l, err
		}
		l.fields, l.list = append(l.fields, name.text), append(l.list, v)
	}
}

// asRange writes range(a, b) out.
func (l *literal) asRange() (literal, error) {
	out := literal{kind: literalList}
	lo, hi := 0, 0
	var ok bool
	switch len(l.list) {
	case 1:
		hi, ok = l.list[0].integer()
	case 2:
		if lo, ok = l.list[0].integer(); ok {
			hi, ok = l.list[1].integer()
		}
	}
	if !ok || lo < 0 || hi-lo > maxRead {
		return out, bad("range: want range(first, end)")
	}
	for k := lo; k < hi; k++ {
		out.list = append(out.list, number(k))
	}
	return out, nil
}

// field returns the value of the first of the names that there is, nil without one.
func (l *literal) field(names ...string) *literal {
	for _, want := range names {
		for i, name := range l.fields {
			if strings.EqualFold(name, want) {
				return &l.list[i]
			}
		}
	}
	return nil
}
