package onnx

import (
	"fmt"
	"math"
	"slices"

	"eahas/features"
)

// axis is one axis inside the graph. All values are batch x something.
type axis struct {
	param   *features.Param
	missing value // bool, batch x 1
	inside  value // bool, batch x 1: the value, which is not missing, is allowed
	active  value // bool, batch x 1
	number  value // double, batch x 1: numeric axes and choices of numbers; on the grid where there is one
	hot     value // double, batch x choices: 1 for the value, else 0; empty for ranges
}

// axes declares one input an axis and returns the axes by name.
func (g *graph) axes(s *features.Space) (map[string]*axis, error) {
	axes := make(map[string]*axis, len(s.Params))
	for i := range s.Params {
		p := &s.Params[i]
		if p.Kind == features.Graph {
			return nil, fmt.Errorf("onnx: %w: axis %q is of graphs, which ONNX has no words for; the format onnx "+
				"takes their encoded columns", ErrUnsupported, p.Name)
		}
		if s.Param(p.Name) != p {
			return nil, fmt.Errorf("onnx: %w: two axes are called %q", ErrName, p.Name)
		}
		a := &axis{param: p}
		axes[p.Name] = a
		if err := g.declare(a); err != nil {
			return nil, fmt.Errorf("onnx: axis %q: %w", p.Name, err)
		}
	}
	for i := range s.Params {
		g.activate(axes[s.Params[i].Name], axes)
	}
	return axes, nil
}

// Textual reports whether the axis' input is a tensor of texts: when one of its choices is a text. Other inputs are
// float.
func Textual(p *features.Param) bool {
	return slices.ContainsFunc(p.Choices, func(v features.Value) bool { _, isText := v.Str(); return isText })
}

// declare makes the input and what the value alone tells.
func (g *graph) declare(a *axis) error {
	p := a.param
	doc := p.Doc
	if p.Unit != "" {
		doc += " [" + p.Unit + "]"
	}
	if Textual(p) {
		return g.declareTexts(a, doc)
	}
	in, err := g.input(p.Name, float32s, doc, "batch", 1)
	if err != nil {
		return err
	}
	v := g.cast(in, float64s)
	a.missing = g.op("IsNaN", v)
	if p.Numeric() {
		g.onRange(a, v)
		return nil
	}
	numbers := make([]float64, len(p.Choices))
	for i, c := range p.Choices {
		numbers[i], _ = c.Float()
		for _, other := range numbers[:i] {
			if math.Abs(numbers[i]-other) <= 4*features.RelTolerance*max(math.Abs(numbers[i]), math.Abs(other)) {
				return fmt.Errorf("%w: the choices %v and %v are too near for float inputs", ErrUnsupported, other,
					numbers[i])
			}
		}
	}
	a.hot = g.cast(g.near(v, numbers), float64s)
	a.inside = g.op("Greater", g.reduce("ReduceMax", a.hot), g.number(0.5))
	a.number = g.op("MatMul", a.hot, g.matrix(len(numbers), 1, numbers))
	return nil
}

// near says, for each listed number, whether v is it: batch x numbers, bool.
func (g *graph) near(v value, numbers []float64) value {
	size := make([]float64, len(numbers))
	for i, x := range numbers {
		size[i] = math.Abs(x)
	}
	limit := g.mul(g.op("Max", g.op("Abs", v), g.row(size...)), g.number(features.RelTolerance))
	return g.op("LessOrEqual", g.op("Abs", g.sub(v, g.row(numbers...))), limit)
}

// declareTexts is declare for choices with texts. Numbers among them are written in their shortest form.
func (g *graph) declareTexts(a *axis, doc string) error {
	choices := a.param.Choices
	in, err := g.input(a.param.Name, texts, doc, "batch", 1)
	if err != nil {
		return err
	}
	const gone, unknown = -1, -2
	keys, ids := []string{""}, []int64{gone}
	places := make([]int64, len(choices))
	for i, c := range choices {
		if slices.Contains(keys, c.String()) {
			return fmt.Errorf("%w: the choice %q is empty or there twice as a text", ErrUnsupported, c)
		}
		keys, ids, places[i] = append(keys, c.String()), append(ids, int64(i)), int64(i)
	}
	place := g.mlOp("LabelEncoder", []attribute{{"keys_strings", keys}, {"values_int64s", ids},
		{"default_int64", int64(unknown)}}, in)
	a.missing = g.op("Equal", place, g.ints(gone))
	a.inside = g.op("Greater", place, g.ints(gone))
	a.hot = g.cast(g.op("Equal", place, g.constant(int64Tensor([]int64{1, int64(len(places))}, places...))), float64s)
	return nil
}

// onRange checks a number against the range and moves it onto the grid, which undoes the rounding of float inputs.
func (g *graph) onRange(a *axis, v value) {
	p := a.param
	step := p.Spacing()
	if step == 0 {
		slack := g.mul(g.op("Abs", v), g.number(features.RelTolerance))
		a.inside = g.op("And",
			g.op("GreaterOrEqual", g.add(v, slack), g.number(p.Low)),
			g.op("LessOrEqual", g.sub(v, slack), g.number(p.High)))
		a.number = v
		return
	}
	k := g.div(g.sub(v, g.number(p.Low)), g.number(step))
	nearest := g.op("Round", k)
	onGrid := g.op("LessOrEqual", g.op("Abs", g.sub(k, nearest)), g.number(features.StepTolerance))
	within := g.op("And",
		g.op("GreaterOrEqual", v, g.number(p.Low-features.StepTolerance*step)),
		g.op("LessOrEqual", v, g.number(p.High+features.StepTolerance*step)))
	a.inside = g.op("And", onGrid, within)
	a.number = g.onGrid(p, nearest, v)
}

// maxListed is the longest grid whose numbers are kept as a list.
const maxListed = 10_000

// onGrid gives the grid's number of a place, NaN where v is: as it is written where the grid is not too long, low +
// place*step else, which can differ in the last digit.
func (g *graph) onGrid(p *features.Param, place, v value) value {
	listed := p.Values()
	if len(listed) == 0 || len(listed) > maxListed {
		return g.add(g.number(p.Low), g.mul(place, g.number(p.Spacing())))
	}
	numbers := make([]float64, len(listed))
	for i, x := range listed {
		numbers[i], _ = x.Float()
	}
	gone := g.op("IsNaN", v)
	at := g.bound(g.where(gone, g.number(0), place), 0, float64(len(numbers)-1))
	table := g.constant(float64Tensor([]int64{int64(len(numbers))}, numbers...))
	return g.where(gone, g.nan(), g.op("Gather", table, g.cast(at, int64s)))
}

// activate follows the conditions: an axis is active when it has none, or when the axis that it names is active and has
// one of the values.
func (g *graph) activate(a *axis, axes map[string]*axis) {
	if a.active != "" {
		return
	}
	if a.param.When == nil {
		a.active = g.op("Or", a.missing, g.op("Not", a.missing)) // true, in the batch's shape
		return
	}
	on := axes[a.param.When.Param]
	g.activate(on, axes)
	a.active = g.op("And", g.op("And", on.active, g.op("Not", on.missing)), g.holds(on, a.param.When.In))
	if g.sources != nil && !Textual(a.param) {
		a.missing = g.op("Not", a.active) // such a column has 0 for a missing number
	}
}

// holds says whether the axis has one of the values.
func (g *graph) holds(a *axis, in []features.Value) value {
	if a.hot == "" {
		var numbers []float64
		for _, v := range in {
			if x, ok := v.ReadFloat(); ok {
				numbers = append(numbers, x)
			}
		}
		return g.op("Greater", g.reduce("ReduceMax", g.cast(g.near(a.number, numbers), float64s)), g.number(0.5))
	}
	mask := make([]float64, len(a.param.Choices))
	for i, c := range a.param.Choices {
		if slices.ContainsFunc(in, func(v features.Value) bool { return c.Same(v) }) {
			mask[i] = 1
		}
	}
	return g.op("Greater", g.op("MatMul", a.hot, g.matrix(len(mask), 1, mask)), g.number(0.5))
}

// accepted says which configurations belong to the space, as features.Space.Check does, less its constraints (see
// within).
func (g *graph) accepted(s *features.Space, axes map[string]*axis) value {
	var all value
	for i := range s.Params {
		a := axes[s.Params[i].Name]
		ok := g.op("And", g.op("Not", a.missing), a.inside)
		if a.param.Optional {
			ok = g.op("Or", a.missing, a.inside)
		}
		ok = g.op("Or", g.op("And", a.active, ok), g.op("And", g.op("Not", a.active), a.missing))
		if all == "" {
			all = ok
		} else {
			all = g.op("And", all, ok)
		}
	}
	return all
}

// encoded gives the encoder's rows: batch x columns.
func (g *graph) encoded(s *features.Space, axes map[string]*axis) value {
	var parts []value
	for i := range s.Params {
		a := axes[s.Params[i].Name]
		gone := g.op("Or", a.missing, g.op("Not", a.active))
		parts = append(parts, g.where(gone, g.nan(), g.scaled(a)))
	}
	return g.concat(parts...)
}

// scaled gives the columns of one axis, missing values aside.
func (g *graph) scaled(a *axis) value {
	p := a.param
	scale := p.Scale()
	switch {
	case scale.OneHot > 0:
		return a.hot
	case p.Kind == features.Ordinal:
		table := ordinals(p, scale)
		return g.op("MatMul", a.hot, g.matrix(len(table), 1, table))
	}
	v := a.number
	if scale.Log {
		v = g.mul(g.op("Log", v), g.number(1/math.Ln10))
	}
	const slack = features.ScaleSlack
	x := g.div(g.sub(v, g.number(scale.Low)), g.number(scale.Span))
	x = g.where(g.op("And", g.op("Less", x, g.number(0)), g.op("Greater", x, g.number(-slack))), g.number(0), x)
	return g.where(g.op("And", g.op("Greater", x, g.number(1)), g.op("Less", x, g.number(1+slack))), g.number(1), x)
}

// ordinals gives the encoded value of each choice.
func ordinals(p *features.Param, scale features.Scale) []float64 {
	out := make([]float64, len(p.Choices))
	for i, c := range p.Choices {
		x, _ := c.Float()
		if scale.Ranks {
			x = float64(i)
		}
		out[i] = scale.Of(x)
	}
	return out
}

// choice turns places, counted from 1, into the choices' texts; 0 becomes the empty text.
func (g *graph) choice(place value, choices []features.Value) value {
	keys, names := []int64{0}, []string{""}
	for i, c := range choices {
		keys, names = append(keys, int64(i+1)), append(names, c.String())
	}
	return g.mlOp("LabelEncoder", []attribute{{"keys_int64s", keys}, {"values_strings", names},
		{"default_string", internal}}, g.cast(place, int64s))
}
