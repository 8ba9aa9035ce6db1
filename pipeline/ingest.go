package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"eahas/internal/mapped"
	"eahas/models"
	"eahas/pipeline/guess"
	"eahas/pipeline/stage"
	"eahas/simulate"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// ingested is what the first stage hands on.
type ingested struct {
	arrowio.Result
	Synthetic bool
	key       stage.Key // of everything that the encoded and split data depend on

	parts []any          // that the reading depends on
	later map[string]int // ids of the trials that were added, with the number of the addition, from 1 on
	again int            // added trials that were there already
}

// List gives the trials: a stage writes them some at a time.
func (in *ingested) List() any { return &in.Trials }

// Series gives the trials' curves and costs per epoch: a stage keeps them in a file of their own where there are many.
func (in *ingested) Series(each func(list *[]float64)) {
	for i := range in.Trials {
		t := &in.Trials[i]
		each(&t.Curve.Epochs)
		each(&t.Curve.Values)
		for k := range t.Curves {
			each(&t.Curves[k].Epochs)
			each(&t.Curves[k].Values)
		}
		for _, c := range []*trial.Cost{&t.TrainEnergy, &t.TrainTime, &t.TestEnergy} {
			each(&c.PerEpoch)
		}
	}
}

// Ingest only reads the logs of a config and says what is in them.
func Ingest(ctx context.Context, c *Config, o Options) (*arrowio.Result, error) {
	in, err := newRun(c, o, "").ingest(ctx)
	if err != nil {
		return nil, err
	}
	return &in.Result, nil
}

// Leaks says which axes of a config foretell a result of the trials that were read almost exactly; see package guess.
func Leaks(c *Config, in *arrowio.Result) []string {
	return guess.Leaks(c.Space.Space, c.Settings, in.Trials)
}

// ingest reads the logs, or simulates them. The files are hashed first: the hashes are the stage's key and go into the
// bundle.
func (r *run) ingest(ctx context.Context) (*ingested, error) {
	dir := r.options.DataDir
	if sim := r.config.Simulate; sim != nil {
		if sim.Layout == "" {
			return r.simulate(ctx)
		}
		if err := r.simulateLogs(ctx); err != nil {
			return nil, err
		}
		dir = r.stages.Store.Dir
	}
	out, err := r.read(ctx, 0, r.config.Logs, dir)
	if err != nil {
		return nil, err
	}
	parts := out.parts
	for i, a := range r.config.Added {
		more, err := r.read(ctx, i+1, a.Logs, dir)
		if err != nil {
			return nil, fmt.Errorf("added[%d]: %w", i, err)
		}
		if err := out.add(more, i+1, named(a.Logs)); err != nil {
			return nil, fmt.Errorf("%w: added[%d]: %w", ErrConfig, i, err)
		}
		parts = append(parts, more.parts)
	}
	if r.options.Strict && len(out.Rejections) > 0 {
		return nil, strict(out.Rejections)
	}
	out.parts = parts
	out.key, err = r.keyOfData(parts)
	return out, err
}

// named reports whether runs of some logs have ids of their own.
func named(logs []trial.Mapping) bool {
	return slices.ContainsFunc(logs, func(m trial.Mapping) bool { return m.ID != "" || m.Import })
}

// read reads the logs of one part of the config: number 0, or what was added, from 1 on.
func (r *run) read(ctx context.Context, part int, of []trial.Mapping, dir string) (*ingested, error) {
	logs, names, err := r.imported(ctx, part, of, dir)
	if err != nil {
		return nil, err
	}
	inputs, err := arrowio.Inputs(ctx, logs, dir, r.stages.Goroutines())
	if err != nil {
		return nil, err
	}
	axes := make([]string, len(r.config.Space.Space.Params))
	for i, p := range r.config.Space.Space.Params {
		axes[i] = p.Name
	}
	out := new(ingested)
	columns := slices.Concat(r.config.Targets.columns(), r.config.knownColumns())
	out.parts = []any{of, axes, inputs}
	if len(columns) > 0 {
		out.parts = append(out.parts, columns)
	}
	name := "ingest"
	if part > 0 {
		name = fmt.Sprintf("ingest added %d", part)
	}
	err = r.stages.Do(ctx, stage.Piece{Name: name, Parts: out.parts}, out, func(o models.Options) error {
		opts := arrowio.Options{Axes: axes, Targets: columns, Workers: r.stages.Goroutines(),
			Progress: func(done, total int64) { o.Progress(int(done), int(total)) }}
		if bytesOf(inputs) >= r.largeLogs {
			opts.Keep = mapped.NewArena(r.stages.Store.Dir).Keep
		}
		got, err := arrowio.Ingest(ctx, logs, dir, opts)
		if err != nil {
			return err
		}
		if err := sameInputs(inputs, got.Inputs); err != nil {
			return err
		}
		rename(got, names)
		out.Result, out.Synthetic = *got, r.config.Simulate != nil
		return nil
	})
	if err != nil {
		// An empty folder that was made for nothing. Only here, where no other stage is under way that may need it.
		_ = os.Remove(r.stages.Store.Dir)
	}
	return out, err
}

// largeLogs is how many bytes of logs are read into a file in place of the heap.
const largeLogs = 32 << 20

func bytesOf(inputs []arrowio.Input) (n int64) {
	for _, f := range inputs {
		n += f.Bytes
	}
	return n
}

// sameInputs sees to it that the files read are the files hashed.
func sameInputs(hashed, read []arrowio.Input) error {
	if len(hashed) != len(read) {
		return fmt.Errorf("%d input files were hashed, %d read: they change while the run reads them", len(hashed),
			len(read))
	}
	for i := range read {
		if hashed[i] != read[i] {
			return fmt.Errorf("input %s changed while it was read", read[i].Path)
		}
	}
	return nil
}

// simulate makes synthetic trials without files.
func (r *run) simulate(ctx context.Context) (*ingested, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sim := r.config.Simulate
	trials, err := simulate.Trials(r.config.Space.Space, sim.Trials, r.simulation())
	if err != nil {
		return nil, err
	}
	out := &ingested{Synthetic: true}
	out.Trials, out.Rows, out.Metric = trials, int64(len(trials)), simulatedMetric
	out.key, err = r.keyOfData(r.config.Simulate)
	return out, err
}

// simulation are the settings of the config's simulated trials.
func (r *run) simulation() simulate.Options {
	sim := r.config.Simulate
	return simulate.Options{Seed: r.config.Seed, Repeats: sim.Repeats, RepeatEvery: sim.RepeatEvery,
		Workers: r.stages.Goroutines()}
}

// simulateLogs writes synthetic trials as log files beside the stages, from where the config's logs read them.
func (r *run) simulateLogs(ctx context.Context) error {
	sim := r.config.Simulate
	trials, err := simulate.All(ctx, r.config.Space.Space, sim.Trials, r.simulation())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.stages.Store.Dir, 0o755); err != nil {
		return err
	}
	_, err = arrowio.WriteSource(filepath.Join(r.stages.Store.Dir, cmp.Or(sim.Stem, "synthetic")), sim.Layout,
		arrowio.Format{Kind: sim.Format, Compression: sim.Compression}, arrowio.Source(trials),
		simulatedMetric)
	return err
}

// keyOfData is the identity of the encoded and split data.
func (r *run) keyOfData(source any) (stage.Key, error) {
	c := r.config
	parts := []any{source, c.Space.Space, c.Seed, c.Epochs, c.Targets.wanted(), c.Evaluate.By, c.Evaluate.Folds,
		c.Evaluate.Holdout}
	if e := c.Evaluate; e.By == "group" {
		parts = append(parts, e.GroupBy)
	}
	if e := c.Evaluate; e.Runs > 0 {
		parts = append(parts, e.Runs, e.Draw)
	}
	return stage.KeyOf(parts...)
}
