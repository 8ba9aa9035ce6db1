package pipeline

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
)

// TestTotalsAreConserved: a surrogate that has memorised the log (one nearest neighbour) answers each logged
// configuration with the total energy and time that the log sums to, however the log writes them: by epoch or running
// sums, epochs from 1, from 0, or a row every fifth.
func TestTotalsAreConserved(t *testing.T) {
	const runs, rows = 16, 10
	for name, c := range map[string]struct {
		shape       string
		first, step int
		fixed       int // epochs of a run
	}{
		"by epoch":         {"per_epoch", 1, 1, rows},
		"running sums":     {"cumulative", 1, 1, rows},
		"every fifth":      {"cumulative", 5, 5, 5 * rows},
		"by epoch, from 0": {"per_epoch", 0, 1, rows},
	} {
		t.Run(name, func(t *testing.T) {
			var text strings.Builder
			text.WriteString("id,lr,epoch,acc,joules,seconds\n")
			energy, time := make([]float64, runs), make([]float64, runs)
			for run := range runs {
				for row := range rows {
					j := 900 + 61*float64(run*7%runs) + 13*float64(row*row)
					s := 5 + float64(run*5%runs) + .25*float64(row)
					energy[run], time[run] = energy[run]+j, time[run]+s
					if c.shape == "cumulative" {
						j, s = energy[run], time[run]
					}
					fmt.Fprintf(&text, "r%d,%g,%d,%g,%g,%g\n", run, rateOf(run), c.first+row*c.step,
						.3+.05*float64(row)+.002*float64(run), j, s)
				}
			}
			res := ranOn(t, fmt.Sprintf(`
name: conserved
logs:
  - {path: runs.csv, layout: long, id: id, params: [lr],
     curve: {column: acc, kind: accuracy, unit: fraction, epochs: {column: epoch}},
     energy: {column: joules, unit: J, shape: %s}, time: {column: seconds, unit: s, shape: %[1]s}}
space: {params: [{name: lr, kind: linear, low: 0, high: 1}]}
epochs: {fixed: %d}
evaluate: {folds: 2}
variants:
  - name: memory
    base: grid+knn
    regressor: {kind: knn, knn: &one {neighbours: 1, weighting: uniform, no_scales: true}}
    cost: {kind: knn, knn: *one}
    intervals: none
freeze: memory
`, c.shape, c.fixed), text.String())
			s, err := artifacts.Open(res.Out)
			if err != nil {
				t.Fatal(err)
			}
			for run := range runs {
				a, err := s.Query(features.Config{"lr": features.Number(rateOf(run))})
				if err != nil {
					t.Fatal(err)
				}
				if e := math.Abs(a.EnergyTotal/energy[run] - 1); !(e < 1e-6) {
					t.Errorf("run %d: %g J answered, %g J logged", run, a.EnergyTotal, energy[run])
				}
				if e := math.Abs(a.TimeTotal/time[run] - 1); !(e < 1e-6) {
					t.Errorf("run %d: %g s answered, %g s logged", run, a.TimeTotal, time[run])
				}
			}
		})
	}
}

func rateOf(run int) float64 { return .03 + .06*float64(run) }
