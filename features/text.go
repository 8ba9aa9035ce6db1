package features

import (
	"strconv"
	"strings"
)

func fmtNum(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// listValues prints values separated by commas, at most twenty of them.
func listValues(vs []Value) string {
	const most = 20
	var b strings.Builder
	for i, v := range vs {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == most {
			b.WriteString("… (" + strconv.Itoa(len(vs)) + " in all)")
			break
		}
		b.WriteString(v.String())
	}
	return b.String()
}
