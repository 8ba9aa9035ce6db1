package recipe

import (
	"strings"
	"testing"
)

// The reference is complete, its name is nobody's, and configs without boosted trees are those that need it.
func TestReference(t *testing.T) {
	v := ReferenceTrees()
	if v.Regressor.Kind != "gbdt" || v.Cost.Kind != "gbdt" || v.Representation.Kind != "svd" ||
		v.Representation.Components != 0 || v.Regressor.GBDT.Rounds != 100 {
		t.Errorf("%+v", v)
	}
	if err := v.check(); err == nil || !strings.Contains(err.Error(), ReferencePrefix) {
		t.Errorf("a variant of a config may be called %q: %v", v.Name, err)
	}
	if got := FirstTrees([]Variant{{Name: "near", Regressor: Regressor{Kind: "knn"}}, v}); got != v.Name {
		t.Errorf("the first trees are %q", got)
	}
	if got := FirstTrees([]Variant{{Name: "near", Regressor: Regressor{Kind: "knn"}}}); got != "" {
		t.Errorf("%q has no trees", got)
	}
}
