package export

import (
	"encoding/json"
	"fmt"
	"strings"

	"eahas/artifacts"
	"eahas/artifacts/export/internal/ensemble"
	"eahas/artifacts/export/lightgbm"
	"eahas/artifacts/export/onnx"
	"eahas/artifacts/export/xgboost"
	"eahas/models/gbdt"
)

// headFiles writes one head's model; names are the columns that it sees, in its order.
type headFiles func(s *artifacts.Surrogate, h *artifacts.Head, names []string, o Options) ([]File, error)

// perHead makes the files of a format that holds each head's model by itself.
func perHead(write headFiles) func(*artifacts.Surrogate, Options) ([]File, error) {
	return func(s *artifacts.Surrogate, o Options) ([]File, error) {
		var files []File
		for _, h := range s.Heads() {
			more, err := write(s, &h, columnNames(s, &h), o)
			if err != nil {
				return nil, fmt.Errorf("head %s: %w", h.Target, err)
			}
			files = append(files, more...)
		}
		return files, nil
	}
}

// treesOf returns the trees of a head that is nothing else.
func treesOf(h *artifacts.Head) (*gbdt.Model, error) {
	c, ok := h.Predictor.(*gbdt.Compiled)
	if !ok || len(c.Models()) != 1 {
		return nil, fmt.Errorf("%w: it is no model of trees", ErrUnsupported)
	}
	return c.Models()[0], nil
}

func lightGBM(version lightgbm.Version) headFiles {
	return func(_ *artifacts.Surrogate, h *artifacts.Head, names []string, _ Options) ([]File, error) {
		m, err := treesOf(h)
		if err != nil {
			return nil, err
		}
		var files []File
		for k := range m.Outputs() {
			l := lightgbm.Model{Version: version, Names: names, Trees: m, Output: k}
			b, err := l.Bytes()
			if err != nil {
				return nil, err
			}
			name := string(h.Target) + ".txt"
			if m.Outputs() > 1 {
				name = fmt.Sprintf("%s.%d.txt", h.Target, k)
			}
			files = append(files, File{name, b, describe(h, lightgbm.Names(names), k, 1)})
		}
		return files, nil
	}
}

func xgBoost(suffix string, write func(xgboost.Model) ([]byte, error)) headFiles {
	return func(_ *artifacts.Surrogate, h *artifacts.Head, names []string, o Options) ([]File, error) {
		m, err := treesOf(h)
		if err != nil {
			return nil, err
		}
		b, err := write(xgboost.Model{Names: names, Trees: m,
			Vector: o.VectorLeaves && ensemble.Vectors(m) && m.Outputs() > 1})
		if err != nil {
			return nil, err
		}
		return []File{{string(h.Target) + suffix, b, describe(h, xgboost.Names(names), 0, m.Outputs())}}, nil
	}
}

func onnxHead(s *artifacts.Surrogate, h *artifacts.Head, names []string, o Options) ([]File, error) {
	spec := s.Spec()
	d := describe(h, names, 0, h.Predictor.Outputs())
	columns, err := json.Marshal(names)
	if err != nil {
		return nil, err
	}
	properties := []onnx.Property{
		{Key: "bundle", Value: spec.Name}, {Key: "notice", Value: spec.Notice},
		{Key: "target", Value: string(h.Target)},
		{Key: "transform", Value: d.Transform}, {Key: "unit", Value: unit(spec, h.Target)},
		{Key: "representation", Value: d.Representation}, {Key: "columns", Value: string(columns)},
	}
	b, err := onnx.Head(h.Predictor, len(names), o.Double, artifacts.CodeVersion, "the model of "+string(h.Target),
		properties)
	if err != nil {
		return nil, err
	}
	return []File{{string(h.Target) + ".onnx", b, d}}, nil
}

// kindOf names a predictor's kind as bundles do.
func kindOf(h *artifacts.Head) string {
	f, err := h.Freeze()
	if err != nil {
		return fmt.Sprintf("%T", h.Predictor)
	}
	return f.PredictorKind
}

// columnNames returns the names of the columns that the head's model sees, in its order.
func columnNames(s *artifacts.Surrogate, h *artifacts.Head) []string {
	columns := s.Spec().Encoder.Columns()
	var names []string
	if h.Columns == nil {
		for _, c := range columns {
			names = append(names, c.Name)
		}
		return names
	}
	for _, c := range h.Columns {
		names = append(names, columns[c].Name)
	}
	return names
}

// kinds lists the kinds of the heads' models.
func kinds(s *artifacts.Surrogate) string {
	var words []string
	for _, h := range s.Heads() {
		word := "kind " + kindOf(&h)
		if h.Representation != nil {
			word += " for " + representationOf(&h)
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
