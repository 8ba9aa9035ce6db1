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

// maxSimulated is how many runs a config may ask for: more is a slip of the key.
const maxSimulated = 100_000_000

// Simulate asks for synthetic trials in place of real logs. With a layout they are written as log files first, and the
// config's own logs say how to read them: a rehearsal of the whole way from files.
type Simulate struct {
	// wide, long, power or pycls; empty: no files
	Layout trial.Layout `yaml:"layout,omitempty" json:"layout,omitempty"`
	// parquet (default), feather or stream
	Format string `yaml:"format,omitempty" json:"format,omitempty"`
	// none, zstd (default), lz4, snappy
	Compression string `yaml:"compression,omitempty" json:"compression,omitempty"`
	// beginning of the files' names; default "synthetic"
	Stem   string `yaml:"stem,omitempty" json:"stem,omitempty"`
	Trials int    `yaml:"trials" json:"trials"` // how many configurations are drawn
	// runs (seeds) of a repeated configuration; default 1
	Repeats int `yaml:"repeats" json:"repeats"`
	// every how many configurations one is repeated; default 1
	RepeatEvery int `yaml:"repeat_every" json:"repeat_every"`
}

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
	trials, err := simulate.All(ctx, space, s.Trials, simulate.Options{Seed: s.Seed, Repeats: s.Repeats,
		RepeatEvery: s.RepeatEvery})
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
	w, err := arrowio.WriteSource(s.Stem, s.Layout, s.Format, arrowio.Source(trials), simulatedMetric)
	if err != nil {
		return nil, err
	}
	return w.Files, nil
}

// simulatedMetric is what simulated curves show.
var simulatedMetric = trial.Metric{Column: "top1_err", Kind: "error", Unit: "percent"}
