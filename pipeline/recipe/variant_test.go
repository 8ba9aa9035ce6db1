package recipe

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"eahas/features"
	"eahas/models"
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

// TestQuickTrees: a tenth of the rounds on small logs, for costs too, unless the config says otherwise; with many
// rows the same trees as ever.
func TestQuickTrees(t *testing.T) {
	for text, want := range map[string]struct{ curve, cost int }{
		"bezier+gbdt":       {1000, 1000},
		"bezier+gbdt-quick": {100, 100},
		"{name: x, base: svd+gbdt-quick, cost: gbdt}":                       {100, 1000},
		"{name: x, base: svd+gbdt-quick, regressor: {gbdt: {rounds: 700}}}": {700, 100},
		"{name: x, base: svd+gp, cost: gbdt-quick}":                         {0, 100},
	} {
		v, err := parseVariant(t, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, r := range []struct {
			*Regressor
			want int
		}{{&v.Regressor, want.curve}, {&v.Cost, want.cost}} {
			trainer, err := r.Trainer(Task{}, nil, models.Data{X: features.Frame{N: smallLog - 1}})
			if err != nil {
				t.Fatal(err)
			}
			if trees, ok := trainer.(gbdttrain.Trainer); r.want > 0 && (!ok || trees.Params.Rounds != r.want) {
				t.Errorf("%s: %+v, want %d rounds", text, trainer, r.want)
			}
		}
	}
	if quick, whole := boostedQuickly(smallLog), boosted(smallLog); !reflect.DeepEqual(quick, whole) {
		t.Errorf("with many rows %+v, want %+v", quick, whole)
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
