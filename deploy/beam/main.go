package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners" // the flag -runner
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal"
)

// Digits is to how many significant digits the joules of any two engines agree.
const Digits = 12

var (
	samples = flag.String("samples", "", "pattern of the files of samples: "+samplesHead)
	runs    = flag.String("runs", "", "file of runs: "+runsHead)
	out     = flag.String("out", "joules.csv",
		"file of the joules: run,joules,device_seconds; beside it .bad, the lines left out")
)

func init() {
	register.Function2x1(inWords)
}

// inWords is a line of the result.
func inWords(run string, p Part) string {
	digits := func(x float64) string { return strconv.FormatFloat(x, 'g', Digits, 64) }
	return run + "," + digits(p.Joules) + "," + digits(p.Seconds)
}

// sums adds the pipeline from files to files.
func sums(s beam.Scope, samples, runs, out string) {
	joules, bad := Joules(s, linesOf(s, samples), linesOf(s, runs))
	textio.Write(s, out, beam.ParDo(s, inWords, joules))
	textio.Write(s, out+".bad", bad)
}

func main() {
	flag.Parse()
	if err := initBeam(); err != nil {
		fmt.Fprintln(os.Stderr, "beam:", err)
		os.Exit(1)
	}
	if *samples == "" || *runs == "" {
		fmt.Fprintln(os.Stderr, "beam: -samples and -runs are needed")
		os.Exit(2)
	}
	p, s := beam.NewPipelineWithRoot()
	sums(s, *samples, *runs, *out)
	if _, err := beam.Run(context.Background(), cmp.Or(*runners.Runner, "prism"), p); err != nil {
		fmt.Fprintln(os.Stderr, "beam:", err)
		os.Exit(1)
	}
}
