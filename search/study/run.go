package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/goccy/go-yaml"

	"eahas/features"
	"eahas/internal/atomicfile"
	"eahas/internal/par"
	"eahas/internal/stream"
	"eahas/search"
)

// ConfigFile is the name of the resolved study in its folder, OverheadFile that of what the methods themselves needed.
const (
	ConfigFile   = "study.yaml"
	OverheadFile = "overhead.json"
)

// Progress is told how many of the study's runs are done; from one goroutine at a time. It may be nil.
type Progress func(done, total int)

// Thinking is what a method itself needed, over all of its runs that were not kept from an earlier call.
type Thinking struct {
	Jobs int `json:"jobs"`
	// in Ask and Tell, by the wall clock: more than the core needed where others work beside
	Seconds float64 `json:"seconds"`
}

// play is one run of the study.
type play struct {
	task   *Task
	method MethodConfig
	seed   int
}

// plays lists the runs in the order of tasks, methods and seeds.
func (c *Config) plays(tasks []*Task) []play {
	var out []play
	for _, t := range tasks {
		for _, m := range c.Methods {
			for s := range c.Seeds {
				out = append(out, play{t, m, s})
			}
		}
	}
	return out
}

// TracePath returns where the trace of a run lies in the study's folder.
func TracePath(dir, task, method string, seed int) string {
	return filepath.Join(dir, task, method, fmt.Sprintf("%04d.jsonl", seed))
}

// Share is one of Count equal shares of a study's runs, for machines that play into one folder. The zero Share is all.
type Share struct{ Index, Count int } // 0 <= Index < Count

// of are the share's runs: every Count-th.
func (s Share) of(all []play) (mine []play) {
	for i := s.Index; i < len(all); i += max(1, s.Count) {
		mine = append(mine, all[i])
	}
	return mine
}

// overheadFile is the name of what the methods themselves needed in the share.
func (s Share) overheadFile() string {
	if s.Count <= 1 {
		return OverheadFile
	}
	return fmt.Sprintf("overhead-%d-of-%d.json", s.Index, s.Count)
}

// overheadFiles is the pattern of the names of all shares.
const overheadFiles = "overhead*.json"

// Run plays the share's runs of the study into dir, on up to workers goroutines (<= 0: all cores). Finished runs are
// kept, stopped ones continued. The traces do not depend on the number of workers, or of shares.
func Run(ctx context.Context, c *Config, tasks []*Task, dir string, share Share, workers int, progress Progress) error {
	if err := writeConfig(c, dir); err != nil {
		return err
	}
	todo := share.of(c.plays(tasks))
	var mu sync.Mutex
	done := 0
	thought := map[string]Thinking{}
	err := par.Each(ctx, len(todo), workers, func(ctx context.Context, i int) error {
		p := todo[i]
		if p.method.Kind == search.External { // played by somebody else
			return nil
		}
		o, skipped, err := c.play(ctx, p, TracePath(dir, p.task.Name(), p.method.As, p.seed))
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(done, len(todo))
		}
		if !skipped {
			t := thought[p.method.As]
			thought[p.method.As] = Thinking{t.Jobs + o.Jobs, t.Seconds + o.Asking.Seconds()}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return addOverhead(filepath.Join(dir, share.overheadFile()), thought)
}

// RunSeed returns the seed of run number n of every method.
func (c *Config) RunSeed(n int) uint64 { return stream.Seed(c.Seed, "run", strconv.Itoa(n)) }

// Accounts returns how run number n on a task is charged.
func (c *Config) Accounts(t *Task, n int) search.Accounts {
	return search.Accounts{Budget: t.Budget, Noise: c.Noise == "on", Eval: c.Eval, Restart: c.Restart,
		Workers: c.Workers, IdleW: c.IdleW, Seed: c.RunSeed(n)}
}

// play plays one run.
func (c *Config) play(ctx context.Context, p play, path string) (search.Overhead, bool, error) {
	a := c.Accounts(p.task, p.seed)
	m, settings, err := search.New(p.method.Kind, p.method.Settings,
		search.Setup{Task: p.task.Task, Seed: a.Seed, Workers: c.Workers})
	if err != nil {
		return search.Overhead{}, false, err
	}
	if p.method.Restart != nil {
		a.Restart = *p.method.Restart
	}
	h := search.Header{Method: p.method.As, Kind: p.method.Kind, Settings: settings, Accounts: a}
	o, skipped, err := search.Play{Task: p.task.Task, Header: h, Method: m}.RunFile(ctx, path)
	if err != nil {
		err = fmt.Errorf("task %s, method %s, seed %d: %w", p.task.Name(), p.method.As, p.seed, err)
	}
	return o, skipped, err
}

// writeConfig keeps the study as it was resolved.
func writeConfig(c *Config, dir string) error {
	b, err := yaml.Marshal(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, ConfigFile), b)
}

// addOverhead adds to what an earlier call has left.
func addOverhead(path string, now map[string]Thinking) error {
	all, err := readOverhead(path)
	if err != nil {
		return err
	}
	for name, t := range now {
		all[name] = Thinking{all[name].Jobs + t.Jobs, all[name].Seconds + t.Seconds}
	}
	b, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, append(b, '\n'))
}

// allOverheads adds up what the methods needed in all shares of a study.
func allOverheads(dir string) (map[string]Thinking, error) {
	files, err := fs.Glob(os.DirFS(dir), overheadFiles) // the folder's own name is no pattern
	if err != nil {
		return nil, err
	}
	sum := map[string]Thinking{}
	for _, f := range files {
		part, err := readOverhead(filepath.Join(dir, f))
		if err != nil {
			return nil, err
		}
		for name, t := range part {
			sum[name] = Thinking{sum[name].Jobs + t.Jobs, sum[name].Seconds + t.Seconds}
		}
	}
	return sum, nil
}

func readOverhead(path string) (map[string]Thinking, error) {
	all := map[string]Thinking{}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}

func sortedNames(c features.Config) []string { return slices.Sorted(maps.Keys(c)) }
