package intake

import (
	"fmt"
	"strings"
	"testing"
)

// The tests of this file hold kinds of logs that people publish, on small ones of that manner.

// A table of runs with a moment and a mean power of each is no file of samples.
func TestPowerOfRunsIsNoSample(t *testing.T) {
	t.Parallel()
	for header, samples := range map[string]bool{
		"timestamp,gpu,power_w,util": true, "timestamp,power_w,elapsed_s": true,
		"timestamp,model,dataset,accuracy,cpu_power_w": false, "timestamp,power_w,training_time_s": false,
		"timestamp,power_w,batch_size": false, "timestamp,power_w,f1": false,
	} {
		if got := powerColumns(strings.Split(header, ",")) != nil; got != samples {
			t.Errorf("%s: samples: %v", header, got)
		}
	}
}

// A column run that numbers the repetitions within each block of another column does not name runs.
func TestRepetitionsBelowEachOther(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("variant,run,epoch,val_loss,val_acc\n")
	for v, variant := range []string{"plain", "wide", "deep"} {
		for run := range 2 {
			for e := range 4 {
				fmt.Fprintf(&b, "%s,%d,%d,%g,%g\n", variant, run+1, e, 2/float64(e+1+v), 0.5+0.1*float64(e))
			}
		}
	}
	log := read(t, "", Options{}, lay(t, map[string]string{"ablation.csv": b.String()}))
	if len(log.Runs) != 6 {
		t.Fatalf("%d runs, wanted 6", len(log.Runs))
	}
	for i, r := range log.Runs {
		variant, _ := r.Config["variant"].Str()
		want := []string{"plain", "wide", "deep"}[i/2]
		if variant != want || r.Seed != fmt.Sprint(i%2+1) || r.Epochs() != 4 {
			t.Errorf("run %d: %s, seed %s, %d epochs", i, variant, r.Seed, r.Epochs())
		}
	}
}

// What MLflow was told once a run, at step 0, is a number of the run and no curve.
func TestMLflowOnce(t *testing.T) {
	t.Parallel()
	files := map[string]string{"mlruns/0/meta.yaml": "experiment_id: '0'\nname: Default\n"}
	for i := range 3 {
		dir := fmt.Sprintf("mlruns/0/%032d/", i+1)
		files[dir+"meta.yaml"] = fmt.Sprintf("run_id: '%032d'\nstatus: 3\nstart_time: 1000\nend_time: 9000\n", i+1)
		files[dir+"params/lr"] = fmt.Sprint(0.1 * float64(i+1))
		files[dir+"params/epochs"] = "100"
		files[dir+"metrics/test_acc"] = fmt.Sprintf("8000 0.%d 0\n", 7+i)
		files[dir+"metrics/loss"] = "2000 1.5 0\n3000 1.2 1\n"
	}
	log := read(t, "mlflow", Options{}, lay(t, files))
	for _, r := range log.Runs {
		if r.Series["test_acc"] != nil || r.Series["loss"] == nil {
			t.Errorf("%s: series %v", r.ID, r.Series)
		}
		if r.Final["test_acc"].IsMissing() {
			t.Errorf("%s: final %v", r.ID, r.Final)
		}
	}
}

// A frame of Optuna's trials does not say which way is better; the later trials do.
func TestOptunaDirection(t *testing.T) {
	t.Parallel()
	for up, kind := range map[bool]string{true: "score", false: "loss"} {
		var b strings.Builder
		b.WriteString("number,value,state,params_lr\n")
		for i := range 20 {
			x := 1 + 1/float64(i+1)
			if up {
				x = 3 - x
			}
			fmt.Fprintf(&b, "%d,%g,COMPLETE,0.%d\n", i, x, 10+i)
		}
		log := read(t, "optuna", Options{}, lay(t, map[string]string{"trials.csv": b.String()}))
		c := columnOf(t, log, "value", RoleResult)
		if c.Kind != kind || !strings.Contains(c.Why, "THE DIRECTION IS A GUESS") {
			t.Errorf("value: %+v, wanted a %s", c, kind)
		}
	}
}

// One object of runs by their keys is a run a key; a table by columns is none.
func TestKeyedRuns(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("{")
	for i := range 8 {
		if i > 0 {
			b.WriteString(", ")
		}
		acc := 90 + float64(i)/10
		fmt.Fprintf(&b, `"cell%02d": {"test_acc": [%g, %g], "mean_acc": %g, "std": 0.%d, "params": %d}`, i, acc-1,
			acc+1, acc, 10+i, 1000*i+77)
	}
	b.WriteString("}")
	log := read(t, "json", Options{}, lay(t, map[string]string{"bench.json": b.String()}))
	if len(log.Runs) != 8 {
		t.Fatalf("%d runs, wanted 8", len(log.Runs))
	}
	final(t, log.Runs[7], "mean_acc", 90.7, 1e-9)
	final(t, log.Runs[7], "std", 0.17, 1e-9)
	if len(log.Runs[7].Series) > 0 {
		t.Errorf("series %v: two repetitions are no epochs", log.Runs[7].Series)
	}
	for _, text := range []string{`{"acc": {"0": 1, "1": 2}, "lr": {"0": 1, "1": 2}, "a": {"0": 1, "1": 2}, ` +
		`"b": {"0": 1, "1": 2}, "c": {"0": 1, "1": 2}}`, `{"config": {"lr": 1, "bs": 2}, "acc": 3}`} {
		if isKeyed(&file{name: "x.json", first: []byte(text), looked: true}) {
			t.Errorf("%s: runs by their keys", text)
		}
	}
}

// A setting that only names the run is no axis: Ultralytics' args.yaml.
func TestRunNamesAreNoSettings(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i, run := range []string{"train", "train2", "train3"} {
		files["runs/"+run+"/results.csv"] = "epoch,train/box_loss,metrics/mAP50(B)\n1,2,0.3\n2,1.5,0.4\n"
		files["runs/"+run+"/args.yaml"] = fmt.Sprintf("model: yolov8n.pt\nname: %s\nbatch: %d\n", run, 8<<i)
	}
	log := read(t, "", Options{}, lay(t, files))
	for _, r := range log.Runs {
		if !r.Config["name"].IsMissing() || r.Config["batch"].IsMissing() {
			t.Errorf("%s: %v", r.ID, r.Config)
		}
	}
	if len(log.Runs) != 3 {
		t.Errorf("%d runs", len(log.Runs))
	}
}

// Names that one run alone has, such as the numbers of processes, are left out where they are thousands.
func TestLoneNames(t *testing.T) {
	t.Parallel()
	log := &Log{}
	for i := range 12 {
		r, err := log.run("json", fmt.Sprint("r", i), "")
		if err != nil {
			t.Fatal(err)
		}
		for k := range 100 {
			if err := log.point(r, fmt.Sprintf("process.%d.time", 100*i+k), 1, 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := log.point(r, "acc", 1, 1); err != nil {
			t.Fatal(err)
		}
	}
	log.finish()
	if len(log.Columns) != 1 || !notes(log, "1200 names") {
		t.Errorf("%d columns, notes %v", len(log.Columns), log.Notes)
	}
}

// TestClockOfSacred: two metrics of one step have times of their own; the clock is the same at each reading.
func TestClockOfSacred(t *testing.T) {
	metrics := ""
	for i := range 8 {
		metrics += fmt.Sprintf(`, "m%d": {"steps": [1], "values": [0.5], "timestamps": ["2026-03-01T10:00:0%d"]}`, i, i)
	}
	dir := lay(t, map[string]string{"1/run.json": `{"artifacts": [], "experiment": {}, "status": "COMPLETED"}`,
		"1/config.json": `{"lr": 0.1}`, "1/metrics.json": "{" + metrics[1:] + "}"})
	log := read(t, "sacred", Options{}, dir)
	if c := log.Runs[0].Clock; c == nil || c.last() != 1772359207 {
		t.Errorf("%+v, want the time of m7", c)
	}
}
