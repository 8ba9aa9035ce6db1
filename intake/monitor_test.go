package intake

import (
	"fmt"
	"strings"
	"testing"

	"eahas/features"
)

// rewards is a file as Stable-Baselines3 2.7's Monitor writes it.
func rewards(start float64, rows ...string) string {
	return fmt.Sprintf("#{\"t_start\": %f, \"env_id\": \"Pole-v1\"}\nr,l,t\n%s\n", start, strings.Join(rows, "\n"))
}

func TestMonitor(t *testing.T) {
	dir := lay(t, map[string]string{
		// parallel environments of one run, with RL Zoo's configuration below
		"zoo/1/0.monitor.csv":       rewards(1.7e9, "10.5,20,1.5", "30,60,4.5"),
		"zoo/1/1.monitor.csv":       rewards(1.7e9+1, "12,22,0.25", "31,61,4", "torn,1"),
		"zoo/1/Pole-v1/config.yml":  "!!python/object/apply:collections.OrderedDict\n- - - batch_size\n    - 64\n",
		"zoo/1/Pole-v1/args.yml":    "!!python/object/apply:collections.OrderedDict\n- - - seed\n    - 7\n",
		"zoo/2/monitor.csv":         rewards(1.7e9+900, "1,2,0.5", "2,2,1"),
		"zoo/2/config.json":         `{"batch_size": 32}`,
		"sweep/a.monitor.csv":       rewards(1.7e9+2000, "5,5,1"),
		"sweep/b.monitor.csv":       rewards(1.7e9+3000, "6,6,1"),
		"sweep/unlike.csv":          "#{\"t_start\": 1}\nx,y\n1,2\n",
		"sweep/progress_monitor.md": "r,l,t\n",
	})
	log := read(t, "", Options{}, dir)
	got := map[string]string{}
	for _, r := range log.Runs {
		if r.Tool == "monitor" {
			got[strings.TrimPrefix(r.ID, "logs/")] = fmt.Sprint(r.Series["r"].Values, r.Series["t"].Values,
				r.Config["batch_size"],
				" ", r.Seed)
			if !r.Config["env_id"].Same(features.Text("Pole-v1")) {
				t.Errorf("%s: env_id is %v", r.ID, r.Config["env_id"])
			}
		}
	}
	want := map[string]string{
		"zoo:1":           "[12 10.5 30 31] [1.25 1.5 4.5 5] 64 7",
		"zoo:2":           "[1 2] [0.5 1] 32 ",
		"sweep:a.monitor": "[5] [1] missing ", "sweep:b.monitor": "[6] [1] missing ",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, wanted %q", got, want)
	}
}

// tidymodels as write.csv of R 4.5 writes collect_metrics(), summed up over the folds and not.
func TestTidymodels(t *testing.T) {
	var mean, folds strings.Builder
	mean.WriteString("\"\",\"mtry\",\".metric\",\".estimator\",\"mean\",\"n\",\"std_err\",\".config\"\n")
	folds.WriteString("id,mtry,.iter,.metric,.estimator,.estimate,.config\n")
	for i := range 3 {
		for k, metric := range []string{"accuracy", "roc_auc"} {
			fmt.Fprintf(&mean, "\"%d\",%d,%q,\"binary\",0.%d%d,10,0.01,\"Model%d\"\n", 2*i+k+1, 2*i+1, metric, 5+k, i,
				i)
			for fold := range 2 {
				fmt.Fprintf(&folds, "Fold%d,%d,0,%s,binary,0.%d%d%d,Model%d\n", fold+1, 2*i+1, metric, 5+k, i, fold, i)
			}
		}
	}
	for what, c := range map[string]struct {
		text string
		runs int
		seed string
	}{"mean": {mean.String(), 3, ""}, "folds": {folds.String(), 6, "Fold1"}} {
		log := read(t, "", Options{}, lay(t, map[string]string{"tuned.csv": c.text}))
		if len(log.Runs) != c.runs || log.Runs[0].Seed != c.seed || len(log.Runs[0].Series) > 0 {
			t.Fatalf("%s: %d runs, %+v", what, len(log.Runs), log.Runs[0])
		}
		final(t, log.Runs[0], "accuracy", 0.5, 1e-9)
		final(t, log.Runs[0], "roc_auc", 0.6, 1e-9)
		if v, _ := log.Runs[c.runs-1].Config["mtry"].Float(); v != 5 {
			t.Errorf("%s: mtry is %v", what, log.Runs[c.runs-1].Config)
		}
	}
}

// What stands below metrics is none of the settings, and a learning rate by epoch that never moves is no configuration:
// the names of the runs are.
func TestLooseSettings(t *testing.T) {
	files := map[string]string{}
	for i := range 6 {
		files[fmt.Sprintf("json/run%d.json",
			i)] = fmt.Sprintf(`{"config": {"lr": 0.%d}, "test_metrics": {"acc": 0.%d, "missed_n": %d},
			"feature_importances": {"age": 0.%d, "size": 0.%d}}`, i+1, 5+i%4, i*3, i+1, i+2)
		files[fmt.Sprintf("csv/lr0.%d_bs%d/progress.csv", i%3+1, 32<<(i/3))] = fmt.Sprintf(
			"step,loss,ep_rew_mean,train/learning_rate\n1,0.%d,3,0.%d\n2,0.%d,4,0.%d\n", i+3, i%3+1, i+2, i%3+1)
	}
	dir := lay(t, files)
	for part, want := range map[string]string{"json": "[config.lr]", "csv": "[bs lr train/learning_rate]"} {
		log := read(t, "", Options{}, dir+"/"+part)
		var axes []string
		for _, c := range log.Columns {
			if c.Role == RoleAxis {
				axes = append(axes, c.Name)
			}
		}
		if fmt.Sprint(axes) != want {
			t.Errorf("%s: %v, wanted %s", part, axes, want)
		}
	}
}
