// Command search measures how long the methods of package search take on the tasks of a study, in processor seconds:
// with the world that they search, and alone, where the world's answers were kept from a first play. peers.py runs it
// in turns with other libraries.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"eahas/features"
	"eahas/search"
	"eahas/search/study"
)

func main() {
	config := flag.String("config", "bench/search/study.yaml", "the study whose tasks and budget count")
	methods := flag.String("methods", "rs,rea,hb,nsga2,tpe,bohb,ei", "with commas between")
	tasks := flag.String("tasks", "", "with commas between; all tasks of the study without it")
	seeds := flag.Int("seeds", 5, "plays of each method")
	dir := flag.String("out", os.TempDir(), "where the tasks' bounds are kept")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	if err := run(*config, *tasks, strings.Split(*methods, ","), *seeds, *dir, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Speed is a line of what the command prints.
type Speed struct {
	Task   string  `json:"task"`
	Method string  `json:"method"`
	Jobs   int     `json:"jobs"`
	Whole  float64 `json:"whole_s"` // processor seconds with the world
	Alone  float64 `json:"alone_s"` // and without: the method, the accounts and the trace
}

func run(config, only string, methods []string, seeds int, dir string, w io.Writer) error {
	ctx := context.Background()
	c, err := study.Read(config)
	if err != nil {
		return err
	}
	tasks, err := study.OpenTasks(ctx, c, dir, nil)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if only != "" && !slices.Contains(strings.Split(only, ","), t.Name()) {
			continue
		}
		for _, name := range methods {
			kept := &keptTask{Task: t.Task, runs: map[string]*search.Run{}}
			s := Speed{Task: t.Name(), Method: name}
			for seed := range seeds {
				jobs, whole, err := play(ctx, c, t, kept, name, seed)
				if err != nil {
					return err
				}
				_, alone, err := play(ctx, c, t, kept, name, seed)
				if err != nil {
					return err
				}
				s.Jobs, s.Whole, s.Alone = s.Jobs+jobs, s.Whole+whole, s.Alone+alone
			}
			if err := json.NewEncoder(w).Encode(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// play plays a method once and returns its jobs and the processor seconds.
func play(ctx context.Context, c *study.Config, t *study.Task, world search.Task, name string, seed int) (int, float64,
	error) {
	a := c.Accounts(t, seed)
	began := processorSeconds()
	m, settings, err := search.New(name, nil, search.Setup{Task: world, Seed: a.Seed, Workers: 1})
	if err != nil {
		return 0, 0, err
	}
	h := search.Header{Method: name, Kind: name, Settings: settings, Accounts: a}
	o, err := search.Play{Task: world, Header: h, Method: m}.Run(ctx, io.Discard)
	return o.Jobs, processorSeconds() - began, err
}

// keptTask keeps what the world has answered.
type keptTask struct {
	search.Task
	asker search.Asker
	runs  map[string]*search.Run
}

// Asker implements search.Task.
func (t *keptTask) Asker() search.Asker {
	if t.asker == nil {
		t.asker = t.Task.Asker()
	}
	return t
}

// Ask implements search.Asker. Ledgers do not change a run.
func (t *keptTask) Ask(c features.Config, seed uint64, noise bool) (*search.Run, error) {
	key := fmt.Sprint(seed, noise) // the seed is made of the configuration
	if r, ok := t.runs[key]; ok {
		return r, nil
	}
	r, err := t.asker.Ask(c, seed, noise)
	t.runs[key] = r
	return r, err
}
