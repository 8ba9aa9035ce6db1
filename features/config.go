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
		if c[name].IsMissing() {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('|')
		}
		b.WriteString(name)
		b.WriteByte('=')
		b.WriteString(c[name].String())
	}
	return b.String()
}
