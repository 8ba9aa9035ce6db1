package pipeline

import (
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/pipeline/dataset"
	"eahas/report"
	"eahas/trial"
	"eahas/trial/target"
)

// knownTolerance is how far, relatively, a logged number may lie from what a formula gives: logs write six digits, or
// single precision.
const knownTolerance = 1e-5

// knownColumns are the columns of the logs that formulas must give. They are read beside the targets.
func (c *Config) knownColumns() []trial.TargetColumn {
	var out []trial.TargetColumn
	for _, k := range c.Space.Known {
		if k.Column != "" {
			out = append(out, trial.TargetColumn{Name: target.Target(k.Name), Column: k.Column,
				Direction: target.Lower})
		}
	}
	return out
}

// checkKnown holds the formulas against what the logs say, and takes those numbers out of the trials: what is known is
// no target. It returns how many trials said the same, by the quantity. ErrConfig: one says something else.
func (c *Config) checkKnown(in *ingested) (map[string]int, error) {
	logged := map[string]int{}
	if len(c.knownColumns()) == 0 {
		return logged, nil
	}
	space := &c.Space.Space
	isKnown := func(t target.Target) bool { return space.KnownNamed(string(t)) != nil }
	in.Targets = slices.DeleteFunc(slices.Clone(in.Targets),
		func(d target.Definition) bool { return isKnown(d.Name) })
	in.Trials = slices.Clone(in.Trials)
	var room [features.MaxKnown]float64
	for i := range in.Trials {
		t := &in.Trials[i]
		config := space.Canonical(t.Config.Config())
		if space.Check(config) == nil {
			x, err := space.KnownOf(room[:0], config)
			if err != nil {
				return nil, err
			}
			for j, k := range space.Known {
				y, says := t.Number(target.Target(k.Name))
				if !says || k.Column == "" || math.IsNaN(x[j]) {
					continue
				}
				if math.Abs(x[j]-y) > knownTolerance*max(math.Abs(x[j]), math.Abs(y)) {
					return nil, fmt.Errorf("%w: space.known: %s: %s row %d, column %q has %g, and the formula %s "+
						"gives %g for %s; mend the formula, or leave out column", ErrConfig, k.Name, t.Source.File,
						t.Source.Row, k.Column, y, k.Formula, x[j], config.Key())
				}
				logged[k.Name]++
			}
		}
		t.Numbers = slices.DeleteFunc(slices.Clone(t.Numbers),
			func(n trial.Number) bool { return isKnown(n.Target) })
	}
	return logged, nil
}

// knownInWords says what is known and how it was checked, as rows behind the axes.
func (c *Config) knownInWords(logged map[string]int) []report.SpaceAxis {
	var out []report.SpaceAxis
	for _, k := range c.Space.Known {
		how := "no column of the logs was held against it"
		if k.Column != "" {
			how = fmt.Sprintf("column %s says the same in all %d trials that have it", k.Column, logged[k.Name])
		}
		out = append(out, report.SpaceAxis{Name: k.Name, Kind: "known before training", Unit: k.Unit,
			Values: k.Formula + "; " + how})
	}
	return out
}

// firstInWords says what is predicted first, as rows behind the axes.
func firstInWords(t *dataset.Table) []report.SpaceAxis {
	var out []report.SpaceAxis
	for _, name := range t.Own.First() {
		d, _ := t.Own.Of(name)
		out = append(out, report.SpaceAxis{Name: string(name), Kind: "predicted first", Unit: d.Unit,
			Values: fmt.Sprintf("predicted from the axes (%d of %d trials have it); what is predicted is an input of "+
				"all other targets' models, in training for each run by models that had not seen its configuration",
				len(t.Labelled(name, t.All())), len(t.Trials))})
	}
	return out
}
