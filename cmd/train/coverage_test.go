package main

import (
	"path/filepath"
	"testing"

	"eahas/report"
)

// The 95 % intervals hold 93 to 97 % of the held-out truths, each checked by intervals made from the other folds.
func TestIntervalsCoverRealLogs(t *testing.T) {
	for _, c := range []struct {
		name, log string
		targets   []string
	}{
		{"deepobs", "deepobs.parquet", []string{"curve"}},
		{"zeus", "zeus_power.parquet", []string{"energy_per_epoch", "time_per_epoch"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, data := example(t, c.name, c.log)
			out := filepath.Join(t.TempDir(), c.name)
			mustTrain(t, "evaluate", "-quiet", "-config", config, "-data", data, "-out", out, "-variants", "bezier+gbdt")
			rep, err := report.Read(filepath.Join(out, report.JSONFile))
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range c.targets {
				found := false
				for _, cal := range rep.Calibration {
					for _, l := range cal.Levels {
						if cal.Target != target || l.Level != 0.95 {
							continue
						}
						found = true
						t.Logf("%s: %.4f of %d inside, mean width %.4g %s", target, l.Observed, l.N, l.Width, cal.Unit)
						if !(l.Observed >= 0.93 && l.Observed <= 0.97) {
							t.Errorf("%s: the 95 %% intervals hold %g", target, l.Observed)
						}
					}
				}
				if !found {
					t.Errorf("%s: no intervals", target)
				}
			}
		})
	}
}
