package commands

import (
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"eahas/internal/nullable"
	"eahas/search"
)

func replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "one run, step by step: what was trained, what it showed and cost, when the incumbent changed",
		UsageText: "eahas search replay [-all] TRACE",
		Description: "A trace that was cut or changed is an error.\n\n" +
			"Example:\n  eahas search replay searched/search/synthetic/hb/0000.jsonl",
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "all", Usage: "every job, not only those that changed the incumbent"}},
		Action: replay,
	}
}

func replay(c *cli.Context) error {
	if c.NArg() != 1 {
		return fmt.Errorf("%w: eahas search replay takes one trace, got %d arguments; see eahas search replay -h",
			errUsage, c.NArg())
	}
	t, err := search.ReadTrace(c.Args().First())
	if err != nil {
		return err
	}
	h := t.Header
	fmt.Fprintf(c.App.Writer, "%s on %s, %g %s, seed %d\n", h.Method, h.Task, h.Budget, h.Unit, h.Seed)
	w := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "job\ttrial\tepochs\tvalue\tcost\tspent\t\tconfiguration\n")
	configs := map[int]string{}
	for i, e := range t.Events {
		if e.Config != nil {
			configs[e.Trial] = e.Config.Key()
		}
		mark := ""
		if e.Inc == i {
			mark = "incumbent"
		} else if !c.Bool("all") && i < len(t.Events)-1 {
			continue
		}
		fmt.Fprintf(w, "%d\t%d\t%g-%g\t%.5g\t%.4g\t%.1f %%\t%s\t%s\n", i, e.Trial, e.From, e.To,
			nullable.Value(e.Value), e.Cost, 100*e.Spent/h.Budget, mark, configs[e.Trial])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	inc := t.Events[t.Events[len(t.Events)-1].Inc]
	fmt.Fprintf(c.App.Writer,
		"ended by %s after %d jobs; true loss of the incumbent %.5g, if finished %.5g for %.4g more\n", t.End.End,
		t.End.Events, inc.True, inc.Final, inc.ToFinish)
	return nil
}
