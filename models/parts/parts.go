package parts

import (
	"encoding"
	"errors"
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
	"eahas/models/mean"
	"eahas/models/mlp"
	"eahas/models/neighbors"
	"eahas/models/parametric"
	"eahas/models/ranks"
	"eahas/models/svd"
)

// ErrKind is returned for a type or a word that the list does not name: a model that was not frozen, for example.
var ErrKind = errors.New("unknown kind of model")

// Predictors lists the predictors that are no composites.
var Predictors = []Kind[models.Predictor]{
	Of[models.Predictor]("gbdt", gbdt.DecodeCompiled),
	Of[models.Predictor]("gp", gp.Decode),
	Of[models.Predictor]("knn", knn.Decode),
	Of[models.Predictor]("linear", linear.Decode),
	Of[models.Predictor]("local", local.Decode),
	Of[models.Predictor]("mean", mean.Decode),
	Of[models.Predictor]("mlp", mlp.Decode),
	Of[models.Predictor]("neighbors", neighbors.Decode),
}

// Representations lists the representations.
var Representations = []Kind[models.Representation]{
	Of[models.Representation]("bezier", bezier.Decode),
	Of[models.Representation]("grid", grid.Decode),
	Of[models.Representation]("parametric", parametric.Decode),
	Of[models.Representation]("ranks", ranks.Decode),
	Of[models.Representation]("svd", svd.Decode),
}

// Kind joins a word with a type that implements T, writes itself (encoding.BinaryAppender) and can be read.
type Kind[T any] struct {
	word   string
	is     func(T) bool
	decode func([]byte) (T, error)
}

// Of describes the concrete type C, which must implement T.
func Of[T, C any](word string, decode func([]byte) (C, error)) Kind[T] {
	return Kind[T]{
		word: word,
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

// Word returns the kind's word.
func (k Kind[T]) Word() string { return k.word }

// WordOf returns the word of v's kind, empty for a type that the list does not name.
func WordOf[T any](kinds []Kind[T], v T) string {
	for _, k := range kinds {
		if k.is(v) {
			return k.word
		}
	}
	return ""
}

// Encode finds v's kind and gives its word and its bytes; ErrKind (wrapped) for a type that the list does not name.
func Encode[T any](kinds []Kind[T], v T) (word string, b []byte, err error) {
	for _, k := range kinds {
		if a, ok := any(v).(encoding.BinaryAppender); ok && k.is(v) {
			b, err = a.AppendBinary(nil)
			return k.word, b, err
		}
	}
	return "", nil, fmt.Errorf("%w: %T", ErrKind, v)
}

// Decode reads the bytes of a kind; ErrKind (wrapped) for a word that the list does not name.
func Decode[T any](kinds []Kind[T], word string, b []byte) (T, error) {
	for _, k := range kinds {
		if k.word == word {
			return k.decode(b)
		}
	}
	var none T
	return none, fmt.Errorf("%w: %q", ErrKind, word)
}

// Append appends v as a block with its word and a block with its bytes (each a uint32 length, little-endian, and that
// many bytes).
func Append[T any](b []byte, kinds []Kind[T], v T) ([]byte, error) {
	word, body, err := Encode(kinds, v)
	if err != nil {
		return b, err
	}
	return wire.AppendBlock(wire.AppendBlock(b, []byte(word)), body), nil
}

// Read reads what Append wrote. A failure is kept in r; the result is then the zero T.
func Read[T any](r *wire.Reader, kinds []Kind[T]) (v T) {
	word, body := string(r.Block()), r.Block()
	if r.Err() != nil {
		return v
	}
	got, err := Decode(kinds, word, body)
	if err != nil {
		r.Fail("%s: %v", word, err)
		return v
	}
	return got
}

// Freeze returns p's serving form: that of a models.Freezer, else p itself.
func Freeze(p models.Predictor) (models.Predictor, error) {
	if f, ok := p.(models.Freezer); ok {
		return f.Freeze()
	}
	return p, nil
}
