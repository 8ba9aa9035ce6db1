package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"eahas/artifacts"
	"eahas/features"
	"eahas/simulate"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// SimulateLogs asks for synthetic logs as files.
type SimulateLogs struct {
	Space       string // a built-in space; default eahas-cifar10
	Trials      int
	Repeats     int // runs of a repeated configuration; default 1
	RepeatEvery int
	Seed        uint64
	Layout      trial.Layout
	Format      arrowio.Format
	Stem        string // path without the extension
	Replace     bool
}

// Write simulates the trials and writes them. It returns the files' paths. Files that exist are refused with
// artifacts.ErrExists unless Replace is set.
func (s SimulateLogs) Write(ctx context.Context) ([]string, error) {
	space, err := features.Builtin(s.Space)
	if err != nil {
		return nil, err
	}
	trials, err := simulate.Trials(space, s.Trials, simulate.Options{Seed: s.Seed, Repeats: s.Repeats, RepeatEvery: s.RepeatEvery})
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(s.Stem), 0o755); err != nil {
		return nil, err
	}
	old, err := filepath.Glob(s.Stem + "*" + s.Format.Ext())
	if err != nil {
		return nil, err
	}
	if len(old) > 0 && !s.Replace {
		return nil, fmt.Errorf("%w: %s; choose another with -out, or -replace it", artifacts.ErrExists, old[0])
	}
	w, err := arrowio.WriteTrials(s.Stem, s.Layout, s.Format, trials, simulatedMetric)
	if err != nil {
		return nil, err
	}
	return w.Files, nil
}

// simulatedMetric is what simulated curves show.
var simulatedMetric = trial.Metric{Column: "top1_err", Kind: "error", Unit: "percent"}
