package stack

import (
	"encoding"
	"fmt"

	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/gbdt"
	"eahas/models/gp"
	"eahas/models/grid"
	"eahas/models/internal/wire"
	"eahas/models/knn"
	"eahas/models/linear"
	"eahas/models/local"
	"eahas/models/mlp"
	"eahas/models/neighbors"
	"eahas/models/parametric"
	"eahas/models/svd"
)

// part joins the word that stands in the bytes with a frozen type that can be a member or a member's representation. The words are those of
// the bundle's manifest. A new model gets a line here.
type part[T any] struct {
	kind   string
	is     func(T) bool
	decode func([]byte) (T, error)
}

var predictors = []part[models.Predictor]{
	partOf[models.Predictor]("gbdt", gbdt.DecodeCompiled),
	partOf[models.Predictor]("gp", gp.Decode),
	partOf[models.Predictor]("knn", knn.Decode),
	partOf[models.Predictor]("linear", linear.Decode),
	partOf[models.Predictor]("local", local.Decode),
	partOf[models.Predictor]("mlp", mlp.Decode),
	partOf[models.Predictor]("neighbors", neighbors.Decode),
}

var representations = []part[models.Representation]{
	partOf[models.Representation]("bezier", bezier.Decode),
	partOf[models.Representation]("grid", grid.Decode),
	partOf[models.Representation]("parametric", parametric.Decode),
	partOf[models.Representation]("svd", svd.Decode),
}

func partOf[T, C any](kind string, decode func([]byte) (C, error)) part[T] {
	return part[T]{
		kind: kind,
		is:   func(v T) bool { _, ok := any(v).(C); return ok },
		decode: func(b []byte) (T, error) {
			c, err := decode(b)
			if err != nil {
				var none T
				return none, err
			}
			return any(c).(T), nil
		},
	}
}

// appendPart appends v as a block with its kind and a block with its bytes.
func appendPart[T any](b []byte, parts []part[T], v T) ([]byte, error) {
	for _, p := range parts {
		a, ok := any(v).(encoding.BinaryAppender)
		if !ok || !p.is(v) {
			continue
		}
		body, err := a.AppendBinary(nil)
		if err != nil {
			return b, err
		}
		return wire.AppendBlock(wire.AppendBlock(b, []byte(p.kind)), body), nil
	}
	return b, fmt.Errorf("%w: %T", ErrPart, v)
}

// readPart reads what appendPart wrote; after a failure it returns the zero T.
func readPart[T any](r *wire.Reader, parts []part[T]) (v T) {
	kind, body := string(r.Block()), r.Block()
	if r.Err() != nil {
		return v
	}
	for _, p := range parts {
		if p.kind == kind {
			got, err := p.decode(body)
			if err != nil {
				r.Fail("%s: %v", kind, err)
				return v
			}
			return got
		}
	}
	r.Fail("unknown part %q", kind)
	return v
}
