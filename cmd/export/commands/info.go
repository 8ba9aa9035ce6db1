package commands

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial/target"
)

func infoCommand() *cli.Command {
	return &cli.Command{
		Name:        "info",
		Usage:       "what a bundle is: targets, units, axes and their ranges, scores, origin",
		UsageText:   "eahas info [-json] BUNDLE",
		Description: "Example:\n  eahas info artifacts/synthetic",
		Flags:       []cli.Flag{jsonFlag},
		Action:      info,
	}
}

func info(c *cli.Context) error {
	path, err := onlyBundle(c)
	if err != nil {
		return err
	}
	b, err := artifacts.OpenBundle(path)
	if err != nil {
		return err
	}
	if c.Bool(jsonFlag.Name) {
		return writeAbout(c.App.Writer, b)
	}
	w := bufio.NewWriter(c.App.Writer)
	fmt.Fprintln(w, title(b.Surrogate.Spec()))
	for _, part := range []func(io.Writer, *artifacts.Bundle){writeTargets, writeAxes, writeScores, writeOrigin} {
		fmt.Fprintln(w)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		part(t, b)
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return w.Flush()
}

func writeTargets(w io.Writer, b *artifacts.Bundle) {
	spec := b.Surrogate.Spec()
	fmt.Fprintln(w, "answers\tunit\tby")
	for _, h := range b.Surrogate.Heads() {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", h.Target, unitOf(h.Target, spec), h.Describe())
	}
	if r := spec.Epochs; r.Length != artifacts.LengthNone {
		last := map[string]string{
			artifacts.LengthAxis:  "the axis " + r.Axis,
			artifacts.LengthHead:  "the predicted length",
			artifacts.LengthFixed: num(r.Last),
		}[r.Length]
		fmt.Fprintf(w, "epochs\tfrom %s to %s, step %s\n", num(r.First), last, num(r.Step))
	}
	for _, t := range spec.Intervals {
		var levels []string
		for _, l := range t.Model.Levels() {
			levels = append(levels, num(100*l))
		}
		fmt.Fprintf(w, "intervals of %s\t%s %%, made from %s\n", t.Target, strings.Join(levels, ", "), t.Model.Source())
	}
}

func unitOf(of target.Target, spec artifacts.Spec) string {
	switch of {
	case target.Curve:
		better := "lower is better"
		if spec.Metric.HigherBetter {
			better = "higher is better"
		}
		u := spec.Metric.Unit
		if u == "" {
			u = "as logged"
		}
		return fmt.Sprintf("%s (%s, %s, %s)", u, spec.Metric.Name, spec.Metric.Kind, better)
	case target.Length:
		return "number of the last epoch"
	}
	d, own := spec.Own.Of(of)
	if !own || !spec.Own.Has(of) {
		return d.Unit
	}
	return strings.TrimSpace(fmt.Sprintf("%s (%s is better, scale %s)", d.Unit, d.Direction, d.Scale))
}

func writeAxes(w io.Writer, b *artifacts.Bundle) {
	fmt.Fprintln(w, "axis\tkind\tvalues")
	params := b.Surrogate.Spec().Space.Params
	for i := range params {
		p := &params[i]
		values := valuesOf(p) + unit(p.Unit)
		if p.Optional {
			values += ", or missing"
		}
		if p.When != nil {
			values += fmt.Sprintf(" (when %s is %s)", p.When.Param, list(p.When.In))
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", p.Name, p.Kind, values)
	}
}

func valuesOf(p *features.Param) string {
	switch {
	case p.Kind == features.Graph:
		return p.Allowed()
	case !p.Numeric():
		return list(p.Choices)
	}
	s := num(p.Low) + " to " + num(p.High)
	if p.Step > 0 {
		s += ", step " + num(p.Step)
	}
	return s
}

// list prints up to twelve values.
func list(values []features.Value) string {
	const most = 12
	var words []string
	for i, v := range values {
		if i == most {
			words = append(words, fmt.Sprintf("… (%d in all)", len(values)))
			break
		}
		words = append(words, v.String())
	}
	return strings.Join(words, ", ")
}

// writeScores prints the pooled scores of the variant that is in the bundle.
func writeScores(w io.Writer, b *artifacts.Bundle) {
	fmt.Fprintln(w, "score on held-out trials\tmetric\tvalue\t95 % interval\ttrials")
	frozen := map[string]bool{}
	for _, v := range b.Info.Variants {
		frozen[v.Name] = v.Frozen
	}
	for _, r := range b.Info.Metrics {
		if r.Group != "all" || !frozen[r.Variant] {
			continue
		}
		interval := ""
		if !math.IsNaN(r.CILow) && !math.IsNaN(r.CIHigh) {
			interval = fmt.Sprintf("%.4g to %.4g", r.CILow, r.CIHigh)
		}
		fmt.Fprintf(w, "  %s %s\t%s\t%.4g\t%s\t%d\n", r.Variant, r.Target, r.Metric, r.Value, interval, r.N)
	}
}

func writeOrigin(w io.Writer, b *artifacts.Bundle) {
	fmt.Fprintf(w, "made by\tversion %s, format %d, seed %d\n", b.Info.CodeVersion, b.Version, b.Info.RootSeed)
	if b.Info.Arithmetic != "" {
		fmt.Fprintf(w, "arithmetic\t%s\n", b.Info.Arithmetic)
	}
	for _, v := range b.Info.Variants {
		if v.Frozen {
			fmt.Fprintf(w, "variant\t%s\n", v.Name)
		}
	}
	for _, f := range b.Info.Inputs {
		fmt.Fprintf(w, "input\t%s, %d bytes, SHA-256 %s\n", f.Name, f.Size, f.SHA256)
	}
	for _, f := range b.Files {
		fmt.Fprintf(w, "file\t%s, %d bytes\n", f.Name, f.Size)
	}
}

func num(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
