package intake

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"eahas/features"
)

// three runs of two epochs, as each tool or habit writes them down: the same settings, metrics and costs have to come
// out of all of them. Where a tool is named the form is that of its sources or manual (2026-11).
var threeRuns = []struct {
	name, opt string
	lr        float64
	acc       [2]float64
	seconds   [2]int
}{{"a", "sgd", 0.1, [2]float64{50, 60}, [2]int{41, 39}}, {"b", "adam", 0.02, [2]float64{55, 70}, [2]int{62, 61}},
	{"c", "sgd", 0.003, [2]float64{40, 44}, [2]int{80, 79}}}

// written makes the files of the runs: each gives a file's name and text for a run.
func written3(each func(i int) map[string]string) map[string]string {
	out := map[string]string{}
	for i := range threeRuns {
		for name, text := range each(i) {
			out[name] += text
		}
	}
	return out
}

// TestHabits reads one log in the many forms in which people keep it.
func TestHabits(t *testing.T) {
	settings := "name,lr,opt\na,0.1,sgd\nb,0.02,adam\nc,0.003,sgd\n"
	for what, c := range map[string]struct {
		files     map[string]string
		metric    string
		lr        string
		seconds   string // column of the epochs' seconds; "" for none
		firstStep float64
	}{
		"a metric's name in each row, Katib's times": {files: with(written3(func(i int) map[string]string {
			r := threeRuns[i]
			return map[string]string{"obs.csv": fmt.Sprintf("%s%s,2026-03-01T10:%02d:00Z,accuracy,%g\n"+
				"%s,2026-03-01T10:%02d:30Z,accuracy,%g\n",
				head(i, "trial_name,time,metric_name,value\n"), r.name, 10*i, r.acc[0], r.name, 10*i, r.acc[1])}
		}), "trials.csv", settings), metric: "accuracy", lr: "lr", firstStep: 1},
		"tidy, with its settings": {files: written3(func(i int) map[string]string {
			r, rows := threeRuns[i], ""
			for e := range 2 {
				rows += fmt.Sprintf("%s,%g,%s,%d,val_acc,%g\n%s,%g,%s,%d,epoch_time_s,%d\n", r.name, r.lr, r.opt, e+1,
					r.acc[e], r.name, r.lr, r.opt, e+1, r.seconds[e])
			}
			return map[string]string{"log.csv": head(i, "run,lr,opt,epoch,metric,value\n") + rows}
		}), metric: "val_acc", lr: "lr", seconds: "epoch_time_s", firstStep: 1},
		"TensorBoard's download": {files: with(written3(func(i int) map[string]string {
			r := threeRuns[i]
			return map[string]string{fmt.Sprintf("run-%s-tag-acc_val.csv", r.name): fmt.Sprintf(
				"Wall time,Step,Value\n%d.5,1,%g\n%d.5,2,%g\n", 1772359200+1000*i, r.acc[0],
				1772359240+1000*i, r.acc[1])}
		}), "settings.csv", settings), metric: "acc_val", lr: "lr", firstStep: 1},
		"a column a run": {files: map[string]string{"val_acc.csv": "epoch,a,b,c\n1,50,55,40\n2,60,70,44\n",
			"runs.csv": settings}, metric: "val_acc", lr: "lr", firstStep: 1},
		"fastai": {files: written3(func(i int) map[string]string {
			r := threeRuns[i]
			return map[string]string{r.name + "/history.csv": fmt.Sprintf("epoch,train_loss,valid_loss,accuracy,time\n"+
				"0,1.5,1.4,%g,00:%02d\n1,1.2,1.3,%g,%d:%02d\n", r.acc[0], r.seconds[0]%60+0*i, r.acc[1],
				r.seconds[1]/60, r.seconds[1]%60),
				r.name + "/config.json": fmt.Sprintf(`{"lr": %g, "opt": %q}`, r.lr, r.opt)}
		}), metric: "accuracy", lr: "lr", firstStep: 1},
		"Hydra": {files: written3(func(i int) map[string]string {
			r, dir := threeRuns[i], fmt.Sprintf("multirun/2026-03-01/10-00-00/%d/", i)
			return map[string]string{dir + "metrics.csv": fmt.Sprintf("epoch,val_acc,epoch_time\n1,%g,%d\n2,%g,%d\n",
				r.acc[0], r.seconds[0], r.acc[1], r.seconds[1]),
				dir + ".hydra/config.yaml":    fmt.Sprintf("optim:\n  lr: %g\nopt: %s\n", r.lr, r.opt),
				dir + ".hydra/overrides.yaml": fmt.Sprintf("- optim.lr=%g\n", r.lr),
				dir + "train.log":             "[2026-03-01 10:00:00,000][__main__][INFO] - started\n"}
		}), metric: "val_acc", lr: "optim.lr", seconds: "epoch_time", firstStep: 1},
		"DVCLive": {files: written3(func(i int) map[string]string {
			r := threeRuns[i]
			return map[string]string{r.name + "/dvclive/plots/metrics/val/acc.tsv": fmt.Sprintf("step\tacc\n0\t%g\n1\t%g\n",
				r.acc[0], r.acc[1]), r.name + "/params.yaml": fmt.Sprintf("train:\n  lr: %g\n  opt: %s\n", r.lr, r.opt),
				r.name + "/dvclive/metrics.json": fmt.Sprintf(`{"val": {"acc": %g}, "step": 1}`, r.acc[1])}
		}), metric: "val/acc", lr: "train.lr", firstStep: 0},
		"Sacred": {files: written3(func(i int) map[string]string {
			r, dir := threeRuns[i], fmt.Sprintf("%d/", i+1)
			return map[string]string{dir + "config.json": fmt.Sprintf(`{"lr": %g, "opt": %q, "seed": 12%d}`,
				r.lr, r.opt, i),
				dir + "run.json": `{"artifacts": [], "command": "main", "experiment": {"name": "x"}, "heartbeat": ` +
					`"2026-03-01T10:09:00", "start_time": "2026-03-01T10:00:00.1", "stop_time": ` +
					`"2026-03-01T10:02:00.1", "status": "COMPLETED", "result": 1}`,
				dir + "metrics.json": fmt.Sprintf(`{"val.acc": {"steps": [1, 2], "timestamps": `+
					`["2026-03-01T10:01:00", "2026-03-01T10:02:00"], "values": [%g, %g]}}`, r.acc[0], r.acc[1]),
				dir + "cout.txt": "hello\n"}
		}), metric: "val.acc", lr: "lr", firstStep: 1},
		"MMEngine": {files: written3(func(i int) map[string]string {
			r, dir := threeRuns[i], threeRuns[i].name+"/vis_data/"
			text := ""
			for e := range 2 {
				text += fmt.Sprintf(`{"lr": %g, "data_time": 0.01, "loss": 1.5, "time": 0.4, "epoch": %d, "iter": %d, "step": %d}`+
					"\n"+`{"accuracy/top1": %g, "data_time": 0.02, "time": 0.05, "step": %d}`+"\n", r.lr, e+1, 50*(e+1),
					50*(e+1), r.acc[e], e+1)
			}
			return map[string]string{dir + "20260301.json": text, dir + "scalars.json": text,
				dir + "config.json": fmt.Sprintf(`{"optim": {"lr": %g}, "opt": %q}`, r.lr, r.opt)}
		}), metric: "accuracy/top1", lr: "optim.lr", firstStep: 1},
	} {
		t.Run(what, func(t *testing.T) {
			log := read(t, "", Options{}, lay(t, c.files))
			if len(log.Runs) != 3 {
				t.Fatalf("%d runs: %+v; left %+v", len(log.Runs), log.Notes, log.Left)
			}
			for i, r := range log.Runs {
				want := threeRuns[i]
				s := r.Series[c.metric]
				if s == nil || !slices.Equal(s.Values, want.acc[:]) || s.Epochs[0] != c.firstStep {
					t.Errorf("%s: %s is %+v of %v", r.ID, c.metric, s, slices.Collect(maps.Keys(r.Series)))
				}
				if got := r.Config[c.lr]; got != features.Number(want.lr) {
					t.Errorf("%s: %s is %v; settings %v", r.ID, c.lr, got, r.Config)
				}
				if c.seconds != "" &&
					(r.Series[c.seconds] == nil || r.Series[c.seconds].Values[1] != float64(want.seconds[1])) {
					t.Errorf("%s: seconds %+v", r.ID, r.Series[c.seconds])
				}
			}
			for _, col := range log.Columns { // no time of an iteration, no step, no moment is the run's or a setting
				last := path.Base(col.Name)
				if slices.Contains([]string{"data_time", "step", "timestamp"}, last) &&
					(col.Role == RoleSeconds || col.Role == RoleAxis) || what == "MMEngine" && col.Role == RoleSeconds {
					t.Errorf("%s is %s", col.Name, col.Role)
				}
			}
		})
	}
}

func head(i int, text string) string {
	if i > 0 {
		return ""
	}
	return text
}

func with(files map[string]string, name, text string) map[string]string {
	files[name] = text
	return files
}

// TestMinutesAndSeconds: fastai writes an epoch of 41 s as 00:41 and one of 62 s as 01:02.
func TestMinutesAndSeconds(t *testing.T) {
	log := read(t, "keras", Options{}, lay(t, map[string]string{"a/history.csv": "epoch,train_loss,accuracy,time\n" +
		"0,1,.5,00:41\n1,.9,.6,01:02\n2,.8,.7,1:00:00\n"}))
	if got := log.Runs[0].Series["time"]; got == nil || !slices.Equal(got.Values, []float64{41, 62, 3600}) {
		t.Fatalf("%+v", got)
	}
	for _, c := range log.Columns {
		if c.Name == "time" &&
			(c.Role != RoleSeconds || c.Unit != "s" || !strings.Contains(c.Why, "MINUTES AND SECONDS")) {
			t.Errorf("%+v", c)
		}
	}
}

// TestPointsInTimeAreNoDurations: a column time of seconds or milliseconds since 1970 is the clock of the run.
func TestPointsInTimeAreNoDurations(t *testing.T) {
	log := read(t, "keras", Options{},
		lay(t, map[string]string{"a/log.csv": "epoch,loss,time\n1,.5,1772359200.5\n2,.4,1772359260.5\n",
			"b/log.csv": "epoch,loss,time\n1,.5,1772359200500\n2,.4,1772359260500\n"}))
	for _, r := range log.Runs {
		if r.Series["time"] != nil || r.Clock == nil || r.Clock.Values[1] != 1772359260.5 {
			t.Errorf("%s: %+v, clock %+v", r.ID, r.Series, r.Clock)
		}
	}
}

// TestTwinsOfASchedule: Ultralytics logs lr/pg0 by epoch beside the setting lr0. One that never moves says what lr0
// says.
func TestTwinsOfASchedule(t *testing.T) {
	log := read(t, "", Options{}, lay(t, written3(func(i int) map[string]string {
		r := threeRuns[i]
		return map[string]string{r.name + "/results.csv": fmt.Sprintf("epoch,time,train/box_loss,metrics/mAP50(B),lr/pg0\n"+
			"1,10.5,1,.5,%[1]g\n2,20.5,.9,.6,%[1]g\n", r.lr),
			r.name + "/args.yaml": fmt.Sprintf("lr0: %g\nbatch: 16\n", r.lr)}
	})))
	if r := log.Runs[1]; r.Config["lr0"] != features.Number(.02) || !r.Config["lr/pg0"].IsMissing() ||
		r.Series["lr/pg0"] != nil {
		t.Errorf("%v, %v", r.Config, r.Series)
	}
}

// TestPowerOfATableOfRuns: nvidia-smi's samples beside a table that says when each run was. 100 W for 20 s, 300 W for
// 20 s.
func TestPowerOfATableOfRuns(t *testing.T) {
	smi, dmon := "timestamp, index, power.draw [W]\n", "#Date       Time        gpu    pwr  gtemp\n"+
		"#YYYYMMDD   HH:MM:SS    Idx      W      C\n"
	for s := range 60 {
		w := 100
		if s >= 30 {
			w = 300
		}
		smi += fmt.Sprintf("2026/03/01 10:00:%02d.000, 0, %d.00 W\n", s, w)
		dmon += fmt.Sprintf(" 20260301   10:00:%02d      0    %d     45\n", s, w)
	}
	runs := "run,lr,start,end,acc,status\na,0.1,2026-03-01T10:00:05,2026-03-01T10:00:25,60,done\n" +
		"b,0.2,2026-03-01 10:00:35,2026-03-01 10:00:55,70,failed\n"
	for _, samples := range []map[string]string{{"gpu.csv": smi}, {"dmon.log": dmon}} {
		log := read(t, "power", Options{}, lay(t, with(samples, "runs.csv", runs)))
		if len(log.Runs) != 2 || log.Runs[1].Config["lr"] != features.Number(.2) || log.Runs[1].Status != Failed {
			t.Fatalf("%+v", log.Runs)
		}
		final(t, log.Runs[0], "total_joules", 2000, 1e-6)
		final(t, log.Runs[1], "total_joules", 6000, 1e-6)
		final(t, log.Runs[1], "total_seconds", 20, 1e-6)
	}
	log := read(t, "", Options{},
		lay(t, map[string]string{"gpu.csv": smi, "a/training.log": "epoch,loss,val_loss\n0,1,1\n1,.5,.6\n"}))
	if !left(log, "do not say when they were") {
		t.Errorf("samples of runs without times: %+v", log.Left)
	}
	if why := Strange(t.Context(),
		lay(t, map[string]string{"pmon.log": "# gpu         pid   type     sm\n" +
			"# Idx           #    C/G      %\n"})); len(why) != 1 ||
		!strings.Contains(why[0].Why, "-o DT") {
		t.Errorf("pmon: %+v", why)
	}
}

// TestSlurm reads sacct -P: joules and seconds of jobs; steps stand for a job that has no energy of its own.
func TestSlurm(t *testing.T) {
	log := read(t, "slurm", Options{Name: "lr{lr}-{opt}"},
		lay(t, map[string]string{"jobs.txt": "JobID|JobName|Elapsed|ConsumedEnergy|State\n" +
			"10|lr0.1-sgd|00:01:40|20.50K|COMPLETED\n10.batch|batch|00:01:40|20.40K|COMPLETED\n" +
			"10.extern|extern|00:01:40|20.50K|COMPLETED\n11|lr0.2-adam|1-00:00:10||COMPLETED\n" +
			"11.0|python|1-00:00:10|3.1M|COMPLETED\n12|lr0.3-sgd|02:30|1500|FAILED\n"}))
	if len(log.Runs) != 3 {
		t.Fatalf("%+v", log.Runs)
	}
	for i, want := range [][3]float64{{20500, 100, .1}, {3.1e6, 86410, .2}, {1500, 150, .3}} {
		final(t, log.Runs[i], "total_joules", want[0], 1e-6)
		final(t, log.Runs[i], "total_seconds", want[1], 0)
		if log.Runs[i].Config["lr"] != features.Number(want[2]) {
			t.Errorf("%v", log.Runs[i].Config)
		}
	}
}

// TestNameHint proposes a pattern that takes the runs' names apart, and one that works.
func TestNameHint(t *testing.T) {
	runs := func(names ...string) string {
		files := map[string]string{}
		for _, n := range names {
			files[n+"/summary.csv"] = "epoch,train_loss,eval_top1\n0,1,50\n1,.9,60\n"
		}
		return lay(t, files)
	}
	for want, names := range map[string][]string{
		"lr{lr}-bs{bs}-{part5}":  {"lr0.1-bs32-sgd", "lr0.02-bs64-adam"},
		"{_}-resnet{resnet}-224": {"20260301-resnet18-224", "20260302-resnet50-224"},
		"":                       {"run_1", "run_2", "run_3"},
		"resnet{resnet}_{part3}_lr{lr}_b8": {"resnet18_adam_lr0.1_b8", "resnet18_sgd_lr0.1_b8",
			"resnet50_sgd_lr0.2_b8"},
	} {
		dir := runs(names...)
		got := read(t, "keras", Options{}, dir).NameHint()
		if got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
			continue
		}
		if want != "" && len(read(t, "keras", Options{Name: got}, dir).Runs[0].Config) == 0 {
			t.Errorf("%q takes nothing out of %q", got, names)
		}
	}
}

// TestLengthsAreNoEpochs: a table of runs in whatever order, which says for how many epochs each was trained, is not
// the log of one run.
func TestLengthsAreNoEpochs(t *testing.T) {
	text := "lr,epoch,loss,accuracy\n"
	for i := range 60 {
		text += fmt.Sprintf("%g,%d,%g,.5\n", .01*float64(i), []int{99, 199, 399}[i*i%59%3], .3)
	}
	if m, err := Open(t.Context(), lay(t, map[string]string{"runs.csv": text})); m != nil || err != nil {
		t.Errorf("%+v, %v", m, err)
	}
}

// Names that all say the same settings are read as they say, by a guess where there is no sign; others only propose a
// pattern.
func TestNamesSaySettings(t *testing.T) {
	for names, want := range map[string]string{
		"lr=0.1_bs=16 lr=0.2_bs=16":                                          "lr=0.2",
		"lr=0.1,bs=16 lr=0.2,bs=32":                                          "bs=32,lr=0.2",
		"seed=1_lr=0.1 seed=2_lr=0.2":                                        "lr=0.2",
		"lr0.1_bs16 lr0.2_bs16":                                              "bs=16,lr=0.2",
		"exp1_lr0.1 exp2_lr2e-3":                                             "lr=0.002",
		"lr:1e-3_wd:0 lr:2e-3_wd:1e-4":                                       "lr=0.002,wd=0.0001",
		"lr_0.1-bs_16_s3 lr_0.2-bs_32_s3":                                    "bs=32,lr=0.2,s=3",
		"batch_size_8_seed_1 batch_size_16_seed_1":                           "batch_size=16",
		"module:conv,rep_no:1,macs:9,note:depth=3 module:fc,rep_no:2,macs:7": "macs=7,module=fc",
		"lr0.1_acc0.93 lr0.2_acc0.95":                                        "lr=0.2",
		"lr=0.1,acc=0.93 lr=0.2,acc=0.95":                                    "lr=0.2", // a result in a name
		"a_lr0.1 b_lr0.1 a_lr0.2 b_lr0.2":                                    "lr=0.2,part1=b",
		"20260301_lr0.1 20260302_lr0.2":                                      "lr=0.2",
		"net_lr=0.1 mlp_lr=0.2":                                              "", // net and mlp may be what is asked for
		"net_lr0.1 lr0.2":                                                    "",
		"run_1 run_2":                                                        "",
		"resnet18 resnet50":                                                  "",
	} {
		files := map[string]string{}
		all := strings.Fields(names)
		for _, name := range all {
			files[name+"/log.csv"] = "epoch,loss\n1,2\n2,1\n"
		}
		log := read(t, "keras", Options{}, lay(t, files))
		for _, r := range log.Runs {
			if r.Name != all[len(all)-1] {
				continue
			}
			var got []string
			for k, v := range r.Config {
				got = append(got, k+"="+v.String())
			}
			slices.Sort(got)
			if strings.Join(got, ",") != want {
				t.Errorf("%s: %v, wanted %s", names, got, want)
			}
		}
	}
}

// Logs of runs in which nothing counts, and whose names alone say settings, are read row by row; of one row each, they
// say what came of the runs.
func TestNamedRunsWithoutEpochs(t *testing.T) {
	for _, file := range []string{"%s/log.csv", "%s.csv", "sweep/%s/seed_1/m.csv"} {
		files, single := map[string]string{}, map[string]string{}
		for _, name := range []string{"lr0.1_bs16", "lr0.2_bs16", "lr0.2_bs32"} {
			files[fmt.Sprintf(file, name)] = "loss,acc\n2,.5\n1,.6\n.9,.7\n"
			single[fmt.Sprintf(file, name)] = "loss,acc\n2,.5\n"
		}
		log := read(t, "keras", Options{}, lay(t, files))
		if len(log.Runs) != 3 || log.Runs[0].Config["lr"] != features.Number(.1) || log.Runs[0].Epochs() != 3 {
			t.Errorf("%s: %+v", file, log.Runs)
		}
		log = read(t, "keras", Options{}, lay(t, single))
		if len(log.Runs) != 3 || log.Runs[0].Final["acc"] != features.Number(.5) {
			t.Errorf("%s: %+v", file, log.Runs)
		}
	}
}

// Two JSON files of each run, in its folder, are parts of one run; a part alone is a run, too. Files of the same keys,
// and cells that were left empty, are none.
func TestJSONParts(t *testing.T) {
	files := map[string]string{}
	for i, name := range []string{"a", "b", "c", "d"} {
		files[name+"/task.json"] = fmt.Sprintf(`{"run": %q, "depth": %d, "accuracy": 0.%d, "n": ""}`, name, i, i+3)
		if name != "d" {
			files[name+"/forgotten.json"] = fmt.Sprintf(`{"run": %q, "depth": %d, "mode": "x", "mmlu": 5%d.5, "piqa": 6%d.5}`,
				name, i, i, i)
		}
	}
	log := read(t, "json", Options{}, lay(t, files))
	if len(log.Runs) != 4 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	final(t, log.Runs[1], "accuracy", .4, 0)
	final(t, log.Runs[1], "mmlu", 51.5, 0)
	if v, ok := log.Runs[1].Config["n"]; ok {
		t.Errorf("an empty cell: %v", v)
	}
	files = map[string]string{}
	for i := range 6 {
		files[fmt.Sprintf("m%d/seed%d.json", i/2, i%2)] = fmt.Sprintf(`{"depth": %d, "accuracy": 0.%d}`, i/2, i+3)
	}
	if log := read(t, "json", Options{}, lay(t, files)); len(log.Runs) != 6 {
		t.Errorf("%d runs", len(log.Runs))
	}
}
