package experiment

import (
	"testing"

	"github.com/goccy/go-yaml"

	"eahas/features"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/simulate"
	"eahas/trial"
	"eahas/trial/target"
)

// parseVariant reads a variant as a config would.
func parseVariant(t *testing.T, text string) *recipe.Variant {
	t.Helper()
	v := new(recipe.Variant)
	if err := yaml.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
	if err := v.Complete(); err != nil {
		t.Fatal(err)
	}
	return v
}

// simulatedTable has n simulated trials of a seed, in three folds.
func simulatedTable(t *testing.T, n int, seed uint64) *dataset.Table {
	t.Helper()
	space, err := features.Builtin("eahas-cifar10")
	if err != nil {
		t.Fatal(err)
	}
	trials, err := simulate.Trials(space, n, simulate.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	table, _, err := dataset.New(dataset.Settings{Space: space, Split: dataset.Split{Folds: 3}, Seed: 3},
		trial.Metric{Column: "top1_err", Kind: "error", Unit: "percent"}, trials)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// simulated is the plan of a small simulated sweep.
func simulated(t *testing.T) Plan {
	t.Helper()
	table := simulatedTable(t, 60, 3)
	p, _, err := NewPlan(Plan{Table: table, Scoring: Scoring{Bootstrap: 20}, Seed: 3},
		[]target.Target{target.Curve, target.EnergyPerEpoch})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
