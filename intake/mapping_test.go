package intake

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"eahas/trial"
	"eahas/trial/arrowio"
)

// TestMapping goes the whole way: tools' logs, our log, trials in base units.
func TestMapping(t *testing.T) {
	const epochs = 4
	var b strings.Builder
	files := map[string]string{}
	for i := range 5 {
		b.Reset()
		for e := range epochs {
			if i == 4 && e == 2 {
				break // killed
			}
			fmt.Fprintf(&b, `{"training_iteration": %d, "trial_id": "t%d", "time_total_s": %d, "done": %v, "val_acc": %v, "config": {"lr": %v, "batch": 32}}`+"\n", e+1, i, 10*(e+1), e == epochs-1, 0.5+0.1*float64(e), 0.1*float64(i+1))
		}
		files[fmt.Sprintf("exp/trial_%d/result.json", i)] = b.String()
	}
	log := read(t, "raytune", Options{}, lay(t, files))
	dir := t.TempDir()
	if err := log.WriteParquet(filepath.Join(dir, "runs.parquet")); err != nil {
		t.Fatal(err)
	}
	m, why := log.Mapping("runs.parquet")
	if m.Layout != trial.Long || len(m.Params) != 1 || m.Params["lr"] != "lr" || m.Curve.Column != "val_acc" ||
		m.Time.Shape != trial.Cumulative || m.Planned != "planned_epochs" {
		t.Fatalf("%+v, %v", m, why)
	}
	in, err := arrowio.Ingest(t.Context(), []trial.Mapping{m}, dir, arrowio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Trials) != 5 || len(in.Rejections) != 1 { // two points are no curve
		t.Fatalf("%d trials, %+v", len(in.Trials), in.Rejections)
	}
	for i, tr := range in.Trials {
		want := "[50 60 70 80] [10 10 10 10]"
		if i == 4 {
			want = "[] [10 10]"
		}
		if got := fmt.Sprint(tr.Curve.Values, tr.TrainTime.PerEpoch); got != want {
			t.Errorf("%s: %s, want %s", tr.ID, got, want)
		}
	}
}

// TestMappingOfTotals maps a log without epochs to a final metric and a total time.
func TestMappingOfTotals(t *testing.T) {
	files := map[string]string{}
	for i := range 6 {
		files[fmt.Sprintf("r/%d.json",
			i)] = fmt.Sprintf(`{"config": {"depth": %d, "kind": "a"}, "val_top1": %d, "train_time": %d, "co2": 1}`, i,
			50+i, 100+i)
	}
	log := read(t, "json", Options{}, lay(t, files))
	dir := t.TempDir()
	if err := log.WriteParquet(filepath.Join(dir, "runs.parquet")); err != nil {
		t.Fatal(err)
	}
	m, _ := log.Mapping("runs.parquet")
	if m.Layout != trial.Wide || m.Final == nil || m.Final.Column != "val_top1" || m.Time.Shape != trial.Total ||
		len(m.Params) != 1 {
		t.Fatalf("%+v", m)
	}
	in, err := arrowio.Ingest(t.Context(), []trial.Mapping{m}, dir, arrowio.Options{})
	if err != nil || len(in.Trials) != 6 {
		t.Fatalf("%+v, %v", in, err)
	}
	if tr := in.Trials[5]; tr.TrainTime.Total != 105 {
		t.Errorf("%+v", tr)
	}
}
