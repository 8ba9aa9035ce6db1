package onnx

import (
	"fmt"
	"math"

	"eahas/artifacts"
)

// run is the epochs of each configuration's run. Without a known length only accepted is set.
type run struct {
	accepted value // bool, batch x 1
	last     value // double, batch x 1: number of the last epoch
	epochs   value // double, batch x points: the epochs' numbers, the last one repeated to the end
	real     value // bool, batch x points: false behind the run's last epoch
	points   any   // int, or a text when it depends on the batch
}

// run lays out the epochs first, first+step, ... and the last one, for the longest run that there can be. When the
// length is predicted, for the longest of the batch.
func (g *graph) run(s *artifacts.Surrogate, axes map[string]*axis, accepted value, row value) (run, error) {
	rule := s.Spec().Epochs
	r := run{accepted: accepted}
	longest := 0.0 // number of the last epoch; 0 when unknown
	switch rule.Length {
	case artifacts.LengthNone:
		return r, nil
	case artifacts.LengthFixed:
		r.last, longest = g.where(accepted, g.number(rule.Last), g.number(rule.Last)), rule.Last
	case artifacts.LengthAxis:
		a := axes[rule.Axis]
		trained, most, err := g.lengths(a)
		if err != nil {
			return r, fmt.Errorf("onnx: epochs from axis %q: %w", rule.Axis, err)
		}
		r.last, longest = g.sub(trained, g.number(rule.Offset)), most-rule.Offset
		r.accepted = g.op("And", g.op("And", accepted, g.op("Not", g.op("Or", a.missing, g.op("Not", a.active)))),
			g.op("GreaterOrEqual", r.last, g.number(rule.First)))
	case artifacts.LengthHead:
		h := s.Head(artifacts.Length)
		v, err := g.cost(h, row)
		if err != nil {
			return r, err
		}
		steps := g.op("Max", g.op("Round", g.div(g.sub(v, g.number(rule.First)), g.number(rule.Step))), g.number(0))
		r.last = g.add(g.number(rule.First), g.mul(steps, g.number(rule.Step)))
	}
	r.last = g.where(r.accepted, r.last, g.number(rule.First)) // refused rows must not decide about lengths
	before := g.op("Ceil", g.div(g.sub(r.last, g.number(rule.First)), g.number(rule.Step)))
	index, err := g.index(&r, rule, longest, before)
	if err != nil {
		return r, err
	}
	grid := g.add(g.number(rule.First), g.mul(index, g.number(rule.Step)))
	r.epochs = g.where(g.op("Less", index, before), grid, r.last)
	r.real = g.op("And", r.accepted, g.op("LessOrEqual", index, before))
	return r, nil
}

// index gives 0, 1, 2 ... as 1 x points.
func (g *graph) index(r *run, rule artifacts.EpochRule, longest float64, before value) (value, error) {
	if rule.Length != artifacts.LengthHead {
		n := math.Ceil((longest-rule.First)/rule.Step) + 1
		if !(n >= 1 && n <= artifacts.MaxPoints) {
			return "", fmt.Errorf("onnx: %w: curves of %g epochs", ErrUnsupported, n)
		}
		numbers := make([]float64, int(n))
		for i := range numbers {
			numbers[i] = float64(i)
		}
		r.points = len(numbers)
		return g.row(numbers...), nil
	}
	r.points = "epochs"
	most := g.with("ReduceMax", []attribute{{"keepdims", int64(0)}}, before)
	most = g.op("Min", g.add(most, g.number(1)), g.number(artifacts.MaxPoints))
	return g.op("Unsqueeze", g.op("Range", g.number(0), most, g.number(1)), g.ints(0)), nil
}

// lengths returns the epochs trained by an axis' value, and the most of them.
func (g *graph) lengths(a *axis) (value, float64, error) {
	p := a.param
	if p.Numeric() {
		return a.number, p.High, nil
	}
	numbers, most := make([]float64, len(p.Choices)), math.Inf(-1)
	for i, c := range p.Choices {
		x, ok := c.ReadFloat()
		if !ok {
			return "", 0, fmt.Errorf("%w: the choice %q is not a number", ErrUnsupported, c)
		}
		numbers[i], most = x, max(most, x)
	}
	return g.op("MatMul", a.hot, g.matrix(len(numbers), 1, numbers)), most, nil
}
