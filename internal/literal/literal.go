// Package literal reads settings that a program wrote as one text: JSON, what Python's repr prints, or pairs such as
// lr=0.1,batch_size=64.
package literal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limits of one text.
const (
	maxDepth  = 64        // of nesting
	maxText   = 256 << 10 // bytes
	maxLeaves = 1024      // settings
	maxPlaces = 16        // elements of a list that become settings of their own
)

// ErrFormat is returned for a text that is no literal.
var ErrFormat = errors.New("literal: not a literal")

// Settings reads a text that holds several settings: a JSON object, a Python dict, or pairs key=value apart by commas,
// semicolons, ampersands or spaces. ok is false for all others, and beyond the limits.
func Settings(s string) (m map[string]any, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 3 || len(s) > maxText {
		return nil, false
	}
	if s[0] != '{' {
		return pairs(s)
	}
	if s[len(s)-1] != '}' {
		return nil, false
	}
	v, err := JSON(s)
	if err != nil {
		v, err = Python(s)
	}
	m, ok = v.(map[string]any)
	return m, ok && err == nil && len(m) > 0
}

// JSON reads one JSON document; numbers are float64. An error wraps ErrFormat.
func JSON(s string) (any, error) {
	if depth(s) > maxDepth {
		return nil, fmt.Errorf("%w: nested too deeply", ErrFormat)
	}
	d := json.NewDecoder(strings.NewReader(s))
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: more follows", ErrFormat)
	}
	return v, nil
}

// depth is at least how deep a JSON text nests.
func depth(s string) int {
	deep, most, quoted := 0, 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			deep++
			most = max(most, deep)
		case c == '}' || c == ']':
			deep--
		}
	}
	return most
}

var (
	pair      = regexp.MustCompile(`^--?([A-Za-z_][\w.\-/]*)=(.*)$|^([A-Za-z_][\w.\-/]*)\s*=\s*(.*)$`)
	separator = []string{",", ";", "&", " "}
)

// pairs reads key=value, two of them at least.
func pairs(s string) (map[string]any, bool) {
	if strings.Count(s, "=") < 2 || strings.ContainsAny(s, "\n\"'()[]{}") {
		return nil, false
	}
	for _, sep := range separator {
		if out := pairsBy(s, sep); len(out) >= 2 {
			return out, true
		}
	}
	return nil, false
}

func pairsBy(s, sep string) map[string]any {
	out := map[string]any{}
	for _, part := range strings.Split(s, sep) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		m := pair.FindStringSubmatch(part)
		if m == nil {
			return nil
		}
		key, text := m[1]+m[3], m[2]+m[4]
		if _, twice := out[key]; twice || strings.Contains(text, "=") {
			return nil
		}
		v, err := Python(text)
		if err != nil {
			v = text
		}
		out[key] = v
	}
	return out
}

// Leaves hands out the scalars of a document as Walk does, with the JSON of a list that is one leaf. It reports false,
// and stops, beyond the limit of leaves.
func Leaves(v map[string]any, each func(path string, value any)) bool {
	n := 0
	return Walk("", v, func(path string, v any) bool {
		if list, ok := v.([]any); ok {
			b, err := json.Marshal(list)
			if err != nil {
				return true
			}
			v = string(b)
		}
		if n++; n > maxLeaves {
			return false
		}
		if path != "" {
			each(path, v)
		}
		return true
	})
}

// Walk hands out the leaves of a document by path, below prefix: members of objects apart by dots, in the order of
// their names. A list of at most 16 scalars gives one leaf a place; any other list is one leaf, and so is nil. It
// reports false, and stops, when each does.
func Walk(prefix string, v any, each func(path string, value any) bool) bool {
	at := func(name string) string {
		if prefix == "" {
			return name
		}
		return prefix + "." + name
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if !Walk(at(k), v[k], each) {
				return false
			}
		}
		return true
	case []any:
		if len(v) > maxPlaces || slices.ContainsFunc(v, Nested) {
			break
		}
		for i, e := range v {
			if !Walk(at(strconv.Itoa(i)), e, each) {
				return false
			}
		}
		return true
	}
	return each(prefix, v)
}

// Nested reports whether a value holds others.
func Nested(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// Text writes a scalar as a cell of a table holds it; ok is false for nil.
func Text(v any) (s string, ok bool) {
	if v == nil {
		return "", false
	}
	return inWords(v), true
}

func inWords(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case nil:
		return "None"
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
