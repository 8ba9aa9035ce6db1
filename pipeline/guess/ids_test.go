package guess

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/trial"
)

// table writes n rows of named cells.
func table(header string, n int, row func(i int) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		b.WriteString(row(i) + "\n")
	}
	return b.String()
}

func surveyOf(t *testing.T, text string) (*survey, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "log"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return look(context.Background(), trial.Strings{"log"}, dir, nil)
}

func TestFindRuns(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		text      string
		long      bool
		id, epoch string
		runs      int
	}{
		"a row a run without a name": {text: "lr,acc\n0.1,0.5\n0.2,0.6\n0.2,0.7\n", runs: 3},
		"the name that says id, not the row's number": {text: table("index,trial_id,lr,acc", 6, func(i int) string {
			return fmt.Sprintf("%d,t%d,0.%d,0.5", i, 9-i, i)
		}), id: "trial_id", runs: 6},
		"an id inside a group, not the row's number": {text: table("index,run.id,lr,acc", 6, func(i int) string {
			return fmt.Sprintf("%d,%d,0.%d,0.5", i, 9-i, i)
		}), id: "run.id", runs: 6},
		"the row's number where there is no more": {text: table("index,lr,acc", 6, func(i int) string {
			return fmt.Sprintf("%d,0.%d,0.5", i, i)
		}), id: "index", runs: 6},
		"a name that repeats is none": {text: table("trial_id,lr,acc", 6, func(i int) string {
			return fmt.Sprintf("%d,0.%d,0.5", i/2, i)
		}), runs: 6},
		"a row an epoch": {text: table("index,model_id,run_id,epoch,lr,acc", 36, func(i int) string {
			// a model has several runs, an index no two rows
			return fmt.Sprintf("%d,m%d,%d,%d,0.%d,0.5", i, i/18, i/3, i%3, i/3)
		}), long: true, id: "run_id", epoch: "epoch", runs: 12},
		"the name that says id before another text": {text: table("label,run_id,epoch,acc", 300, func(i int) string {
			return fmt.Sprintf("label%03d,%d,%d,0.5", i/2, i/3, i%3)
		}), long: true, id: "run_id", epoch: "epoch", runs: 100},
		"a text of many values where no name says id": {text: table("label,epoch,acc", 300, func(i int) string {
			return fmt.Sprintf("label%03d,%d,0.5", i/2, i%2)
		}), long: true, id: "label", epoch: "epoch", runs: 150},
		"steps where there are no epochs": {text: table("run,step,lr,acc", 12, func(i int) string {
			return fmt.Sprintf("%d,%d,0.%d,0.5", i/3, 10*(i%3), i/3)
		}), long: true, id: "run", epoch: "step", runs: 4},
		"epochs before steps": {text: table("run,step,epoch,lr,acc", 12, func(i int) string {
			return fmt.Sprintf("%d,%d,%d,0.%d,0.5", i/3, 10*(i%3), i%3, i/3)
		}), long: true, id: "run", epoch: "epoch", runs: 4},
		"a planned length before the epoch, the same for all": {text: table("run,epochs,epoch,lr,acc", 12,
			func(i int) string { return fmt.Sprintf("%d,12,%d,0.%d,0.5", i/3, i%3, i/3) }),
			long: true, id: "run", epoch: "epoch", runs: 4},
		"a planned length before the step, unlike": {text: table("run,num_epochs,step,lr,acc", 20,
			func(i int) string { return fmt.Sprintf("%d,%d,%d,0.%d,0.5", i/5, 3+i/5, i%5, i/5) }),
			long: true, id: "run", epoch: "step", runs: 4},
		"one length for all": {text: table("lr,epochs,acc", 6, func(i int) string {
			return fmt.Sprintf("0.%d,20,0.5", i)
		}), runs: 6},
		"lengths of runs that have names": {text: table("name,lr,epochs,acc", 6, func(i int) string {
			return fmt.Sprintf("n%d,0.%d,%d,0.5", i, i, 20+i)
		}), id: "name", runs: 6},
		"a setting is no counter": {text: table("lr,config.epoch,acc", 6, func(i int) string {
			return fmt.Sprintf("0.%d,%d,0.5", i, i)
		}), runs: 6},
		"lists": {text: table(`{"name":"x","lr":0.1,"epoch":[1,2,3],"acc":[0.1,0.2,0.3]}`, 4, func(i int) string {
			return fmt.Sprintf(`{"name":"n%d","lr":0.%d,"epoch":[1,2,3],"acc":[0.1,0.2,0.3]}`, i, i)
		}), id: "name", epoch: "epoch", runs: 5},
	} {
		s, err := surveyOf(t, c.text)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if s.long != c.long || s.id != c.id || s.epoch != c.epoch || s.runs != c.runs {
			t.Errorf("%s: long %v, id %q, epoch %q, %d runs; wanted %v, %q, %q, %d", what, s.long, s.id, s.epoch,
				s.runs, c.long, c.id, c.epoch, c.runs)
		}
	}
}

func TestRunsThatNothingTellsApart(t *testing.T) {
	t.Parallel()
	_, err := surveyOf(t, table("epoch,lr,acc", 12, func(i int) string { return fmt.Sprintf("%d,0.1,0.5", i%3) }))
	if !errors.Is(err, ErrUnclear) || !strings.Contains(err.Error(), `(column "epoch")`) ||
		!strings.Contains(err.Error(), "Columns: epoch, lr, acc") {
		t.Errorf("%v", err)
	}
}
