package arrowio

import (
	"regexp"
	"strings"
)

// How the numbers of a CSV file are written. Most are as programs write them; a spreadsheet of a country that writes
// 0,5 or 1,234.5 says so by its cells.
type decimals uint8

const (
	pointDecimals decimals = iota // 1234.5
	commaDecimals                 // 1234,5 or 1.234,5
	grouped                       // 1,234.5
)

var (
	thousands = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$`)
	withComma = regexp.MustCompile(`^[+-]?(\d+|[1-9]\d{0,2}(\.\d{3})+),\d+([eE][+-]?\d+)?( ?[%a-zA-Z]{1,4})?$`)
	dotGroups = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}(\.\d{3})+$`)
	withPoint = regexp.MustCompile(`^[+-]?\d*\.(\d{1,2}|\d{4,})([eE][+-]?\d+)?$`)
)

// decimals tells by the cells of the file's first lines how its numbers are written, and whether points stand before
// decimals, too.
func (f *csvForm) decide(head string) {
	lines := strings.Split(head, "\n")
	if len(lines) > 1 {
		lines = lines[1 : len(lines)-1]
	}
	comma, group, point := false, false, false
	for _, line := range lines {
		cells, ok := f.split(strings.TrimSuffix(line, "\r"), nil)
		if !ok {
			continue
		}
		for _, c := range cells {
			c = trimCell(c)
			switch {
			case strings.IndexByte(c, ',') >= 0 && thousands.MatchString(c):
				group = true
			case strings.IndexByte(c, ',') >= 0 && withComma.MatchString(c):
				comma = true
			case withPoint.MatchString(c):
				point = true
			}
		}
	}
	switch {
	case comma && !point || comma && f.comma == ';':
		f.decimals, f.points = commaDecimals, point
	case group:
		f.decimals = grouped
	}
}

// plain writes a cell as programs write numbers, where it is one.
func (f *csvForm) plain(s string) string {
	switch {
	case f.decimals == grouped && strings.IndexByte(s, ',') >= 0 && thousands.MatchString(s):
		return strings.ReplaceAll(s, ",", "")
	case f.decimals == commaDecimals && strings.IndexByte(s, ',') >= 0 && withComma.MatchString(s):
		return strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	case f.decimals == commaDecimals && !f.points && strings.IndexByte(s, '.') > 0 && dotGroups.MatchString(s):
		return strings.ReplaceAll(s, ".", "")
	}
	return s
}

// PlainNumbers tells by the first lines of a CSV file how its numbers are written, and returns what writes a cell as
// programs do: 1.234,5 becomes 1234.5. Cells that are no numbers stay as they are.
func PlainNumbers(comma rune, head []byte) func(cell string) string {
	f := &csvForm{comma: byte(comma)}
	f.decide(string(head))
	if f.decimals == pointDecimals {
		return func(cell string) string { return cell }
	}
	return func(cell string) string { return f.plain(trimCell(cell)) }
}
