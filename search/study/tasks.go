package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/atomicfile"
	"eahas/search"
	"eahas/search/formulas"
	"eahas/trial/target"
)

// Task is an opened world with what is known about it.
type Task struct {
	search.Task
	Config TaskConfig
	Bounds *search.Bounds
	Budget float64     // in the unit of its cost
	Judge  search.Task // nil without one
	// regrets below it cannot be told apart: how far off the surrogate is where it is best; 0 for tables
	Floor   float64
	FloorBy string // where the floor comes from
}

// OpenTable opens a table that is not a .jsonl file, for a command that can read other formats.
type OpenTable func(ctx context.Context, t TaskConfig) (search.Task, error)

// OpenTasks opens every task of the study and finds its bounds, or reads them from dir where they were kept.
func OpenTasks(ctx context.Context, c *Config, dir string, tables OpenTable) ([]*Task, error) {
	var out []*Task
	seen := map[string]bool{}
	for i, tc := range c.Tasks {
		t, err := openTask(ctx, tc, tables)
		if err != nil {
			return nil, fmt.Errorf("task %d: %w", i+1, err)
		}
		name := t.Name()
		if !nameRule.MatchString(name) || seen[name] {
			return nil, fmt.Errorf("%w: task %q is listed twice, or its name does not make a folder; give it another "+
				"with name: NAME", ErrConfig, name)
		}
		seen[name] = true
		if t.Bounds, err = bounds(ctx, t, c.Bounds, filepath.Join(dir, name, "bounds.json")); err != nil {
			return nil, fmt.Errorf("task %s: %w", name, err)
		}
		if t.Budget, err = c.Budget.In(t.Cost(), t.Bounds.Mean); err != nil {
			return nil, fmt.Errorf("%w: task %s: %w", ErrConfig, name, err)
		}
		if err := t.findFloor(); err != nil {
			return nil, fmt.Errorf("task %s: %w", name, err)
		}
		out = append(out, t)
	}
	return out, nil
}

func openTask(ctx context.Context, tc TaskConfig, tables OpenTable) (*Task, error) {
	t := &Task{Config: tc}
	var err error
	switch {
	case tc.Bundle != "":
		if t.Task, err = openBundle(tc, tc.Bundle); err != nil {
			return nil, err
		}
		if tc.Judge != "" {
			if t.Judge, err = openJudge(tc); err != nil {
				return nil, fmt.Errorf("judge: %w", err)
			}
		}
	case tc.Formulas != "":
		space, unknown := features.Builtin(tc.Formulas)
		if unknown != nil {
			return nil, fmt.Errorf("%w: formulas: %w", ErrConfig, unknown)
		}
		t.Task, err = formulas.New(space, search.BundleOptions{Name: tc.Name, Fixed: tc.Fixed, Cost: tc.Cost})
	case filepath.Ext(tc.Table.Path) == ".jsonl":
		t.Task, err = openTableFile(tc)
	case tables != nil && len(tc.Table.Logs) > 0:
		t.Task, err = tables(ctx, tc)
	default:
		err = fmt.Errorf("%w: a table is a path: FILE.jsonl, or logs: as in a run's config", ErrConfig)
	}
	return t, err
}

// openJudge opens what scores the finds of a bundle.
func openJudge(tc TaskConfig) (search.Task, error) {
	judge := tc
	judge.SHA256 = ""
	if tc.Judge != formulas.Name {
		return openBundle(judge, tc.Judge)
	}
	s, err := artifacts.Open(tc.Bundle)
	if err != nil {
		return nil, err
	}
	if !s.Spec().Synthetic {
		return nil, fmt.Errorf("%w: judge: formulas judges bundles of simulated trials only, and %s learnt from "+
			"others; give a bundle", ErrConfig, tc.Bundle)
	}
	return formulas.New(s.Spec().Space, search.BundleOptions{Name: tc.Name, Fixed: tc.Fixed, Cost: tc.Cost})
}

func openBundle(tc TaskConfig, path string) (search.Task, error) {
	if tc.SHA256 != "" {
		b, err := os.ReadFile(filepath.Join(path, artifacts.ManifestName))
		if err != nil {
			return nil, err
		}
		if err := checkSum(tc, b, path); err != nil {
			return nil, err
		}
	}
	return search.OpenBundle(path, search.BundleOptions{Name: tc.Name, Fixed: tc.Fixed, Cost: tc.Cost,
		Metric: tc.Metric,
		Second: tc.Second})
}

// bounds reads the bounds at path, or finds and keeps them.
func bounds(ctx context.Context, t search.Task, o search.BoundsOptions, path string) (*search.Bounds, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		if kept, err := search.DecodeBounds(b, t, o); err == nil {
			return kept, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	found, err := search.FindBounds(ctx, t, o)
	if err != nil {
		return nil, err
	}
	if b, err = json.MarshalIndent(found, "", " "); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return found, atomicfile.Write(path, append(b, '\n'))
}

// findFloor says below which regret nothing can be told: the judge's mean distance from the surrogate on the best
// decile of random configurations, or without a judge the bundle's held-out mean absolute error of what is searched by:
// of the trials that it likes best where the bundle says so, else of all.
func (t *Task) findFloor() error {
	if t.Judge != nil {
		d, err := search.Doubt(t.Task, t.Judge, search.DoubtDraws)
		if err != nil {
			return err
		}
		t.Floor, t.FloorBy = d.BestDecile, "the judge's mean distance on the best decile of random configurations"
		return nil
	}
	if t.Config.Bundle == "" {
		return nil
	}
	b, err := artifacts.OpenBundle(t.Config.Bundle)
	if err != nil {
		return err
	}
	frozen := ""
	for _, v := range b.Info.Variants {
		if v.Frozen {
			frozen = v.Name
		}
	}
	of := artifacts.Curve
	if t.Config.Metric != "" {
		of = target.Target(t.Config.Metric)
	}
	if d, _ := b.Surrogate.Spec().Own.Of(of); d.Span == target.EveryEpoch && d.Scale == target.Log {
		return nil // errors of such a curve are those of its logarithm
	}
	for _, m := range b.Info.Metrics {
		if m.Variant != frozen || m.Target != of || m.Metric != eval.MetricMAE || !(m.Value > 0) {
			continue
		}
		if m.Group == search.BestDecile {
			t.Floor, t.FloorBy = m.Value, "the bundle's held-out mean absolute error on the trials that it likes best"
			break
		}
		if m.Group == eval.GroupAll {
			t.Floor, t.FloorBy = m.Value, "the bundle's held-out mean absolute error over all configurations"
		}
	}
	return nil
}
