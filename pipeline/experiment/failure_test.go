package experiment

import (
	"errors"
	"strings"
	"testing"

	"eahas/models/svd"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
)

// An evaluation goes on without a variant that cannot be trained, and says why, unless it is the one that must be
// there.
func TestEvaluateGoesOnWithoutAVariantThatFails(t *testing.T) {
	t.Parallel()
	p, r := simulated(t), stage.Runner{Store: stage.Store{Dir: t.TempDir()}, Seed: 3}
	bad := *parseVariant(t, "{name: bad, base: svd+linear, representation: {components: 30, points: 20}, cost: linear}")
	good := *parseVariant(t, "{name: good, base: bezier+linear, cost: linear}")

	cs, failed, err := p.Evaluate(t.Context(), r, []recipe.Variant{bad, good}, "good")
	if err != nil || len(cs) != 1 || cs[0].Name != "good" || len(failed) != 1 {
		t.Fatalf("competitors %+v, failures %+v, %v", cs, failed, err)
	}
	if f := failed[0]; f.Variant != "bad" || !errors.Is(f, svd.ErrComponents) ||
		!strings.HasPrefix(f.Error(), "fold 0: bad: curve: ") {
		t.Errorf("failure %q", f)
	}
	s := Score(p, cs, failed, []string{"before"})
	if i, ok := s.Competitor("good"); i != 0 || !ok || s.Failure("good") != "" ||
		s.Failure("bad") != failed[0].Error() {
		t.Errorf("good is competitor %d; failures %q, %q", i, s.Failure("good"), s.Failure("bad"))
	}
	if _, ok := s.Competitor("bad"); ok || len(s.Warnings) < 2 || s.Warnings[0] != "before" ||
		!strings.HasPrefix(s.Warnings[1], "bad: could not be trained: fold 0: ") {
		t.Errorf("warnings %q", s.Warnings)
	}
	for name, variants := range map[string][]recipe.Variant{"the one that must": {bad, good}, "every one": {bad}} {
		if _, _, err := p.Evaluate(t.Context(), r, variants, "bad"); !errors.Is(err, svd.ErrComponents) {
			t.Errorf("%s failed: %v", name, err)
		}
	}
	other := bad
	other.Name = "other"
	if _, _, err := p.Evaluate(t.Context(), r, []recipe.Variant{other, bad}, ""); !errors.Is(err, svd.ErrComponents) ||
		!strings.Contains(err.Error(), "other") {
		t.Errorf("all failed: %v", err)
	}
}
