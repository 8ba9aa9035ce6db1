package experiment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/eval/importance"
	"eahas/features"
	"eahas/internal/par"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/report"
	"eahas/trial"
	"eahas/trial/target"
)

// Bounds of what an explanation asks, so that it costs seconds for any log: about explainRows x axes x (repeats +
// values) queries.
const (
	explainRows    = 200 // held-out trials
	explainRepeats = 3   // dealings of each axis
	explainValues  = 7   // of an axis
	explainAxes    = 6   // whose dependence is told
	explainDrawn   = 500 // configurations of the space
	explainLogged  = 600 // points of the picture of accuracy and cost, besides those of the front
	explainBest    = 3   // configurations of each kind
)

// ExplainPiece names the stage that explains a variant.
func (p Plan) ExplainPiece(v *recipe.Variant) stage.Piece {
	return stage.Piece{Name: "explain " + v.Name, Parts: []any{p.Key, v, p.Heads, p.GroupBy, p.Seed}}
}

// Explain says which axes matter to a variant, on a fold that it has not seen, what they do, and what a trade of the
// curve's last value and a cost it predicts for configurations that nobody trained; the last is asked of final, the
// variant trained on all trials.
func (p Plan) Explain(ctx context.Context, r stage.Runner, v *recipe.Variant,
	final *artifacts.Surrogate) (*report.Explanation, error) {
	out := new(report.Explanation)
	err := r.Do(ctx, p.ExplainPiece(v), out, func(o models.Options) error {
		heads, err := p.foldHeads(ctx, p, r, v, o)
		if err != nil {
			return err
		}
		held, err := Surrogate(p.Table, heads, nil)
		if err != nil {
			return err
		}
		x := explainer{Plan: p, surrogate: held, rows: p.explainedRows()}
		x.things = p.explained()
		*out = report.Explanation{Variant: v.Name, Rows: len(x.rows), Repeats: explainRepeats, Coverage: p.coverage()}
		if out.Importance, err = x.importance(ctx); err != nil {
			return err
		}
		if out.Dependence, err = x.dependence(ctx, out.Importance); err != nil {
			return err
		}
		p.picture(out, final, x.things)
		return ctx.Err()
	})
	return out, err
}

// explained lists what is explained: the curve's last value, one energy and one time, whole runs before epochs.
func (p Plan) explained() []report.Explained {
	var out []report.Explained
	if slices.Contains(p.Heads, target.Curve) {
		unit := p.Table.Metric.Unit
		if unit == "percent" {
			unit = "%"
		} else if unit == "raw" {
			unit = ""
		}
		out = append(out, report.Explained{Target: target.Curve, Label: "last " + p.Table.Metric.Column, Unit: unit})
	}
	for _, kinds := range [][]target.Target{{target.EnergyTotal, target.EnergyPerEpoch},
		{target.TimeTotal, target.TimePerEpoch}} {
		for _, t := range kinds {
			if p.answered(t) {
				out = append(out, report.Explained{Target: t, Label: t.Label(), Unit: t.Unit(), Log: true})
				break
			}
		}
	}
	return out
}

// answered reports whether trials have labels of a cost that the surrogate can answer.
func (p Plan) answered(t target.Target) bool {
	per := map[target.Target]target.Target{target.EnergyTotal: target.EnergyPerEpoch,
		target.TimeTotal: target.TimePerEpoch}
	if !slices.Contains(p.Heads, t) && !slices.Contains(p.Heads, per[t]) || slices.Contains(p.Constants, t) {
		return false
	}
	return len(p.Table.Labelled(t, p.Table.In(worthFold))) > 0
}

// explainedRows are held-out trials, evenly spread by a random order of the plan's seed.
func (p Plan) explainedRows() []int {
	rows := slices.Clone(p.Table.In(worthFold))
	stream.New(p.Seed, "explain", "rows").Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	rows = rows[:min(len(rows), explainRows)]
	slices.Sort(rows)
	return rows
}

// explainer asks a surrogate about changed trials.
type explainer struct {
	Plan
	surrogate *artifacts.Surrogate
	rows      []int
	things    []report.Explained
}

// truth is what really happened, as R2 compares it; NaN where it is not known.
func truth(x report.Explained, t *trial.Trial) float64 {
	if x.Target == target.Curve {
		if n := len(t.Curve.Values); n > 0 {
			return t.Curve.Values[n-1]
		}
		return math.NaN()
	}
	return math.Log(dataset.Label(x.Target, t))
}

// read takes one thing from an answer, in its unit.
func read(x report.Explained, a *artifacts.Answer) float64 {
	switch x.Target {
	case target.Curve:
		if n := len(a.Curve); n > 0 {
			return a.Curve[n-1]
		}
		return math.NaN()
	case target.EnergyTotal:
		return a.EnergyTotal
	case target.EnergyPerEpoch:
		return a.EnergyPerEpoch
	case target.TimeTotal:
		return a.TimeTotal
	}
	return a.TimePerEpoch
}

// ask fills dst[k][i] with thing k of configuration i, NaN where the surrogate refuses it. Configurations may be nil.
func (x *explainer) ask(ctx context.Context, dst [][]float64, configs []features.Config) error {
	return par.Each(ctx, len(configs), x.Workers, func(_ context.Context, i int) error {
		var a artifacts.Answer
		for k := range x.things {
			dst[k][i] = math.NaN()
		}
		if configs[i] == nil || x.surrogate.QueryInto(&a, configs[i], artifacts.Whole) != nil {
			return nil
		}
		for k, thing := range x.things {
			dst[k][i] = read(thing, &a)
		}
		return nil
	})
}

// with returns a configuration with another value of an axis, or nil where the space forbids it. An axis that is not
// active there stays away.
func (x *explainer) with(c features.Config, axis string, v features.Value) features.Config {
	if c[axis].IsMissing() != v.IsMissing() || v.IsMissing() {
		return nil
	}
	out := features.Config{}
	for name, old := range c {
		out[name] = old
	}
	out[axis] = v
	if x.Table.Space.Check(out) != nil {
		return nil
	}
	return out
}

// importance deals the values of each axis anew among the rows. A row that cannot take the value dealt to it takes the
// next one in the order of the dealing that it can, and else keeps its own. Kept whole: what it prepares is only used
// by the one call of package importance.
func (x *explainer) importance(ctx context.Context) ([]report.TargetImportance, error) {
	space, n := &x.Table.Space, len(x.rows)
	rng := stream.New(x.Seed, "explain", "importance")
	draws := make([][][]int, len(space.Params))
	for j := range draws {
		for range explainRepeats {
			draws[j] = append(draws[j], rng.Perm(n))
		}
	}
	truths := make([][]float64, len(x.things))
	for k, thing := range x.things {
		for _, i := range x.rows {
			truths[k] = append(truths[k], truth(thing, &x.Table.Trials[i]))
		}
	}
	refused := make([]float64, len(space.Params))
	effects, err := importance.Permutation(truths, draws, func(dst [][]float64, axis int, from []int) error {
		configs := make([]features.Config, n)
		for i, row := range x.rows {
			own := x.Table.Trials[row].Config.Config()
			if configs[i] = own; axis == importance.Asked {
				continue
			}
			c, ok := x.dealt(own, space.Params[axis].Name, from, i)
			if configs[i] = c; !ok {
				refused[axis] += 1 / float64(n*explainRepeats)
			}
		}
		if err := x.ask(ctx, dst, configs); err != nil {
			return err
		}
		for k, thing := range x.things {
			for i := range dst[k] {
				if thing.Log {
					dst[k][i] = math.Log(dst[k][i])
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []report.TargetImportance
	for k, thing := range x.things {
		if math.IsNaN(effects[k].Base) {
			continue
		}
		one := report.TargetImportance{Explained: thing, Base: effects[k].Base}
		for j, d := range effects[k].Inputs {
			one.Axes = append(one.Axes, report.AxisImportance{Axis: space.Params[j].Name, Drop: d.Mean, SD: d.SD,
				Refused: refused[j]})
		}
		slices.SortStableFunc(one.Axes, func(a, b report.AxisImportance) int { return cmp.Compare(b.Drop, a.Drop) })
		out = append(out, one)
	}
	return out, nil
}

// dealtTries bounds the search for a value that the space allows.
const dealtTries = 10

// dealt is a row's configuration with the value that was dealt to it; false where it keeps its own.
func (x *explainer) dealt(own features.Config, axis string, from []int, i int) (features.Config, bool) {
	if own[axis].IsMissing() {
		return own, false
	}
	for k := range min(dealtTries, len(from)) {
		donor := x.rows[from[(i+k)%len(from)]]
		if c := x.with(own, axis, x.Table.Trials[donor].Config.Get(axis)); c != nil {
			return c, true
		}
	}
	return own, false
}

// dependence sets every row to a few values of the axes that matter most, for any target.
func (x *explainer) dependence(ctx context.Context, of []report.TargetImportance) ([]report.AxisDependence, error) {
	var out []report.AxisDependence
	for _, name := range foremost(of, explainAxes) {
		axis := x.Table.Space.Param(name)
		if axis.Kind == features.Graph {
			continue // there are no few graphs that stand for all
		}
		d := report.AxisDependence{Axis: name, Unit: axis.Unit, Log: axis.Logarithmic()}
		for _, thing := range x.things {
			d.Targets = append(d.Targets, report.TargetDependence{Explained: thing})
		}
		for _, v := range x.values(axis) {
			configs := make([]features.Config, len(x.rows))
			for i, row := range x.rows {
				configs[i] = x.with(x.Table.Trials[row].Config.Config(), name, v)
			}
			dst := make([][]float64, len(x.things))
			for k := range dst {
				dst[k] = make([]float64, len(configs))
			}
			if err := x.ask(ctx, dst, configs); err != nil {
				return nil, err
			}
			if d.Add(v.String(), dst); axis.Numeric() {
				number, _ := v.Float()
				d.At = append(d.At, number)
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// foremost lists at most n axes: the most important of each target in turn, then the second, while they matter.
func foremost(of []report.TargetImportance, n int) []string {
	var out []string
	for rank := 0; len(out) < n; rank++ {
		more := false
		for _, t := range of {
			if rank < len(t.Axes) && t.Axes[rank].Drop > 0 && len(out) < n {
				more = true
				if name := t.Axes[rank].Axis; !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
		if !more {
			break
		}
	}
	return out
}

// values are a few values of an axis that were logged: quantiles of numbers, or the most frequent choices in the order
// of the space.
func (x *explainer) values(axis *features.Param) []features.Value {
	if !axis.Numeric() {
		seen := map[string]int{}
		for i := range x.Table.Trials {
			seen[x.Table.Trials[i].Config.Get(axis.Name).String()]++
		}
		choices := slices.DeleteFunc(slices.Clone(axis.Choices),
			func(v features.Value) bool { return seen[v.String()] == 0 })
		return choices[:min(len(choices), explainValues)]
	}
	var logged []float64
	for i := range x.Table.Trials {
		if v, ok := x.Table.Trials[i].Config.Get(axis.Name).ReadFloat(); ok {
			logged = append(logged, v)
		}
	}
	slices.Sort(logged)
	var out []features.Value
	for k := range explainValues {
		if len(logged) == 0 {
			break
		}
		v := features.Number(logged[k*(len(logged)-1)/(explainValues-1)])
		if len(out) == 0 || !out[len(out)-1].Same(v) {
			out = append(out, v)
		}
	}
	return out
}

// coverage says how much of each axis was logged.
func (p Plan) coverage() []report.AxisCoverage {
	var out []report.AxisCoverage
	for i := range p.Table.Space.Params {
		axis := &p.Table.Space.Params[i]
		one := report.AxisCoverage{Axis: axis.Name, Of: len(axis.Values())}
		tried := map[string]bool{}
		least, most := math.Inf(1), math.Inf(-1)
		for k := range p.Table.Trials {
			v := p.Table.Trials[k].Config.Get(axis.Name) // in canonical form
			if v.IsMissing() {
				continue
			}
			tried[v.String()] = true
			if x, ok := v.ReadFloat(); ok && axis.Numeric() && !(axis.Zero && x == 0) {
				least, most = min(least, x), max(most, x)
			}
		}
		if one.Tried = len(tried); axis.Numeric() && most >= least {
			one.Range = fmt.Sprintf("%.4g to %.4g", least, most)
			low, high := axis.Low, axis.High
			if axis.Kind == features.Log || axis.Log {
				least, most, low, high = math.Log(least), math.Log(most), math.Log(low), math.Log(high)
			}
			if one.Share = 1; high > low {
				one.Share = min(1, (most-least)/(high-low))
			}
		} else if one.Of > 0 {
			one.Share = float64(one.Tried) / float64(one.Of)
		}
		out = append(out, one)
	}
	return out
}
