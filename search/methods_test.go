package search

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"eahas/artifacts"
)

func TestTimeMethods(t *testing.T) {
	path := filepath.Join("..", "artifacts", "synthetic")
	if _, err := os.Stat(filepath.Join(path, artifacts.ManifestName)); err != nil {
		t.Skip("no bundle")
	}
	task, err := OpenBundle(path, BundleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a := task.Asker()
	for _, name := range []string{"ei", "mo-asha", "bohb", "tpe", "rs"} {
		m, set, err := New(name, nil, Setup{Task: task, Seed: 1})
		if err != nil {
			t.Fatal(name, err)
		}
		_ = a
		var b bytes.Buffer
		began := time.Now()
		o, err := Play{Task: task, Method: m, Header: Header{Method: name, Kind: name, Settings: set, Accounts: Accounts{Budget: 60e6, Noise: true, Seed: 1}}}.Run(context.Background(), &b)
		if err != nil {
			t.Fatal(name, err)
		}
		took := time.Since(began)
		tr, err := ParseTrace(b.Bytes())
		if err != nil {
			t.Fatal(name, err)
		}
		last := tr.Events[len(tr.Events)-1]
		inc := tr.Events[last.Inc]
		t.Logf("%-14s %5d jobs %5d trials %8s asking %8s  spent %.4g  true %.3f final %.3f", name, o.Jobs, last.Trial, took.Round(time.Millisecond), o.Asking.Round(time.Millisecond), last.Spent, inc.True, inc.Final)
	}
}

func TestBoundsTime(t *testing.T) {
	task, err := OpenBundle(filepath.Join("..", "artifacts", "synthetic"), BundleOptions{})
	if err != nil {
		t.Skip(err)
	}
	began := time.Now()
	b, err := FindBounds(context.Background(), task, BoundsOptions{Draws: 50000})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(began), b.Looked, b.Best, b.BestAt.Key(), b.Worst, b.Mean, b.Cost, b.Within, len(b.Front), b.Volume)
}
