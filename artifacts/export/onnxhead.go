package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"eahas/artifacts"
	"eahas/artifacts/export/onnx"
)

// onnxHead writes a head's model as ONNX.
func onnxHead(s *artifacts.Surrogate, h *artifacts.Head, o Options) ([]File, error) {
	spec := s.Spec()
	names := columnNames(s, h)
	d := describe(h, names, 0, h.Predictor.Outputs())
	columns, err := json.Marshal(names)
	if err != nil {
		return nil, err
	}
	properties := []onnx.Property{
		{Key: "bundle", Value: spec.Name}, {Key: "notice", Value: spec.Notice}, {Key: "target", Value: h.Target},
		{Key: "transform", Value: d.Transform}, {Key: "unit", Value: unit(spec, h.Target)},
		{Key: "representation", Value: d.Representation}, {Key: "columns", Value: string(columns)},
	}
	b, err := onnx.Head(h.Predictor, len(names), o.Double, artifacts.CodeVersion, "the model of "+h.Target, properties)
	if errors.Is(err, ErrUnsupported) {
		err = fmt.Errorf("kind %s: %w", kindOf(h), err)
	}
	if err != nil {
		return nil, err
	}
	return []File{{h.Target + ".onnx", b, d}}, nil
}

// queryFiles writes the whole surrogate as one ONNX graph.
func queryFiles(s *artifacts.Surrogate) ([]File, error) {
	b, err := onnx.Query(s, artifacts.CodeVersion)
	if errors.Is(err, ErrUnsupported) {
		err = fmt.Errorf("%w (the heads are of the %s)", err, kinds(s))
	}
	if err != nil {
		return nil, err
	}
	return []File{{"query.onnx", b, &Description{}}}, nil
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
