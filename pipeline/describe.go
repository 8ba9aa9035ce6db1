package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models/knn"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/report"
	"eahas/trial"
)

// datasetInWords says what was read.
func datasetInWords(name string, p *prepared) report.Dataset {
	trials := p.plan.Table.Trials
	d := report.Dataset{Name: name, Trials: len(trials)}
	for _, f := range p.in.Inputs {
		d.Files = append(d.Files, report.File{Name: f.Path, Bytes: f.Bytes, SHA256: f.SHA256})
	}
	for i := range trials {
		t := &trials[i]
		d.Cut += yes(t.Ended == trial.EndCut)
		d.WithCurve += yes(len(t.Curve.Epochs) > 0)
		d.WithEnergy += yes(!math.IsNaN(t.TrainEnergy.Mean) || !math.IsNaN(t.TrainEnergy.Total))
		d.WithTime += yes(!math.IsNaN(t.TrainTime.Mean) || !math.IsNaN(t.TrainTime.Total))
	}
	d.Groups = configurations(trials)
	for _, name := range p.plan.Table.Own.Names() {
		d.WithOwn = append(d.WithOwn, report.Count{What: string(name),
			Count: len(p.plan.Table.Labelled(name, p.plan.Table.All()))})
	}
	d.Rejected = countReasons(p.rejected)
	for _, n := range p.in.Notes {
		d.Notes = append(d.Notes, report.Count{What: n.Kind, Count: n.N})
	}
	if n := shorter(p.plan.Table); n > 0 {
		d.Notes = append(d.Notes, report.Count{Count: n,
			What: "run ends before the longest one, and the log does not say whether it was cut (`planned` or " +
				"`ended` would)"})
	}
	if p.in.Filtered > 0 {
		d.Notes = append(d.Notes, report.Count{What: "rows that `where` filtered out", Count: int(p.in.Filtered)})
	}
	if p.in.Joined > 0 {
		d.Notes = append(d.Notes, report.Count{What: "trials joined from several files", Count: p.in.Joined})
	}
	d.Notes = append(d.Notes, samples(len(p.plan.Table.Trials))...)
	return d
}

// configurations counts those of the trials, repeats once.
func configurations(trials []trial.Trial) int {
	groups := map[string]bool{}
	for i := range trials {
		groups[trials[i].Group] = true
	}
	return len(groups)
}

// samples says which parts of a run see a sample of very many trials.
func samples(trials int) []report.Count {
	var out []report.Count
	if use := experiment.HeldOut(trials); use < trials {
		out = append(out, report.Count{Count: use,
			What: "held-out trials, evenly chosen, that are predicted and scored"})
	}
	if use := experiment.Calibrating(trials); use < trials {
		out = append(out, report.Count{Count: use,
			What: "held-out trials, evenly chosen, that intervals are made from"})
	}
	if trials > knn.DefaultMaxRows {
		out = append(out, report.Count{Count: knn.DefaultMaxRows, What: "configurations at most that nearest " +
			"neighbours are looked for among (the trivial nearest run: 2,000)"})
	}
	return out
}

// shorter counts the runs that end before the longest one where the length is learnt and the log says of
// none how it ended, as successive halving leaves them.
func shorter(t *dataset.Table) int {
	if t.Epochs.Length != artifacts.LengthHead {
		return 0
	}
	longest, n := math.Inf(-1), 0
	for i := range t.Trials {
		if t.Trials[i].Ended != trial.EndUnknown {
			return 0
		}
		longest = max(longest, t.Trials[i].Length)
	}
	for i := range t.Trials {
		n += yes(t.Trials[i].Length < longest)
	}
	return n
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// countReasons counts rejections by column and reason, the most frequent first.
func countReasons(rejected []trial.Rejection) []report.Count {
	at := map[string]int{}
	var out []report.Count
	for _, j := range rejected {
		what := j.Reason
		if j.Column != "" {
			what = j.Column + ": " + what
		}
		k, ok := at[what]
		if !ok {
			k = len(out)
			at[what] = k
			out = append(out, report.Count{What: what})
		}
		out[k].Count++
	}
	slices.SortStableFunc(out, func(a, b report.Count) int { return b.Count - a.Count })
	return out
}

// spaceInWords summarises the space.
func spaceInWords(d *dataset.Table, known []report.SpaceAxis) report.Space {
	sp := report.Space{Columns: d.X.P()}
	for i := range d.Space.Params {
		p := &d.Space.Params[i]
		kind := string(p.Kind)
		if p.Asked() {
			kind += ", known before training: asked for"
		}
		sp.Axes = append(sp.Axes, report.SpaceAxis{Name: p.Name, Kind: kind, Values: axisValues(p),
			Unit: p.Unit})
	}
	sp.Axes = append(sp.Axes, known...)
	return sp
}

func axisValues(p *features.Param) string {
	num := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	if p.Numeric() {
		t := num(p.Low) + " to " + num(p.High)
		if p.Zero {
			t = "0, or " + t
		}
		if p.Step > 0 {
			t += ", step " + num(p.Step)
		}
		return t + when(p)
	}
	if p.Kind == features.Graph {
		return p.Allowed() + when(p)
	}
	t := ""
	for i, c := range p.Choices {
		if i > 0 {
			t += ", "
		}
		if i == 12 && len(p.Choices) > 14 {
			t += fmt.Sprintf("and %d more", len(p.Choices)-i)
			break
		}
		t += c.String()
	}
	return t + when(p)
}

func when(p *features.Param) string {
	if p.When == nil {
		return ""
	}
	t := "; only for " + p.When.Param + " "
	for i, v := range p.When.In {
		if i > 0 {
			t += " or "
		}
		t += v.String()
	}
	return t
}

// epochName is what the logs call an epoch where they agree on another word, such as step; else "".
func epochName(logs []trial.Mapping) string {
	name := ""
	for i, m := range logs {
		column := ""
		if m.Curve != nil {
			column = m.Curve.Epochs.Column
		}
		if i > 0 && column != name {
			return ""
		}
		name = column
	}
	if strings.HasPrefix(strings.ToLower(name), "epoch") {
		return ""
	}
	return name
}

// spansDecades reports whether the values of the curves are all above 0 and the largest is more than 100 times the
// smallest: then all plots of curves have a logarithmic axis.
func spansDecades(trials []trial.Trial) bool {
	low, high := math.Inf(1), 0.0
	for i := range trials {
		for _, y := range trials[i].Curve.Values {
			low, high = min(low, y), max(high, y)
		}
	}
	return low > 0 && high > 100*low
}
