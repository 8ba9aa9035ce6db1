package intake

import (
	"path/filepath"
	"testing"

	"eahas/features"
	"eahas/internal/fixture"
)

func published(t testing.TB, name string) string {
	return fixture.Data(t, filepath.Join("published", name))
}

// TestPublished imports logs as their authors published them. The numbers stand in the files and in their SOURCE.txt.
func TestPublished(t *testing.T) {
	for _, c := range []struct {
		folder, tool string
		runs, epochs int
	}{
		{"nasnlp", "json", 345, 17094}, {"ecnas", "json", 2805, 3 * 2805}, {"anb", "json", 5138, 0},
		{"bohb", "hpbandster", 46, 65}, {"raytune", "raytune", 24, 24}, {"wandb_chart", "wandb", 8, 1184},
	} {
		t.Run(c.folder, func(t *testing.T) {
			log := read(t, c.tool, Options{}, published(t, c.folder))
			if len(log.Runs) != c.runs || log.Found[0].Epochs != c.epochs {
				t.Errorf("%d runs with %d epochs, want %d with %d", len(log.Runs), log.Found[0].Epochs, c.runs,
					c.epochs)
			}
		})
	}
	for _, folder := range []string{"amltk", "mayaki", "timm", "graphgym"} { // tables, which need no import
		if m, err := Open(t.Context(), published(t, folder)); m != nil || err != nil {
			t.Errorf("%s: %+v, %v; want nothing", folder, m, err)
		}
	}
}

// axes lists the columns of a role.
func axes(log *Log, role Role) map[string]Column {
	out := map[string]Column{}
	for _, c := range log.Columns {
		if c.Role == role {
			out[c.Name] = c
		}
	}
	return out
}

func TestANB(t *testing.T) {
	log := read(t, "json", Options{}, published(t, "anb"))
	r := runOf(t, log, "result_0")
	final(t, r, "metrics.val_top1", 59.368, 0)
	final(t, r, "metrics.train_time", 2660.431460380554, 0)
	final(t, r, "platform_perf.throughput_a100.throughput_mean", 7034.935468125287, 0)
	if r.Config["architecture.block0_se"] != features.Text("false") ||
		r.Config["architecture.block3_k"] != features.Number(5) {
		t.Errorf("config %v", r.Config)
	}
	if n := len(axes(log, RoleAxis)); n != 30 { // 28 of the space, macs and params
		t.Errorf("%d axes, want 30", n)
	}
	if c := columnOf(t, log, "metrics.train_time", RoleSeconds); c.Unit != "s" || c.Shape != Total {
		t.Errorf("train_time: %+v", c)
	}
	lists := map[string]int{}
	for _, r := range log.Runs {
		lists[r.Tags["list"].String()]++
	}
	if lists["missing"] != 14 || lists["train"] == 0 || lists["val"] == 0 || lists["test"] == 0 {
		t.Errorf("runs by list: %v; 14 are in none", lists)
	}
}

func TestECNAS(t *testing.T) {
	log := read(t, "json", Options{}, published(t, "ecnas"))
	r := runOf(t, log, "00:001a6fcc8b38cbc515be788a86bdc804:repeat_1:results")
	sameSeries(t, r, "evaluation_results.validation_accuracy", []float64{0, 1, 4},
		[]float64{0.10516826808452606, 0.10136217623949051, 0.2870593071}, 1e-8)
	final(t, r, "total_energy (kWh)", 0.018713, 0)
	if r.Seed != "1" || r.Config["graphs.0.0.1"] != features.Number(1) || r.Config["graphs.1.1"] != features.Number(2) {
		t.Errorf("seed %q, config %v: the graph stands under the folder's hash", r.Seed, r.Config)
	}
	if c := columnOf(t, log, "evaluation_results.energy (kWh)", RoleJoules); c.Unit != "kWh" || c.Shape != Cumulative {
		t.Errorf("energy: %+v", c)
	}
	for name := range axes(log, RoleAxis) {
		if name == "total_co2eq (g)" || name == "model_hash" || name == "start_emission" {
			t.Errorf("axis %s", name)
		}
	}
	cells := map[string]int{}
	for _, r := range log.Runs {
		cells[r.Tags["model_hash"].String()]++
		if r.Config["graphs.0.0.1"].IsMissing() {
			t.Fatalf("%s has no graph", r.ID)
		}
	}
}

func TestNASNLP(t *testing.T) {
	log := read(t, "json", Options{}, published(t, "nasnlp"))
	r := runOf(t, log, "log_stats_model_1000000_2020-04-28_17-16-54_999988992")
	if s := r.Series["val_losses"]; len(s.Epochs) != 50 || s.Values[0] != 5.680663164924173 {
		t.Errorf("val_losses %v", s)
	}
	if c := columnOf(t, log, "wall_times", RoleSeconds); c.Shape != PerEpoch || c.Unit != "s" {
		t.Errorf("wall_times: %+v", c)
	}
	for _, name := range []string{"init_time", "experiment_id", "recepie_id"} {
		if _, ok := axes(log, RoleAxis)[name]; ok {
			t.Errorf("axis %s", name)
		}
	}
}

func TestHpBandSter(t *testing.T) {
	log := read(t, "hpbandster", Options{}, published(t, "bohb"))
	r := runOf(t, log, "[0 0 0]")
	if r.Config["x"] != features.Number(0.8309226670499) || r.Series["loss"].Values[0] != 0.7268363570083383 ||
		r.Series["loss"].Epochs[0] != 9 {
		t.Errorf("%v, %+v", r.Config, r.Series["loss"])
	}
}
