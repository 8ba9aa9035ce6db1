package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial/target"
)

// deviceLog is 64 runs of two settings with a final accuracy, and columns of two devices: milliseconds that every fifth
// run lacks, and images a second.
func deviceLog() string {
	var b strings.Builder
	b.WriteString("id,depth,width,test_acc,latency_zcu102_ms,a100.throughput,notes\n")
	for i := range 64 {
		depth, width := 1+i%8, 8*(1+i/8)
		latency := fmt.Sprint(msOf(depth, width))
		if i%5 == 0 {
			latency = ""
		}
		fmt.Fprintf(&b, "r%d,%d,%d,%g,%s,%g,\n", i, depth, width, 0.5+0.03*float64(depth)+0.001*float64(width), latency,
			perSecondOf(depth, width))
	}
	return b.String()
}

func msOf(depth, width int) float64        { return 0.5*float64(depth) + 0.01*float64(width*depth) }
func perSecondOf(depth, width int) float64 { return 40000 / float64(depth) / (8 + float64(width)) }

// A log with columns of two devices trains without a config: what is proposed is what the bundle answers, and a row
// that lacks one number trains the others.
func TestProposedTargetsTrain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "runs.csv")
	if err := os.WriteFile(path, []byte(deviceLog()), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := Look(t.Context(), "devices", []string{"runs.csv"}, LookOptions{DataDir: dir, Work: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	y := string(l.Config)
	for _, want := range []string{"  - {name: latency_zcu102, column: latency_zcu102_ms, unit: ms, direction: lower, " +
		"scale: log} # its name: latency\n", "  - {name: a100_throughput, column: a100.throughput, " +
		"direction: higher, scale: log} # its name: throughput; UNIT UNKNOWN: say it\n"} {
		if !strings.Contains(y, want) {
			t.Fatalf("no line %q in\n%s", want, y)
		}
	}
	c, err := Parse("devices.yaml", []byte(strings.Replace(y, "  - auto #", "  - {name: trees, base: bezier+gbdt, "+
		"cost: {kind: gbdt, gbdt: {rounds: 300, min_child_count: 1}}} #", 1)))
	if err != nil {
		t.Fatalf("%v\n%s", err, y)
	}
	res, err := Run(t.Context(), c, Options{Out: filepath.Join(t.TempDir(), "devices"), DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := artifacts.OpenBundle(res.Out)
	if err != nil {
		t.Fatal(err)
	}
	a, err := bundle.Surrogate.Query(features.Config{"depth": features.Number(4), "width": features.Number(24)})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[target.Target]float64{"latency_zcu102": msOf(4, 24) / 1000,
		"a100_throughput": perSecondOf(4, 24), target.Final: 100 * (0.5 + 0.03*4 + 0.001*24)} {
		if x, ok := a.Of(name); !ok || x < 0.9*want || x > 1.1*want {
			t.Errorf("%s is %g, wanted about %g", name, x, want)
		}
	}
}
