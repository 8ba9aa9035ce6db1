package lightgbm

import (
	"fmt"
	"strings"
	"unicode"
)

// Names makes feature names that LightGBM accepts: no spaces, no control characters, none of the characters of JSON
// (",:[]{}\), no '=', at which some readers split the line, not empty, and unique. Such characters become '_'; anything
// else stays as it is.
func Names(names []string) []string {
	out := make([]string, len(names))
	taken := map[string]bool{}
	for i, name := range names {
		clean := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar ||
				strings.ContainsRune(`=",:[]{}\`, r) {
				return '_'
			}
			return r
		}, name)
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
