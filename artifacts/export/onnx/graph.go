package onnx

import (
	"fmt"
	"math"
	"strconv"
)

// value names a tensor inside a graph.
type value string

// graph grows node by node; the methods return the value that they compute.
type graph struct {
	nodes, constants, inputs, outputs [][]byte
	known                             map[string]value // constants by content
	values                            int
	ml                                uint64 // version of ai.onnx.ml that is needed
	names                             map[string]bool
	sources                           map[string]value // axes that are columns of an input (see Instance); else nil
}

const (
	opset     = 17 // of the standard operators
	irVersion = 10 // of the file; ONNX 1.16
	mlDomain  = "ai.onnx.ml"
)

func newGraph() *graph {
	return &graph{known: map[string]value{}, names: map[string]bool{}, ml: 3}
}

// fresh makes a name that no axis has: they are refused when they begin like this.
func (g *graph) fresh() value {
	g.values++
	return value(internal + strconv.Itoa(g.values))
}

const internal = "//"

// input declares an input. ErrName (wrapped) when the name is taken or looks like an internal one.
func (g *graph) input(name string, kind elem, doc string, shape ...any) (value, error) {
	if v, ok := g.sources[name]; ok {
		return v, nil
	}
	if err := g.claim(name); err != nil {
		return "", err
	}
	g.inputs = append(g.inputs, valueInfo(name, kind, doc, shape...))
	return value(name), nil
}

// output declares v as an output under a name.
func (g *graph) output(name string, v value, kind elem, doc string, shape ...any) error {
	if err := g.claim(name); err != nil {
		return err
	}
	g.emit("Identity", "", []value{v}, value(name))
	g.outputs = append(g.outputs, valueInfo(name, kind, doc, shape...))
	return nil
}

func (g *graph) claim(name string) error {
	if name == "" || g.names[name] || len(name) >= 2 && name[:2] == internal {
		return fmt.Errorf("%w: %q is taken, empty or begins with %q", ErrName, name, internal)
	}
	g.names[name] = true
	return nil
}

func (g *graph) emit(op, domain string, in []value, out value, attributes ...attribute) {
	var b []byte
	for _, v := range in {
		b = text(b, 1, string(v))
	}
	b = text(text(text(b, 2, string(out)), 3, "n"+strconv.Itoa(len(g.nodes))), 4, op)
	for _, a := range attributes {
		b = message(b, 5, a.encode())
	}
	if domain != "" {
		b = text(b, 7, domain)
	}
	g.nodes = append(g.nodes, b)
}

// op adds a standard operator without attributes.
func (g *graph) op(name string, in ...value) value { return g.with(name, nil, in...) }

// with adds a standard operator.
func (g *graph) with(name string, attributes []attribute, in ...value) value {
	out := g.fresh()
	g.emit(name, "", in, out, attributes...)
	return out
}

// mlOp adds an operator of ai.onnx.ml.
func (g *graph) mlOp(name string, attributes []attribute, in ...value) value {
	out := g.fresh()
	g.emit(name, mlDomain, in, out, attributes...)
	return out
}

// constant adds a tensor; equal ones are added once.
func (g *graph) constant(t tensor) value {
	key := fmt.Sprint(t.kind, t.shape, t.texts) + string(t.raw)
	if v, ok := g.known[key]; ok {
		return v
	}
	v := g.fresh()
	g.constants = append(g.constants, t.encode(string(v)))
	g.known[key] = v
	return v
}

// number is a scalar double.
func (g *graph) number(x float64) value { return g.constant(float64Tensor(nil, x)) }

// row is a 1 x n double tensor.
func (g *graph) row(xs ...float64) value {
	return g.constant(float64Tensor([]int64{1, int64(len(xs))}, xs...))
}

// ints is a vector of integers.
func (g *graph) ints(xs ...int64) value {
	return g.constant(int64Tensor([]int64{int64(len(xs))}, xs...))
}

func (g *graph) nan() value { return g.number(math.NaN()) }

func (g *graph) add(a, b value) value { return g.op("Add", a, b) }
func (g *graph) sub(a, b value) value { return g.op("Sub", a, b) }
func (g *graph) mul(a, b value) value { return g.op("Mul", a, b) }
func (g *graph) div(a, b value) value { return g.op("Div", a, b) }

// where is a where c holds, else b.
func (g *graph) where(c, a, b value) value { return g.op("Where", c, a, b) }

// bound keeps v within low..high.
func (g *graph) bound(v value, low, high float64) value {
	return g.op("Min", g.op("Max", v, g.number(low)), g.number(high))
}

func (g *graph) cast(v value, to elem) value {
	return g.with("Cast", []attribute{{"to", int64(to)}}, v)
}

func (g *graph) concat(vs ...value) value {
	if len(vs) == 1 {
		return vs[0]
	}
	return g.with("Concat", []attribute{{"axis", int64(1)}}, vs...)
}

// columns takes columns of an n x p tensor.
func (g *graph) columns(v value, cs ...int64) value {
	return g.with("Gather", []attribute{{"axis", int64(1)}}, v, g.ints(cs...))
}

// reduce applies ReduceMax, ReduceMin or another reduction of opset 13 along axis 1, which stays with length 1.
func (g *graph) reduce(op string, v value) value {
	return g.with(op, []attribute{{"axes", []int64{1}}, {"keepdims", int64(1)}}, v)
}

// Property is one entry of a model's metadata.
type Property struct{ Key, Value string }

// encode gives the file's bytes.
func (g *graph) encode(name, version, doc string, properties []Property) []byte {
	var b []byte
	for _, n := range g.nodes {
		b = message(b, 1, n)
	}
	b = text(b, 2, "graph")
	for _, c := range g.constants {
		b = message(b, 5, c)
	}
	for _, v := range g.inputs {
		b = message(b, 11, v)
	}
	for _, v := range g.outputs {
		b = message(b, 12, v)
	}
	m := varint(nil, 1, irVersion)
	m = text(text(text(m, 2, name), 3, version), 6, doc)
	m = message(m, 7, b)
	m = message(m, 8, varint(text(nil, 1, ""), 2, opset))
	m = message(m, 8, varint(text(nil, 1, mlDomain), 2, g.ml))
	for _, p := range properties {
		m = message(m, 14, text(text(nil, 1, p.Key), 2, p.Value))
	}
	return m
}
