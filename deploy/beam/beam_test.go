package main

import (
	"bufio"
	"cmp"
	"flag"
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
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/fileio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"eahas/trial"
	"eahas/trial/arrowio"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := initBeam(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ptest.Main(m)
}

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
	return readerJoules(t, c.dir, "power.csv", "run")
}

// readerJoules is what the program's reader says about the runs in table.csv (run,lr,start,seconds,acc) from files of
// samples, of which one column names the run: joules by run.
func readerJoules(tb testing.TB, dir, files, run string) map[string]float64 {
	tb.Helper()
	in, err := arrowio.Ingest(tb.Context(), []trial.Mapping{
		{Path: trial.Strings{"table.csv"}, Layout: trial.Wide, ID: "run", Params: trial.Columns{"lr": "lr"},
			Start: &trial.StartColumn{Column: "start", Unit: "s"}, Time: &trial.TimeColumn{Column: "seconds", Unit: "s",
				Shape: trial.Total}},
		{Path: trial.Strings{files}, Layout: trial.Power, Join: trial.JoinID, ID: run,
			Samples: &trial.PowerColumns{Time: "time", Watts: "watts", Device: "device", Start: trial.StartRun}},
	}, dir, arrowio.Options{})
	if err != nil {
		tb.Fatal(err)
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

func lines(tb testing.TB, path string) (out []string) {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		out = append(out, s.Text())
	}
	return out
}

// engineJoules runs the pipeline over samples-*.csv and runs.csv of a folder on the engine that the flags name, Prism
// without any.
func engineJoules(dir, to string) error {
	p, s := beam.NewPipelineWithRoot()
	sums(s, filepath.Join(dir, "samples-*.csv"), filepath.Join(dir, "runs.csv"), to)
	return ptest.Run(p)
}

// sameJoules compares a file of joules with what is wanted of each run, to Digits digits: half a unit of the last one,
// and two orders of adding.
func sameJoules(tb testing.TB, file string, want map[string]float64) {
	tb.Helper()
	got := lines(tb, file)
	if len(got) != len(want) {
		tb.Errorf("%d runs, want %d: %q", len(got), len(want), got)
	}
	for _, line := range got {
		f := strings.Split(line, ",")
		x, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			tb.Fatal(err)
		}
		if w := want[f[0]]; !(math.Abs(x-w) <= 6*math.Pow10(-Digits)*w) {
			tb.Errorf("%s: %.15g J, on one machine %.15g J", f[0], x, w)
		}
	}
}

// The pipeline gives the joules that the program's reader of one machine gives, to 12 digits, whatever the order of the
// lines, and says which lines it left out.
func TestJoulesAreThoseOfOneMachine(t *testing.T) {
	c := newCluster(t)
	to := filepath.Join(c.dir, "joules.csv")
	if err := engineJoules(c.dir, to); err != nil {
		t.Fatal(err)
	}
	sameJoules(t, to, c.onOneMachine(t))
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

// A bundle's samples travel packed, a series as one element; those of a long bundle are sent on before it ends, each
// once, and what is left of a bundle that failed is forgotten.
func TestBundlesPackSamples(t *testing.T) {
	const n = bundleBytes/sampleBytes + 5
	var f toSeries
	got, times := []Sample{}, 0
	emit := func(at Series, packed []byte) {
		if want := (Series{"n", "d", 0}); at != want {
			t.Fatalf("series %v, want %v", at, want)
		}
		got, times = unpack(got, packed), times+1
	}
	bad := func(line string) { t.Errorf("left out: %s", line) }
	f.StartBundle(emit, bad)
	f.ProcessElement("n,d,1,99", emit, bad)
	f.StartBundle(emit, bad)
	for i := range n {
		f.ProcessElement(fmt.Sprintf("n,d,%g,5.5", float64(i)/1000), emit, bad)
	}
	if times != 1 {
		t.Errorf("sent on %d times before the end of %d samples, want once", times, n)
	}
	f.FinishBundle(emit, bad)
	f.FinishBundle(emit, bad)
	if len(got) != n || times != 2 {
		t.Errorf("%d samples in %d elements, want %d in 2", len(got), times, n)
	}
	for i, s := range got {
		if want := (Sample{float64(i) / 1000, 5.5}); s != want {
			t.Fatalf("sample %d is %v, want %v", i, s, want)
		}
	}
}

// A pattern without a file is an error that names it, and so is a file whose path would be read as a pattern.
func TestFilesThatAreNotThere(t *testing.T) {
	c := cluster{dir: t.TempDir()}
	c.write(t, "runs.csv", runsHead, []string{"a,n1,0,1"})
	err := engineJoules(c.dir, filepath.Join(c.dir, "joules.csv"))
	if err == nil || !strings.Contains(err.Error(), "samples-") {
		t.Errorf("no file: %v", err)
	}
	if path, err := pathOf(fileio.FileMetadata{Path: "/logs/a[1].csv"}); err == nil {
		t.Errorf("read as a pattern: %q", path)
	}
	if path, err := pathOf(fileio.FileMetadata{Path: "/logs/a 1.csv"}); path != "/logs/a 1.csv" || err != nil {
		t.Errorf("%q, %v", path, err)
	}
}
