package commands

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"eahas/internal/nullable"
	"eahas/search"
)

func replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "one run, step by step: what was trained, what it showed and cost, when the incumbent changed",
		UsageText: "eahas search replay [-all] [-csv] TRACE",
		Description: "A trace that was cut or changed is an error.\n\n" +
			"Example:\n  eahas search replay searched/search/synthetic/hb/0000.jsonl",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "all", Usage: "every job, not only those that changed the incumbent"},
			&cli.BoolFlag{Name: "csv",
				Usage: "write the table alone, with commas between; a trace itself is JSON lines"}},
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
	if c.Bool("csv") {
		return replayCSV(c.App.Writer, t, c.Bool("all"))
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
		if !shows(t, i, c.Bool("all")) {
			continue
		}
		mark := ""
		if e.Inc == i {
			mark = "incumbent"
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

// shows reports whether a job is in the table: one that became the incumbent, the last, or any.
func shows(t *search.Trace, i int, all bool) bool {
	return all || t.Events[i].Inc == i || i == len(t.Events)-1
}

// replayCSV writes the table with the digits of the trace; an unknown value is empty.
func replayCSV(w io.Writer, t *search.Trace, all bool) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"job", "trial", "from", "to", "value", "cost", "spent", "incumbent",
		"configuration"}); err != nil {
		return err
	}
	configs := map[int]string{}
	for i, e := range t.Events {
		if e.Config != nil {
			configs[e.Trial] = e.Config.Key()
		}
		if !shows(t, i, all) {
			continue
		}
		value := ""
		if e.Value != nil {
			value = exactly(*e.Value)
		}
		if err := out.Write([]string{strconv.Itoa(i), strconv.Itoa(e.Trial), exactly(e.From), exactly(e.To), value,
			exactly(e.Cost), exactly(e.Spent), strconv.FormatBool(e.Inc == i), configs[e.Trial]}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func exactly(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
