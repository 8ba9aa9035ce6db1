package commands

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/features"
)

func queryCommand() *cli.Command {
	return &cli.Command{
		Name:  "query",
		Usage: "learning curve, energy and time of configurations",
		UsageText: "eahas query [-json] [-epoch N] [-every N] [-level P] [-sample SEED] BUNDLE key=value…\neahas " +
			"query [-epoch " +
			"N] [-every N] [-level P] [-sample SEED] BUNDLE < configurations.jsonl",
		Description: "With key=value arguments it answers for that one configuration: a table, or one JSON object " +
			"with -json.\n" +
			"Without them it reads JSON lines from standard input, one configuration a line, such as\n" +
			"  {\"lr\": 0.1, \"batch\": 128, \"optimizer\": \"sgd\"}\n" +
			"and writes one JSON line for each, in order, with the number of its line; refused ones get {\"line\": " +
			"N, \"error\": …}\n" +
			"and the exit code is then 1. Energy is in joules (kWh beside it), time in seconds.\n\n" +
			"Example:\n  eahas query -epoch 10 artifacts/synthetic depth=20 w0=64 …",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "write one JSON object instead of a table"},
			&cli.Float64Flag{Name: "epoch", Usage: "series up to epoch `N`", Value: math.Inf(1),
				DefaultText: "the last"},
			everyFlag, levelFlag, sampleFlag,
		},
		Action: query,
	}
}

func query(c *cli.Context) error {
	if c.NArg() == 0 {
		return fmt.Errorf("%w: eahas query needs a bundle; see eahas query -h", errUsage)
	}
	config, err := parseConfig(c.Args().Tail())
	if err != nil {
		return err
	}
	s, err := artifacts.Open(c.Args().First())
	if err != nil {
		return err
	}
	q, err := askOf(c, s, len(config) > 0)
	if err != nil {
		return err
	}
	if len(config) == 0 {
		if isTerminal(c.App.Reader) {
			fmt.Fprintln(c.App.ErrWriter,
				"eahas: reading configurations from standard input, one JSON object a line; end with Ctrl-D")
		}
		return streamLines(c.Context, s, q, c.App.Reader, c.App.Writer)
	}
	a := new(artifacts.Answer)
	if err := s.AskInto(a, config, q, 0); err != nil {
		return err
	}
	if a.Extrapolates {
		bounds := ""
		if a.Intervals != nil && a.Intervals.Unseen == "" {
			bounds = "; the bounds are those of configurations among the training data"
		}
		fmt.Fprintf(c.App.ErrWriter, "eahas: warning: this extrapolates beyond the training data in: %s%s\n",
			strings.Join(a.OutsideAxes, ", "), bounds)
	}
	if c.Bool("json") {
		_, err := c.App.Writer.Write(append(a.AppendJSON(nil), '\n'))
		return err
	}
	return writeTable(c.App.Writer, s.Spec(), config, a)
}

// parseConfig reads key=value arguments.
func parseConfig(args []string) (features.Config, error) {
	config := features.Config{}
	for _, arg := range args {
		key, value, ok := strings.Cut(arg, "=")
		if !ok || key == "" || strings.HasPrefix(key, "-") {
			return nil, fmt.Errorf("%w: %q is not key=value", errUsage, arg)
		}
		if _, twice := config[key]; twice {
			return nil, fmt.Errorf("%w: axis %q is given twice", errUsage, key)
		}
		config[key] = features.ParseValue(value)
	}
	return config, nil
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
