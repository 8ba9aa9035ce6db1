package xgboost

import (
	"fmt"
	"strings"
)

// Names makes feature names that XGBoost's Python package accepts: without '[', ']' and '<', valid UTF-8, not empty,
// and unique. Anything else stays as it is.
func Names(names []string) []string {
	out := make([]string, len(names))
	taken := map[string]bool{}
	for i, name := range names {
		clean := strings.NewReplacer("[", "(", "]", ")", "<", "_", "\x00", "_").Replace(strings.ToValidUTF8(name, "_"))
		if clean == "" {
			clean = fmt.Sprintf("column_%d", i)
		}
		unique := clean
		for n := 2; taken[unique]; n++ {
			unique = fmt.Sprintf("%s_%d", clean, n)
		}
		taken[unique] = true
		out[i] = unique
	}
	return out
}
