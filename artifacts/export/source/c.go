package source

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models/bezier"
	"eahas/models/gbdt"
)

//go:embed runtime_c.txt
var runtimeC string

// order is the position of each target in the header's table of heads.
var order = []string{artifacts.Curve, artifacts.EnergyPerEpoch, artifacts.TimePerEpoch, artifacts.InferenceEnergy, artifacts.EnergyTotal, artifacts.Length}

// C returns the C99 header of s. Compiled without fused multiplication (-ffp-contract=off) its sums are those of Query;
// exp, log10 and log1p are the C library's, which differ from Go's in the last digit. The error wraps ErrUnsupported as
// that of Go.
func C(s *artifacts.Surrogate) ([]byte, error) {
	spec := s.Spec()
	if spec.Space.DerivedColumns {
		return nil, fmt.Errorf("%w: it has columns of derived quantities", ErrUnsupported)
	}
	w := &writer{}
	w.line("/* Written by export source. Compile with -ffp-contract=off and link libm. */")
	if spec.Synthetic {
		w.line("/* SYNTHETIC: the surrogate was trained on simulated logs. */")
	}
	w.line("#ifndef EAHAS_SURROGATE_H\n#define EAHAS_SURROGATE_H\n#include <math.h>\n#include <stdint.h>\n#include <stddef.h>")
	w.line("#define EAHAS_AXES %d\n#define EAHAS_COLUMNS %d", len(spec.Space.Params), max(1, len(spec.Encoder.Columns())))
	for i, target := range order {
		w.line("#define EAHAS_%s %d", strings.ToUpper(target), i)
	}
	degree, warp, width := 1, 0.0, 2
	if h := s.Head(artifacts.Curve); h != nil {
		c, ok := h.Representation.(*bezier.Codec)
		if !ok || c.Parameters() == bezier.Whitened {
			return nil, fmt.Errorf("%w: its curve is no chord or warp Bezier curve", ErrUnsupported)
		}
		degree, warp, width = c.Degree(), c.WarpConstant(), c.Width()
	}
	w.line("#define EAHAS_DEGREE %d\n#define EAHAS_WIDTH %d", degree, max(width, degree+1))
	w.line("struct eahas_axis { int choices, log; double low, span; int parent, in, n_in; };")
	w.line("struct eahas_node { double at; int32_t column, nan_left, left, right; };")
	w.line("struct eahas_head { int outputs, clipped, log; double low, high; long trees; const int32_t *columns; const double *base; const int32_t *sigmoid, *target, *first, *leaf; const struct eahas_node *nodes; const double *values; };")
	w.axesC(&spec.Space)
	if err := w.epochsC(spec, warp); err != nil {
		return nil, err
	}
	for _, h := range s.Heads() {
		c, ok := h.Predictor.(*gbdt.Compiled)
		if !ok || len(c.Models()) != 1 {
			return nil, fmt.Errorf("%w: head %s is no model of boosted trees", ErrUnsupported, h.Target)
		}
		if err := w.treesC(h, c.Models()[0]); err != nil {
			return nil, err
		}
	}
	w.line("static const struct eahas_head eahas_heads[%d] = {", len(order))
	for _, target := range order {
		w.headC(target, s.Head(target))
	}
	w.line("};")
	w.b.WriteString(runtimeC)
	return bytes.ReplaceAll(w.b.Bytes(), []byte("math.Inf(1)"), []byte("INFINITY")), nil
}

func (w *writer) axesC(s *features.Space) {
	w.line("static const char *const eahas_axis_names[EAHAS_AXES] = {")
	for i := range s.Params {
		w.line("%s,", quoteC(s.Params[i].Name))
	}
	w.line("};")
	var in []float64
	w.line("static const struct eahas_axis eahas_axes[EAHAS_AXES] = {")
	for i := range s.Params {
		p := &s.Params[i]
		parent, from := -1, len(in)
		if p.When != nil {
			parent = slices.IndexFunc(s.Params, func(q features.Param) bool { return q.Name == p.When.Param })
			for _, v := range p.When.In {
				in = append(in, code(s, &s.Params[parent], v))
			}
		}
		choices, log, low, span := p.scaled()
		w.line("{%d, %d, %s, %s, %d, %d, %d},", choices, bit(log), numberC(low), numberC(span), parent, from, len(in)-from)
	}
	w.line("};\nstatic const double eahas_in[] = {%s};", joinC(append(in, 0)))
}
