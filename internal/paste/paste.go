// Package paste writes lines that a user copies into a shell.
package paste

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// harmless are the characters that no shell changes, wherever they stand in a word.
const harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

// Line joins words to a command that sh, bash, zsh and fish read as those very words, on one line. Words come from
// logs: what a shell would run, expand or break a line at is quoted. A word with control characters is written as
// $'…', which bash, zsh and ksh know. A NUL, which no argument can hold, ends the word.
func Line(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Word(w)
	}
	return strings.Join(quoted, " ")
}

// Word is one word of Line.
func Word(w string) string {
	w, _, _ = strings.Cut(w, "\x00")
	switch {
	case w != "" && strings.Trim(w, harmless) == "" && w[0] != '=': // zsh looks for the program of =word
		return w
	case !utf8.ValidString(w) || strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsPrint(r) }):
		return escaped(w)
	}
	// A mark of history (!) is read even between double quotes, and fish reads \' and \\ between single ones.
	return "'" + strings.NewReplacer("'", `'\''`, `\`, `'\\'`).Replace(w) + "'"
}

// escaped writes each byte that is not of a printed character as \OOO, which no shell reads further (ksh reads \xHH
// on).
func escaped(w string) string {
	var b strings.Builder
	b.WriteString("$'")
	for len(w) > 0 {
		r, size := utf8.DecodeRuneInString(w)
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r) && !(r == utf8.RuneError && size == 1):
			b.WriteRune(r)
		default:
			for _, c := range []byte(w[:size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
		w = w[size:]
	}
	b.WriteByte('\'')
	return b.String()
}
