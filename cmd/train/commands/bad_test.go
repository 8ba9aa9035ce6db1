package commands

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/cmd/internal/program"
	"eahas/features"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// runs makes n trials of one axis, lr, with curves of ten epochs in percent, five folds, energy and time.
func runs(n int) []trial.Trial {
	nan := math.NaN()
	out := make([]trial.Trial, n)
	for i := range out {
		t := trial.Trial{ID: fmt.Sprintf("run-%02d", i), Group: fmt.Sprintf("g%02d", i), Fold: i % 5, Length: 10,
			Config:      features.Pack(features.Config{"lr": features.Number(0.01 * float64(1+i))}),
			TrainEnergy: trial.Cost{Mean: 100 + float64(i), Total: nan, Coverage: nan},
			TrainTime:   trial.Cost{Mean: 5 + float64(i)/10, Total: nan, Coverage: nan},
			TestEnergy:  trial.Cost{Mean: nan, Total: nan, Coverage: nan}}
		for e := range 10 {
			t.Curve.Epochs = append(t.Curve.Epochs, float64(1+e))
			t.Curve.Values = append(t.Curve.Values, 10+8*float64(e)+0.3*float64(i))
		}
		out[i] = t
	}
	return out
}

// logs writes trials as runs.parquet into a new folder, with a config that reads them, and returns both paths.
func logs(t *testing.T, trials []trial.Trial) (config, dir string) {
	t.Helper()
	dir = t.TempDir()
	_, err := arrowio.WriteTrials(filepath.Join(dir, "runs"), trial.Wide, arrowio.Format{}, trials,
		trial.Metric{Column: "acc", Kind: "accuracy", Unit: "percent", HigherIsBetter: true})
	if err != nil {
		t.Fatal(err)
	}
	return writeConfig(t, dir, ""), dir
}

// writeConfig writes the config of logs, with some texts replaced: old, new, old, new, ...
func writeConfig(t *testing.T, dir string, extra string, replace ...string) string {
	t.Helper()
	text := strings.NewReplacer(replace...).Replace(runsConfig) + extra
	path := filepath.Join(dir, "runs.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const runsConfig = `name: runs
logs:
  - path: runs.parquet
    layout: wide
    id: trial_id
    group: group_id
    fold: fold
    curve: {column: acc, kind: accuracy, unit: percent}
    energy: {column: energy_j, unit: J, shape: mean}
    time: {column: time_s, unit: s, shape: mean}
space: {params: [{name: lr, kind: linear, low: 0, high: 1}]}
variants:
  - {name: v, base: bezier+gbdt, regressor: {kind: gbdt, gbdt: {rounds: 5}}, cost: {kind: gbdt, gbdt: {rounds: 5}}}
`

func TestGoodRunsPass(t *testing.T) {
	config, dir := logs(t, runs(25))
	out := mustTrain(t, "run", "-quiet", "-config", config, "-data", dir, "-out", filepath.Join(dir, "out"))
	if !strings.Contains(out, "bundle  ") || !strings.Contains(out, "energy_per_epoch") {
		t.Errorf("unexpected output:\n%s", out)
	}
}

// refused runs a config that must fail, without a trace at the output's place, and checks the message.
func refused(t *testing.T, config, dir string, want ...string) {
	t.Helper()
	out := filepath.Join(dir, "out")
	stdout, stderr, code := train(t, "run", "-quiet", "-config", config, "-data", dir, "-out", out)
	if code != program.Failed {
		t.Errorf("exit code %d, wanted %d\n%s%s", code, program.Failed, stdout, stderr)
	}
	for _, w := range want {
		if !strings.Contains(stderr, w) {
			t.Errorf("the error does not name %q:\n%s", w, stderr)
		}
	}
	if _, err := os.Lstat(out); err == nil {
		t.Error("a failed run left something at the output's place")
	}
}

func TestBadLogsAreRefused(t *testing.T) {
	same := runs(25)
	for i := range same {
		same[i].TrainEnergy.Mean = 7
	}
	gap := runs(25)
	for i := range gap {
		gap[i].Fold = 2 * (i % 3)
	}
	for _, c := range []struct {
		name    string
		trials  []trial.Trial
		replace []string
		want    []string
	}{
		{"missing file", runs(25), []string{"runs.parquet", "absent.parquet"}, []string{"absent.parquet"}},
		{"no such column", runs(25), []string{"column: acc", "column: accuracy"}, []string{"runs.parquet", "accuracy"}},
		{"wrong type", runs(25), []string{"column: acc", "column: trial_id"}, []string{"runs.parquet", "trial_id"}},
		{"unknown unit", runs(25), []string{"unit: J", "unit: cal"}, []string{"cal"}},
		{"percent declared as fraction", runs(25), []string{"unit: percent", "unit: fraction"},
			[]string{"logs[0]", "acc", "fraction"}},
		{"empty fold", gap, nil, []string{"fold 1"}},
		{"constant target", same, []string{"    curve: {column: acc, kind: accuracy, unit: percent}\n", "",
			"    time: {column: time_s, unit: s, shape: mean}\n", ""}, []string{"constant", "7"}},
		{"everything outside the space", runs(25), []string{"high: 1}", "high: 0.001}"},
			[]string{"no usable trials", "25"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, dir := logs(t, c.trials)
			refused(t, writeConfig(t, dir, "", c.replace...), dir, c.want...)
		})
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	config, dir := logs(t, runs(25))
	path := filepath.Join(dir, "runs.parquet")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"truncated": whole[:len(whole)/2], "empty": nil,
		"not a log": []byte(strings.Repeat("hello ", 99))} {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { refused(t, config, dir, "runs.parquet") })
	}
}

// Bad rows are listed and counted, the run goes on; with -strict it does not.
func TestBadRowsAreListed(t *testing.T) {
	trials := runs(25)
	trials[3].Config = trials[3].Config.With("lr", features.Number(7))
	trials[4].Curve.Values = trials[4].Curve.Values[:2]
	trials[4].Curve.Epochs = trials[4].Curve.Epochs[:2]
	trials[6].ID = trials[5].ID
	for k := range trials[8].Curve.Values {
		trials[8].Curve.Values[k] = math.NaN()
	}
	trials[9].TrainEnergy.Mean = -3
	config, dir := logs(t, trials)
	out := filepath.Join(dir, "out")
	mustTrain(t, "run", "-quiet", "-config", config, "-data", dir, "-out", out)
	b, err := os.ReadFile(filepath.Join(out, "rejected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	if len(lines) != 5 {
		t.Errorf("%d rejected rows, wanted 5:\n%s", len(lines), b)
	}
	for _, want := range []string{
		`"row":3,"id":"run-03","column":"lr","value":"7","reason":"outside the declared space`,
		`"row":4,"id":"run-04","column":"acc","value":"2","reason":"curve: fewer than 3 points`,
		`"row":6,"id":"run-05"`, `"row":8,"id":"run-08","column":"acc"`,
		`"row":9,"id":"run-09","column":"energy_j","value":"-3"`,
	} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("rejected.jsonl lacks %s:\n%s", want, b)
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "report.txt"))
	if err != nil || !bytes.Contains(text, []byte("fewer than 3 points")) {
		t.Errorf("the report does not count the rejected rows (%v):\n%s", err, text)
	}
	_, stderr, code := train(t, "run", "-quiet", "-strict", "-config", config, "-data", dir, "-out",
		filepath.Join(dir, "strict"))
	if code != program.Failed || !strings.Contains(stderr, "rejected") ||
		!strings.Contains(stderr, "runs.parquet row") {
		t.Errorf("-strict: exit code %d\n%s", code, stderr)
	}
}

func TestExistingOutputIsKept(t *testing.T) {
	config, dir := logs(t, runs(25))
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := train(t, "run", "-quiet", "-config", config, "-data", dir, "-out", out)
	if code != program.Failed || !strings.Contains(stderr, out) || !strings.Contains(stderr, "exists") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if err := os.Remove(out); err != nil {
		t.Fatal(err)
	}
	mustTrain(t, "run", "-quiet", "-config", config, "-data", dir, "-out", out)
	if again := mustTrain(t, "run", "-quiet", "-config", config, "-data", dir, "-out", out); !strings.Contains(again,
		"up to date") {
		t.Errorf("the same run again says\n%s", again)
	}
	other := writeConfig(t, dir, "seed: 2\n")
	_, stderr, code = train(t, "run", "-quiet", "-config", other, "-data", dir, "-out", out)
	if code != program.Failed || !strings.Contains(stderr, "-replace") {
		t.Errorf("another run's bundle: exit code %d\n%s", code, stderr)
	}
	mustTrain(t, "run", "-quiet", "-replace", "-config", other, "-data", dir, "-out", out)
}

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "-nonsense"}, "nonsense"},
		{[]string{"run", "deepobs.yaml"}, "-config deepobs.yaml"},
		{[]string{"ruin"}, "ruin"},
		{[]string{"init"}, "needs the logs"},
		{[]string{"simulate", "-trials", "0", "-out", "x"}, "-trials 0"},
	} {
		_, stderr, code := train(t, c.args...)
		if code != program.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("train %v: exit code %d, wanted %d and %q\n%s", c.args, code, program.Usage, c.want, stderr)
		}
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	for _, c := range Tree() {
		out := mustTrain(t, c.Name, "-h")
		if !strings.Contains(out, "Example: eahas "+c.Name) {
			t.Errorf("train %s -h has no example:\n%s", c.Name, out)
		}
	}
}
