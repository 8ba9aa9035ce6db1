package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/trial"
)

// repeats makes 40 trials of 20 configurations, two of each, that look at first as the ingest makes them.
func repeats() (trials []trial.Trial) {
	nan := math.NaN()
	none := trial.Cost{Mean: nan, Total: nan, Coverage: nan}
	for i := range 40 {
		trials = append(trials, trial.Trial{ID: fmt.Sprint(i), Group: fmt.Sprint("g", i/2), Fold: -1, Length: nan,
			Config:      features.Pack(features.Config{"lr": features.Number(float64(i/2) / 100)}),
			Curve:       trial.Curve{Epochs: []float64{1, 2, 3}, Values: []float64{10, 20, 30 + float64(i)}},
			TrainEnergy: none, TrainTime: none, TestEnergy: none})
	}
	return trials
}

// lr is a space of one axis from low to high.
func lr(kind features.Kind, low, high float64) features.Space {
	return features.Space{Params: []features.Param{{Name: "lr", Kind: kind, Low: low, High: high}}}
}

func table(trials []trial.Trial, split Split) (*Table, error) {
	if err := split.Complete(); err != nil {
		return nil, err
	}
	t, _, err := New(Settings{Space: lr(features.Linear, 0, 1), Split: split}, trial.Metric{}, trials)
	return t, err
}

// Folds of the logs that stand between repeats are told from those that do not.
func TestApart(t *testing.T) {
	for between, fold := range map[bool]func(i int) int{true: func(i int) int { return i % 4 },
		false: func(i int) int { return i / 2 % 4 }} {
		trials := repeats()
		for i := range trials {
			trials[i].Fold = fold(i)
		}
		d, err := table(trials, Split{})
		if err != nil || d.Folds != 4 || d.Apart() != between {
			t.Errorf("%v: %d folds, apart %v, %v", between, d.Folds, d.Apart(), err)
		}
	}
}

// Where there are fewer configurations than folds each is a fold, which is said; one alone is refused.
func TestFewerConfigurationsThanFolds(t *testing.T) {
	for configs, want := range map[int]string{3: "only 3 configurations", 5: ""} {
		d, err := table(repeats()[:2*configs], Split{By: "hash", Folds: 5})
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(d.Warnings, "\n")
		if d.Folds != configs || !strings.Contains(said, want) || want == "" && said != "" {
			t.Errorf("%d configurations: %d folds, warnings %q", configs, d.Folds, said)
		}
		for fold := range d.Folds {
			if n := len(d.In(fold)); n != 2 {
				t.Errorf("%d configurations: fold %d has %d trials", configs, fold, n)
			}
		}
	}
	if _, err := table(repeats()[:2], Split{By: "hash"}); !errors.Is(err, ErrEmptyFold) ||
		!strings.Contains(err.Error(), "all 2 runs are of one configuration") {
		t.Errorf("one configuration: %v", err)
	}
}

// Repeats of one configuration stand on one side of every split, and every trial is held out once.
func TestSplitsKeepRepeatsTogether(t *testing.T) {
	for _, c := range []struct {
		split Split
		folds int
		held  int // trials held out in all folds together
	}{{Split{Folds: 4}, 4, 40}, {Split{By: "hash", Folds: 5}, 5, 40}, {Split{By: "holdout", Holdout: 0.25}, 1, 10}} {
		d, err := table(repeats(), c.split)
		if err != nil {
			t.Fatal(err)
		}
		held := 0
		for fold := range d.Folds {
			train, test := d.Without(fold), d.In(fold)
			held += len(test)
			if len(train)+len(test) != 40 || len(test) == 0 {
				t.Errorf("%+v: fold %d has %d and %d trials", c.split, fold, len(train), len(test))
			}
			side := map[string]bool{}
			for _, i := range test {
				side[d.Trials[i].Group] = true
			}
			for _, i := range train {
				if side[d.Trials[i].Group] {
					t.Errorf("%+v: fold %d: %s stands on both sides", c.split, fold, d.Trials[i].Group)
				}
			}
		}
		if d.Folds != c.folds || held != c.held {
			t.Errorf("%+v: %d folds, %d held out; wanted %d and %d", c.split, d.Folds, held, c.folds, c.held)
		}
	}
}

func TestFoldsThatCannotBe(t *testing.T) {
	if _, err := table(repeats(), Split{By: "fold"}); !errors.Is(err, ErrEmptyFold) {
		t.Errorf("no fold column: %v", err)
	}
}

// Where the config leaves it open, the length of a run is found in the curves.
func TestLengthOfARunIsFound(t *testing.T) {
	in := repeats()
	d, err := table(in, Split{})
	if err != nil || d.Epochs.Length != "fixed" || d.Epochs.Last != 3 {
		t.Errorf("curves of equal length: %+v, %v", d.Epochs, err)
	}
	in = repeats()
	in[0].Curve = trial.Curve{Epochs: []float64{1, 2}, Values: []float64{1, 2}}
	d, err = table(in, Split{})
	if err != nil || d.Epochs.Length != "head" {
		t.Errorf("curves of different lengths: %+v, %v", d.Epochs, err)
	}
	in = repeats()
	for i := range in {
		n := 2 + i%2
		in[i].Config = features.Pack(features.Config{"lr": features.Number(float64(n))})
		in[i].Curve.Epochs, in[i].Curve.Values = []float64{1, 2, 3}[:n], []float64{1, 2, 3}[:n]
	}
	split := Split{Folds: 5, By: "hash"}
	if d, _, err := New(Settings{Space: lr(features.Integer, 1, 9), Split: split}, trial.Metric{}, in); err != nil ||
		d.Epochs.Length != "axis" || d.Epochs.Axis != "lr" {
		t.Errorf("an axis that states the length: %v", err)
	}
}

// A draw keeps whole groups, the trials' order, and about as many runs as asked; another number draws others.
func TestDraw(t *testing.T) {
	ids := func(split Split) (out []string) {
		d, err := table(repeats(), split)
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for i := range d.Trials {
			out = append(out, d.Trials[i].ID)
			count[d.Trials[i].Group]++
		}
		for g, n := range count {
			if n != 2 {
				t.Errorf("%+v: %d runs of %s", split, n, g)
			}
		}
		return out
	}
	first, second := ids(Split{Folds: 2, Runs: 11}), ids(Split{Folds: 2, Runs: 11, Draw: 1})
	if len(first) != 12 || len(second) != 12 || slices.Equal(first, second) {
		t.Errorf("draws %v and %v", first, second)
	}
	number := func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
	if !slices.IsSortedFunc(first, number) {
		t.Errorf("the order changed: %v", first)
	}
	if n := len(ids(Split{Folds: 2, Runs: 99})); n != 40 {
		t.Errorf("%d of 40 runs for 99 asked", n)
	}
}

// Held out by a column, every fold is whole values of it.
func TestSplitByValue(t *testing.T) {
	d, err := table(repeats(), Split{By: "group", GroupBy: "lr", Folds: 3})
	if err != nil {
		t.Fatal(err)
	}
	fold := map[string]int{}
	for i := range d.Trials {
		v := d.Part(i, "lr")
		if f, seen := fold[v]; seen && f != d.Fold[i] {
			t.Errorf("lr %s is in the folds %d and %d", v, f, d.Fold[i])
		}
		fold[v] = d.Fold[i]
	}
	if d.Folds != 3 || len(fold) != 20 {
		t.Errorf("%d folds of %d values", d.Folds, len(fold))
	}
	if _, err := table(repeats(), Split{By: "group"}); err == nil || !strings.Contains(err.Error(), "group_by") {
		t.Errorf("no column: %v", err)
	}
	if _, err := table(repeats(), Split{By: "group", GroupBy: "gpu"}); !errors.Is(err, ErrSetting) {
		t.Errorf("no such column: %v", err)
	}
}
