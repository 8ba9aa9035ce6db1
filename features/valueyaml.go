package features

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
)

// MarshalYAML writes a number, a string (quoted where YAML could take it for anything else), or null.
func (v Value) MarshalYAML() ([]byte, error) {
	switch v.kind {
	case number:
		return []byte(yamlNumber(v.num)), nil
	case text:
		return []byte(quote(v.text)), nil
	}
	return []byte("null"), nil
}

// UnmarshalYAML reads a scalar: a number, a string, a boolean (as the text "true" or "false"), or null.
// The plain scalar 1e-3 is a number, as YAML 1.2 has it, though the decoder takes it for a string; "1e-3" in quotes is
// a text.
func (v *Value) UnmarshalYAML(decode func(any) error) error {
	var a any
	if err := decode(&a); err != nil {
		return err
	}
	got, err := ValueOf(a)
	if err != nil {
		return err
	}
	if s, isText := got.Str(); isText && strings.ContainsAny(s, "eE") && ParseValue(s).kind == number {
		var raw yamlSource
		if err := decode(&raw); err != nil {
			return err
		}
		if len(raw) > 0 && strings.IndexByte("+-.0123456789", raw[0]) >= 0 {
			got = ParseValue(s)
		}
	}
	*v = got
	return nil
}

// yamlSource takes a scalar as it is written in the file, quotes included.
type yamlSource string

// UnmarshalYAML keeps the text.
func (s *yamlSource) UnmarshalYAML(b []byte) error {
	*s = yamlSource(b)
	return nil
}

// yamlNumber prints a number so that every YAML reader takes it for one: with a point before the exponent.
func yamlNumber(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return ".inf"
	case math.IsInf(x, -1):
		return "-.inf"
	}
	t := fmtNum(x)
	if i := strings.IndexByte(t, 'e'); i >= 0 && !strings.Contains(t, ".") {
		t = t[:i] + ".0" + t[i:]
	}
	return t
}

// quote prints a text plainly where YAML cannot take it for anything else, and as a JSON string (which YAML reads)
// elsewhere.
func quote(s string) string {
	plain := s != "" && letter(rune(s[0]))
	for _, r := range s {
		plain = plain && (letter(r) || r >= '0' && r <= '9' || r == '_' || r == '-')
	}
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("features: a string does not marshal")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
