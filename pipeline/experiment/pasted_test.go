package experiment

import (
	"fmt"
	"testing"

	"github.com/goccy/go-yaml"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/pipeline/recipe"
)

// pasted reads a variant's snippet as a part of a config.
func pasted(t *testing.T, v recipe.Variant) recipe.Variant {
	t.Helper()
	b, err := recipe.Snippet(v)
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Variants []recipe.Variant }
	if err := yaml.UnmarshalWithOptions(b, &c, yaml.Strict()); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if err := c.Variants[0].Complete(); err != nil {
		t.Fatal(err)
	}
	return c.Variants[0]
}

// A pasted variant predicts what the tuned one did, bit for bit.
func TestPastedVariantScoresTheSame(t *testing.T) {
	for _, text := range []string{"svd+extratrees", "guided",
		"{name: a, base: ranks+stack, regressor: {stack: {members: [grid+knn, bernstein+gbdt], folds: 2}}, cost: " +
			"{kind: stack, stack: {members: [linear, gbdt]}}}",
		"{name: b, base: grid+twopart, regressor: {twopart: {alive: knn}}}"} {
		v, p := parseVariant(t, text), simulated(t)
		tn := recipe.NewTunable(*v, true, true, 60)
		tuned := tn.At(tn.Space.Random(stream.New(2)))
		tuned.Name += "-tuned"
		short := tuned.Cheaper(0.05, 40)
		var outs []*Predictions
		for _, v := range []recipe.Variant{short, pasted(t, short)} {
			out, err := p.TrainAndPredict(t.Context(), &v, p.Table.Without(0), p.Table.In(0), WithSpread,
				models.Options{Seed: 1, Workers: 2})
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			outs = append(outs, out)
		}
		if len(outs[0].Rows) == 0 || fmt.Sprint(outs[0]) != fmt.Sprint(outs[1]) { // NaN prints like itself
			t.Errorf("%s: the pasted variant predicts something else", text)
		}
	}
}
