package experiment

import (
	"math"
	"slices"
	"strings"

	"eahas/eval"
	"eahas/pipeline/dataset"
	"eahas/trial/target"
)

// Scored is what held-out predictions show. It is a value that nobody changes after Score has made it.
type Scored struct {
	Plan        Plan
	Competitors []Competitor
	Failures    []*Failure // variants that could not be trained, and so are no competitors

	Rows     []eval.Row              // figures with intervals, of the first training seed
	Floor    []eval.Row              // of curves that were encoded and decoded, nothing learnt
	Details  map[string]eval.Details // of the curves, by competitor
	Warnings []string
	Trivial  Trivial // empty where nobody asked for it
	Unseen   Unseen  // likewise

	bySeed map[figure][]float64 // every figure of Rows, one value a training seed; empty with one seed
}

// figure names one figure of a report.
type figure struct {
	variant string
	target  target.Target
	group   string
	metric  string
}

func figureOf(r eval.Row) figure {
	return figure{r.Variant, r.Target, r.Group, r.Metric}
}

// Score makes the figures of all competitors; failed are variants that could not be trained, before are warnings that
// come first.
func Score(p Plan, cs []Competitor, failed []*Failure, before []string) Scored {
	s := Scored{Plan: p, Competitors: cs, Failures: failed, Details: map[string]eval.Details{}}
	w := Warnings{lines: slices.Clone(before)}
	for _, f := range failed {
		w.Add(f.Variant, "could not be trained: "+f.Error())
	}
	for _, c := range cs {
		for _, t := range p.Targets {
			if p.isCurve(t) {
				rows, details := p.curveRows(c.Name, c.first(), t, false, p.options())
				s.Rows = append(s.Rows, rows...)
				if c.first().Floor != nil {
					floor, _ := p.curveRows(c.Name, c.first(), t, true, p.plain())
					s.Floor = append(s.Floor, floor...)
				}
				if t == target.Curve {
					s.Details[c.Name] = details
					w.Add(c.Name, details.Warnings...)
					continue
				}
				for _, text := range details.Warnings {
					w.Add(c.Name, string(t)+": "+text)
				}
				continue
			}
			rows, details := eval.CostRows(c.Name, t, p.costData(c.first(), t, p.GroupBy), p.options())
			p.countFalling(rows, c.first(), t)
			s.Rows = append(s.Rows, rows...)
			for _, text := range details.Warnings {
				w.Add(c.Name, string(t)+": "+text)
			}
		}
	}
	s.Warnings, s.bySeed = w.lines, p.scoreSeeds(cs, s.Rows)
	return s
}

// Has reports whether a target is scored.
func (s Scored) Has(t target.Target) bool { return slices.Contains(s.Plan.Targets, t) }

// Competitor returns the number of the competitor of a name; ok says whether there is one.
func (s Scored) Competitor(name string) (i int, ok bool) {
	i = slices.IndexFunc(s.Competitors, func(c Competitor) bool { return c.Name == name })
	return i, i >= 0
}

// Failure says why a variant could not be trained, or "".
func (s Scored) Failure(name string) string {
	for _, f := range s.Failures {
		if f.Variant == name {
			return f.Error()
		}
	}
	return ""
}

// Noise is the spread between repeats of one configuration among the curves that a competitor predicts; nil without
// repeats.
func (s Scored) Noise() *eval.Noise {
	if !s.Has(target.Curve) {
		return nil
	}
	n := eval.NoiseFloor(s.CurveData(0), s.Plan.Scoring.FromEpoch)
	if n.Configurations == 0 {
		return nil
	}
	return &n
}

// CurveData arranges the held-out curves of competitor i for the metrics.
func (s Scored) CurveData(i int) eval.CurveData {
	out := s.Competitors[i].first()
	return s.Plan.curveData(out, out.Curve)
}

// CostData arranges the held-out costs of competitor i for the metrics, with the rows of the table that they belong to.
func (s Scored) CostData(i int, t target.Target) (eval.CostData, []int) {
	out := s.Competitors[i].first()
	_, rows := out.Labelled(s.Plan.Table, t)
	return s.Plan.costData(out, t, s.Plan.GroupBy), rows
}

// curveRows scores the predictions of a curve, or what its representation alone loses.
func (p Plan) curveRows(name string, out *Predictions, t target.Target, floor bool, o eval.Options) ([]eval.Row,
	eval.Details) {
	out = out.as(t)
	curves := out.Curve
	if floor {
		curves = out.Floor
	}
	rows, details := eval.CurveRows(name, p.as(t).curveData(out, curves), o)
	for i := range rows {
		rows[i].Target = t
	}
	return rows, details
}

// curveData arranges curves for the metrics; curves are those of out: predictions or the representation's floor.
func (p Plan) curveData(out *Predictions, curves [][]float64) eval.CurveData {
	data := eval.CurveData{Low: math.Inf(-1), High: math.Inf(1)}
	if p.Table.Percent() {
		data.Low, data.High = 0, 100
	}
	for k, i := range out.Rows {
		if len(out.Curve[k]) == 0 {
			continue
		}
		one := &p.Table.Trials[i]
		t := eval.CurveTrial{ID: one.ID, Group: p.Table.Part(i, p.GroupBy), Cluster: one.Group,
			Epochs: one.Curve.Epochs, Truth: one.Curve.Values, Pred: curves[k]}
		if p.GroupBy != "" { // else runs of all lengths are one pool
			t.Pool = t.Group
		}
		data.Trials = append(data.Trials, t)
	}
	return data
}

// costData arranges costs for the metrics: the trials that have the label, in the order of the predictions.
func (p Plan) costData(out *Predictions, t target.Target, groupBy string) eval.CostData {
	def := p.definition(t)
	d := eval.CostData{Scale: def.Scale, Low: def.Low, High: def.High}
	places, rows := out.Labelled(p.Table, t)
	for j, i := range rows {
		one := &p.Table.Trials[i]
		d.Truth = append(d.Truth, dataset.Label(t, one))
		d.Pred = append(d.Pred, out.Cost[t][places[j]])
		d.Clusters = append(d.Clusters, one.Group)
		if groupBy != "" {
			d.Groups = append(d.Groups, p.Table.Part(i, groupBy))
		}
	}
	return d
}

// countFalling adds the trials whose predicted cost falls from one epoch to a later one to the impossible ones of
// "all".
func (p Plan) countFalling(rows []eval.Row, out *Predictions, t target.Target) {
	n := 0
	places, _ := out.Labelled(p.Table, t)
	for _, k := range places {
		if out.Falls[k] {
			n++
		}
	}
	for k := range rows {
		if rows[k].Group == eval.GroupAll && rows[k].Metric == eval.MetricImpossible {
			rows[k].Value += float64(n)
		}
	}
}

// Warnings gathers lines about competitors. What holds for several is one line.
type Warnings struct {
	lines []string
	line  map[string]int // by text: where it stands
}

// Add adds what holds for one competitor.
func (w *Warnings) Add(name string, texts ...string) {
	for _, text := range texts {
		if i, same := w.line[text]; same {
			w.lines[i] = strings.TrimSuffix(w.lines[i], ": "+text) + ", " + name + ": " + text
			continue
		}
		if w.line == nil {
			w.line = map[string]int{}
		}
		w.line[text] = len(w.lines)
		w.lines = append(w.lines, name+": "+text)
	}
}

// Lines returns them in the order in which they came.
func (w *Warnings) Lines() []string { return w.lines }
