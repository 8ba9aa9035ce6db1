package guess

import (
	"fmt"
	"strings"
	"testing"

	"eahas/trial/target"
)

// Each result is a target of its unit, direction and scale, or says why it is none.
func TestProposedTargets(t *testing.T) {
	t.Parallel()
	scattered := func(i int) string { return fmt.Sprint(3 + i*29%97) }
	share := func(i int) string { return fmt.Sprintf("0.%02d", 10+i*29%83) }
	for _, c := range []struct {
		name      string
		cell      func(i int) string
		role, why string
		target    string // its name
	}{
		{"latency_zcu102_ms", scattered, "target: ms, lower, log", "its name: latency", "latency_zcu102"},
		{"a100.throughput", scattered, "target: unit unknown, higher, log",
			"its name: throughput; UNIT UNKNOWN: say it", "a100_throughput"},
		{"tpuv2_images_per_sec", scattered, "target: images/s, higher, log", "its name: throughput",
			"tpuv2_images_per_sec"},
		{"fps", scattered, "target: frames/s, higher, log", "its name", "fps"},
		{"Peak memory (MB)", scattered, "target: MB, lower, log", "its name: memory", "Peak_memory"},
		{"inference_time_us", scattered, "target: us, lower, log", "its name: latency", "inference_time"},
		{"edgegpu.avg_power_w", scattered, "target: W, lower, log", "its name: power", "edgegpu_power"},
		{"avg_power (W).0.1", scattered, "target: W, lower, log", "its name: power", "power_W_0_1"},
		{"test_acc", share, "target: fraction, higher, bounded", "a further metric of the whole run: acc", "test_acc"},
		{"test_f1", share, "target: unit unknown, higher, bounded", "a further metric", "test_f1"},
		{"test_kappa", share, "target: unit unknown, higher, linear", "a further metric", "test_kappa"},
		{"throughput", func(i int) string { return fmt.Sprint(i * 29 % 97) }, // one is 0
			"target: unit unknown, higher, linear", "its name", "throughput"},
		{"final", func(i int) string { return fmt.Sprint(3 + i*29%97) }, "result", "its name", ""},

		{"latency_std", scattered, "result", "", ""},
		{"gpu_util", scattered, "result", "its name", ""},
		{"co2_emissions", scattered, "result", "its name", ""},
		{"best_val_acc", share, "result: accuracy, fraction", "another metric: val_acc is learnt", ""},
		{"grad_norm", scattered, "result", "its name", ""},
		{"params", scattered, "axis", "the same", ""},
		{"flops", scattered, "axis", "the same", ""},
		{"power_limit_w", scattered, "axis", "the same", ""},
		{"latency", func(i int) string { return []string{"7", "", ""}[i%3] }, "left out", "always 7", ""},
		{"latency", func(i int) string {
			if i < 5 {
				return scattered(i)
			}
			return ""
		}, "result", "its name: known only after the start; no target: only 5 runs have it", ""},
	} {
		g, err := guessOf(t, wide(40, c.name, c.cell), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		role, why := g.role(c.name)
		if role != c.role || !strings.HasPrefix(why, c.why) {
			t.Errorf("%s: %s: %s\nwanted %s: %s", c.name, role, why, c.role, c.why)
		}
		var got target.Target
		if len(g.proposed) > 0 {
			got = g.proposed[0].Name
		}
		if got != target.Target(c.target) {
			t.Errorf("%s is called %q, wanted %q", c.name, got, c.target)
		}
	}
}

// What the run's costs say to the letter is no target.
func TestKnownTargets(t *testing.T) {
	t.Parallel()
	text := table("batch,depth,energy_j,time_s,samples_per_sec,gpu_power_w,peak_mem_gb", 40, func(i int) string {
		batch, time, energy := 16<<(i%3), 20+float64(i*17%31), 900+float64(i*37%101)
		return fmt.Sprintf("%d,%d,%g,%g,%.9g,%.9g,%g", batch, 1+i%5, energy, time, 50000*float64(batch)/time,
			energy/time, 2+float64(i*13%17))
	})
	g, err := guessOf(t, text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"samples_per_sec": "result: its name: known only after the start; " +
			"no target: time_s with batch gives it to the letter",
		"gpu_power_w": "result: a power that was measured; no target: energy_j by time_s gives it to the letter",
		"peak_mem_gb": "target: GB, lower, log: its name: memory"} {
		if role, why := g.role(name); role+": "+why != want {
			t.Errorf("%s is %s: %s, wanted %s", name, role, why, want)
		}
	}
}

// At most twelve targets are lines of the config, the others comments; no two have one name, none that of an axis.
func TestManyTargets(t *testing.T) {
	t.Parallel()
	head := []string{"lr", "latency_lr", "val_acc", "perf.a100.latency.mean", "perf.t4.latency.mean", "old.t4.latency",
		"final_loss"}
	for i := range 12 {
		head = append(head, fmt.Sprintf("throughput_dev%d", i))
	}
	g, err := guessOf(t, table(strings.Join(head, ","), 40, func(i int) string {
		row := []string{fmt.Sprintf("0.%d", 11+i*7%83), fmt.Sprint(1 + i%4), fmt.Sprintf("0.%d", 20+i*31%71)}
		for k := range head[3:] {
			row = append(row, fmt.Sprint(3+(i*29+k*i*i)%97))
		}
		return strings.Join(row, ",")
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[target.Target]bool{}
	for _, p := range append(g.proposed, g.further...) {
		if seen[p.Name] || g.Space.Param(string(p.Name)) != nil {
			t.Errorf("%s is there twice, or an axis", p.Name)
		}
		seen[p.Name] = true
	}
	if len(g.proposed) != maxProposed || len(g.further) == 0 {
		t.Errorf("%d targets and %d as comments", len(g.proposed), len(g.further))
	}
	y, err := g.YAML("many", []Log{{}}, "auto", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(y), "\n  # - {name: "); got != len(g.further) {
		t.Errorf("%d commented lines, wanted %d:\n%s", got, len(g.further), y)
	}
	for _, want := range []string{"perf_a100_latency", "perf_t4_latency", "old_t4_latency"} {
		if !seen[target.Target(want)] && !seen[target.Target(strings.TrimPrefix(want, "perf_"))] {
			t.Errorf("no target %s among %v", want, seen)
		}
	}
}

// A row a device is one target along an axis.
func TestDeviceAxis(t *testing.T) {
	t.Parallel()
	g, err := guessOf(t, table("depth,device,latency_ms", 60, func(i int) string {
		return fmt.Sprintf("%d,%s,%g", 1+i/3%7, []string{"a100", "t4", "zcu102"}[i%3], 2+float64(i*17%53))
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if role, why := g.role("device"); role != "axis" {
		t.Errorf("device is %s: %s", role, why)
	}
	if role, why := g.role("latency_ms"); role != "target: ms, lower, log" ||
		why != "its name: latency; one target with a device axis, device (a target for each device "+
			"instead: where: {device: NAME} in each, and no such axis)" {
		t.Errorf("latency_ms is %s: %s", role, why)
	}
}
