package commands

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/nullable"
	"eahas/report"
	"eahas/search"
	"eahas/search/next"
)

func nextCommand() *cli.Command {
	return &cli.Command{
		Name:  "next",
		Usage: "which configurations to train next, what they promise and cost, and when to stop",
		UsageText: "eahas search next [-log FILE] [-k N] [-a A] [-stop X] [-metric NAME] [-second NAME] [-json] " +
			"BUNDLE [axis=value …]",
		Description: "The log has one finished training a line, value in the bundle's unit, epochs and joules (or " +
			"kwh) if known:\n" +
			"  {\"config\": {\"lr\": 0.1, …}, \"value\": 8.9, \"epochs\": 50, \"joules\": 120000}\n" +
			"A log of our own (docs/log.md), or of a tool that eahas import reads, file or folder, will do as well.\n" +
			"The bundle is corrected by it. axis=value fixes an axis. Exit code 0 also when the advice is to " +
			"stop.\n\n" +
			"Example:\n  eahas search next -log trials.jsonl -stop 0.5 artifacts/mine",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "log", Usage: "`FILE` or folder of own trainings; - is standard input"},
			&cli.IntFlag{Name: "k", Usage: "name `N` configurations", Value: 5},
			&cli.Float64Flag{Name: "a",
				Usage: "weight of ln joules against ln gain: 0 the gain alone, 1 the gain per joule", Value: 0.5},
			&cli.Float64Flag{Name: "stop", Usage: "advise to stop below `X` of gain per kWh"},
			&cli.Float64Flag{Name: "level", Usage: "probability of the intervals", Value: 0.95},
			&cli.BoolFlag{Name: "beyond", Usage: "also advise what lies beside the bundle's training data"},
			&cli.Uint64Flag{Name: "seed", Usage: "of the random candidates", Value: 1},
			&cli.StringFlag{Name: "metric",
				Usage: "search by the bundle's own target `NAME`, a number or a curve, in place of the main curve; " +
					"values of the log are its"},
			&cli.StringFlag{Name: "second",
				Usage: "weigh the gain against the bundle's own target `NAME` (above 0; of a curve its end) in place " +
					"of the energy"},
			&cli.BoolFlag{Name: "json", Usage: "write one JSON object"},
		},
		Action: adviseNext,
	}
}

func adviseNext(c *cli.Context) error {
	if c.NArg() == 0 {
		return fmt.Errorf("%w: eahas search next needs a bundle; see eahas search next -h", errUsage)
	}
	if c.Int("k") < 1 || c.Float64("a") < 0 || c.Float64("stop") < 0 {
		return fmt.Errorf("%w: -k must be at least 1, -a and -stop not below 0", errUsage)
	}
	fixed := features.Config{}
	for _, arg := range c.Args().Tail() {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%w: %q is not axis=value", errUsage, arg)
		}
		fixed[name] = features.ParseValue(value)
	}
	s, err := artifacts.Open(c.Args().First())
	if err != nil {
		return err
	}
	metric, _, err := search.ObjectivesOf(s, c.String("metric"), c.String("second"))
	if err != nil {
		return err
	}
	spec := s.Spec()
	spec.Metric = metric.Metric
	trials, err := readTrials(c, spec)
	if err != nil {
		return err
	}
	a, err := next.Advise(c.Context, s, trials, next.Options{K: c.Int("k"), Fixed: fixed, Level: c.Float64("level"),
		Weight: c.Float64("a"), Stop: c.Float64("stop"),
		Beyond: c.Bool("beyond"), Seed: c.Uint64("seed"), Metric: c.String("metric"), Second: c.String("second")})
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return adviceJSON(c.App.Writer, a)
	}
	return adviceText(c.App.Writer, spec, a)
}

func readTrials(c *cli.Context, spec artifacts.Spec) ([]next.Trial, error) {
	switch path := c.String("log"); path {
	case "":
		return nil, nil
	case "-":
		return next.Read(c.App.Reader, spec)
	default:
		return openTrials(c.Context, path, spec, c.App.ErrWriter)
	}
}

func adviceText(w io.Writer, spec artifacts.Spec, a *next.Advice) error {
	unit := a.Unit
	if unit == "percent" {
		unit = "%"
	}
	costName := ""
	if a.CostName != "energy" {
		costName = a.CostName + " "
	}
	if spec.Synthetic {
		fmt.Fprintln(w, spec.Notice)
	}
	fmt.Fprintf(w, "best so far: %s %s (%s)\n", a.LossName, report.Quantity(a.Best, unit, 3), a.BestIs)
	if !math.IsNaN(a.ShiftLoss) {
		fmt.Fprintf(w, "own trainings against the bundle, before the correction: %s %s", a.LossName,
			signed(a.ShiftLoss))
		if !math.IsNaN(a.ShiftLn) {
			fmt.Fprintf(w, ", energy x %s", report.Significant(math.Exp(a.ShiftLn), 3))
		}
		fmt.Fprintln(w)
	}
	for i, n := range a.Next {
		fmt.Fprintf(w, "%d  %s\n", i+1, n.Config.Key())
		fmt.Fprintf(w, "   %s %s (%s to %s)", a.LossName, report.Quantity(n.Loss, unit, 3),
			report.Significant(n.LossLow, 3), report.Significant(n.LossHigh, 3))
		if !math.IsNaN(n.Joules) {
			fmt.Fprintf(w, ", %s%s (%s to %s)", costName, report.Quantity(n.Joules, a.CostUnit, 3),
				report.Quantity(n.JoulesLow, a.CostUnit, 3), report.Quantity(n.JoulesHigh, a.CostUnit, 3))
		}
		fmt.Fprintf(w, ", expected gain %s", report.Significant(n.Gain, 3))
		if !math.IsNaN(n.PerKWh) {
			fmt.Fprintf(w, ", per kWh %s", report.Significant(n.PerKWh, 3))
		}
		if n.Outside {
			fmt.Fprint(w, "; beside the training data")
		}
		fmt.Fprintln(w)
	}
	if a.Left > 0 {
		fmt.Fprintf(w, "%d candidates beside the bundle's training data were left out; -beyond looks at them\n", a.Left)
	}
	if a.Stop {
		fmt.Fprintln(w, "stop: no candidate promises as much per kWh as asked for")
	}
	return nil
}

func signed(x float64) string {
	if x > 0 {
		return "+" + report.Significant(x, 3)
	}
	return report.Significant(x, 3)
}

// adviceJSON writes the advice; what is unknown is null.
func adviceJSON(w io.Writer, a *next.Advice) error {
	type candidate struct {
		Config  features.Config `json:"config"`
		Loss    nullable.Floats `json:"loss_low_high"`
		Joules  nullable.Floats `json:"joules_low_high,omitempty"`
		Second  nullable.Floats `json:"second_low_high,omitempty"` // in place of the joules
		Gain    *float64        `json:"gain"`
		PerKWh  *float64        `json:"gain_per_kwh"`
		Outside bool            `json:"extrapolates"`
	}
	out := struct {
		Trials    int         `json:"trials"`
		Best      *float64    `json:"best"`
		LossName  string      `json:"loss"`
		Unit      string      `json:"unit"`
		Level     float64     `json:"level"`
		ShiftLoss *float64    `json:"own_less_bundle"`
		ShiftLn   *float64    `json:"own_less_bundle_ln_joules"`
		Next      []candidate `json:"next"`
		Stop      bool        `json:"stop"`
	}{a.Trials, nullable.Pointer(a.Best), a.LossName, a.Unit, a.Level, nullable.Pointer(a.ShiftLoss),
		nullable.Pointer(a.ShiftLn), nil, a.Stop}
	for _, n := range a.Next {
		one := candidate{Config: n.Config, Loss: nullable.Floats{n.Loss, n.LossLow, n.LossHigh},
			Gain: nullable.Pointer(n.Gain), PerKWh: nullable.Pointer(n.PerKWh), Outside: n.Outside}
		if cost := (nullable.Floats{n.Joules, n.JoulesLow, n.JoulesHigh}); a.CostName == "energy" {
			one.Joules = cost
		} else {
			one.Second = cost
		}
		out.Next = append(out.Next, one)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
