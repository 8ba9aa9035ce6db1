package intake

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/features"

	"eahas/trial/names"
)

// lay writes files into a new folder.
func lay(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "logs")
	for name, text := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// final checks a number that is known of a whole run.
func final(t *testing.T, r *Run, name string, want, tolerance float64) {
	t.Helper()
	got, ok := r.Final[name].Float()
	if !ok || math.Abs(got-want) > tolerance {
		t.Errorf("%s: %s is %v, want %v", r.ID, name, r.Final[name], want)
	}
}

func notes(log *Log, text string) bool {
	return slices.ContainsFunc(log.Notes, func(n string) bool { return strings.Contains(n, text) })
}

func left(log *Log, text string) bool {
	return slices.ContainsFunc(log.Left, func(l LeftOut) bool { return strings.Contains(l.From+": "+l.Why, text) })
}

// nvidiaSMI is what nvidia-smi 570 prints for --query-gpu=timestamp,index,power.draw --format=csv (its manual; no GPU
// here).
func nvidiaSMI(index bool, watts func(gpu, second int) string, seconds int) string {
	var b strings.Builder
	b.WriteString("timestamp, index, power.draw [W]\n")
	for s := range seconds {
		for gpu := range 2 {
			fmt.Fprintf(&b, "2026/11/28 10:00:%02d.%03d, %d, %s\n", s, 12+2*gpu, gpu, watts(gpu, s))
		}
	}
	if !index {
		return strings.NewReplacer(" index,", "", ", 0, ", ", ", ", 1, ", ", ").Replace(b.String())
	}
	return b.String()
}

func TestNvidiaSMI(t *testing.T) {
	watts := func(gpu, s int) string {
		if gpu == 1 && s == 3 {
			return "[N/A]"
		}
		return fmt.Sprintf("%d.00 W", 100*(gpu+1))
	}
	for _, index := range []bool{true, false} {
		log := read(t, "power", Options{}, lay(t, map[string]string{"power.csv": nvidiaSMI(index, watts, 31)}))
		// Two cards of 100 and 200 W for 30 s, and 2 ms between their readings.
		final(t, log.Runs[0], "total_joules", 9000, 1e-3)
		if index && !left(log, "1 readings of 1 are no number") {
			t.Errorf("what was left out: %+v", log.Left)
		}
		if !index && !notes(log, "taken for 2 devices") {
			t.Errorf("notes %v: two cards without an index must be named", log.Notes)
		}
	}
}

func TestPowerUnits(t *testing.T) {
	for text, want := range map[string]float64{
		"time,power_mW\n0,2000\n10,2000\n":                                 20,
		"time_s,gpu0_power_w,gpu1_power_w\n0,10,20\n10,10,20\n":            300,
		"timestamp,total_energy_mj\n100,5000\n110,25000\n120,1000\n":       20, // fell: began anew
		"\ufefftimestamp;power.draw [W];power.limit [W]\n0;7;300\n2;9;300": 16,
		"timestamp,device,energy_total_joules\n0,a,5\n5,a,6\n5,b,9\n0,b,4": 6,
	} {
		log := read(t, "power", Options{}, lay(t, map[string]string{"p.csv": text}))
		final(t, log.Runs[0], "total_joules", want, 1e-9)
	}
}

// TestPowerBySeconds integrates a ramp by hand: 10 W a second from 0, cut by runs between samples.
func TestPowerBySeconds(t *testing.T) {
	dir := lay(t, map[string]string{
		"power.csv":              "timestamp,power_w\n1000,0\n1010,100\n1020,200\n",
		"mlruns/1/a/meta.yaml":   "run_id: a\nrun_name: one\nstart_time: 1005000\nend_time: 1015000\nstatus: 3\n",
		"mlruns/1/a/metrics/acc": "1008000 0.5 1\n1015000 0.6 2\n",
		"mlruns/1/b/meta.yaml":   "run_id: b\nrun_name: two\nstart_time: 1018000\nend_time: 1030000\nstatus: 3\n",
		"mlruns/1/b/metrics/acc": "1019000 0.5 1\n",
	})
	log := read(t, "", Options{}, dir)
	a := runOf(t, log, "a")
	final(t, a, "total_joules", 5*(15*15-5*5), 1e-9) // integral of 10 t from 5 to 15
	sameSeries(t, a, "joules", []float64{1, 2}, []float64{5 * (8*8 - 5*5), 5 * (15*15 - 5*5)}, 1e-12)
	sameSeries(t, a, "seconds", []float64{1, 2}, []float64{3, 10}, 1e-12)
	if b := runOf(t, log, "b"); !b.Final["total_joules"].IsMissing() || !left(log, "b: the samples cover 17 %") {
		t.Errorf("a run that is hardly covered has %v; left out %+v", b.Final, log.Left)
	}
}

func TestPrometheus(t *testing.T) {
	log := read(t, "prometheus", Options{}, lay(t, map[string]string{"q.json": `{"status":"success","data":{"resultType":"matrix","result":[
		{"metric":{"__name__":"DCGM_FI_DEV_POWER_USAGE","gpu":"0"},"values":[[100,"50"],[110,"50"]]},
		{"metric":{"__name__":"DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION","gpu":"0"},"values":[[100,"1000000"],[110,"1600000"]]},
		{"metric":{"__name__":"DCGM_FI_DEV_POWER_USAGE","gpu":"1"},"values":[[100,"30"],[110,"NaN"],[110,"30"]]},
		{"metric":{"__name__":"up"},"values":[[100,"1"]]}]}}`}))
	final(t, log.Runs[0], "total_joules", 600+300, 1e-9) // the counter of GPU 0, the power of GPU 1
	if !left(log, `"up" is neither`) {
		t.Errorf("left out: %+v", log.Left)
	}
}

func TestZeus(t *testing.T) {
	// The header and rows of zeus 0.16.0, zeus/monitor/energy.py.
	log := read(t, "zeus", Options{}, lay(t,
		map[string]string{"zeus.csv": "start_time,window_name,elapsed_time,gpu0_energy,gpu1_energy\n" +
			"1000.0,epoch,10.0,1000,500\n1010.0,epoch,12.0,1100,550\n1000.0,training,23.0,2200,1100\n"}))
	r := log.Runs[0]
	sameSeries(t, r, "joules", []float64{1, 2}, []float64{1500, 3150}, 0)
	sameSeries(t, r, "seconds", []float64{1, 2}, []float64{10, 22}, 0)
	final(t, r, "total_joules", 3300, 0)
}

const carbonHeader = "timestamp,project_name,run_id,experiment_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,cpu_model,gpu_model"

func TestCodeCarbonCountsOn(t *testing.T) {
	log := read(t, "codecarbon", Options{}, lay(t, map[string]string{"emissions.csv": carbonHeader + "\n" +
		"2026-11-28T10:00:10,p,a,x,10,0,0.001,0,0,0.001,c,\n2026-11-28T10:00:20,p,a,x,20,0,0.003,0,0,0.003,c,\n" +
		"2026-11-28T11:00:20,p,b,x,5,0,0.001,0,0,0.002,c,\n"}))
	final(t, runOf(t, log, "a"), "total_joules", 0.003*3.6e6, 1e-6) // the second row counts on from the first
	final(t, runOf(t, log, "a"), "total_seconds", 20, 0)
	final(t, runOf(t, log, "b"), "total_joules", 0.002*3.6e6, 1e-6)
	log = read(t, "codecarbon", Options{}, lay(t, map[string]string{"emissions_base_a.csv": "task_name," +
		carbonHeader + "\n" +
		"load,2026-11-28T10:00:10,p,a,x,10,0,0,0,0,0.001,c,\nfit,2026-11-28T10:00:20,p,a,x,5,0,0,0,0,0.002,c,\n"}))
	final(t, runOf(t, log, "a"), "total_joules", 0.003*3.6e6, 1e-6)
	final(t, runOf(t, log, "a"), "total_seconds", 15, 0)
}

// TestCodeCarbonFindsItsRun joins by name, by folder and by time, and leaves out what could be several runs'.
func TestCodeCarbonFindsItsRun(t *testing.T) {
	metrics := "epoch,step,val_acc\n0,1,0.5\n1,2,0.6\n"
	row := func(end, project string, seconds int) string {
		return fmt.Sprintf("2026-11-28T%s,%s,id-%s,x,%d,0,0,0,0,0.001,c,\n", end, project, project, seconds)
	}
	log := read(t, "", Options{}, lay(t, map[string]string{
		"version_0/metrics.csv": metrics, "version_1/metrics.csv": metrics,
		"emissions.csv": carbonHeader + "\n" + row("10:00:10", "version_1", 10) + row("10:00:20", "other", 10),
	}))
	final(t, runOf(t, log, "version_1"), "total_joules", 3600, 1e-9)
	if !runOf(t, log, "version_0").Final["total_joules"].IsMissing() || !left(log, "x: no run has its name") ||
		!notes(log, "codecarbon by name") {
		t.Errorf("%v, %+v", log.Notes, log.Left)
	}
	log = read(t, "", Options{}, lay(t, map[string]string{
		"version_0/metrics.csv": metrics, "version_1/metrics.csv": metrics,
		"version_0/emissions.csv": carbonHeader + "\n" + row("10:00:10", "p", 10),
	}))
	final(t, runOf(t, log, "version_0"), "total_joules", 3600, 1e-9)
	ms := func(id string, from, to int64) map[string]string {
		return map[string]string{"mlruns/1/" + id +
			"/meta.yaml": fmt.Sprintf("run_id: %s\nstart_time: %d\nend_time: %d\nstatus: 3\n", id, from, to),
			"mlruns/1/" + id + "/metrics/acc": fmt.Sprintf("%d 0.5 1\n", to)}
	}
	at := int64(moment("2026-11-28T10:00:00") * 1000)
	files := map[string]string{"carbon/emissions.csv": carbonHeader + "\n" + row("10:00:10", "p", 10) +
		row("10:01:10", "q", 10)}
	for _, m := range []map[string]string{ms("a", at+500, at+9500), ms("b", at+60000, at+70000),
		ms("c", at+60000, at+70000)} {
		for k, v := range m {
			files[k] = v
		}
	}
	log = read(t, "", Options{}, lay(t, files))
	final(t, runOf(t, log, "a"), "total_joules", 3600, 1e-9)
	if !left(log, "q, x: several runs ran at its time") {
		t.Errorf("left out: %+v", log.Left)
	}
}

func TestPycls(t *testing.T) {
	// The shape of pycls' sweep.json (facebookresearch/pycls, sweep/analysis), with EA-HAS-Bench's cons.
	job := `{"log_file":"/x/%d/stdout.log","cfg":{"REGNET":{"DEPTH":%d},"OPTIM":{"MAX_EPOCH":2},"RNG_SEED":7,"OUT_DIR":"/x"},"complexity":{"params":5},
	"train_epoch":{"epoch_ind":[1,2],"time_epoch":[10,11],"top1_err":[60,50],"loss":[2,NaN],"mem":[1,1]},"test_epoch":{"epoch_ind":[2],"top1_err":[40]},"cons":{"train_cons":[0.5,0.6]}}`
	log := read(t, "pycls", Options{}, lay(t, map[string]string{"sweep.json": "[" + fmt.Sprintf(job, 3, 8) + "," +
		fmt.Sprintf(job, 4, 9) + "]"}))
	r := runOf(t, log, "4")
	sameSeries(t, r, "test_top1_err", []float64{2}, []float64{40}, 0)
	sameSeries(t, r, "seconds", []float64{1, 2}, []float64{10, 11}, 0)
	if x := r.Series["train_loss"].Values; x[0] != 2 || !math.IsNaN(x[1]) {
		t.Errorf("losses %v: a NaN was measured", x)
	}
	if r.Config["REGNET.DEPTH"] != features.Number(9) || r.Seed != "7" || r.Planned != 2 ||
		!r.Config["OUT_DIR"].IsMissing() {
		t.Errorf("%v, seed %q, planned %v", r.Config, r.Seed, r.Planned)
	}
	if c := columnOf(t, log, "joules", RoleJoules); c.Unit != "Wh" || c.Shape != PerEpoch {
		t.Errorf("joules: %+v", c)
	}
}

// TestWandbExports reads what the API's documented snippet and the page write.
func TestWandbExports(t *testing.T) {
	log := read(t, "wandb", Options{}, lay(t, map[string]string{
		"project.csv": ",summary,config,name\n" +
			`0,"{'_runtime': 12.5, 'best': 0.9, 'acc': 0.8, '_step': 3}","{'lr': 0.1, 'opt': ""adam"", 'amp': True, 'net': {'depth': 3}, 'drop': None}",sunny-1` + "\n" +
			`1,"{'_runtime': 13, 'best': nan, 'acc': 0.7}","{'lr': 0.2, 'opt': 'it\'s', 'amp': False, 'sizes': (1, 2)}",rainy-2` + "\n",
		"sunny-1.csv": "_step,_runtime,_timestamp,epoch,acc\n0,1.5,1000,1,0.5\n1,3,1001.5,2,0.8\n",
	}))
	r := runOf(t, log, "sunny-1")
	sameSeries(t, r, "acc", []float64{1, 2}, []float64{0.5, 0.8}, 0)
	sameSeries(t, r, "seconds", []float64{1, 2}, []float64{1.5, 3}, 0)
	for name, want := range map[string]features.Value{"lr": features.Number(0.1), "opt": features.Text("adam"),
		"amp": features.Text("true"), "net.depth": features.Number(3), "drop": {}} {
		if r.Config[name] != want {
			t.Errorf("%s is %v, want %v", name, r.Config[name], want)
		}
	}
	if _, ok := r.Final["acc"]; ok || r.Final["best"] != features.Number(0.9) {
		t.Errorf("results %v: acc is the last of its history", r.Final)
	}
	other := runOf(t, log, "rainy-2")
	final(t, other, "total_seconds", 13, 0)
	if other.Config["opt"] != features.Text("it's") || other.Config["sizes.1"] != features.Number(2) {
		t.Errorf("%v", other.Config)
	}

	log = read(t, "wandb", Options{}, lay(t,
		map[string]string{"export.csv": "Name,State,Notes,Created,Runtime,Sweep,lr,depth,val_acc\n" +
			"first,finished,-,2026-01-01,60,,0.1,3,0.9\nsecond,crashed,-,2026-01-01,30,,0.2,4,0.1\n"}))
	r = runOf(t, log, "second")
	if r.Status != Failed || r.Config["lr"] != features.Number(0.2) || !r.Config["val_acc"].IsMissing() {
		t.Errorf("%s %v %v", r.Status, r.Config, r.Final)
	}
	final(t, r, "val_acc", 0.1, 0)
}

func TestNames(t *testing.T) {
	metrics := "epoch,loss,val_loss\n0,1,1\n1,0.5,0.6\n"
	dir := lay(t, map[string]string{"tune_rfc_higgs/history.csv": metrics, "tune_svm_adult/history.csv": metrics})
	for _, pattern := range []string{"tune_{model}_{data}", `tune_(?P<model>[^_]+)_(?P<data>\w+)`} {
		log := read(t, "keras", Options{Name: pattern}, dir)
		if r := runOf(t, log, "tune_svm_adult"); r.Config["model"] != features.Text("svm") ||
			r.Config["data"] != features.Text("adult") {
			t.Errorf("%s: %v", pattern, r.Config)
		}
	}
	m, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for pattern, want := range map[string]string{"x{model}y": "fits no run", "plain": "no {setting}",
		"(?P<a>": "missing closing", "{a b}": "no name of a setting"} {
		if _, err := m.Read(t.Context(), Options{Name: pattern}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
}

// TestCostNames holds the reading of units in names; case counts: mJ is not MJ.
func TestCostNames(t *testing.T) {
	for name, want := range map[string]string{
		"total_energy (kWh)": "joules kWh", "energy_MJ": "joules MJ", "energy_mJ": "joules mJ", "energy_J": "joules J",
		"joules": "joules J", "time_total_s": "seconds s",
		"trainTime": "seconds ", "duration_ms": "seconds ms", "gpu_hours": "seconds h", "wall_times": "seconds ",
		"avg_energy_usages (J)":    "joules J",
		"avg_intensity (gCO2/kWh)": "", "samples_per_second": "", "latency": "", "mapping": "", "batch_size": "",
		"alphas": "", "classes": "",
	} {
		role, unit, ok := costOf(name)
		if got := string(role) + " " + unit; ok && got != want || !ok && want != "" {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"val/acc": "accuracy", "valAcc": "accuracy", "top1_err": "error",
		"mapping": "", "latency": "", "test_losses": "loss", "eval_f1": "score", "test.top1": "accuracy"} {
		if got := names.Metric(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestTensors reads scalars as TensorFlow 2 writes them, with tensor_content (tensor.proto field 4), and refuses what
// is no scalar.
func TestTensors(t *testing.T) {
	bytesField := func(num byte, b ...byte) []byte { return append([]byte{num<<3 | 2, byte(len(b))}, b...) }
	for _, c := range []struct {
		kind    byte
		content []byte
		shape   []byte
		want    float64
		ok      bool
	}{
		{1, []byte{0, 0, 0xc0, 0x3f}, nil, 1.5, true},
		{2, []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f}, nil, 1.5, true},
		{3, []byte{0xfe, 0xff, 0xff, 0xff}, nil, -2, true},
		{9, []byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, nil, -2, true},
		{14, []byte{0xc0, 0x3f}, nil, 1.5, true},
		{1, []byte{0, 0, 0xc0, 0x3f}, bytesField(2, 8, 2), 0, false}, // two elements are claimed
		{1, []byte{0, 0, 0xc0}, nil, 0, false},
	} {
		b := append([]byte{8, c.kind}, bytesField(2, c.shape...)...)
		s, err := summaryValue(bytesField(8, append(b, bytesField(4, c.content...)...)...))
		if err != nil || s.ok != c.ok || s.ok && s.value != c.want {
			t.Errorf("kind %d: %v, %v, %v; want %v, %v", c.kind, s.value, s.ok, err, c.want, c.ok)
		}
	}
}

// TestJSONLinesOfRuns reads one file of JSON lines a run: settings in a first line or a file beside it, nested metrics,
// rows of training and of validation, iterations within an epoch.
func TestJSONLinesOfRuns(t *testing.T) {
	files := map[string]string{}
	for i := range 3 {
		files[fmt.Sprintf("a/%d/log.jsonl", i)] = fmt.Sprintf(`{"event": "config", "lr": 0.%d, "opt": {"name": "adam"}}`, i+1) + "\n" +
			`{"epoch": 1, "val": {"acc": 0.5}, "time": {"epoch_s": 3}}` + "\n" +
			`{"epoch": 2, "val": {"acc": NaN}, "time": {"epoch_s": 4}}` + "\n" + "{torn"
		files[fmt.Sprintf("b/%d/20260101.log.json", i)] = fmt.Sprintf(`{"env": "T4", "seed": %d}`, i) + "\n" +
			`{"mode": "train", "epoch": 1, "iter": 50, "lr": 0.1, "loss": 2}` + "\n" +
			`{"mode": "train", "epoch": 1, "iter": 100, "lr": 0.1, "loss": 1}` + "\n" +
			`{"mode": "val", "epoch": 1, "iter": 9, "lr": 0.1, "bbox_mAP": 0.3}` + "\n"
		files[fmt.Sprintf("b/%d/config.json", i)] = fmt.Sprintf(`{"width": %d}`, 8*(i+1))
	}
	dir := lay(t, files)
	log := read(t, "jsonlines", Options{}, filepath.Join(dir, "a"))
	r := runOf(t, log, "a/1")
	if r.Config["lr"] != features.Number(0.2) || r.Config["opt.name"] != features.Text("adam") {
		t.Errorf("config %v", r.Config)
	}
	if s := r.Series["val.acc"]; s == nil || s.Values[0] != 0.5 || !math.IsNaN(s.Values[1]) {
		t.Errorf("val.acc %+v", s)
	}
	if c := columnOf(t, log, "time.epoch_s", RoleSeconds); c.Shape != PerEpoch || c.Unit != "s" {
		t.Errorf("%+v", c)
	}
	if !left(log, "1 lines are no JSON objects, the first is line 4") {
		t.Errorf("left out %+v", log.Left)
	}
	log = read(t, "", Options{}, filepath.Join(dir, "b"))
	r = runOf(t, log, "b/2")
	sameSeries(t, r, "train/loss", []float64{1}, []float64{1}, 0)
	sameSeries(t, r, "val/bbox_mAP", []float64{1}, []float64{0.3}, 0)
	if r.Config["width"] != features.Number(24) || r.Seed != "2" || r.Config["lr"] != features.Number(0.1) {
		t.Errorf("%+v", r)
	}
	// one file is a table, and so are files in which several runs are named
	for name, text := range map[string]string{"x.jsonl": `{"epoch": 1, "acc": 1}` + "\n" +
		`{"epoch": 2, "acc": 1}` + "\n",
		"y.jsonl": `{"run": "a", "epoch": 1, "acc": 1}` + "\n" + `{"run": "b", "epoch": 1, "acc": 1}` + "\n"} {
		files := map[string]string{name: text}
		if name[0] == 'y' {
			files["z.jsonl"] = text
		}
		if m, err := Open(t.Context(), lay(t, files)); err != nil || m != nil {
			t.Errorf("%s: %v, %+v; wanted a table", name, err, m)
		}
	}
}
