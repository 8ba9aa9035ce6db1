package experiment

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/report"
	"eahas/trial/target"
)

// picture adds the trade of the curve's last value and the first cost, the best configurations, and how much of the
// space lies within the training data.
func (p Plan) picture(out *report.Explanation, final *artifacts.Surrogate, things []report.Explained) {
	configs, inside := p.drawn(out, final)
	value := slices.IndexFunc(things, func(x report.Explained) bool { return x.Target == target.Curve })
	cost := slices.IndexFunc(things, func(x report.Explained) bool { return x.Target != target.Curve })
	if value < 0 || cost < 0 {
		return
	}
	f := &report.Front{Cost: things[cost], Value: things[value]}
	var logged []report.Found
	for i := range p.Table.Trials {
		t := &p.Table.Trials[i]
		y, x := truth(f.Value, t), math.Exp(truth(f.Cost, t))
		if !math.IsNaN(y) && !math.IsNaN(x) {
			f.Logged = append(f.Logged, report.FrontPoint{ID: t.ID, Cost: x, Value: y})
			logged = append(logged, report.Found{Config: p.asked(t.Config.Config()), Cost: x, Value: y})
		}
	}
	var predicted []report.Found
	for i, c := range configs {
		y, x := read(f.Value, &inside[i]), read(f.Cost, &inside[i])
		if !math.IsNaN(y) && !math.IsNaN(x) {
			text := p.asked(c)
			f.Predicted = append(f.Predicted, report.FrontPoint{ID: text, Cost: x, Value: y})
			predicted = append(predicted, report.Found{Config: text, Cost: x, Value: y, Predicted: true})
		}
	}
	p.markFront(f.Logged)
	p.markFront(f.Predicted)
	f.Logged = thinned(f.Logged)
	out.Front, out.Best = f, slices.Concat(p.best(logged), p.best(predicted))
}

// drawn draws configurations from the space and keeps those that lie within the training data, with their answers.
func (p Plan) drawn(out *report.Explanation, final *artifacts.Surrogate) (configs []features.Config,
	answers []artifacts.Answer) {
	rng := stream.New(p.Seed, "explain", "space")
	sampler := p.Table.Space.NewSampler()
	for range explainDrawn {
		c, err := sampler.Sample(rng)
		if err != nil {
			break // the space's constraints leave nothing to draw
		}
		a, err := final.Query(c)
		if out.Drawn++; err != nil || a.Extrapolates {
			continue
		}
		out.Inside++
		configs, answers = append(configs, c), append(answers, *a)
	}
	return configs, answers
}

// markFront marks the points that no other beats in both, and sorts by cost.
func (p Plan) markFront(points []report.FrontPoint) {
	slices.SortStableFunc(points, func(a, b report.FrontPoint) int { return cmp.Compare(a.Cost, b.Cost) })
	var xs, ys []float64
	for _, one := range points {
		xs, ys = append(xs, one.Cost), append(ys, p.loss(one.Value))
	}
	for _, i := range eval.Front(xs, ys) {
		points[i].Front = true
	}
}

// loss turns a value of the metric so that less is better.
func (p Plan) loss(value float64) float64 {
	if p.Table.Metric.HigherIsBetter {
		return -value
	}
	return value
}

// thinned keeps the front and evenly many of the others.
func thinned(points []report.FrontPoint) []report.FrontPoint {
	every := (len(points) + explainLogged - 1) / explainLogged
	var out []report.FrontPoint
	for i, one := range points {
		if one.Front || i%max(1, every) == 0 {
			out = append(out, one)
		}
	}
	return out
}

// best are the configurations with the best last values; of equal ones the cheapest first.
func (p Plan) best(found []report.Found) []report.Found {
	slices.SortStableFunc(found, func(a, b report.Found) int {
		return cmp.Or(cmp.Compare(p.loss(a.Value), p.loss(b.Value)), cmp.Compare(a.Cost, b.Cost))
	})
	return found[:min(explainBest, len(found))]
}

// asked writes a configuration as arguments of a query.
func (p Plan) asked(c features.Config) string {
	c = p.Table.Space.Canonical(c)
	var args []string
	for _, axis := range p.Table.Space.Params {
		if v := c[axis.Name]; !v.IsMissing() {
			args = append(args, axis.Name+"="+v.String())
		}
	}
	return strings.Join(args, " ")
}
