package artifacts

import (
	"encoding"
	"fmt"

	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/gbdt"
	"eahas/models/gp"
	"eahas/models/grid"
	"eahas/models/knn"
	"eahas/models/linear"
	"eahas/models/local"
	"eahas/models/mlp"
	"eahas/models/neighbors"
	"eahas/models/parametric"
	"eahas/models/ranks"
	"eahas/models/stack"
	"eahas/models/svd"
	"eahas/models/twopart"
)

// The codec knows every frozen type by a kind, a short word that stands in the manifest. A new model gets one line in
// each of the two lists below and a section in FORMAT.md.

// predictorKinds lists the predictors. The kind is the file's format, so a kind is never given to another layout.
var predictorKinds = []kind[models.Predictor]{
	kindOf[models.Predictor]("gbdt", gbdt.DecodeCompiled),
	kindOf[models.Predictor]("gp", gp.Decode),
	kindOf[models.Predictor]("knn", knn.Decode),
	kindOf[models.Predictor]("linear", linear.Decode),
	kindOf[models.Predictor]("local", local.Decode),
	kindOf[models.Predictor]("mlp", mlp.Decode),
	kindOf[models.Predictor]("neighbors", neighbors.Decode),
	kindOf[models.Predictor]("stack", stack.Decode),
	kindOf[models.Predictor]("twopart", twopart.Decode),
}

// representationKinds lists the representations.
var representationKinds = []kind[models.Representation]{
	kindOf[models.Representation]("bezier", bezier.Decode),
	kindOf[models.Representation]("grid", grid.Decode),
	kindOf[models.Representation]("parametric", parametric.Decode),
	kindOf[models.Representation]("ranks", ranks.Decode),
	kindOf[models.Representation]("svd", svd.Decode),
}

// kind joins a word with a type that writes and reads itself.
type kind[T any] struct {
	name   string
	is     func(T) bool
	decode func([]byte) (T, error)
}

// kindOf describes the concrete type C, which implements T and encoding.BinaryAppender.
func kindOf[T, C any](name string, decode func([]byte) (C, error)) kind[T] {
	return kind[T]{
		name: name,
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

// encodeAs finds v's kind and its bytes.
func encodeAs[T any](kinds []kind[T], v T) (string, []byte, error) {
	for _, k := range kinds {
		if !k.is(v) {
			continue
		}
		a, ok := any(v).(encoding.BinaryAppender)
		if !ok {
			return "", nil, fmt.Errorf("%w: %T does not write itself", ErrKind, v)
		}
		b, err := a.AppendBinary(nil)
		return k.name, b, err
	}
	return "", nil, fmt.Errorf("%w: %T", ErrKind, v)
}

// decodeAs reads the bytes of a kind.
func decodeAs[T any](kinds []kind[T], name string, b []byte) (T, error) {
	for _, k := range kinds {
		if k.name == name {
			return k.decode(b)
		}
	}
	var none T
	return none, fmt.Errorf("%w: %q", ErrKind, name)
}
