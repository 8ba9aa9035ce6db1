package intake

import (
	"fmt"
	"strings"
	"testing"
)

// history writes a run's state after some epochs, as programs do that save it beside each checkpoint.
func history(name string, lr float64, epochs int) string {
	var loss []string
	for e := range epochs {
		loss = append(loss, fmt.Sprintf("%g", lr+1.37/float64(e+1)))
	}
	return fmt.Sprintf(`{"name": %q, "config": {"lr": %g, "epoch": %d}, "history": {"val_loss": [%s]}}`, name, lr,
		epochs, strings.Join(loss, ", "))
}

// Files beside checkpoints and copies of results are one run; another run of the same settings is another one.
func TestCopiesAreOneRun(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i, lr := range []float64{0.1, 0.2, 0.3} {
		for _, epochs := range []int{4, 8, 12} {
			files[fmt.Sprintf("run%d_ep%03d.json", i, epochs)] = history(fmt.Sprint("run", i), lr, epochs)
		}
		files[fmt.Sprintf("backup/run%d_ep012.json", i)] = history(fmt.Sprint("run", i), lr, 12)
	}
	files["again.json"] = strings.ReplaceAll(history("run0", 0.1, 12), "1.47", "1.48")
	log := read(t, "json", Options{}, lay(t, files))
	lengths := map[int]int{}
	for _, r := range log.Runs {
		lengths[len(r.Series["history.val_loss"].Values)]++
		if _, is := r.Config["config.epoch"]; is && r.Name != "again" {
			t.Errorf("%s: how far it came is a setting", r.ID)
		}
	}
	if len(log.Runs) != 4 || lengths[12] != 4 {
		t.Errorf("%d runs of lengths %v, wanted 4 of 12", len(log.Runs), lengths)
	}
	if notes := strings.Join(log.Notes, "\n"); !strings.Contains(notes, "9 runs are copies or earlier states") {
		t.Errorf("notes: %s", notes)
	}
}

// Files of one folder that tell by their names on which part of the data they were measured are one run, with the
// settings beside them, where several folders have them; what the names call repetitions are runs.
func TestPartsOfARun(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 3 {
		dir := fmt.Sprintf("trial_%d/", i)
		rows := "epoch,loss,seconds\n"
		for e := range 5 {
			rows += fmt.Sprintf("%d,%g,%g\n", e+1, 1/float64(e+1)+0.1*float64(i), 3.5*float64(e+1))
		}
		files[dir+"train_log.csv"] = rows
		files[dir+"val_log.csv"] = strings.ReplaceAll(rows, "0.", "0.0")
		files[dir+"hyp.yaml"] = fmt.Sprintf("lr0: 0.0%d\n", i+1)
	}
	log := read(t, "keras", Options{}, lay(t, files))
	if len(log.Runs) != 3 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	for i, r := range log.Runs {
		if len(r.Series["train_log/loss"].Values) != 5 || r.Series["val_log/loss"] == nil ||
			r.Series["seconds"] == nil || r.Config["lr0"].String() != fmt.Sprintf("0.0%d", i+1) {
			t.Errorf("%s: %v, %v", r.ID, r.Series, r.Config)
		}
	}
	files = map[string]string{}
	for i := range 3 {
		for seed := range 2 {
			rows := "epoch,loss\n"
			for e := range 5 {
				rows += fmt.Sprintf("%d,%g\n", e+1, 1/float64(e+1)+0.1*float64(i)+0.01*float64(seed))
			}
			files[fmt.Sprintf("model_%d/seed%d.csv", i, seed)] = rows
		}
	}
	if log := read(t, "keras", Options{}, lay(t, files)); len(log.Runs) != 6 {
		t.Errorf("%d runs of 6 files", len(log.Runs))
	}
}

// What a search chose in the end is known only then.
func TestBestConfigIsAResult(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 4 {
		files[fmt.Sprintf("%d/report.json", i)] = fmt.Sprintf(`{"config": {"space": "s%d"}, "best": {"config": `+
			`{"lr": 0.%d, "dropout": 0.%d}, "metrics": {"val": {"accuracy": 0.%d}}}}`, i, i+1, i, 50+i)
	}
	for _, r := range read(t, "json", Options{}, lay(t, files)).Runs {
		if !r.Config["best.config.lr"].IsMissing() || r.Final["best.config.lr"].IsMissing() ||
			r.Final["best.config.dropout"].IsMissing() ||
			r.Config["config.space"].IsMissing() {
			t.Errorf("%s: %v, %v", r.ID, r.Config, r.Final)
		}
	}
}

// A program that notes its results in Sacred's info, one number each or of several repetitions.
func TestSacredInfo(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 3 {
		dir := fmt.Sprintf("runs/%d/", i+1)
		files[dir+"run.json"] = `{"artifacts": [], "experiment": {"name": "x"}, "heartbeat": "2017-07-12T10:00:09", ` +
			`"start_time": "2017-07-12T10:00:00", "stop_time": "2017-07-12T10:01:40", "status": "COMPLETED"}`
		files[dir+"config.json"] = fmt.Sprintf(`{"lr": 0.%d, "seed": 3}`, i+1)
		files[dir+"info.json"] = fmt.Sprintf(`{"rmse": 4.%d, "lr": 0.7, "loss": [3, 2, 1], "evaluations": `+
			`[{"acc": 0.5, "by": [1, 2]}, {"acc": 0.7, "by": [3]}]}`, i)
	}
	log := read(t, "sacred", Options{}, lay(t, files))
	for i, r := range log.Runs {
		acc, _ := r.Final["evaluations.acc"].Float()
		rmse, _ := r.Final["rmse"].Float()
		seconds, _ := r.Final["duration_s"].Float()
		if acc != 0.6 || rmse != 4+0.1*float64(i) || seconds != 100 || len(r.Series["loss"].Values) != 3 ||
			!r.Final["lr"].IsMissing() {
			t.Errorf("%s: %v, %v", r.ID, r.Final, r.Series)
		}
	}
}
