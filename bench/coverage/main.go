// Command coverage says how often the truth lies inside predicted intervals, for the variants of several configs: on
// new configurations, on further runs of configurations that were trained on, and on values that no training run had.
//
//	go run ./bench/coverage -variants auto-quick examples/seaa.yaml examples/mlperf.yaml
//
// It prints a Markdown table.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"eahas/pipeline"
	"eahas/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("coverage", flag.ContinueOnError)
	f.SetOutput(stderr)
	variants := f.String("variants", "", "these in place of the configs' variants: name,name")
	var o pipeline.Options
	f.StringVar(&o.DataDir, "data", "",
		"the folder that relative paths of logs start from; default $EAHAS_DATA, else ../shared/data")
	f.IntVar(&o.Workers, "workers", 0, "pieces of work at a time; default: all processors")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return fmt.Errorf("configs are needed: go run ./bench/coverage -h")
	}
	dir, err := os.MkdirTemp("", "coverage")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	head := false
	for i, path := range f.Args() {
		config, err := pipeline.Load(path)
		if err != nil {
			return err
		}
		config.Evaluate.Unseen, config.Evaluate.Bootstrap = true, -1
		if *variants != "" {
			if err := config.Choose(strings.Split(*variants, ",")); err != nil {
				return err
			}
		}
		o.Out = filepath.Join(dir, fmt.Sprint(i))
		if _, err := pipeline.Evaluate(ctx, config, o); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		rep, err := report.Read(filepath.Join(o.Out, report.JSONFile))
		if err != nil {
			return err
		}
		if !head {
			fmt.Fprint(stdout,
				"| log | variant, asked of | target | runs | inside 50 / 80 / 95 % | mean width at 95 % |\n",
				"|---|---|---|---|---|---|\n")
			head = true
		}
		writeRows(stdout, config.Name, &rep)
	}
	return nil
}

// writeRows writes a row for each variant and target, of the intervals that are in use. Widths are in the target's
// unit, of costs in natural logarithms.
func writeRows(w io.Writer, name string, rep *report.Report) {
	for _, c := range rep.Calibration {
		if !c.Chosen && !c.Repeats {
			continue
		}
		asked := c.Variant
		if c.Repeats {
			asked += ", further runs of known configurations"
		}
		var inside []string
		width, n := 0.0, 0
		for _, l := range c.Levels {
			inside = append(inside, fmt.Sprintf("%.1f", 100*l.Observed))
			width, n = l.Width, l.N
		}
		fmt.Fprintf(w, "| %s | %s | %s | %d | %s | %.3g |\n", name, asked, c.Target, n,
			strings.Join(inside, " / "), width)
	}
}
