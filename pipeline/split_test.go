package pipeline

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"eahas/features"
	"eahas/trial"
)

// repeats makes 40 trials of 20 configurations, two of each, that look at first as the ingest makes them.
func repeats() *ingested {
	in := new(ingested)
	nan := math.NaN()
	none := trial.Cost{Mean: nan, Total: nan, Coverage: nan}
	for i := range 40 {
		in.Trials = append(in.Trials, trial.Trial{ID: fmt.Sprint(i), Group: fmt.Sprint("g", i/2), Fold: -1, Length: nan,
			Config:      features.Config{"lr": features.Number(float64(i/2) / 100)},
			Curve:       trial.Curve{Epochs: []float64{1, 2, 3}, Values: []float64{10, 20, 30 + float64(i)}},
			TrainEnergy: none, TrainTime: none, TestEnergy: none})
	}
	return in
}

func dataset(t *testing.T, in *ingested, evaluate string) (*Dataset, error) {
	t.Helper()
	c, err := Parse("x.yaml", []byte("logs: [{path: a, layout: wide}]\nspace: {params: [{name: lr, kind: linear, low: 0, high: 1}]}\nevaluate: "+evaluate+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := newDataset(c, in)
	return d, err
}

// Repeats of one configuration stand on one side of every split, and every trial is held out once.
func TestSplitsKeepRepeatsTogether(t *testing.T) {
	for _, c := range []struct {
		evaluate string
		folds    int
		held     int // trials held out in all folds together
	}{{"{folds: 4}", 4, 40}, {"{by: hash, folds: 5}", 5, 40}, {"{by: holdout, holdout: 0.25}", 1, 10}} {
		d, err := dataset(t, repeats(), c.evaluate)
		if err != nil {
			t.Fatal(err)
		}
		held := 0
		for fold := range d.Folds {
			train, test := d.without(fold), d.in(fold)
			held += len(test)
			if len(train)+len(test) != 40 || len(test) == 0 {
				t.Errorf("%s: fold %d has %d and %d trials", c.evaluate, fold, len(train), len(test))
			}
			side := map[string]bool{}
			for _, i := range test {
				side[d.Trials[i].Group] = true
			}
			for _, i := range train {
				if side[d.Trials[i].Group] {
					t.Errorf("%s: fold %d: %s stands on both sides", c.evaluate, fold, d.Trials[i].Group)
				}
			}
		}
		if d.Folds != c.folds || held != c.held {
			t.Errorf("%s: %d folds, %d held out; wanted %d and %d", c.evaluate, d.Folds, held, c.folds, c.held)
		}
	}
}

func TestFoldsThatCannotBe(t *testing.T) {
	if _, err := dataset(t, repeats(), "{by: fold}"); !errors.Is(err, ErrEmptyFold) {
		t.Errorf("no fold column: %v", err)
	}
	if _, err := dataset(t, repeats(), "{by: hash, folds: 21}"); !errors.Is(err, ErrEmptyFold) {
		t.Errorf("more folds than configurations: %v", err)
	}
}

// Where the config leaves it open, the length of a run is found in the curves.
func TestLengthOfARunIsFound(t *testing.T) {
	in := repeats()
	d, err := dataset(t, in, "{}")
	if err != nil || d.Epochs.Length != "fixed" || d.Epochs.Last != 3 {
		t.Errorf("curves of equal length: %+v, %v", d.Epochs, err)
	}
	in = repeats()
	in.Trials[0].Curve = trial.Curve{Epochs: []float64{1, 2}, Values: []float64{1, 2}}
	d, err = dataset(t, in, "{}")
	if err != nil || d.Epochs.Length != "head" {
		t.Errorf("curves of different lengths: %+v, %v", d.Epochs, err)
	}
	in = repeats()
	for i := range in.Trials {
		n := 2 + i%2
		in.Trials[i].Config = features.Config{"lr": features.Number(float64(n))}
		in.Trials[i].Curve.Epochs, in.Trials[i].Curve.Values = []float64{1, 2, 3}[:n], []float64{1, 2, 3}[:n]
	}
	c, err := Parse("x.yaml", []byte("logs: [{path: a, layout: wide}]\nspace: {params: [{name: lr, kind: integer, low: 1, high: 9}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d, _, err := newDataset(c, in); err != nil || d.Epochs.Length != "axis" || d.Epochs.Axis != "lr" {
		t.Errorf("an axis that states the length: %v", err)
	}
}
