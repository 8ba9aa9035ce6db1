package arrowio

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// Lead counts the lines of a CSV file's head that stand before the line of names: comments that begin with #, empty
// lines, sep=; as Excel writes it, and lines that say one thing each (model parameters: 17179620) above a table of
// three columns or more. A line of names may begin with # itself (numpy.savetxt): then numbers follow.
func Lead(head []byte) int {
	lines := bytes.Split(head, []byte("\n"))
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last one may be cut off
	}
	n := 0
	for n < len(lines) && before(lines[n]) {
		n++
	}
	last := n - 1 // the last line that begins with #, or none
	for last >= 0 && !bytes.HasPrefix(bytes.TrimSpace(lines[last]), []byte("#")) {
		last--
	}
	switch {
	case n == len(lines): // nothing else is there
		return 0
	case last >= 0 && areNumbers(lines[n]):
		return last
	}
	return n + preamble(lines[n:])
}

// preamble counts the lines NAME: VALUE before a line of names with a row of as many numbers below it; 0 where there
// are none.
func preamble(lines [][]byte) int {
	n := 0
	for n < len(lines) && n < 100 && (Saying.Match(lines[n]) || before(lines[n])) {
		n++
	}
	if n == 0 || n+1 >= len(lines) || areNumbers(lines[n]) || !areNumbers(lines[n+1]) {
		return 0
	}
	for _, sep := range [][]byte{[]byte(","), []byte("\t"), []byte(";")} {
		if cells := bytes.Count(lines[n], sep); cells > 1 && cells == bytes.Count(lines[n+1], sep) {
			return n
		}
	}
	return 0
}

// Saying is a line that says one thing: a name, a colon or an equals sign, and a value without a separator of cells.
var Saying = regexp.MustCompile(`^\s*([A-Za-z][\w .()/-]{0,60}?)\s*[:=]\s*([^,;\t{}\[\]]*?)\s*$`)

// before reports whether a line cannot hold names, unless it begins with #.
func before(line []byte) bool {
	s := strings.TrimSpace(string(line))
	return s == "" || s[0] == '#' || len(s) == 5 && strings.EqualFold(s[:4], "sep=")
}

// areNumbers reports whether most cells of a line are numbers, so that it holds no names.
func areNumbers(line []byte) bool {
	numbers, cells := 0,
		strings.FieldsFunc(string(line), func(c rune) bool { return strings.ContainsRune(",;\t| ", c) })
	for _, c := range cells {
		if _, err := strconv.ParseFloat(strings.Trim(c, `"`+"\r"), 64); err == nil {
			numbers++
		}
	}
	return 2*numbers > len(cells)
}
