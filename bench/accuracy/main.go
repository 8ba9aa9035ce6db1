package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"eahas/pipeline"
	"eahas/pipeline/experiment"
	"eahas/pipeline/peers"
	"eahas/pipeline/stage"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

// run reads the flags and goes the way that doc.go describes. Kept whole: its steps in their order.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) (err error) {
	f := flag.NewFlagSet("accuracy", flag.ContinueOnError)
	f.SetOutput(stderr)
	path := f.String("config", "", "the run's config; with -cells several: path,path")
	cells := f.String("cells", "", "measure subsamples of the logs and keep a line of JSON each in this file; what it "+
		"holds already is not measured again")
	sizes := f.String("sizes", "50,100,200,500,all", "with -cells: how many runs a subsample has")
	draws := f.Int("draws", 3, "with -cells: subsamples of each size")
	first := f.Int("first", 0, "with -cells: the first subsample's number, for others than those that a choice saw")
	splits := f.String("splits", "random", "with -cells: what is held out: random (configurations), group (whole "+
		"values of the config's group_by), or random,group")
	table := f.String("table", "", "with -cells: write the table of all cells in the file, as Markdown, to this file")
	figure := f.String("figure", "", "with -cells: draw what each competitor loses, as SVG, to this file")
	variants := f.String("variants", "",
		"these in place of the config's variants: name,name; the first is compared with all others")
	names := f.String("peers", "", "representation+library,...; see the package's documentation")
	python := f.String("python", os.Getenv("EAHAS_PYTHON"),
		"a Python with the libraries; default $EAHAS_PYTHON, else python3")
	var o pipeline.Options
	f.StringVar(&o.Out, "out", "", "the folder to write; default artifacts/<name>-peers")
	f.StringVar(&o.DataDir, "data", "",
		"the folder that relative paths of logs start from; default $EAHAS_DATA, else ../shared/data")
	f.BoolVar(&o.Replace, "replace", false, "replace a report that is already in the output folder")
	f.IntVar(&o.Workers, "workers", 0, "pieces of work at a time; default: all processors")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *path == "" || *names == "" && *cells == "" || f.NArg() > 0 {
		return fmt.Errorf("-config and -peers or -cells are needed, and nothing else: go run ./bench/accuracy -h")
	}
	if *python == "" {
		*python = "python3"
	}
	var others []experiment.Peer
	for name := range strings.SplitSeq(*names, ",") {
		if name == "" {
			continue
		}
		p, end, err := peers.New(*python, name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, end()) }()
		others = append(others, p)
	}
	if *cells != "" {
		n, err := sizesOf(*sizes)
		if err != nil {
			return err
		}
		held, err := splitsOf(*splits)
		if err != nil {
			return err
		}
		sw := sweep{configs: strings.Split(*path, ","), variants: *variants, sizes: n, first: *first, draws: *draws,
			splits: held, file: *cells, peers: others, options: o, table: *table, figure: *figure}
		return sw.run(ctx, stdout, stderr)
	}
	config, err := pipeline.Load(*path)
	if err != nil {
		return err
	}
	if *variants != "" {
		if err := config.Choose(strings.Split(*variants, ",")); err != nil {
			return err
		}
	}
	o.Observer = func(e stage.Event) {
		if e.Kind == stage.Finished || e.Kind == stage.Warning {
			fmt.Fprintln(stderr, e.Kind, e.Stage, e.Message)
		}
	}
	res, err := pipeline.Beside(ctx, config, o, others)
	if err != nil {
		return err
	}
	for _, line := range res.Summary {
		fmt.Fprintln(stdout, line)
	}
	fmt.Fprintln(stdout, "report ", filepath.Join(res.Out, "report.html"))
	return nil
}
