package intake

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// imports reads files that lie in memory, as Open and Read do; a panic that guarded caught fails the test.
func imports(t testing.TB, files map[string][]byte) *Log {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	tr := seedling()
	for name, b := range files {
		f := &file{name: name, size: int64(len(b)), raw: func() (io.ReadCloser,
			error) {
			return io.NopCloser(bytes.NewReader(b)), nil
		}}
		if err := tr.add(ctx, f, 0); err != nil && !errors.Is(err, ErrLimit) {
			t.Fatal(err)
		}
	}
	tr.sort()
	m, err := look(ctx, tr)
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		return nil
	}
	defer m.Close()
	log, err := m.Read(ctx, Options{})
	if ctx.Err() != nil {
		t.Fatal("it takes longer than 20 s")
	}
	if log == nil {
		if !errors.Is(err, ErrLimit) {
			t.Fatal(err)
		}
		return nil
	}
	for _, l := range log.Left {
		if strings.Contains(l.Why, "met what it does not expect") {
			t.Fatalf("a panic: %s: %s", l.From, l.Why)
		}
	}
	ids := map[string]bool{}
	for _, r := range log.Runs {
		if r.ID == "" || len(r.ID) > ownRunLength || strings.ContainsAny(r.ID, "/\\") || ids[r.ID] {
			t.Fatalf("the id %q", r.ID)
		}
		ids[r.ID] = true
		for name, s := range r.Series {
			for i := 1; i < len(s.Epochs); i++ {
				if !(s.Epochs[i] > s.Epochs[i-1]) || len(s.Values) != len(s.Epochs) {
					t.Fatalf("%s: %s at epochs %v", r.ID, name, s.Epochs)
				}
			}
		}
		if _, err := log.lines(r); err != nil {
			t.Fatal(err)
		}
	}
	log.table()
	return log
}

func seed(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".gz") {
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if b, err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// texts are names by which readers look at files, with a sound example of each.
var texts = []struct{ name, text string }{
	{"v/metrics.csv", "epoch,step,val_acc\n0,1,0.5\n1,2,0.6\n"}, {"v/hparams.yaml", "lr: 0.1\nnet: {depth: 3}\n"},
	{"r/result.json",
		`{"training_iteration": 1, "trial_id": "a", "time_total_s": 1.5, "config": {"lr": 0.1}, "acc": NaN}` + "\n"},
	{"r/progress.csv", "training_iteration,trial_id,acc\n1,a,0.5\n"},
	{"trials.csv", "number,value,datetime_start,state,params_lr\n0,0.5,2026-01-01 10:00:00,COMPLETE,0.1\n"},
	{"m/1/a/meta.yaml", "run_id: a\nstatus: 3\nstart_time: 1000\nend_time: 2000\n"},
	{"m/1/a/metrics/acc", "1000 0.5 1\n"},
	{"trainer_state.json",
		`{"global_step": 2, "log_history": [{"epoch": 0.5, "loss": 1}, {"epoch": 1, "train_runtime": 2}], "num_train_epochs": 1}`},
	{"project.csv", "name,config,summary\na,\"{'lr': (1, 2.5), 'x': None}\",\"{'acc': nan}\"\n"},
	{"history.csv", "_step,_runtime,_timestamp,acc\n0,1,2,0.5\n"},
	{"chart.csv", "Step,a - acc,a - acc__MIN,a - acc__MAX\n1,2,2,2\n"},
	{"results.csv", "trial_id,st_decision,st_worker_time,config_lr,epoch,acc\n0,STOP,1,0.1,1,0.5\n"},
	{"runhistory.json", `{"data": [{"config_id": 1, "budget": 2, "cost": 0.5, "time": 1, "status": 1, "starttime": 1, "endtime": 2}], "configs": {"1": {"x": 1}}}`},
	{"results.json", `[[0, 0, 0], 9.0, {"submitted": 1, "started": 1, "finished": 2}, {"loss": 0.5}, null]` + "\n"},
	{"configs.json", `[[0, 0, 0], {"x": 0.5}, {}]` + "\n"},
	{"sweep.json", `[{"cfg": {"A": 1}, "train_epoch": {"epoch_ind": [1], "time_epoch": [2]}, "test_epoch": {"top1_err": [3]}, "cons": {"train_cons": [1]}}]`},
	{"emissions.csv", carbonHeader + "\n2026-11-28T10:00:10,p,a,x,10,0,0,0,0,0.001,c,g\n"},
	{"result_0.txt",
		`:::MLLOG {"time_ms": 1000, "event_type": "POINT_IN_TIME", "key": "opt_base_learning_rate", "value": 0.1}` + "\n" +
			`:::MLLOG {"time_ms": 2000, "event_type": "INTERVAL_START", "key": "run_start", "value": null}` + "\n" +
			`:::MLLOG {"time_ms": 3000, "key": "eval_accuracy", "value": 0.5, "metadata": {"epoch_num": 1}}` + "\n"},
	{"x.log", "[0]\ttrain-mlogloss:2.1\teval-merror:0.3\n[1]\ttrain-mlogloss:2.0\teval-merror:0.2\n"},
	{"a_carbontracker.log",
		"2026-11-28 23:26:54 - carbontracker version 2.4.7\n2026-11-28 23:26:58 - Epoch 1:\n2026-11-28 23:26:58 - " +
			"Duration: 0:00:00.52\n2026-11-28 23:26:58 - Average power usage (W) for cpu: [17.5 2]\n"},
	{"zeus.csv", "start_time,window_name,elapsed_time,gpu0_energy\n1,epoch,2,3\n"},
	{"power.csv", "timestamp, index, power.draw [W]\n2026/11/28 10:00:00.012, 0, 100.00 W\n2026/11/28 10:00:01.012, " +
		"0, [N/A]\n"},
	{"q.json", `{"data": {"resultType": "matrix", "result": [{"metric": {"__name__": "x_watts", "gpu": "0"}, "values": [[1, "2"], [2, "3"]]}]}}`},
	{"a.jsonl", `{"eahas_log": 1, "run": "a"}` + "\n" + `{"epoch": 1, "metrics": {"loss": "NaN"}, "seconds": 1}` +
		"\n"}, {"h.csv", "epoch,acc,loss\n0,0.5,1\n1,0.6,0.9\n"},
	{"l/a/log.jsonl",
		`{"lr": 0.1}` + "\n" + `{"epoch": 1, "mode": "val", "acc": 0.5}` + "\n" + `{"epoch": 2, "acc": NaN}` + "\n"},
	{"stdout.log", `json_stats: {"_type": "test_epoch", "epoch": "1/2", "top1_err": 5.0}` + "\n"},
	{"j/1.json", `{"lr": 0.1, "loss": [1, 2], "rows": [{"epoch": 1, "acc": 2}], "m": [[0, 1], [1]]}`},
	{"tidy.csv", "run,time,metric,value\na,2026-03-01T10:00:00Z,acc,0.5\na,1772359200500,loss,1\n"},
	{"run-a-tag-acc.csv", "Wall time,Step,Value\n1772359200.5,1,0.5\n"},
	{"val_acc.csv", "epoch,lr0.1-a,lr0.2-b,lr0.3-c\n1,2,3,4\n2,3,4,5\n"},
	{"jobs.txt", "JobID|Elapsed|ConsumedEnergy\n1|1-00:01:02|2.5K\n1.batch|01:02|1M\n"},
	{"dmon.log", "#Date Time gpu pwr\n#YYYYMMDD HH:MM:SS Idx W\n 20260301 10:00:00 0 100\n 20260301 10:00:01 0 -\n"},
	{"s/run.json", `{"artifacts": [], "experiment": {}, "heartbeat": "x", "status": "COMPLETED", "start_time": "2026-03-01T10:00:00"}`},
	{"s/metrics.json", `{"acc": {"steps": [1, 2], "values": [0.5, NaN], "timestamps": ["2026-03-01T10:00:00"]}}`},
	{"d/dvclive/plots/metrics/acc.tsv", "step\tacc\ttimestamp\n0\t0.5\t1772359200500\n"},
	{"train.log", "Namespace(lr=0.1)\nEpoch 0/2: loss: 1e3 (2.5) time 3 s\nVal: acc=9/10 (90%)\nEpoch 1: loss=nan\n"},
	{"mon/0.monitor.csv", "#{\"t_start\": 1.7e9, \"env_id\": \"E\"}\nr,l,t\n1,2,3\n2,3,nan\n"},
	{"tuned.csv", "id,mtry,.metric,.estimator,.estimate,.config\nFold1,2,acc,binary,0.5,M1\n"},
	{"c/a/rows.csv", "loss,val_acc\n1,0.5\n2,\n"},
	{"c/a/rows.jsonl", `{"loss": 1}` + "\n" + `{"loss": null}` + "\n"},
}

// FuzzText reads hostile text under every name that a reader looks at, beside sound files of its tool.
func FuzzText(f *testing.F) {
	for i, s := range texts {
		f.Add(uint8(i), []byte(s.text))
	}
	f.Add(uint8(7), []byte(strings.Repeat("[", 5000)))
	f.Add(uint8(1), []byte("a: &a [x]\nb: [*a,*a]\n"))
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		files := map[string][]byte{}
		s := texts[int(which)%len(texts)]
		for _, o := range texts {
			if filepath.Dir(o.name) == filepath.Dir(s.name) &&
				(strings.HasPrefix(s.name, "m/") || strings.HasPrefix(s.name, "v/") ||
					strings.HasPrefix(s.name, "s/") ||
					strings.HasPrefix(s.name, "results") || strings.HasPrefix(s.name, "configs")) {
				files[o.name] = []byte(o.text)
			}
		}
		files[s.name] = b
		if strings.HasPrefix(s.name, "c/") {
			files["c/a/config.json"], files["c/b/config.json"] = []byte(`{"lr": 0.1}`), []byte(`{"lr": 0.2}`)
			files["c/b/"+filepath.Base(s.name)] = []byte(s.text)
		}
		if strings.HasPrefix(s.name, "s/") {
			files["s/config.json"] = []byte(`{"lr": 0.1}`)
		}
		if strings.HasPrefix(s.name, "l/") {
			files["l/b/log.jsonl"] = []byte(s.text)
		}
		if strings.HasPrefix(s.name, "j/") {
			files["j/2.json"], files["j/3.json"], files["keys.json"] = b, []byte(s.text),
				[]byte(`{"1": {"x": 1}, "a": [1, [2]]}`)
		}
		imports(t, files)
	})
}

func FuzzEvents(f *testing.F) {
	for _, name := range []string{"seeds/tensors.tfevents", "seeds/hparams.tfevents"} {
		var records []byte // the fuzzer cannot find checksums: they are added below
		if err := eachRecord(bytes.NewReader(seed(f, name)), func(b []byte) error {
			records = append(append(records, byte(len(b)), byte(len(b)>>8)), b...)
			return nil
		}); err != nil {
			f.Fatal(err)
		}
		f.Add(records, true)
		f.Add(seed(f, name), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, sum bool) {
		if sum {
			b = withSums(b)
		}
		imports(t, map[string][]byte{"run/events.out.tfevents.1": b})
	})
}

// withSums makes TFRecords of parts that begin with their length in two bytes.
func withSums(b []byte) []byte {
	var out []byte
	for len(b) >= 2 {
		n := min(int(b[0])|int(b[1])<<8, len(b)-2)
		data := b[2 : 2+n]
		head := binary.LittleEndian.AppendUint64(nil, uint64(n))
		out = append(out, head...)
		out = binary.LittleEndian.AppendUint32(out, masked(head))
		out = append(out, data...)
		out = binary.LittleEndian.AppendUint32(out, masked(data))
		b = b[2+n:]
	}
	return out
}

func FuzzWandb(f *testing.F) {
	f.Add(seed(f, "seeds/run.wandb"))
	f.Fuzz(func(t *testing.T, b []byte) { imports(t, map[string][]byte{"wandb/run-a/run-a.wandb": b}) })
}

func FuzzSQLite(f *testing.F) {
	whole := seed(f, "seeds/optuna.db.gz")
	f.Add(0, []byte{}, 0)
	f.Add(100, []byte{255, 255, 255, 255}, 0)
	f.Add(4096+8, []byte{0, 0, 0, 1}, 0)
	f.Add(0, []byte{}, 9000)
	f.Fuzz(func(t *testing.T, at int, change []byte, cut int) {
		b := bytes.Clone(whole)
		if at >= 0 && at < len(b) {
			copy(b[at:], change)
		}
		if cut > 0 && cut < len(b) {
			b = b[:cut]
		}
		imports(t, map[string][]byte{"optuna.db": b})
	})
}

// FuzzOwnTable changes bytes of a Parquet file of ours, also of its metadata.
func FuzzOwnTable(f *testing.F) {
	log := read(f, "eahas", Options{}, lay(f, map[string]string{"a.jsonl": example(f)}))
	path := filepath.Join(f.TempDir(), "own.parquet")
	if err := log.WriteParquet(path); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(0, []byte{}, 0)
	f.Add(len(whole)/2, []byte("joules"), 0)
	f.Add(len(whole)-200, []byte{0xff, 0xff}, 0)
	f.Add(0, []byte{}, len(whole)-9)
	f.Fuzz(func(t *testing.T, at int, change []byte, cut int) {
		b := bytes.Clone(whole)
		if at >= 0 && at < len(b) {
			copy(b[at:], change)
		}
		if cut > 0 && cut < len(b) {
			b = b[:cut]
		}
		imports(t, map[string][]byte{"own.parquet": b})
	})
}

func FuzzArchive(f *testing.F) {
	z := zipped(f, map[string]string{"a/metrics.csv": "epoch,step,acc\n0,1,0.5\n", "../../escape.csv": "x",
		"b.json": `{"a": 1}`})
	f.Add(z, true)
	var tb bytes.Buffer
	w := tar.NewWriter(&tb)
	for _, h := range []*tar.Header{{Name: "a/metrics.csv", Typeflag: tar.TypeReg, Size: 24, Mode: 0o644},
		{Name: "/etc/passwd", Typeflag: tar.TypeSymlink, Linkname: "x"}} {
		if err := w.WriteHeader(h); err != nil {
			f.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := w.Write([]byte("epoch,step,acc\n0,1,0.50\n")); err != nil {
				f.Fatal(err)
			}
		}
	}
	w.Close()
	f.Add(tb.Bytes(), false)
	f.Fuzz(func(t *testing.T, b []byte, zip bool) {
		name := "logs.tar"
		if zip {
			name = "logs.zip"
		}
		log := imports(t, map[string][]byte{name: b})
		if log == nil {
			return
		}
		for _, r := range log.Runs {
			if strings.Contains(r.From, "..") && !strings.HasPrefix(r.From, name+"/") {
				t.Fatalf("%q leads out of the archive", r.From)
			}
		}
	})
}

func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		x, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(x, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// FuzzTolerant compares with encoding/json on what both read: JSON without NaN is the same to both.
func FuzzTolerant(f *testing.F) {
	for _, s := range []string{`{"a": [1, "NaN", "\"Infinity"], "b": null}`, `[NaN, -Infinity, Infinity, -1]`, `"N\\"`,
		`{"I": "-I"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var want, got any
		strict := json.NewDecoder(bytes.NewReader(b)).Decode(&want)
		err := json.NewDecoder(newTolerant(bytes.NewReader(b))).Decode(&got)
		if strict == nil && !errors.Is(err, ErrLimit) && (err != nil || !reflect.DeepEqual(want, got)) {
			t.Fatalf("%v, %v; encoding/json reads %v", got, err, want)
		}
	})
}

// TestBombs gives files that claim or unpack to far more than they hold: each is refused or left out, and memory stays
// small.
func TestBombs(t *testing.T) {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	line := bytes.Repeat([]byte("1"), 1<<20)
	for range 200 { // one cell of 200 MB
		if _, err := w.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	record := binary.LittleEndian.AppendUint64(nil, 1<<62)
	record = binary.LittleEndian.AppendUint32(record, masked(record))
	claimed := binary.LittleEndian.AppendUint64(nil, maxRecord)
	claimed = binary.LittleEndian.AppendUint32(claimed, masked(claimed))
	nest := zipped(t, map[string]string{"a.zip": string(zipped(t,
		map[string]string{"b.zip": string(zipped(t, map[string]string{"c.zip": "x"}))}))})
	for name, files := range map[string]map[string][]byte{
		"gzip of one cell":   {"h.csv.gz": append(gzipOf(t, "epoch,loss\n0,"), gz.Bytes()...)},
		"record of 4 EB":     {"events.out.tfevents.1": record},
		"record that is not": {"events.out.tfevents.1": claimed},
		"deep JSON":          {"trainer_state.json": []byte(`{"log_history": ` + strings.Repeat("[", 1<<20))},
		"zip in zip in zip":  {"x.zip": nest},
		"JSON of 200 MB": {"trainer_state.json.gz": gzipOf(t,
			`{"log_history": ["`+strings.Repeat("a", 200<<20)+`"]}`)},
		"columns": {"metrics.csv": []byte("epoch,step" + strings.Repeat(",a", maxColumns+1) + "\n1,2\n")},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			imports(t, files)
			runtime.ReadMemStats(&after)
			if grown := after.Sys - before.Sys; grown > 700<<20 {
				t.Errorf("%d MB more memory", grown>>20)
			}
		})
	}
}

func gzipOf(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
