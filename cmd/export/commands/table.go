package commands

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models/energy"
)

// writeTable prints an answer for people.
func writeTable(w io.Writer, spec artifacts.Spec, config features.Config, a *artifacts.Answer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, title(spec))
	var words []string
	for _, name := range slices.Sorted(maps.Keys(config)) {
		words = append(words, name+"="+config[name].String())
	}
	fmt.Fprintf(b, "%s\n\n", strings.Join(words, " "))
	writeSeries(b, spec, a)
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	var v artifacts.Intervals
	in := func(low, high float64, unit string) string {
		if a.Intervals == nil {
			return ""
		}
		return between(v.Level, low, high, unit)
	}
	if a.Intervals != nil {
		v = *a.Intervals
	}
	joules(t, "energy per epoch", a.EnergyPerEpoch, in(v.EnergyLow, v.EnergyHigh, "J"))
	joules(t, "energy of the run", a.EnergyTotal, in(v.EnergyTotalLow, v.EnergyTotalHigh, "J"))
	joules(t, "inference energy", a.InferenceEnergy, in(v.InferenceLow, v.InferenceHigh, "J"))
	seconds(t, "time per epoch", a.TimePerEpoch, in(v.TimeLow, v.TimeHigh, "s"))
	seconds(t, "time of the run", a.TimeTotal, in(v.TimeTotalLow, v.TimeTotalHigh, "s"))
	for i, n := range a.Own {
		bounds := ""
		d, _ := spec.Own.Of(n.Target)
		if a.Intervals != nil && i < len(v.Own) {
			bounds = in(v.Own[i].Low, v.Own[i].High, d.Unit)
		}
		if !math.IsNaN(n.Value) {
			fmt.Fprintf(t, "%s\t%s\t%s\n", d.InWords(), strings.TrimSpace(digits(n.Value)+" "+d.Unit), bounds)
		}
	}
	for i, x := range a.Known {
		if k := spec.Space.Known[i]; !math.IsNaN(x) {
			fmt.Fprintf(t, "%s\t%s\tknown: %s\n", k.Name, strings.TrimSpace(digits(x)+" "+k.Unit), k.Formula)
		}
	}
	if v.Unseen != "" {
		fmt.Fprintf(t, "bounds\tthose of answers for a %s that no training run had\n", v.Unseen)
	}
	if a.Clips > 0 {
		fmt.Fprintf(t, "clipped\t%d points of the curve were moved into its bounds\n", a.Clips)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return b.Flush()
}

// title names the surrogate, and says so when it was trained on simulated logs.
func title(spec artifacts.Spec) string {
	s, notice := spec.Name, spec.Notice
	if spec.Synthetic {
		s += " (SYNTHETIC)"
		if notice == "" {
			notice = "trained on simulated logs"
		}
	}
	if notice != "" {
		s += "\n" + notice
	}
	return s
}

// writeSeries prints what is known at each epoch.
func writeSeries(w io.Writer, spec artifacts.Spec, a *artifacts.Answer) {
	type column struct {
		head string
		x    []float64
	}
	columns := []column{{spec.Metric.Name + unit(spec.Metric.Unit), a.Curve}}
	if v := a.Intervals; v != nil && len(v.CurveLow) > 0 {
		level := fmt.Sprintf("%g %% ", 100*v.Level)
		columns = append(columns, column{level + "low", v.CurveLow}, column{"high", v.CurveHigh})
	}
	for k, c := range a.Curves {
		d, _ := spec.Own.Of(c.Target)
		columns = append(columns, column{d.InWords() + unit(d.Unit), c.Values})
		if v := a.Intervals; v != nil && k < len(v.Curves) && len(v.Curves[k].Low) > 0 {
			columns = append(columns, column{fmt.Sprintf("%g %% low", 100*v.Level), v.Curves[k].Low},
				column{"high", v.Curves[k].High})
		}
	}
	columns = append(columns, column{"energy (J)", a.Energy}, column{"time (s)", a.Time})
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := "epoch\t"
	any := false
	for _, c := range columns {
		if len(c.x) > 0 {
			line, any = line+c.head+"\t", true
		}
	}
	if !any {
		return
	}
	fmt.Fprintln(t, line)
	for i, e := range a.Epochs {
		line := fmt.Sprintf("%g\t", e)
		for _, c := range columns {
			if len(c.x) > 0 {
				line += digits(c.x[i]) + "\t"
			}
		}
		fmt.Fprintln(t, line)
	}
	_ = t.Flush() // w is a bufio.Writer, which remembers its error
	fmt.Fprintln(w)
}

func unit(u string) string {
	if u == "" {
		return ""
	}
	return " (" + u + ")"
}

// joules prints an energy in J and kWh, unless it is not known.
func joules(w io.Writer, name string, j float64, bounds string) {
	if !math.IsNaN(j) {
		fmt.Fprintf(w, "%s\t%s J\t%s%s\n", name, digits(j), energy.KWh(j), bounds)
	}
}

func seconds(w io.Writer, name string, s float64, bounds string) {
	if !math.IsNaN(s) {
		fmt.Fprintf(w, "%s\t%s s\t%s%s\n", name, digits(s), energy.Seconds(s), bounds)
	}
}

// digits writes six significant digits, without an exponent where that reads well.
func digits(x float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	if err != nil || rounded != 0 && (math.Abs(rounded) < 1e-4 || math.Abs(rounded) >= 1e12) {
		return strconv.FormatFloat(x, 'g', 6, 64)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
