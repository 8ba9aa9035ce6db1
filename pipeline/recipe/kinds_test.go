package recipe

import "testing"

// Of very many rows only those regressors get a part that would keep a few of them.
func TestRows(t *testing.T) {
	for _, k := range kinds {
		r := Regressor{Kind: k.name}
		few := k.name == "knn" || k.name == "gp"
		if r.Rows(enoughRows) != enoughRows || (r.Rows(1_000_000) < 1_000_000) != few {
			t.Errorf("%s: %d of a million rows", k.name, r.Rows(1_000_000))
		}
	}
}
