package recipe

import (
	"reflect"

	"github.com/goccy/go-yaml"
)

// Snippet writes a variant as YAML that can stand in a config: only what is set, in the order of the fields.
func Snippet(v Variant) ([]byte, error) {
	b, err := yaml.Marshal(v)
	if err != nil {
		return nil, err
	}
	var fields yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(b, &fields, yaml.UseOrderedMap()); err != nil {
		return nil, err
	}
	return yaml.Marshal(yaml.MapSlice{{Key: "variants", Value: []any{withoutZeros(fields)}}})
}

// withoutZeros drops what says no more than its absence. The elements of a list all stay, each without its own zeros.
func withoutZeros(fields yaml.MapSlice) yaml.MapSlice {
	out := yaml.MapSlice{}
	for _, f := range fields {
		switch x := f.Value.(type) {
		case []any:
			if len(x) == 0 {
				continue
			}
			for i, e := range x {
				if m, ok := e.(yaml.MapSlice); ok {
					x[i] = withoutZeros(m)
				}
			}
		case yaml.MapSlice:
			if f.Value = withoutZeros(x); len(f.Value.(yaml.MapSlice)) == 0 {
				continue
			}
		case nil, string, bool, uint64, float64:
			if x == nil || reflect.ValueOf(x).IsZero() {
				continue
			}
		}
		out = append(out, f)
	}
	return out
}
