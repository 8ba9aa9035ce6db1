package intake

import (
	"fmt"
	"strings"
	"testing"
)

// runsOf lays three runs, each a folder with a configuration and the files that parts writes for run i.
func runsOf(t *testing.T, parts func(i int) map[string]string) *Log {
	t.Helper()
	files := map[string]string{}
	for i := range 3 {
		dir := fmt.Sprintf("runs/r%d/", i)
		files[dir+"config.json"] = fmt.Sprintf(`{"lr": %g, "batch_size": 32}`, 0.1*float64(i+1))
		for name, text := range parts(i) {
			files[dir+name] = text
		}
	}
	return read(t, "", Options{}, lay(t, files))
}

// Tables and JSON lines without a column that counts, one a run beside its configuration, have a row an epoch; that is
// said.
func TestRowsThatNothingCounts(t *testing.T) {
	for name, text := range map[string]string{
		"metrics.csv": "train_loss,val_acc,time\n2,.5,10\n1,.%d,11\n.5,.8,\n",
		"history.tsv": "train_loss\tval_acc\ttime\n2\t.5\t10\n1\t.%d\t11\n.5\t.8\t\n",
		"log.jsonl": "{\"train_loss\":2,\"val_acc\":0.5,\"time\":10}\n" +
			"{\"train_loss\":1,\"val_acc\":0.%d,\"time\":11}\n{\"train_loss\":0.5,\"val_acc\":0.8,\"time\":null}\n",
	} {
		log := runsOf(t, func(i int) map[string]string { return map[string]string{name: fmt.Sprintf(text, 6+i)} })
		if len(log.Runs) != 3 {
			t.Fatalf("%s: %d runs", name, len(log.Runs))
		}
		for i, r := range log.Runs {
			lr, _ := r.Config["lr"].Float()
			acc := r.Series["val_acc"]
			if acc == nil || len(acc.Values) != 3 || acc.Epochs[0] != 1 || acc.Epochs[2] != 3 ||
				acc.Values[1] != float64(6+i)/10 || lr != 0.1*float64(i+1) {
				t.Errorf("%s: run %d: lr %v, %+v", name, i, lr, acc)
			}
		}
		if said := strings.Join(log.Notes, "\n"); !strings.Contains(said, "nothing counts epochs") {
			t.Errorf("%s: not said: %s", name, said)
		}
	}
}

// Tables of runs, of texts, without a metric, or without a configuration beside them are no runs of a row an epoch.
func TestRowsThatAreNoEpochs(t *testing.T) {
	for what, text := range map[string]string{
		"names":     "model,val_acc\na,.5\nb,.6\n",
		"ids":       "run_id,val_acc\n1,.5\n2,.6\n",
		"no metric": "x,y\n1,2\n3,4\n",
	} {
		log := runsOf(t, func(int) map[string]string {
			return map[string]string{"t.csv": text, "history.json": `{"val_acc": [0.5, 0.6], "loss": [2, 1]}`}
		})
		for _, r := range log.Runs {
			if r.Tool == "keras" {
				t.Errorf("%s: a run of %s", what, r.From)
			}
		}
	}
}

// What a run's folder holds in several JSON files is one run's: its lists, its results, its settings.
func TestJSONFilesOfARun(t *testing.T) {
	log := runsOf(t, func(i int) map[string]string {
		return map[string]string{
			"history.json": `{"val_acc": [0.5, 0.6, 0.7], "loss": [3, 2, 1]}`,
			"summary.json": fmt.Sprintf(`{"best_val_acc": 0.7, "energy_J": %d}`, 100+i)}
	})
	if len(log.Runs) != 3 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	for i, r := range log.Runs {
		lr, _ := r.Config["lr"].Float()
		joules, _ := r.Final["energy_J"].Float()
		acc := r.Series["val_acc"]
		if acc == nil || len(acc.Values) != 3 || lr != 0.1*float64(i+1) || joules != float64(100+i) {
			t.Errorf("run %d: %+v, %v, %v", i, acc, r.Config, r.Final)
		}
	}
}
