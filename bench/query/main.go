// Command query times whole queries of bundles, in Go, without allocation: configurations that are asked over and over,
// one after the other, and a thousand that take turns, which find less of the trees in the processor's caches.
//
//	go run ./bench/query artifacts/synthetic [BUNDLE ...]
//
// Several bundles are asked in turns, pass by pass. Of each configuration the least time of all passes counts, so that
// other work on the machine matters little.
package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"eahas/artifacts"
	"eahas/features"
)

const (
	configs = 1000
	passes  = 30
	again   = 50 // of the configurations are asked over and over, each so many times a pass
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "query:", err)
		os.Exit(1)
	}
}

// asked is one bundle, its questions, and the least time of each.
type asked struct {
	path   string
	sur    *artifacts.Surrogate
	about  []features.Config
	least  []time.Duration
	over   []time.Duration // least of the first ones, asked over and over
	answer artifacts.Answer
}

func run(paths []string) error {
	if len(paths) == 0 {
		return errors.New("no bundle; usage: query BUNDLE [BUNDLE ...], each a folder")
	}
	all := make([]*asked, len(paths))
	for i, path := range paths {
		var err error
		if all[i], err = open(path); err != nil {
			return err
		}
	}
	for range passes {
		for _, a := range all {
			if err := a.pass(); err != nil {
				return err
			}
		}
	}
	for _, a := range all {
		slices.Sort(a.least)
		slices.Sort(a.over)
		allocations := testing.AllocsPerRun(10, func() { _ = a.sur.QueryInto(&a.answer, a.about[0], artifacts.Whole) })
		fmt.Printf("%s: over and over, median of %d: %.1f us; %d in turns: median %.1f, 99 %% %.1f us; "+
			"%g allocations\n", a.path, again, micros(a.over[again/2]), configs, micros(a.least[configs/2]),
			micros(a.least[configs*99/100]), allocations)
	}
	return nil
}

func open(path string) (*asked, error) {
	s, err := artifacts.Open(path)
	if err != nil {
		return nil, err
	}
	a := &asked{path: path, sur: s, over: slices.Repeat([]time.Duration{time.Hour}, again)}
	space := s.Spec().Space
	sampler, random := space.NewSampler(), rand.New(rand.NewPCG(1, 0))
	for range configs {
		c, err := sampler.Sample(random)
		if err != nil {
			return nil, err
		}
		a.about, a.least = append(a.about, c), append(a.least, time.Hour)
	}
	return a, nil
}

// pass asks each configuration once, and the first ones over and over.
func (a *asked) pass() error {
	for i, c := range a.about {
		took, err := a.ask(c)
		if err != nil {
			return err
		}
		a.least[i] = min(a.least[i], took)
	}
	for i := range a.over {
		for range again {
			took, err := a.ask(a.about[i])
			if err != nil {
				return err
			}
			a.over[i] = min(a.over[i], took)
		}
	}
	return nil
}

func (a *asked) ask(c features.Config) (time.Duration, error) {
	began := time.Now()
	err := a.sur.QueryInto(&a.answer, c, artifacts.Whole)
	return time.Since(began), err
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
