package guess

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"eahas/features"
	"eahas/trial"
)

// A column that is a result in other words is found, a setting that matters is not, and the user has the last word.
func TestLeaks(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	var trials []trial.Trial
	for range 60 {
		lr, batch := draw.Float64(), float64(int(32)<<draw.IntN(4))
		seconds := 100*math.Exp(lr) + 10*batch/32 + 5*draw.Float64()
		trials = append(trials, trial.Trial{
			Config: features.Pack(features.Config{"lr": features.Number(lr), "batch": features.Number(batch),
				"gpu_hours": features.Number(seconds / 3600 * 4)}),
			TrainTime:   trial.Cost{Mean: math.NaN(), Total: seconds},
			TrainEnergy: trial.Cost{Mean: math.NaN(), Total: math.NaN()}})
	}
	space := features.Space{Params: []features.Param{{Name: "lr"}, {Name: "batch"}, {Name: "gpu_hours"}}}
	got := Leaks(space, nil, trials)
	if len(got) != 1 || !strings.HasPrefix(got[0], "axis gpu_hours alone foretells the total time") {
		t.Errorf("%q", got)
	}
	if got := Leaks(space, []string{"gpu_hours"}, trials); len(got) != 0 {
		t.Errorf("a setting that the user names: %q", got)
	}
	if got := Leaks(space, nil, trials[:leakRuns-1]); len(got) != 0 {
		t.Errorf("too few runs to tell: %q", got)
	}
}
