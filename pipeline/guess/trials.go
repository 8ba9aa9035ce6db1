package guess

import (
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/trial"
)

// Leaks says which axes of a config alone foretell a result of the trials almost exactly, one warning an axis; not
// those that the config calls settings.
func Leaks(space features.Space, settings []string, trials []trial.Trial) []string {
	y := make([][]float64, len(outcomesOf))
	for k, m := range outcomesOf {
		for i := range trials {
			y[k] = append(y[k], m.of(&trials[i]))
		}
	}
	var out []string
	for _, p := range space.Params {
		if slices.Contains(settings, p.Name) {
			continue
		}
		x := make([]float64, len(trials))
		seen := map[float64]bool{}
		for i := range trials {
			v, ok := trials[i].Config.Get(p.Name).Float()
			if x[i] = math.NaN(); ok {
				x[i], seen[v] = v, true
			}
		}
		for k, m := range outcomesOf {
			if len(seen) < leakValues {
				break
			}
			if share := foretold(x, y[k]); share >= leakShare {
				out = append(out, fmt.Sprintf("axis %s alone foretells %s almost exactly (%.2f %% of the variance of "+
					"its ranks): it looks like a result. "+
					"Take it out of params and space; if it is a setting, say settings: [%s]", p.Name, m.name,
					100*share, p.Name))
				break
			}
		}
	}
	return out
}

// outcomesOf are the results of a trial that no setting should foretell.
var outcomesOf = []struct {
	name string
	of   func(*trial.Trial) float64
}{
	{"the last point of the curve", func(t *trial.Trial) float64 {
		if n := len(t.Curve.Values); n > 0 {
			return t.Curve.Values[n-1]
		}
		return math.NaN()
	}},
	{"the total energy", func(t *trial.Trial) float64 { return t.TrainEnergy.Total }},
	{"the total time", func(t *trial.Trial) float64 { return t.TrainTime.Total }},
}
