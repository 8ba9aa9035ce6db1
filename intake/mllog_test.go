package intake

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
)

// mllog is a log of mlperf_logging: an evaluation each 100 s at a count of samples, whose accuracy goes from one value
// to another.
func mllog(batch int, platform string, from, to float64, meta string) string {
	var b strings.Builder
	line := func(ms int, kind, key, value, meta string) {
		fmt.Fprintf(&b, `0: :::MLLOG {"namespace": "", "time_ms": %d, "event_type": "%s", "key": "%s", "value": %s, `+
			`"metadata": {"file": "a.py", "lineno": 1%s}}`+"\n", 1755479000000+ms, kind, key, value, meta)
	}
	line(0, "POINT_IN_TIME", "cache_clear", "true", "")
	line(1, "POINT_IN_TIME", "submission_platform", `"`+platform+`"`, "")
	line(2, "POINT_IN_TIME", "global_batch_size", fmt.Sprint(batch), "")
	line(3, "POINT_IN_TIME", "seed", "5844", "")
	b.WriteString("what else is printed\n")
	line(1000, "INTERVAL_START", "run_start", "null", "")
	for i := 1; i <= 3; i++ {
		line(1000+100_000*i, "POINT_IN_TIME", "tracked_stats", `{"throughput": 2.1}`, "")
		line(1000+100_000*i, "POINT_IN_TIME", "eval_accuracy", fmt.Sprint(from+(to-from)*float64(i)/3),
			fmt.Sprintf(meta, i*10))
	}
	line(351_000, "INTERVAL_END", "run_stop", "null", `, "status": "success"`)
	return b.String()
}

// TestMLLog reads MLPerf's logs: evaluations by what all runs count, seconds since run_start, what was said before as
// settings; an accuracy that falls is a loss.
func TestMLLog(t *testing.T) {
	for meta, by := range map[string]string{`, "samples_count": %d`: "samples_count",
		`, "epoch_num": %d`: "epoch_num"} {
		dir := lay(t, map[string]string{"x/result_0.txt": mllog(8, "1xA", 1, .9, meta),
			"y/result_0.txt": mllog(16, "2xA", 1, .8, meta)})
		log := read(t, "mllog", Options{}, dir)
		if len(log.Runs) != 2 {
			t.Fatalf("%d runs", len(log.Runs))
		}
		r := log.Runs[0]
		final(t, r, "duration_s", 350, 1e-9)
		s, at := r.Series["eval_accuracy"], r.Series["seconds"]
		if s == nil || len(s.Epochs) != 3 || s.Epochs[2] != 30 || math.Abs(s.Values[2]-.9) > 1e-9 ||
			at.Values[2] != 300 {
			t.Errorf("%v %v", s, at)
		}
		if r.Config["global_batch_size"].String() != "8" || r.Config["submission_platform"].String() != "1xA" ||
			len(r.Config) != 2 || r.Seed != "5844" || r.Status != Finished {
			t.Errorf("%v, seed %s, %s", r.Config, r.Seed, r.Status)
		}
		if kind := log.declared["eval_accuracy"].Kind; kind != "loss" {
			t.Errorf("eval_accuracy falls and is %q", kind)
		}
		if said := notes(log, "counted by "+by); said != (by != "epoch_num") {
			t.Errorf("%s: %v", by, log.Notes)
		}
	}
	dir := lay(t, map[string]string{"x/result_0.txt": mllog(8, "1xA", .1, .9, `, "x": %d`),
		"y/result_0.txt": mllog(9, "1xA", .1, .9, `, "x": %d`)})
	log := read(t, "mllog", Options{}, dir)
	if s := log.Runs[0].Series["eval_accuracy"]; s.Epochs[2] != 3 || log.declared["eval_accuracy"].Kind == "loss" {
		t.Errorf("%v, %v", s, log.declared["eval_accuracy"])
	}
}

// TestBoostingPrinted reads what XGBoost and LightGBM print: round 0 has been trained, and each part of the data has
// metrics of its own.
func TestBoostingPrinted(t *testing.T) {
	files := map[string]string{}
	for i, depth := range []int{2, 4, 6} {
		var b strings.Builder
		b.WriteString("[LightGBM] [Info] Total Bins 1\n")
		for k := range 4 {
			x := .1 * float64(k)
			if i == 2 {
				fmt.Fprintf(&b, "[%d]\ttraining's multi_logloss: %.3f\tvalid_1's multi_logloss: %.3f\n", k, 2-x, 3-x)
				continue
			}
			fmt.Fprintf(&b, "[%d]\ttrain-mlogloss:%.3f\teval-mlogloss:%.3f\tvalidation_0-merror:.5\n", k, 2-x, 3-x)
		}
		files[fmt.Sprintf("eta=0.1_depth=%d.log", depth)] = b.String()
	}
	log := read(t, "printed", Options{}, lay(t, files))
	if len(log.Runs) != 3 {
		t.Fatalf("%d runs: %v", len(log.Runs), log.Notes)
	}
	for _, r := range log.Runs {
		train, held := "train_mlogloss", "eval_mlogloss"
		if r.Series[train] == nil {
			train, held = "training_multi_logloss", "valid_1_multi_logloss"
		}
		a, b := r.Series[train], r.Series[held]
		if a == nil || b == nil || len(a.Epochs) != 4 || a.Epochs[0] != 1 || a.Values[3] != 1.7 || b.Values[3] != 2.7 {
			t.Errorf("%s: %v %v of %v", r.ID, a, b, r.Series)
		}
		if r.Config["depth"].IsMissing() {
			t.Errorf("%s: %v", r.ID, r.Config)
		}
	}
}

// TestNamesBesideAConstantConfiguration: what files say alike of all runs is no configuration; the names are asked,
// too.
func TestNamesBesideAConstantConfiguration(t *testing.T) {
	files := map[string]string{}
	for _, lr := range []string{"0.1", "0.03"} {
		for _, depth := range []int{2, 4} {
			dir := fmt.Sprintf("lr%s_depth%d/", lr, depth)
			files[dir+"config.json"] = `{"iteration_count": 40, "launch_mode": "Train", "name": "experiment"}`
			files[dir+"history.csv"] = "epoch,val_acc,val_loss\n1,0.5,1\n2,0.6,0.9\n3,0.7,0.8\n"
		}
	}
	m, err := Open(context.Background(), lay(t, files))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	log, err := m.Read(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Runs {
		if r.Config["depth"].IsMissing() || r.Config["lr"].IsMissing() || r.Config["iteration_count"].IsMissing() {
			t.Errorf("%s: %v", r.ID, r.Config)
		}
	}
	if len(log.Runs) != 4 || !notes(log, "the runs' names say their settings") {
		t.Errorf("%d runs, %v", len(log.Runs), log.Notes)
	}
}

// TestTableBelowLines: what stands above a table in lines of its own are settings of the run.
func TestTableBelowLines(t *testing.T) {
	files := map[string]string{}
	for i := range 4 {
		files[fmt.Sprintf("%d/train_process.txt", i)] = fmt.Sprintf("architecture id: %d\nmodel parameters: %d\n"+
			"epoch, train_acc, val_acc\n0.000, 9.788, 9.876\n1.000, 9.792, 9.924\n2.000, 19.79, 19.92\n", i, 1000*(i+1))
	}
	log := read(t, "keras", Options{}, lay(t, files))
	for _, r := range log.Runs {
		if x, ok := r.Config["model_parameters"].Float(); !ok || x < 1000 || len(r.Config) != 1 {
			t.Errorf("%s: %v", r.ID, r.Config)
		}
		if s := r.Series["val_acc"]; s == nil || len(s.Epochs) != 3 || s.Values[2] != 19.92 {
			t.Errorf("%s: %v", r.ID, r.Series)
		}
	}
	if len(log.Runs) != 4 {
		t.Errorf("%d runs", len(log.Runs))
	}
}

// TestNamesByTool: tools may call the same runs in their own ways; the names of each are asked by themselves.
func TestNamesByTool(t *testing.T) {
	log := &Log{}
	for i, tool := range []string{"a", "a", "b", "b"} {
		r, err := log.run(tool, fmt.Sprintf("%d", i), "f")
		if err != nil {
			t.Fatal(err)
		}
		if r.Name = "learn"; tool == "a" {
			r.Name = fmt.Sprintf("lr0.%d_depth4", i+1)
		}
	}
	if !log.toldRuns() || log.Runs[1].Config["lr"].String() != "0.2" || len(log.Runs[2].Config) != 0 {
		t.Errorf("%v, %v", log.Runs[1].Config, log.Runs[2].Config)
	}
}
