package features

import (
	"maps"
	"slices"
	"strings"
)

// Config is one configuration of the joint search space: axis name to value.
// An axis that is absent and an axis whose value is missing mean the same.
type Config map[string]Value

// Key returns a canonical text of the configuration ("name=value" pairs sorted by name, missing axes left out,
// joined by '|'). Two configurations with equal values have equal keys.
func (c Config) Key() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c)) {
		writeKey(&b, name, c[name])
	}
	return b.String()
}

// writeKey adds an axis to a key.
func writeKey(b *strings.Builder, axis string, v Value) {
	if v.IsMissing() {
		return
	}
	if b.Len() > 0 {
		b.WriteByte('|')
	}
	b.WriteString(axis)
	b.WriteByte('=')
	b.WriteString(v.String())
}
