package export

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/artifacts/export/internal/ensemble"
	"eahas/artifacts/export/lightgbm"
	"eahas/artifacts/export/xgboost"
	"eahas/models/gbdt"
)

// Format names what a surrogate is written as.
type Format string

// The formats.
const (
	LightGBM    Format = "lightgbm"     // LightGBM text, version v4; one file per output
	LightGBM3   Format = "lightgbm-v3"  // the same as version v3, for older readers
	XGBoostJSON Format = "xgboost-json" // XGBoost JSON; one file per target
	XGBoostUBJ  Format = "xgboost-ubj"  // XGBoost UBJSON; one file per target
	ONNX        Format = "onnx"         // ONNX; one file per target, from encoded rows to the model's outputs
	ONNXQuery   Format = "onnx-query"   // ONNX; one file, from a configuration to curve, energy and time
)

// Formats lists all formats.
func Formats() []Format {
	return []Format{LightGBM, LightGBM3, XGBoostJSON, XGBoostUBJ, ONNX, ONNXQuery}
}

// The errors of this package.
var (
	// ErrFormat is returned for a format that is not in Formats.
	ErrFormat = errors.New("unknown format")
	// ErrUnsupported is returned when the format has no word for the surrogate's models; the text names the kind.
	ErrUnsupported = ensemble.ErrUnsupported
)

// Options are the choices that a format leaves open.
type Options struct {
	VectorLeaves bool // XGBoost: keep trees with one value per output as they are; needs XGBoost 3.2 to read
	Double       bool // ONNX: trees in double precision, as the operator TreeEnsemble of ai.onnx.ml 5; needs ONNX Runtime 1.20
}

// File is one file to be written. Description is nil for the index itself.
type File struct {
	Name        string
	Data        []byte
	Description *Description
}

// Files returns what a format consists of: the models' files, and last an index (see Index) that says what they hold.
func Files(s *artifacts.Surrogate, f Format, o Options) ([]File, error) {
	if !slices.Contains(Formats(), f) {
		return nil, fmt.Errorf("export: %w: %q; there are %s", ErrFormat, f, formatList())
	}
	var files []File
	var err error
	if f == ONNXQuery {
		files, err = queryFiles(s)
	} else {
		files, err = headFiles(s, f, o)
	}
	if err != nil {
		return nil, fmt.Errorf("export: %s: %w", f, err)
	}
	index, err := newIndex(s, f, files).encode()
	if err != nil {
		return nil, err
	}
	return append(files, File{Name: IndexName, Data: index}), nil
}

func formatList() string {
	var words []string
	for _, f := range Formats() {
		words = append(words, string(f))
	}
	return strings.Join(words, ", ")
}

// headFiles writes each head's model.
func headFiles(s *artifacts.Surrogate, f Format, o Options) ([]File, error) {
	var files []File
	for _, h := range s.Heads() {
		names := columnNames(s, &h)
		var more []File
		var err error
		if f == ONNX {
			more, err = onnxHead(s, &h, o)
		} else {
			more, err = treeHead(&h, names, f, o)
		}
		if err != nil {
			return nil, fmt.Errorf("head %s: %w", h.Target, err)
		}
		files = append(files, more...)
	}
	return files, nil
}

// treeHead writes a head of trees in a format that knows nothing else.
func treeHead(h *artifacts.Head, names []string, f Format, o Options) ([]File, error) {
	c, ok := h.Predictor.(*gbdt.Compiled)
	if !ok || len(c.Models()) != 1 {
		return nil, fmt.Errorf("%w: it is of kind %s, and %s holds trees alone", ErrUnsupported, kindOf(h), f)
	}
	m := c.Models()[0]
	if f == XGBoostJSON || f == XGBoostUBJ {
		x := xgboost.Model{Names: names, Trees: m, Vector: o.VectorLeaves && ensemble.Vectors(m) && m.Outputs() > 1}
		write, suffix := x.JSON, ".json"
		if f == XGBoostUBJ {
			write, suffix = x.UBJSON, ".ubj"
		}
		b, err := write()
		if err != nil {
			return nil, err
		}
		return []File{{h.Target + suffix, b, describe(h, xgboost.Names(names), 0, m.Outputs())}}, nil
	}
	var files []File
	for k := range m.Outputs() {
		l := lightgbm.Model{Version: lightgbm.V4, Names: names, Trees: m, Output: k}
		if f == LightGBM3 {
			l.Version = lightgbm.V3
		}
		b, err := l.Bytes()
		if err != nil {
			return nil, err
		}
		name := h.Target + ".txt"
		if m.Outputs() > 1 {
			name = fmt.Sprintf("%s.%d.txt", h.Target, k)
		}
		files = append(files, File{name, b, describe(h, lightgbm.Names(names), k, 1)})
	}
	return files, nil
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
