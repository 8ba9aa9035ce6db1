package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// BenchmarkJoules sums the same files of samples by the program's reader and by the pipeline, on the engine that the
// flags name (Prism without any; flink.sh has those of a Flink), and compares the joules. Processor seconds are those
// of this process. $EAHAS_POWER_SAMPLES changes the number of samples (1000000).
//
//	go test -run '^$' -bench Joules -benchtime 1x .
func BenchmarkJoules(b *testing.B) {
	want := 1_000_000
	if text := os.Getenv("EAHAS_POWER_SAMPLES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		want = n
	}
	dir := b.TempDir()
	n := float64(writeSamples(b, dir, want))
	to := filepath.Join(dir, "joules.csv")
	for b.Loop() {
		reader := clock(b)
		joules := readerJoules(b, dir, "samples-*.csv", "node")
		reader = since(b, reader)
		of := clock(b)
		if err := engineJoules(dir, to); err != nil {
			b.Fatal(err)
		}
		of = since(b, of)
		sameJoules(b, to, joules)
		b.ReportMetric(n/reader.wall, "reader-samples/s")
		b.ReportMetric(n/of.wall, "engine-samples/s")
		b.ReportMetric(reader.cpu, "reader-cpu-s")
		b.ReportMetric(of.cpu, "engine-cpu-s")
	}
}

// spent is seconds of the wall's clock and of the processor.
type spent struct{ wall, cpu float64 }

func clock(b *testing.B) spent {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return spent{float64(time.Now().UnixNano()) / 1e9, float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9}
}

func since(b *testing.B, at spent) spent {
	now := clock(b)
	return spent{now.wall - at.wall, now.cpu - at.cpu}
}

// writeSamples writes some n samples of ten nodes with two devices each, one every two seconds, in files by node and
// day, and a run a node, named as its node, so that the reader finds the run in the same files. It says how many.
func writeSamples(b *testing.B, dir string, n int) (written int) {
	const nodes, devices, every, day = 10, 2, 2, 86400
	steps := n / nodes / devices
	create := func(file, head string) (*bufio.Writer, func()) {
		f, err := os.Create(filepath.Join(dir, file))
		if err != nil {
			b.Fatal(err)
		}
		w := bufio.NewWriter(f)
		fmt.Fprintln(w, head)
		return w, func() {
			if err := w.Flush(); err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	table, closeTable := create("table.csv", "run,lr,start,seconds,acc")
	runs, closeRuns := create("runs.csv", runsHead)
	for node := range nodes {
		start := float64(node) + .25
		seconds := float64(steps*every) - start - 10.5
		fmt.Fprintf(table, "n%d,%d,%g,%g,1\n", node, node, start, seconds)
		fmt.Fprintf(runs, "n%d,n%d,%g,%g\n", node, node, start, start+seconds)
		for from := 0; from < steps; from += day / every {
			w, done := create(fmt.Sprintf("samples-n%d-day%02d.csv", node, from/(day/every)), samplesHead)
			for i := from; i < min(steps, from+day/every); i++ {
				for d := range devices {
					t := float64(i*every) + float64(d)/10
					fmt.Fprintf(w, "n%d,gpu%d,%.1f,%.1f\n", node, d, t, 300+50*math.Sin(t/1000+float64(d)))
					written++
				}
			}
			done()
		}
	}
	closeTable()
	closeRuns()
	return written
}
