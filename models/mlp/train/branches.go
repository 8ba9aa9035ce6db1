package train

import (
	"fmt"
	"slices"

	"eahas/features"
	"eahas/models/dense"
)

// deal assigns every scaled input to one branch and returns the positions per branch, in increasing order.
// A name that is neither an axis nor a column, or is named by two branches, is an error, and so is a column that no
// branch takes. A branch may end up empty when its columns do not vary.
func deal(columns []features.Column, scaler *dense.Scaler, branches []Branch) ([][]int, error) {
	rest := -1 // the branch that takes what is left
	owner := map[string]int{}
	for b, branch := range branches {
		if len(branch.Params) == 0 {
			if rest >= 0 {
				return nil, fmt.Errorf("%w: branches %d and %d both leave params empty", ErrParams, rest, b)
			}
			rest = b
		}
		for _, name := range branch.Params {
			if other, taken := owner[name]; taken {
				return nil, fmt.Errorf("%w: branches %d and %d both take %q", ErrParams, other, b, name)
			}
			if !slices.ContainsFunc(columns, func(c features.Column) bool {
				return c.Param == name ||
					c.Name == name
			}) {
				return nil, fmt.Errorf("%w: branch %d takes %q, which is neither an axis nor a column", ErrParams, b,
					name)
			}
			owner[name] = b
		}
	}
	out := make([][]int, len(branches))
	for j := range scaler.Width() {
		source, _ := scaler.Source(j)
		c := columns[source]
		b, named := owner[c.Name]
		if !named {
			if b, named = owner[c.Param]; !named {
				b = rest
			}
		}
		if b < 0 {
			return nil, fmt.Errorf("%w: no branch takes the column %q", ErrParams, c.Name)
		}
		out[b] = append(out[b], j)
	}
	return out, nil
}
