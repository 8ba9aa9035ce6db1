package main

import (
	"bufio"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"eahas/trial"
	"eahas/trial/arrowio"
)

func TestMain(m *testing.M) { ptest.Main(m) }

// cluster is telemetry of three nodes of two devices each for a day and a half, a sample about every 11 s, with an hour
// without any on one node, in files by node and day; and runs, of which one is on two nodes, some share a node, and one
// begins before the first sample.
type cluster struct {
	dir  string
	runs []Run
	of   map[Device][]Sample
}

func newCluster(t *testing.T) cluster {
	t.Helper()
	c := cluster{dir: t.TempDir(), of: map[Device][]Sample{}}
	const day = 86400
	rng := rand.New(rand.NewPCG(1, 2))
	files := map[string][]string{}
	for _, node := range []string{"n1", "n2", "n3"} {
		for _, name := range []string{"gpu0", "gpu1"} {
			d := Device{node, name}
			for at := 5 * rng.Float64(); at < 1.5*day; at += 9 + 4*rng.Float64() {
				if node == "n2" && at > 40000 && at < 43700 {
					continue
				}
				// as it is in the file
				watts := 200 + 150*math.Sin(at/500) + 20*rng.Float64()
				s := Sample{float64(int(at*1000)) / 1000, float64(int(watts*10)) / 10}
				c.of[d] = append(c.of[d], s)
				file := fmt.Sprintf("samples-%s-day%d.csv", node, int(at)/day)
				files[file] = append(files[file], fmt.Sprintf("%s,%s,%g,%g", node, name, s.T, s.W))
			}
		}
	}
	for file, lines := range files {
		// an engine reads files in any order, and lines of a file of several devices may be mixed
		rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		c.write(t, file, samplesHead, lines)
	}
	c.runs = []Run{{"early", "n1", -50, 3000.5}, {"pair", "n1", 3500, 90001.25}, {"pair", "n2", 3500, 90001.25},
		{"beside", "n1", 7199, 7201}, {"hour", "n3", 3600, 7200}, {"short", "n3", 10000, 10001},
		{"late", "n2", 100000, 129000}}
	var lines []string
	for _, r := range c.runs {
		lines = append(lines, fmt.Sprintf("%s,%s,%g,%g", r.Name, r.Node, r.Start, r.End))
	}
	c.write(t, "runs.csv", runsHead, append(lines, "wrong,n1,5,5", "n1,1"))
	return c
}

func (c cluster) write(t *testing.T, file, head string, lines []string) {
	t.Helper()
	text := head + "\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(c.dir, file), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// onOneMachine is what the program's own reader says about each run: its samples joined by the run's name.
func (c cluster) onOneMachine(t *testing.T) map[string]float64 {
	t.Helper()
	var runs, samples []string
	seen := map[string]bool{}
	for i, r := range c.runs {
		if !seen[r.Name] {
			runs = append(runs, fmt.Sprintf("%s,%d,%g,%g,%g", r.Name, i, r.Start, r.End-r.Start, r.End-r.Start))
		}
		seen[r.Name] = true
		for d, of := range c.of {
			if d.Node == r.Node {
				for _, s := range of {
					samples = append(samples, fmt.Sprintf("%s,%s/%s,%g,%g", r.Name, d.Node, d.Name, s.T, s.W))
				}
			}
		}
	}
	c.write(t, "table.csv", "run,lr,start,seconds,acc", runs)
	slices.SortStableFunc(samples, func(a, b string) int { return cmp.Compare(timeOf(a), timeOf(b)) })
	c.write(t, "power.csv", "run,device,time,watts", samples)
	in, err := arrowio.Ingest(t.Context(), []trial.Mapping{
		{Path: trial.Strings{"table.csv"}, Layout: trial.Wide, ID: "run", Params: trial.Columns{"lr": "lr"},
			Start: &trial.StartColumn{Column: "start", Unit: "s"}, Time: &trial.TimeColumn{Column: "seconds", Unit: "s",
				Shape: trial.Total}},
		{Path: trial.Strings{"power.csv"}, Layout: trial.Power, Join: trial.JoinID, ID: "run",
			Samples: &trial.PowerColumns{Time: "time", Watts: "watts", Device: "device", Start: trial.StartRun}},
	}, c.dir, arrowio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, one := range in.Trials {
		out[one.ID] = one.TrainEnergy.Total
	}
	return out
}

func timeOf(line string) float64 {
	x, _ := strconv.ParseFloat(strings.Split(line, ",")[2], 64)
	return x
}

func lines(t *testing.T, path string) (out []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		out = append(out, s.Text())
	}
	return out
}

// The pipeline gives the joules that the program's reader of one machine gives, to 12 digits, whatever the order of the
// lines, and says which lines it left out.
func TestJoulesAreThoseOfOneMachine(t *testing.T) {
	c := newCluster(t)
	to := filepath.Join(c.dir, "joules.csv")
	p, s := beam.NewPipelineWithRoot()
	at := func(file string) beam.PCollection { return textio.Read(s, filepath.Join(c.dir, file)) }
	joules, bad := Joules(s, at("samples-*.csv"), at("runs.csv"))
	textio.Write(s, to, beam.ParDo(s, inWords, joules))
	textio.Write(s, to+".bad", bad)
	ptest.RunAndValidate(t, p)
	want := c.onOneMachine(t)
	got := lines(t, to)
	if len(got) != len(want) {
		t.Errorf("%d runs, want %d: %q", len(got), len(want), got)
	}
	for _, line := range got {
		f := strings.Split(line, ",")
		x, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		// half a unit of the twelfth digit, and two orders of adding
		if w := want[f[0]]; !(math.Abs(x-w) <= 6*math.Pow10(-Digits)*w) {
			t.Errorf("%s: %.15g J, on one machine %.15g J", f[0], x, w)
		}
	}
	wrong := lines(t, to+".bad")
	slices.Sort(wrong)
	if len(wrong) != 2 || !strings.HasPrefix(wrong[0], "n1,1: 2 fields") ||
		!strings.HasPrefix(wrong[1], "wrong,n1,5,5: node") {
		t.Errorf("left out: %q", wrong)
	}
}

// Lines that are no samples are refused with the reason.
func TestParseSampleRefuses(t *testing.T) {
	for _, line := range []string{"", "n,d,1", "n,d,x,1", "n,d,1,NaN", "n,d,Inf,1", ",d,1,2", "n,d,1,2,3"} {
		if _, _, s, err := parseSample(line); err == nil {
			t.Errorf("%q is taken for %v", line, s)
		}
	}
	node, device, s, err := parseSample("n1, gpu0 ,1.5,-3\r")
	if err != nil || node != "n1" || device != "gpu0" || s != (Sample{1.5, 0}) {
		t.Errorf("%q %q %v %v", node, device, s, err)
	}
}
