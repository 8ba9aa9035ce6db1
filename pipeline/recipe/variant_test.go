package recipe

import (
	"bytes"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	gbdttrain "eahas/models/gbdt/train"
)

// parseVariant reads a variant as a config would.
func parseVariant(t *testing.T, text string) (*Variant, error) {
	t.Helper()
	v := new(Variant)
	if err := yaml.NewDecoder(bytes.NewReader([]byte(text)), yaml.Strict()).Decode(v); err != nil {
		return nil, err
	}
	return v, v.Complete()
}

func TestSettingsAreCheckedWhereTheyAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"{name: x, base: grid+knn, regressor: {knn: {weighting: " +
			"heavy}}}": "knn.weighting",
		"{name: x, base: grid+gp, regressor: {gp: {kernel: sine}}}": "gp.kernel",
		"{name: x, base: grid+gp, cost: {kind: stack, stack: {members: [{base: gp, regressor: {gp: {kernel: " +
			"sine}}}]}}}": "stack.members[0]: gp.kernel",
		"{name: x, base: grid+oracle}":  `x: regressor "oracle" is not one of`,
		"{name: x, base: crystal+gbdt}": `x: representation "crystal" is not one of`,
		"happiness":                     `is not "representation+regressor"`,
	} {
		if _, err := parseVariant(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
}

// TestSettingsOfAnotherKindAreRefused: they would be read by nothing, and nobody would notice.
func TestSettingsOfAnotherKindAreRefused(t *testing.T) {
	for _, v := range []Variant{
		{Name: "x", Cost: Regressor{KNN: &KNNParams{}}},
		{Name: "x", Base: "grid+gp", Regressor: Regressor{GBDT: &gbdttrain.Params{}}},
		{Name: "x", Base: "grid+stack", Regressor: Regressor{Kind: "stack", Auto: &AutoParams{}}},
	} {
		if err := v.Complete(); err == nil || !strings.Contains(err.Error(), "settings of another kind") {
			t.Errorf("%+v: %v", v, err)
		}
	}
	for _, v := range []Variant{
		{Name: "x", Cost: Regressor{Kind: "extratrees", GBDT: &gbdttrain.Params{}}},
		{Name: "x", Cost: Regressor{Kind: "local", KNN: &KNNParams{}}},
	} {
		if err := v.Complete(); err != nil {
			t.Errorf("%+v: %v", v, err)
		}
	}
}
