package commands

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/models"
	"eahas/models/interval"
	"eahas/models/interval/trees"
)

// withIntervals saves the committed bundle again, with intervals of its energy from quantile trees.
func withIntervals(t *testing.T) string {
	t.Helper()
	b, err := artifacts.OpenBundle(bundle)
	if err != nil {
		t.Fatal(err)
	}
	spec := b.Surrogate.Spec()
	var trials []interval.Trial
	for i := range 60 {
		trials = append(trials, interval.Trial{X: make([]float64, len(spec.Encoder.Columns())), Guess: []float64{1},
			Time:     []float64{0},
			Residual: []float64{0.01 * float64(i%11-5)}, Group: i, Fold: i % 3})
	}
	m, err := interval.Fit(t.Context(), trials, interval.Settings{Source: interval.Quantiles,
		Knots: interval.CostKnots, Grow: trees.Grow}, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	spec.Intervals = []artifacts.TargetInterval{{Target: artifacts.EnergyPerEpoch, Model: m}}
	s, err := artifacts.New(spec, b.Surrogate.Heads())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "sure")
	if err := s.Save(t.Context(), dir, artifacts.SaveInfo{CodeVersion: "test"}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestIntervalsAreShown(t *testing.T) {
	dir := withIntervals(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"info", dir}, "intervals of energy_per_epoch  50, 80, 95 %, made from quantiles"},
		{append([]string{"query", "-level", "0.8", dir}, one...), "(80 %)"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Run(context.Background(), strings.NewReader(""), &stdout, &stderr,
			append([]string{"export"}, c.args...)); code != 0 {
			t.Fatal(&stderr)
		}
		if !strings.Contains(stdout.String(), c.want) {
			t.Errorf("%v: no %q in\n%s", c.args, c.want, &stdout)
		}
	}
}
