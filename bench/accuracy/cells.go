package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"eahas/eval"
	"eahas/internal/atomicfile"
	"eahas/internal/nullable"
	"eahas/pipeline"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/trial/target"
)

// Cell is one target of one log at one size and draw: what every competitor missed there.
type Cell struct {
	Set    string        `json:"set"`
	Split  string        `json:"split"` // random, or group: whole values of group_by are held out
	Runs   int           `json:"runs"`  // asked; 0: all
	Draw   int           `json:"draw"`
	Target target.Target `json:"target"`
	N      int           `json:"n"` // trials that were scored
	// configurations of all targets, repeats counted once; 0 in files of old
	Configs int `json:"configurations,omitempty"`
	// run_rmse of curves, mape of what is learnt as logarithms (costs), rmse of other numbers, by competitor; trivial
	// ones, too
	Error map[string]*float64 `json:"error"`
	Rank  map[string]*float64 `json:"rank"` // place_tau of curves, else tau
	// of what is learnt as logarithms the RMSE of these, in their standard deviations: one run far off decides less
	Logs     map[string]*float64 `json:"log_error,omitempty"`
	Relative bool                `json:"relative,omitempty"` // the errors are shares of the truth
	Peers    []string            `json:"peers,omitempty"`    // those competitors that are regressors of other tools
	// seconds of a fold, training and answering, all targets together; by competitor, less the trivial ones
	Seconds map[string]float64 `json:"seconds,omitempty"`
	Wall    float64            `json:"wall_seconds"`
}

// name tells a set, size, draw and split apart.
func (c *Cell) name() string { return fmt.Sprintf("%s %s %d %d", c.Set, c.Split, c.Runs, c.Draw) }

// sweep says which cells to measure.
type sweep struct {
	configs  []string
	variants string
	sizes    []int // 0: all
	first    int   // number of the first draw
	draws    int
	splits   []string // random: configurations are held out; group: whole values of group_by
	file     string
	peers    []experiment.Peer
	options  pipeline.Options
	table    string // file of the Markdown; "": none
	figure   string // file of the SVG; "": none
}

// run measures what the file does not hold yet, appends a line a cell, and writes the summary of the whole file.
func (s *sweep) run(ctx context.Context, stdout, stderr io.Writer) error {
	cells, err := readCells(s.file)
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for i := range cells {
		done[cells[i].name()] = true
	}
	for _, path := range s.configs {
		for _, runs := range s.sizes {
			for draw := s.first; draw < s.first+s.draws; draw++ {
				for _, split := range s.splits {
					c := Cell{Set: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), Split: split,
						Runs: runs,
						Draw: draw}
					if done[c.name()] || runs == 0 && draw > s.first {
						continue
					}
					got, err := s.measure(ctx, path, c)
					if ctx.Err() != nil {
						return ctx.Err()
					}
					if err != nil {
						fmt.Fprintf(stderr, "%s: left out: %v\n", c.name(), err)
						continue
					}
					if err := appendCells(s.file, got); err != nil {
						return err
					}
					cells = append(cells, got...)
					fmt.Fprintf(stderr, "%s: %d targets, %.0f s\n", c.name(), len(got), got[0].Wall)
				}
			}
		}
	}
	if err := errors.Join(intoFile(s.table, writeTable, cells), intoFile(s.figure, writeFigure, cells)); err != nil {
		return err
	}
	return summarise(stdout, cells)
}

// intoFile writes all cells to a file; none for an empty path.
func intoFile(path string, write func(io.Writer, []Cell) error, cells []Cell) error {
	if path == "" {
		return nil
	}
	var b bytes.Buffer
	if err := write(&b, cells); err != nil {
		return err
	}
	return atomicfile.Write(path, b.Bytes())
}

// measure scores all competitors on one draw.
func (s *sweep) measure(ctx context.Context, path string, c Cell) ([]Cell, error) {
	config, err := pipeline.Load(path)
	if err != nil {
		return nil, err
	}
	config.Evaluate.Runs, config.Evaluate.Draw, config.Evaluate.Bootstrap = c.Runs, c.Draw, -1
	if c.Runs > 0 { // of few groups, a fold of the logs may hold none
		config.Evaluate.By = "hash"
	}
	if c.Split == "group" {
		if config.Evaluate.GroupBy == "" {
			return nil, errors.New("the config has no group_by to hold out")
		}
		config.Evaluate.By = "group"
	}
	if s.variants != "" {
		if err := config.Choose(strings.Split(s.variants, ",")); err != nil {
			return nil, err
		}
	}
	for i := range config.Variants {
		config.Variants[i].Intervals = recipe.NoIntervals
	}
	dir, err := os.MkdirTemp("", "cell")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	o := s.options
	o.Out = filepath.Join(dir, "out")
	watch := newStopwatch()
	o.Observer = watch.see
	began := time.Now()
	res, err := pipeline.Beside(ctx, config, o, s.peers)
	if err != nil {
		return nil, err
	}
	if res.Trials < c.Runs {
		return nil, fmt.Errorf("there are only %d runs: ask for all", res.Trials)
	}
	c.Seconds, c.Configs = watch.folds(), res.Configs
	for _, p := range s.peers {
		c.Peers = append(c.Peers, p.Name)
	}
	return cellsOf(c, res.Rows, time.Since(began).Seconds()), nil
}

// cellsOf takes the figures of each target out of the rows.
func cellsOf(c Cell, rows []eval.Row, wall float64) []Cell {
	var out []Cell
	at := map[target.Target]int{}
	relative := map[target.Target]bool{}
	for _, r := range rows {
		relative[r.Target] = relative[r.Target] || r.Metric == eval.MetricMAPE
	}
	for _, r := range rows {
		errorMetric, rankMetric := eval.MetricRMSE, eval.MetricTau
		switch {
		case r.Target == target.Curve:
			errorMetric, rankMetric = eval.MetricRunRMSE, eval.MetricPlaceTau
		case relative[r.Target]:
			errorMetric = eval.MetricMAPE
		}
		if r.Group != eval.GroupAll ||
			r.Metric != errorMetric && r.Metric != rankMetric && r.Metric != eval.MetricLogR2 {
			continue
		}
		i, ok := at[r.Target]
		if !ok {
			i = len(out)
			at[r.Target] = i
			one := c
			one.Target, one.N, one.Wall, one.Relative = r.Target, r.N, wall, relative[r.Target]
			one.Error, one.Rank, one.Logs = map[string]*float64{}, map[string]*float64{}, map[string]*float64{}
			out = append(out, one)
		}
		switch r.Metric {
		case errorMetric:
			out[i].Error[r.Variant] = nullable.Pointer(r.Value)
		case rankMetric:
			out[i].Rank[r.Variant] = nullable.Pointer(r.Value)
		default:
			out[i].Logs[r.Variant] = nullable.Pointer(math.Sqrt(1 - r.Value))
		}
	}
	for i := range out {
		out[i].oneGroup()
	}
	return out
}

// ofGroup is what the mean of the group is called, whatever axis makes the groups of a log.
const ofGroup = recipe.TrivialPrefix + "mean of the group"

// oneGroup calls the mean of the group the same in every log.
func (c *Cell) oneGroup() {
	for _, of := range []map[string]*float64{c.Error, c.Rank, c.Logs} {
		for name, x := range of {
			if strings.HasPrefix(name, recipe.TrivialPrefix+"mean by ") {
				delete(of, name)
				of[ofGroup] = x
			}
		}
	}
}

// readCells reads the file; none when it is not there. A last line that was cut off is measured again.
func readCells(file string) ([]Cell, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Cell
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var c Cell
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w; delete the line", file, n, err)
		}
		c.oneGroup()
		out = append(out, c)
	}
	return out, lines.Err()
}

// appendCells adds the lines of one draw with one write, so that an interruption leaves whole draws.
func appendCells(file string, cells []Cell) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for i := range cells {
		if err := e.Encode(&cells[i]); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	return errors.Join(err, f.Close())
}

// sizesOf reads "50,100,all".
func sizesOf(text string) ([]int, error) {
	var out []int
	for one := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(one)
		if one == "all" {
			n, err = 0, nil
		} else if err == nil && n < 10 {
			err = errors.New("fewer than 10 runs")
		}
		if err != nil {
			return nil, fmt.Errorf("-sizes %q: %w", one, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// splitsOf reads "random,group".
func splitsOf(text string) ([]string, error) {
	out := strings.Split(text, ",")
	for _, one := range out {
		if one != "random" && one != "group" {
			return nil, fmt.Errorf("-splits %q: %q is not one of random, group", text, one)
		}
	}
	return out, nil
}
