package arrowio

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"eahas/trial"
)

// longLog writes a long log of the given size: 200 epochs a trial, a curve and a cost a row, three axes.
func longLog(t testing.TB, f Format, rows int) (dir string, m []trial.Mapping) {
	t.Helper()
	dir = t.TempDir()
	w, err := WriteTrials(filepath.Join(dir, "long"), trial.Long, f, someTrials(rows/200, 200), errorPercent)
	if err != nil {
		t.Fatal(err)
	}
	return dir, w.Mappings
}

// BenchmarkIngestLong reads a million rows of (trial, epoch).
//
//	go test -run '^$' -bench IngestLong -benchtime 3x ./trial/arrowio
func BenchmarkIngestLong(b *testing.B) {
	for _, f := range []Format{{"parquet", "zstd"}, {"feather", "lz4"}} {
		b.Run(f.Kind+"-"+f.Compression, func(b *testing.B) {
			const rows = 1_000_000
			dir, m := longLog(b, f, rows)
			runtime.GC()
			for b.Loop() {
				res, err := Ingest(context.Background(), m, dir, Options{})
				if err != nil {
					b.Fatal(err)
				}
				if res.Rows != rows || len(res.Trials) != rows/200 {
					b.Fatalf("%d rows, %d trials", res.Rows, len(res.Trials))
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(peakMB(), "peak-rss-MB")
		})
	}
}

// peakMB is the largest resident memory of this process so far, as Linux tells; NaN elsewhere.
func peakMB() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return math.NaN()
	}
	var kb float64
	for line := range strings.SplitSeq(string(b), "\n") {
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return math.NaN()
}

// powerLog writes n samples of a few trials with two devices each, a sine around 300 W.
func powerLog(t testing.TB, f Format, n int) (dir string, m trial.Mapping) {
	t.Helper()
	dir = t.TempDir()
	type row struct {
		id, dev     string
		time, watts float64
	}
	fields := []field[row]{
		text("trial_id", func(r row) string { return r.id }),
		text("gpu", func(r row) string { return r.dev }),
		float("time", func(r row) float64 { return r.time }),
		float("watts", func(r row) float64 { return r.watts }),
	}
	err := writeTable(filepath.Join(dir, "power"+f.Ext()), f, 1, fields, func(yield func(row) bool) {
		const trials = 10
		per := n / trials / 2
		for t := range trials {
			id := fmt.Sprint("run", t)
			for i := range per {
				for d := range 2 {
					if !yield(row{id, fmt.Sprint("gpu", d), float64(i) / 10, 300 + 50*math.Sin(float64(i)/1000)}) {
						return
					}
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir, trial.Mapping{Path: trial.Strings{"power" + f.Ext()}, Layout: trial.Power, ID: "trial_id",
		Samples: &trial.PowerColumns{Time: "time", Watts: "watts", Device: "gpu"}}
}

// BenchmarkIngestPower integrates ten million power samples.
// $EAHAS_POWER_SAMPLES changes the number of samples, a multiple of 200 (100000000 for the figure of docs/results.md).
func BenchmarkIngestPower(b *testing.B) {
	rows := 10_000_000
	if text := os.Getenv("EAHAS_POWER_SAMPLES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		rows = n
	}
	dir, m := powerLog(b, Format{"feather", "lz4"}, rows)
	runtime.GC()
	for b.Loop() {
		res, err := Ingest(context.Background(), []trial.Mapping{m}, dir, Options{})
		if err != nil || res.Rows != int64(rows) {
			b.Fatal(err, res.Rows)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
	b.ReportMetric(peakMB(), "peak-rss-MB")
}

// BenchmarkIngestCSV reads a million rows of (trial, epoch) from CSV with quoted texts, as pyarrow writes it.
//
//	go test -run '^$' -bench IngestCSV -benchtime 3x ./trial/arrowio
func BenchmarkIngestCSV(b *testing.B) {
	const rows = 1_000_000
	dir := b.TempDir()
	f, err := os.Create(filepath.Join(dir, "long.csv"))
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, `"id","lr","optimizer","epoch","acc","joules","seconds"`)
	for i := range rows {
		x := math.Mod(float64(i)*math.Phi, 1)
		fmt.Fprintf(w, "\"t%05d\",%v,\"adam\",%d,%v,%v,%v\n", i/200, float64(i/200)/7, i%200+1, x, 100+x, 1+x/3)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
	m := trial.Mapping{Path: trial.Strings{"long.csv"}, Layout: trial.Long, ID: "id",
		Params: trial.Columns{"lr": "lr", "optimizer": "optimizer"},
		Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction",
			Epochs: trial.EpochsSpec{Column: "epoch"}},
		Energy: &trial.EnergyColumn{Column: "joules", Unit: "J", Shape: trial.PerEpoch},
		Time:   &trial.TimeColumn{Column: "seconds", Unit: "s", Shape: trial.PerEpoch}}
	runtime.GC()
	for b.Loop() {
		res, err := Ingest(context.Background(), []trial.Mapping{m}, dir, Options{})
		if err != nil || res.Rows != rows || len(res.Trials) != rows/200 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(peakMB(), "peak-rss-MB")
}
