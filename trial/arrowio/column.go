package arrowio

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/float16"

	"eahas/features"
)

// kind is what the elements of a column are after reading.
type kind uint8

const (
	kindOther kind = iota // a type that no mapping can use
	kindFloat
	kindInt
	kindBool
	kindText
)

func (k kind) String() string {
	return [...]string{"unsupported", "number", "integer", "boolean", "text"}[k]
}

// leaf is one column of a file that holds values: a flat column, a member of (nested) structs, or a list of either.
type leaf struct {
	name string // names of the structs and of the column, joined by dots; list wrappers left out
	typ  string // the file's own word for the type, for messages
	kind kind
	list bool
	use  error // why it cannot be read, nil when it can
	deep bool  // a list of lists, which only a graph can be made of: its elements are texts of JSON
	cell kind  // what stands in its lists

	// unit of a duration, a time or a timestamp (s, ms, us, ns); its values are handed out in seconds. "" for all
	// others
	ownUnit string
	instant bool // a timestamp: seconds since 1970
	bits    int  // width of a floating-point number that is narrower than 64 bits; 0 for all others

	parts int // settings that the texts hold, each a column of its own; 0 for none

	meta map[string]string // what the field says of itself under keys of ours (docs/log.md); nil for nothing
}

// errDeep is the error of a column of lists in lists that is asked for as anything but a graph.
var errDeep = fmt.Errorf("%w: lists in lists are not read", ErrType)

// makeDeep makes the leaf of a list's element that of a list of lists.
func (l *leaf) makeDeep() {
	l.cell, l.kind, l.list, l.deep, l.use = l.kind, kindOther, false, true, errDeep
}

// column is a part of one leaf: n rows. Scalars have one element a row; row r of a list holds the elements
// off[r] to off[r+1].
type column struct {
	*leaf
	n      int
	off    []int  // length n+1; nil for scalars
	absent []bool // rows of a list that are null; nil when none
	null   []bool // elements that are null; nil when none
	floats []float64
	ints   []int64
	texts  []string
	bools  []bool
}

func newColumn(l *leaf) *column {
	c := &column{leaf: l}
	c.reset()
	return c
}

// reset empties the column and keeps its memory.
func (c *column) reset() {
	c.n, c.off, c.absent, c.null = 0, c.off[:0], c.absent[:0], c.null[:0]
	c.floats, c.ints, c.texts, c.bools = c.floats[:0], c.ints[:0], c.texts[:0], c.bools[:0]
}

// elements returns how many elements the column holds.
func (c *column) elements() int {
	switch c.kind {
	case kindFloat:
		return len(c.floats)
	case kindInt:
		return len(c.ints)
	case kindBool:
		return len(c.bools)
	}
	return len(c.texts)
}

// appendNull appends a null element.
func (c *column) appendNull() {
	n := c.elements()
	for len(c.null) < n {
		c.null = append(c.null, false)
	}
	c.null = append(c.null, true)
	switch c.kind {
	case kindFloat:
		c.floats = append(c.floats, math.NaN())
	case kindInt:
		c.ints = append(c.ints, 0)
	case kindBool:
		c.bools = append(c.bools, false)
	default:
		c.texts = append(c.texts, "")
	}
}

// appendAbsent marks row r, the last one, as a null list.
func (c *column) appendAbsent(r int) {
	for len(c.absent) <= r {
		c.absent = append(c.absent, false)
	}
	c.absent[r] = true
}

func (c *column) isNull(e int) bool     { return e < len(c.null) && c.null[e] }
func (c *column) isAbsent(r int) bool   { return r < len(c.absent) && c.absent[r] }
func (c *column) span(r int) (int, int) { return c.off[r], c.off[r+1] }

// empty reports whether element e is null or the empty text.
func (c *column) empty(e int) bool { return c.isNull(e) || c.kind == kindText && c.texts[e] == "" }

// number returns element e of a numeric or boolean column; null gives NaN.
func (c *column) number(e int) float64 {
	if c.isNull(e) {
		return math.NaN()
	}
	switch c.kind {
	case kindFloat:
		return c.floats[e]
	case kindInt:
		return float64(c.ints[e])
	case kindBool:
		if c.bools[e] {
			return 1
		}
		return 0
	}
	return math.NaN()
}

// text returns element e as a text; ok is false for null.
func (c *column) text(e int) (s string, ok bool) {
	if c.isNull(e) {
		return "", false
	}
	switch c.kind {
	case kindFloat:
		return strconv.FormatFloat(c.floats[e], 'g', -1, 64), true
	case kindInt:
		return strconv.FormatInt(c.ints[e], 10), true
	case kindBool:
		return strconv.FormatBool(c.bools[e]), true
	}
	return c.texts[e], true
}

// value returns element e as a setting of an axis, in canonical form: whatever the column's type, equal settings are
// equal values. Numbers written as texts become numbers ("0.10" is 0.1, "11.7M" 11,700,000), numbers of
// single and half precision the shortest decimal that they stand for (float32(0.1) is 0.1), booleans, and
// texts that spell one, the texts true and false.
func (c *column) value(e int) features.Value {
	if c.isNull(e) {
		return features.Value{}
	}
	switch c.kind {
	case kindFloat:
		return features.Number(c.canonical(c.floats[e]))
	case kindInt:
		return features.Number(float64(c.ints[e]))
	case kindBool:
		return features.Text(strconv.FormatBool(c.bools[e]))
	}
	s := trimCell(c.texts[e])
	if s != "" && (s[0] <= '9' || s[0] == 'N' || s[0] == 'n') { // else it cannot be a finite number or a null
		if isNullText(s) && c.typ == "text" {
			return features.Value{}
		}
		if v := features.ParseValue(s); !v.IsMissing() {
			if x, ok := v.Float(); ok {
				return features.Number(x + 0) // -0 is 0
			}
		}
		if _, many := multipliers[s[len(s)-1:]]; many && s[0] != 'N' && s[0] != 'n' { // 11.7M
			if x, unit, clock, ok := quantity(s); ok && unit == "" && !clock {
				return features.Number(x)
			}
		}
	}
	if v, ok := features.Truth(s); ok { // Python's, R's and spreadsheets' spellings
		return v
	}
	return features.Text(strings.Clone(c.texts[e]))
}

// canonical returns the shortest decimal number that a number of the column's width stands for.
func (c *column) canonical(x float64) float64 {
	switch c.bits {
	case 32:
		if y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', -1, 32), 64); err == nil {
			return y + 0
		}
	case 16:
		for digits := 1; digits <= 5; digits++ {
			y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
			if err == nil && float64(float16.New(float32(y)).Float32()) == x {
				return y + 0
			}
		}
	}
	return x + 0
}

// inexact says why element e, a setting of an axis, is not the number that the log holds; "" when it is.
func (c *column) inexact(e int) string {
	if c.isNull(e) {
		return ""
	}
	const whole = 1 << 53
	switch c.kind {
	case kindInt:
		if x := c.ints[e]; x > whole || x < -whole {
			return "a whole number beyond 2^53 is not exact as an axis; take it as id, group or seed, or write it as " +
				"text with a letter"
		}
	case kindText:
		s := trimCell(c.texts[e])
		if len(s) > 15 && isDigits(s) {
			if x, err := strconv.ParseInt(s, 10, 64); err != nil || x > whole || x < -whole {
				return "a whole number beyond 2^53 is not exact as an axis; take it as id, group or seed"
			}
		}
	}
	return ""
}

// appendNumbers appends the elements of row r of a numeric list to dst, null as NaN with its place told in nulls.
func (c *column) appendNumbers(dst []float64, r int) []float64 {
	lo, hi := c.span(r)
	for e := lo; e < hi; e++ {
		dst = append(dst, c.number(e))
	}
	return dst
}
