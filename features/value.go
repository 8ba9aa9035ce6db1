package features

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"eahas/internal/nullable"
)

// Value is one setting of one axis: a number, a text, or missing.
// The zero Value is missing. Values are comparable with ==; a NaN number is stored as missing.
type Value struct {
	kind valueKind
	num  float64
	text string
}

type valueKind uint8

const (
	missing valueKind = iota
	number
	text
)

// Number returns a numeric value; NaN gives the missing value.
func Number(x float64) Value {
	if math.IsNaN(x) {
		return Value{}
	}
	return Value{kind: number, num: x}
}

// Text returns a text value; the empty string is a text, not missing.
func Text(s string) Value { return Value{kind: text, text: s} }

// Truth returns the text true or false for one of the spellings true, True, TRUE, false, False, FALSE; ok is false for
// any other text.
func Truth(s string) (v Value, ok bool) {
	switch s {
	case "true", "True", "TRUE":
		return Text("true"), true
	case "false", "False", "FALSE":
		return Text("false"), true
	}
	return Value{}, false
}

// IsMissing reports whether v holds neither a number nor a text.
func (v Value) IsMissing() bool { return v.kind == missing }

// Float returns the number held by v; ok is false for texts and missing values.
func (v Value) Float() (x float64, ok bool) { return v.num, v.kind == number }

// ReadFloat returns the number that v holds or that its text reads as (see ParseValue); ok is false where it is
// neither.
func (v Value) ReadFloat() (x float64, ok bool) {
	if v.kind == text {
		v = ParseValue(v.text)
	}
	return v.num, v.kind == number
}

// Same reports whether two values mean the same: equal numbers within RelTolerance, equal texts, or a text that reads
// as the number. Conditions and lists of choices are read like that.
func (v Value) Same(w Value) bool {
	if v == w {
		return true
	}
	if v.kind == text && w.kind == text {
		return false
	}
	x, ok := v.ReadFloat()
	y, ok2 := w.ReadFloat()
	return ok && ok2 && math.Abs(x-y) <= RelTolerance*max(math.Abs(x), math.Abs(y))
}

// Str returns the text held by v; ok is false for numbers and missing values.
func (v Value) Str() (s string, ok bool) { return v.text, v.kind == text }

// String prints a number in its shortest exact form, a text as it is, and a missing value as "missing".
func (v Value) String() string {
	switch v.kind {
	case number:
		return strconv.FormatFloat(v.num, 'g', -1, 64)
	case text:
		return v.text
	}
	return "missing"
}

// ParseValue reads s as a number if it is a finite one, else as a text; the empty string is missing.
func ParseValue(s string) Value {
	if s == "" {
		return Value{}
	}
	if x, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(x, 0) && !math.IsNaN(x) {
		return Number(x)
	}
	return Text(s)
}

// MarshalJSON writes a number, a string, or null.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.kind == number && !nullable.Known(v.num) {
		return json.Marshal(v.num) // an error
	}
	return v.AppendJSON(nil), nil
}

// AppendJSON appends a number, a string, or null, as encoding/json writes them; null, too, for a number that is not
// finite.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case number:
		return nullable.AppendFloat(dst, v.num)
	case text:
		if !plain(v.text) {
			quoted, _ := json.Marshal(v.text) // of a text there is no error
			return append(dst, quoted...)
		}
		return append(append(append(dst, '"'), v.text...), '"')
	}
	return append(dst, "null"...)
}

// plain reports whether a text needs no escapes in JSON.
func plain(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// UnmarshalJSON reads a number, a string, a boolean (as the text "true" or "false"), or null.
func (v *Value) UnmarshalJSON(b []byte) error {
	var a any
	if err := json.Unmarshal(b, &a); err != nil {
		return err
	}
	got, err := ValueOf(a)
	if err != nil {
		return err
	}
	*v = got
	return nil
}

// ValueOf converts a decoded JSON or YAML scalar to a Value.
// Booleans become the texts "true" and "false"; lists and maps are refused.
func ValueOf(a any) (Value, error) {
	switch a := a.(type) {
	case nil:
		return Value{}, nil
	case float64:
		return Number(a), nil
	case float32:
		return Number(float64(a)), nil
	case int:
		return Number(float64(a)), nil
	case int64:
		return Number(float64(a)), nil
	case uint64:
		return Number(float64(a)), nil
	case string:
		return Text(a), nil
	case bool:
		return Text(strconv.FormatBool(a)), nil
	}
	return Value{}, fmt.Errorf("features: %T is not a number, a text or null", a)
}
