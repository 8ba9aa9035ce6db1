package features

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"

	"eahas/features/graph"
)

// readGraph reads a value of an axis of graphs, or says why it is none.
func (p *Param) readGraph(v Value) (g graph.Graph, why string) {
	text, ok := v.Str()
	if !ok {
		return nil, "a number is no graph; allowed is " + p.graphText()
	}
	g, err := p.Graph.Read(text)
	var bad *graph.Error
	if errors.As(err, &bad) {
		return nil, "not a graph of this axis: " + bad.Reason
	}
	return g, ""
}

// graphText says what an axis of graphs allows.
func (p *Param) graphText() string {
	s := p.Graph
	t := fmt.Sprintf("a graph of form %s, up to %d vertices, operations %s", s.Form, s.Vertices,
		strings.Join(s.Operations, ", "))
	if s.Edges > 0 {
		t += fmt.Sprintf(", up to %d edges", s.Edges)
	}
	return t
}

// validateGraph looks at an axis of graphs.
func (p *Param) validateGraph() string {
	switch {
	case p.Graph == nil:
		return "kind graph needs graph: {form, operations, vertices}"
	case len(p.Choices) > 0 || len(p.Weights) > 0 || p.Low != 0 || p.High != 0 || p.Step != 0 || p.Log || p.Zero:
		return "kind graph takes graph, not choices, weights, low, high, step, log or zero"
	}
	return p.Graph.Validate()
}

// inferGraph makes an axis of graphs where all values are texts that are written like one. why says what speaks against
// it where they are, and yet make no axis.
func (p *Param) inferGraph(values []Value) (ok bool, why string) {
	texts := make([]string, len(values))
	for i, v := range values {
		text, isText := v.Str()
		if !isText || !graph.Looks(text) {
			return false, ""
		}
		texts[i] = text
	}
	spec, why := graph.Infer(texts)
	if why != "" {
		return false, "graphs, but " + why
	}
	p.Kind, p.Graph = Graph, &spec
	return true, ""
}

// sampleGraph draws a graph; missing where the axis has none that is found.
func (p *Param) sampleGraph(rng *rand.Rand) Value {
	g, ok := p.Graph.Sample(rng)
	if !ok {
		return Value{}
	}
	return Text(p.Graph.Text(g))
}

// graphColumns writes the columns of a graph; NaN for a missing one.
func (a *axis) graphColumns(dst []float64, v Value) error {
	if v.IsMissing() {
		for i := range dst {
			dst[i] = math.NaN()
		}
		return nil
	}
	g, why := a.param.readGraph(v)
	if why != "" {
		return &OutOfSpaceError{Axis: a.param.Name, Value: v, Reason: why}
	}
	a.graph.Encode(dst, g)
	return nil
}

// SeeGraphs returns the space in which every axis of graphs says how it is encoded, and one that is encoded by paths
// and lists none has those of the configurations. What is no graph of its axis is left out. Only configurations are
// looked at, never what they led to.
func (s Space) SeeGraphs(configs iter.Seq[Config]) Space {
	params := make([]Param, len(s.Params))
	for i := range params {
		params[i] = s.Params[i]
		p := &params[i]
		if p.Kind != Graph || p.Graph == nil {
			continue
		}
		spec := *p.Graph
		spec.Complete()
		p.Graph = &spec
		if len(spec.Paths) > 0 || !spec.Encodes(graph.EncodePaths) {
			continue
		}
		var seen []graph.Graph
		for c := range configs {
			if v := c[p.Name]; !v.IsMissing() {
				if g, why := p.readGraph(v); why == "" {
					seen = append(seen, g)
				}
			}
		}
		spec.Paths = spec.SeenPaths(seen)
	}
	s.Params = params
	return s
}
