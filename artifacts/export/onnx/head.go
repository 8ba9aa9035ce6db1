package onnx

import (
	"fmt"

	"eahas/models"
	"eahas/models/gbdt"
	"eahas/models/linear"
	"eahas/models/mlp"
)

// Names of a head's graph.
const (
	HeadInput  = "X" // batch x p
	HeadOutput = "Y" // batch x k
)

// Head returns the content of a file that holds one head's model: from encoded rows of p columns (NaN = missing) to its
// k outputs, both float, or both double with double set. Trees are in the precision of the rows, nets and linear models
// always compute in double. The error wraps ErrUnsupported for models of another kind and, without double, for trees
// with category sets.
func Head(p models.Predictor, columns int, double bool, version, doc string, properties []Property) ([]byte, error) {
	g := newGraph()
	kind := float32s
	if double {
		kind = float64s
	}
	x, err := g.input(HeadInput, kind, "encoded rows; NaN is missing", "batch", columns)
	if err != nil {
		return nil, err
	}
	var y value
	if c, ok := p.(*gbdt.Compiled); ok && !double {
		m, err := single(c)
		if err != nil {
			return nil, err
		}
		if y, err = g.trees32(x, m); err != nil {
			return nil, err
		}
	} else {
		if y, err = g.predictor(g.cast(x, float64s), p); err != nil {
			return nil, err
		}
		y = g.cast(y, kind)
	}
	if err := g.output(HeadOutput, y, kind, "the model's outputs, before any transform", "batch",
		p.Outputs()); err != nil {
		return nil, err
	}
	return g.encode("eahas", version, doc, properties), nil
}

// predictor adds a model in double precision: x is n x p, the result n x k.
func (g *graph) predictor(x value, p models.Predictor) (value, error) {
	switch p := p.(type) {
	case *gbdt.Compiled:
		m, err := single(p)
		if err != nil {
			return "", err
		}
		return g.trees64(x, m), nil
	case *mlp.Model:
		return g.net(x, p), nil
	case *linear.Model:
		return g.linear(x, p), nil
	}
	return "", fmt.Errorf("onnx: %w: a model of the type %T; trees, nets and linear models can be written",
		ErrUnsupported, p)
}

func single(c *gbdt.Compiled) (*gbdt.Model, error) {
	if n := len(c.Models()); n != 1 {
		return nil, fmt.Errorf("onnx: %w: %d models of trees compiled together", ErrUnsupported, n)
	}
	return c.Models()[0], nil
}
