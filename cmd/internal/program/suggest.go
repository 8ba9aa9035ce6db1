package program

import "github.com/xrash/smetrics"

// DidYouMean names the nearest of names, when it is near enough that it may have been meant: by edit distance, at most
// a third of the longer word and at least one letter.
func DidYouMean(word string, names []string, prefix string) string {
	best, nearest := "", 0
	for _, n := range names {
		d := smetrics.WagnerFischer(word, n, 1, 1, 1)
		if d <= max(1, max(len(word), len(n))/3) && (best == "" || d < nearest) {
			best, nearest = n, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + prefix + best + "?"
}
