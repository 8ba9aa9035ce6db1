package onnx

import (
	"fmt"
	"math"

	"eahas/features"
)

// maxDepth bounds the blocks of a network inside a graph.
const maxDepth = 512

// network is what features.RegNetSpec derives, for each row of the batch.
type network struct {
	valid               value // bool, batch x 1: the five numbers give a network
	stages, possible    value // double, batch x 1
	params, flops, acts value // double, batch x 1
	// double, batch x depth: stage from 0, width, 1 for blocks of the network, 1 for a stage's first
	stageOf, width, inside, begins value
}

// network generates a RegNet and counts it, as features.RegNetParams.Generate and features.RegNetSpec.Complexity do,
// block by block.
func (g *graph) network(s *features.Space, axes map[string]*axis) (*network, error) {
	spec := s.ResolvedRegNet()
	get := func(name string) value { return axes[name].number }
	depth, w0, wa, wm, group := g.op("Round", get(spec.Depth)), g.op("Round", get(spec.W0)), get(spec.WA), get(spec.WM),
		g.op("Round", get(spec.GroupW))
	most, err := g.blocks(axes[spec.Depth])
	if err != nil {
		return nil, err
	}
	n := &network{}
	index := make([]float64, most)
	for j := range index {
		index[j] = float64(j)
	}
	j, one := g.row(index...), g.number(1)
	n.inside = g.double(g.op("Less", j, depth))
	// Levels and widths (Radosavovic et al. 2020, equations 2 to 4); runs of equal width are stages.
	grown, steepest := limits(axes[spec.W0], axes[spec.WA], most), limit(axes[spec.WM], math.Max)
	level := g.op("Round", g.div(g.ln(g.div(g.add(w0, g.mul(wa, j)), w0), grown), g.ln(wm, steepest)))
	levels := math.Log(grown)/math.Log(limit(axes[spec.WM], math.Min)) + 2
	raw := g.mul(g.op("Round", g.div(g.mul(w0, g.power(wm, level, bits(levels))), g.number(8))), g.number(8))
	n.begins = g.mul(n.inside, g.double(g.op("Not", g.op("Equal", raw, g.before(raw, g.number(0), w0, most)))))
	n.stageOf = g.sub(g.op("CumSum", n.begins, g.constant(int64Tensor(nil, 1))), one)
	n.stages = g.total(n.begins)
	last := g.double(g.op("Equal", j, g.sub(depth, one)))
	n.possible = g.add(g.total(g.mul(level, last)), one)
	// Group widths and widths that fit each other.
	fit := g.op("Min", group, raw)
	n.width = g.op("Max", fit, g.mul(fit, g.op("Round", g.div(raw, fit))))
	eighths := g.div(w0, g.number(8))
	n.valid = g.op("And", g.op("Equal", eighths, g.op("Round", eighths)),
		g.op("LessOrEqual", n.stages, g.number(features.MaxStages)))
	g.count(n, &spec, fit, last, w0, most)
	return n, nil
}

// limit returns the greatest (math.Max) or least (math.Min) number of an axis, or a little beyond, as values may lie.
func limit(a *axis, of func(x, y float64) float64) float64 {
	x := of(a.param.Low, a.param.High)
	if !a.param.Numeric() {
		x, _ = a.param.Choices[0].ReadFloat()
		for _, c := range a.param.Choices {
			v, _ := c.ReadFloat()
			x = of(x, v)
		}
	}
	return of(x*(1-1e-5), x*(1+1e-5))
}

// limits returns how many times wider than the first block another can be before the widths are put on levels.
func limits(w0, wa *axis, blocks int) float64 {
	return 1 + limit(wa, math.Max)*float64(blocks)/limit(w0, math.Min)
}

// bits returns how many binary digits the whole numbers up to x have, at most 31.
func bits(x float64) int {
	n := 1
	for x >= 2 && n < 31 {
		x, n = x/2, n+1
	}
	return n
}

// double turns a bool into 0 and 1.
func (g *graph) double(v value) value { return g.cast(v, float64s) }

// total sums along axis 1.
func (g *graph) total(v value) value { return g.op("ReduceSum", v, g.ints(1)) }

// before shifts v (batch x n) by one column to the right; the first column is first, in the shape of like (batch x 1).
func (g *graph) before(v, first, like value, n int) value {
	column := g.add(g.mul(like, g.number(0)), first)
	if n == 1 {
		return column
	}
	index := make([]int64, n-1)
	for i := range index {
		index[i] = int64(i)
	}
	return g.concat(column, g.columns(v, index...))
}

// blocks returns the greatest depth that the axis allows.
func (g *graph) blocks(a *axis) (int, error) {
	most := a.param.High
	for _, c := range a.param.Choices {
		x, _ := c.ReadFloat()
		most = max(most, x)
	}
	if !(most >= 1 && most <= maxDepth) {
		return 0, fmt.Errorf("onnx: %w: networks of %g blocks, at most %d", ErrUnsupported, most, maxDepth)
	}
	return int(math.Round(most)), nil
}

// count adds up parameters, multiply-adds and activations. Per block: in a stage's first a 1x1 shortcut of stride 2;
// 1x1; grouped 3x3, of stride 2 in a stage's first; squeeze-excitation; 1x1. Every convolution has 2 parameters a
// channel for its normalisation.
func (g *graph) count(n *network, spec *features.RegNetSpec, fit, last, like value, most int) {
	side := float64(spec.ImageSize)
	if spec.Stem == "simple" {
		side = math.Floor((side-1)/2) + 1
	}
	stem, area := float64(spec.StemWidth), side*side
	params, flops, acts := 27*stem+2*stem, 27*stem*area, stem*area // of the stem, a 3x3 convolution from 3 channels
	areas := make([]float64, features.MaxStages+1)                 // before the first stage, and after each
	for k := range areas {
		areas[k] = side * side
		side = math.Floor((side-1)/2) + 1
	}
	table := g.constant(float64Tensor([]int64{int64(len(areas))}, areas...))
	at := func(v value) value { return g.op("Gather", table, g.cast(g.bound(v, 0, features.MaxStages), int64s)) }
	out, in := n.width, g.before(n.width, g.number(stem), like, most)
	after := at(g.add(n.stageOf, g.number(1)))
	ahead := g.where(g.op("Greater", n.begins, g.number(0.5)), at(n.stageOf), after)
	inOut, square, two := g.mul(in, out), g.mul(out, out), g.number(2)
	grouped := g.mul(g.number(9), g.mul(out, fit)) // 9 out out / groups, and groups = out / fit
	blockParams := g.sum(g.mul(n.begins, g.add(inOut, g.mul(two, out))), inOut, grouped, square,
		g.mul(g.number(6), out))
	blockFLOPs := g.sum(g.mul(g.mul(n.begins, inOut), after), g.mul(inOut, ahead), g.mul(grouped, after),
		g.mul(square, after))
	blockActs := g.sum(g.mul(g.mul(n.begins, out), after), g.mul(out, ahead), g.mul(g.mul(two, out), after))
	if spec.SERatio > 0 {
		middle := g.op("Round", g.mul(in, g.number(spec.SERatio)))
		some := g.double(g.op("Greater", middle, g.number(0)))
		both := g.mul(some, g.sum(g.mul(g.mul(two, out), middle), out, middle))
		blockParams, blockFLOPs = g.add(blockParams, both), g.add(blockFLOPs, both)
		blockActs = g.add(blockActs, g.mul(some, g.add(out, middle)))
	}
	classes := float64(spec.Classes)
	head := g.mul(g.total(g.mul(out, last)), g.number(classes))
	whole := func(blocks value, stem, bias float64, head value) value {
		sum := g.add(g.total(g.where(g.op("Greater", n.inside, g.number(0.5)), blocks, g.number(0))),
			g.number(stem+bias))
		if head != "" {
			sum = g.add(sum, head)
		}
		return sum
	}
	n.params, n.flops, n.acts = whole(blockParams, params, classes, head), whole(blockFLOPs, flops, classes, head),
		whole(blockActs, acts, classes, "")
}

// sum adds values from left to right.
func (g *graph) sum(vs ...value) value {
	s := vs[0]
	for _, v := range vs[1:] {
		s = g.add(s, v)
	}
	return s
}

// derived gives the derived columns, scaled to 0..1; stages that a network lacks are NaN.
func (g *graph) derived(n *network, scales []features.DerivedScale) value {
	log10 := func(v value) value { return g.mul(g.op("Log", v), g.number(1/math.Ln10)) }
	raw := []value{log10(n.params), log10(n.flops), log10(n.acts)}
	for k := 0; len(raw) < len(scales); k++ {
		mine := g.mul(n.inside, g.double(g.op("Equal", n.stageOf, g.number(float64(k)))))
		there := g.op("Greater", n.stages, g.number(float64(k)))
		width, depth := g.total(g.mul(g.mul(mine, n.begins), n.width)), g.total(mine)
		raw = append(raw, g.where(there, log10(width), g.nan()), g.where(there, depth, g.nan()))
	}
	for i, s := range scales {
		v := g.div(g.sub(raw[i], g.number(s.Low)), g.number(s.Span))
		v = g.where(g.op("IsNaN", v), v, g.bound(v, 0, 1))
		raw[i] = g.where(n.valid, v, g.nan())
	}
	return g.concat(raw...)
}

// within says which networks meet the space's constraints. Where the number of stages is constrained, all levels of the
// quantisation must have become a stage.
func (g *graph) within(n *network, constraints []features.Constraint) (value, error) {
	ok := n.valid
	for _, c := range constraints {
		v, known := map[string]value{"params": n.params, "flops": n.flops, "acts": n.acts,
			"stages": n.stages}[c.Quantity]
		if !known {
			return "", fmt.Errorf("onnx: %w: a constraint on %q", ErrUnsupported, c.Quantity)
		}
		in := g.op("And", g.op("GreaterOrEqual", v, g.number(c.Low)), g.op("LessOrEqual", v, g.number(c.High)))
		if c.Quantity == "stages" {
			in = g.op("And", in, g.op("Equal", n.possible, n.stages))
		}
		ok = g.op("And", ok, in)
	}
	return ok, nil
}
