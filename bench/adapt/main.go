// Command adapt measures how well a surrogate is adapted to a category that it does not know, such as a GPU: each
// category of an axis in turn is the new one, of which k runs are known. Beside it stand answers that a user would
// otherwise have:
//
//	go run ./bench/adapt -config examples/zeus-physics.yaml -axis gpu -variant gp
//
// factor is the known category whose answers are most in proportion to the runs, times the geometric mean of the
// proportions; scratch is the variant trained on the k runs alone; all is the variant trained on every run but those of
// a fifth, which it answers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"eahas/pipeline"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "adapt:", err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, args []string) error {
	f := flag.NewFlagSet("adapt", flag.ContinueOnError)
	config := f.String("config", "examples/zeus-physics.yaml", "the config `FILE`")
	data := f.String("data", "", "the `DIR` that relative paths of logs start from")
	work := f.String("work", "artifacts/bench-adapt", "the `DIR` for kept stages")
	axis := f.String("axis", "gpu", "the `AXIS` of categories")
	variant := f.String("variant", "gp", "the `VARIANT` of the config that is adapted")
	counts := f.String("k", "5,10,20,50", "numbers of runs")
	draws := f.Int("draws", 10, "sets of runs of each number")
	if err := f.Parse(args); err != nil {
		return err
	}
	var ks []int
	for _, s := range strings.Split(*counts, ",") {
		k, err := strconv.Atoi(s)
		if err != nil || k < 2 {
			return fmt.Errorf("-k: %q is no number of at least 2", s)
		}
		ks = append(ks, k)
	}
	c, err := pipeline.Load(*config)
	if err != nil {
		return err
	}
	withAxis(c, *axis)
	t, err := pipeline.PlanOf(ctx, c, pipeline.Options{DataDir: *data, Out: *work})
	if err != nil {
		return err
	}
	return measure(ctx, w, &bench{config: c, data: *data, work: *work, axis: *axis, plan: t}, *variant, ks, *draws)
}
