package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/trial"
)

// Notice must stand wherever something made from simulated trials is shown.
const Notice = "SYNTHETIC: these trials were simulated from formulas (package simulate); no network was trained and " +
	"nothing was measured."

// SourceFile is the Source.File of every simulated trial.
const SourceFile = "synthetic"

// ErrSpace is returned when the space lacks an axis that the formulas need.
var ErrSpace = errors.New("simulate: the space does not fit the formulas")

// Options of Trials. The zero value is usable.
type Options struct {
	Seed        uint64 // root of every random choice
	Repeats     int    // runs (seeds) of a repeated configuration; 0 means 1
	RepeatEvery int    // every how many configurations one is repeated; 0 means 1: all of them
	Workers     int    // goroutines at most; 0 means GOMAXPROCS; the trials do not depend on it
}

// Trials simulates n trials of a space with the axes lr, optimizer (sgd, adam, adamw), policy (cos, exp, lin), cutout
// and epochs beside the RegNet ones, such as the built-in spaces. Curves are test errors in percent at epochs 1..E;
// training energy and time come per epoch, with Mean over the epochs after the first; test energy per epoch, with Mean
// over all. The error wraps ErrSpace, features.ErrSpace or features.ErrConstraints.
func Trials(space features.Space, n int, o Options) ([]trial.Trial, error) {
	if n < 0 {
		panic("simulate: negative number of trials")
	}
	sim, err := newSimulator(space, o)
	if err != nil {
		return nil, err
	}
	out, err := sim.block(context.Background(), 0, n)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// simulator holds what all trials share; it is immutable.
type simulator struct {
	space   *features.Space
	sampler *features.Sampler
	o       Options
	task    task
}

// task is what the formulas need to know about the data set.
type task struct {
	chance, top float64 // percent
	train, test float64 // images
}

func newSimulator(space features.Space, o Options) (*simulator, error) {
	if err := space.Validate(); err != nil {
		return nil, err
	}
	for _, name := range []string{"lr", "optimizer", "policy", "cutout", "epochs"} {
		if space.Param(name) == nil {
			return nil, fmt.Errorf("%w: no axis %q", ErrSpace, name)
		}
	}
	if space.Derived != "regnet" {
		return nil, fmt.Errorf("%w: no derived RegNet", ErrSpace)
	}
	classes := features.DefaultRegNet().Classes
	if space.RegNet != nil && space.RegNet.Classes > 0 {
		classes = space.RegNet.Classes
	}
	s := &simulator{space: &space, sampler: space.NewSampler(), o: o}
	s.o.Repeats, s.o.RepeatEvery = max(1, o.Repeats), max(1, o.RepeatEvery)
	s.task = task{chance: 100 / float64(classes), top: 95, train: 50_000, test: 10_000}
	if classes > 10 {
		s.task.top, s.task.train = 62, 100_000
	}
	return s, nil
}

// place returns which configuration, and which repeat of it, trial i is. Configurations come in blocks of RepeatEvery,
// the first of which has Repeats trials and the others one.
func (s *simulator) place(i int) (config, repeat int) {
	size := s.o.RepeatEvery - 1 + s.o.Repeats
	block, at := i/size, i%size
	if at < s.o.Repeats {
		return block * s.o.RepeatEvery, at
	}
	return block*s.o.RepeatEvery + at - s.o.Repeats + 1, 0
}

// trial simulates trial i.
func (s *simulator) trial(i int) (trial.Trial, error) {
	config, repeat := s.place(i)
	c, err := s.sampler.Sample(s.stream("config", config))
	if err != nil {
		return trial.Trial{}, err
	}
	setup, err := s.setup(c)
	if err != nil {
		return trial.Trial{}, fmt.Errorf("configuration %s: %w", c.Key(), err)
	}
	rng := s.stream("run", i)
	t := trial.Trial{
		ID:     fmt.Sprintf("sim-%07d", i),
		Group:  c.Key(),
		Fold:   -1,
		Seed:   strconv.Itoa(repeat),
		Config: features.Pack(c),
		Length: float64(setup.epochs),
		Source: trial.Source{File: SourceFile, Row: int64(i)},
	}
	setup.run(&t, rng)
	return t, nil
}

func (s *simulator) stream(kind string, i int) *rand.Rand {
	return stream.New(s.o.Seed, "simulate", kind, strconv.Itoa(i))
}
