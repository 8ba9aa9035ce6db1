package formula

import (
	"fmt"
	"strings"
	"text/scanner"
	"unicode"
)

// token is a word, number, text or sign of a formula.
type token struct {
	kind   kind
	text   string // of a quoted one, without the quotes
	column int    // of its first letter, from 1
}

type kind uint8

const (
	end kind = iota
	word
	digits
	quoted
	sign
)

// tokens takes a formula apart; the last one is end.
func tokens(text string) ([]token, error) {
	var s scanner.Scanner
	s.Init(strings.NewReader(text))
	s.Mode = scanner.ScanIdents | scanner.ScanFloats
	s.IsIdentRune = func(r rune, i int) bool {
		return r == '_' || unicode.IsLetter(r) || i > 0 && (unicode.IsDigit(r) || r == '.')
	}
	var bad error
	s.Error = func(s *scanner.Scanner, why string) {
		if bad == nil {
			bad = fmt.Errorf("%w: column %d: %s", ErrFormula, s.Pos().Column, why)
		}
	}
	var out []token
	for {
		r := s.Scan()
		t := token{column: s.Position.Column, text: s.TokenText()}
		switch r {
		case scanner.EOF:
			out = append(out, token{kind: end, column: s.Pos().Column})
			return out, bad
		case scanner.Ident:
			t.kind = word
		case scanner.Int, scanner.Float:
			t.kind = digits
		case '"', '\'':
			t.kind = quoted
			var closed bool
			if t.text, closed = quote(&s, r); !closed {
				return nil, fmt.Errorf("%w: the quote at column %d is not closed", ErrFormula, t.column)
			}
		default:
			t.kind = sign
			if next := s.Peek(); next == '=' && strings.ContainsRune("=!<>", r) || next == r && (r == '&' || r == '|') {
				t.text += string(s.Next())
			} else if r == '*' && next == r { // Python's sign
				s.Next()
				t.text = "^"
			}
		}
		out = append(out, t)
	}
}

// quote takes the rest of a text up to the quote that closes it. There are no escapes: a text with one sort of quotes
// stands in the other.
func quote(s *scanner.Scanner, closing rune) (string, bool) {
	var b strings.Builder
	for r := s.Next(); r != scanner.EOF; r = s.Next() {
		if r == closing {
			return b.String(), true
		}
		b.WriteRune(r)
	}
	return "", false
}
