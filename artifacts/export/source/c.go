package source

import (
	_ "embed"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models/bezier"
	"eahas/models/gbdt"
	"eahas/trial/target"
)

//go:embed math_c.txt
var mathC string

//go:embed runtime_c.txt
var runtimeC string

// order is the position of each target in the header's table of heads.
var order = target.Modelled()

// C returns the C99 header of s. Compiled without contraction (-ffp-contract=off) its answers are those of Query on
// x86-64 with fused multiply-add (all but the oldest), bit for bit: it brings exp, log10 and log1p as Go has them
// there. On other processors Go's own differ in the last digits. The error wraps ErrUnsupported as that of Go.
func C(s *artifacts.Surrogate) ([]byte, error) {
	spec := s.Spec()
	if err := unsupported(&spec.Space); err != nil {
		return nil, err
	}
	w := &writer{}
	w.line("/* Written by eahas source. Compile with -ffp-contract=off and link libm. */")
	if spec.Synthetic {
		w.line("/* SYNTHETIC: the surrogate was trained on simulated logs. */")
	}
	w.line("#ifndef EAHAS_SURROGATE_H\n#define EAHAS_SURROGATE_H\n#include <math.h>\n#include <stdint.h>\n#include " +
		"<stddef.h>\n#include <string.h>")
	w.line("#define EAHAS_AXES %d\n#define EAHAS_COLUMNS %d", len(spec.Space.Params),
		max(1, len(spec.Encoder.Columns())))
	for i, t := range order {
		w.line("#define EAHAS_%s %d", strings.ToUpper(string(t)), i)
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
	w.line("struct eahas_head { int outputs, clipped, log; double low, high; long trees; const int32_t *columns; " +
		"const double *base; const int32_t *sigmoid, *target, *first, *leaf; const struct eahas_node *nodes; const " +
		"double *values; };")
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
	for _, t := range order {
		w.headC(t, s.Head(t))
	}
	w.line("};")
	w.b.WriteString(mathC)
	w.b.WriteString(runtimeC)
	return w.b.Bytes(), nil
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
				in = append(in, code(&s.Params[parent], v))
			}
		}
		scale := p.Scale()
		w.line("{%d, %d, %s, %s, %d, %d, %d},", scale.OneHot, bit(scale.Log), numberC(scale.Low), numberC(scale.Span),
			parent, from, len(in)-from)
	}
	w.line("};\nstatic const double eahas_in[] = {%s};", joinC(append(in, 0)))
}

func (w *writer) epochsC(spec artifacts.Spec, warp float64) error {
	r := spec.Epochs
	axis, values, err := lengthOf(spec)
	if err != nil {
		return err
	}
	step := r.Step
	if r.Length == artifacts.LengthNone {
		step = 1
	}
	w.line("#define EAHAS_RUNS %d\n#define EAHAS_LENGTH_VALUES %d", bit(r.Length != artifacts.LengthNone),
		bit(values != nil))
	w.line("static const double eahas_first = %s, eahas_step = %s, eahas_offset = %s, eahas_fixed_last = %s, "+
		"eahas_warp = %s;",
		numberC(r.First), numberC(step), numberC(r.Offset), numberC(r.Last), numberC(warp))
	w.line("static const int eahas_length_axis = %d;\nstatic const double eahas_length_values[] = {%s};", axis,
		joinC(append(values, 0)))
	return nil
}

// treesC writes the tables of one head.
func (w *writer) treesC(h artifacts.Head, m *gbdt.Model) error {
	var base []float64
	var sigmoid, target, first, leaf []int
	for k := range m.Outputs() {
		base, sigmoid = append(base, m.Base(k)), append(sigmoid, bit(m.Link(k) == gbdt.Sigmoid))
	}
	nodes, leaves := 0, 0
	for _, t := range m.Trees() {
		target, first, leaf = append(target, t.Output), append(first, nodes), append(leaf, leaves)
		nodes, leaves = nodes+len(t.Nodes), leaves+len(t.Values)
	}
	w.line("static const double eahas_base_%s[] = {%s};", h.Target, joinC(base))
	for name, list := range sorted(map[string][]int{"columns": h.Columns, "sigmoid": sigmoid,
		"target": append(target, 0), "first": append(first, nodes), "leaf": append(leaf, 0)}) {
		if list != nil {
			w.line("static const int32_t eahas_%s_%s[] = {%s};", name, h.Target, join(list))
		}
	}
	w.line("static const struct eahas_node eahas_nodes_%s[] = {", h.Target)
	for _, t := range m.Trees() {
		for _, n := range t.Nodes {
			if n.Kind != gbdt.Threshold {
				return fmt.Errorf("%w: head %s splits by sets of categories", ErrUnsupported, h.Target)
			}
			fmt.Fprintf(&w.b, "{%s,%d,%d,%d,%d},", numberC(n.Threshold), n.Column, bit(n.MissingLeft), n.Left, n.Right)
		}
		w.line("")
	}
	w.line("{0,0,0,0,0}};\nstatic const double eahas_values_%s[] = {", h.Target)
	for _, t := range m.Trees() {
		w.line("%s,", joinC(t.Values))
	}
	w.line("0};")
	return nil
}

// headC writes the head's entry in the table; h is nil where there is none.
func (w *writer) headC(t target.Target, h *artifacts.Head) {
	if h == nil {
		w.line("{0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},")
		return
	}
	clipped, low, high, columns := 0, 0.0, 0.0, "NULL"
	if h.Clip != nil {
		clipped, low, high = 1, h.Clip.Low, h.Clip.High
	}
	if h.Columns != nil {
		columns = "eahas_columns_" + string(t)
	}
	w.line("{%d, %d, %d, %s, %s, %d, %s, eahas_base_%[8]s, eahas_sigmoid_%[8]s, eahas_target_%[8]s, "+
		"eahas_first_%[8]s, eahas_leaf_%[8]s, eahas_nodes_%[8]s, eahas_values_%[8]s},",
		h.Predictor.Outputs(), clipped, bit(h.Transform == artifacts.Log), numberC(low), numberC(high),
		len(h.Predictor.(*gbdt.Compiled).Models()[0].Trees()), columns, t)
}

// sorted ranges over a map by its keys.
func sorted(m map[string][]int) func(func(string, []int) bool) {
	return func(yield func(string, []int) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

func bit(v bool) int {
	if v {
		return 1
	}
	return 0
}

// numberC writes x so that a C compiler reads the same double.
func numberC(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "INFINITY"
	case math.IsInf(x, -1):
		return "-INFINITY"
	}
	t := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(t, ".e") {
		t += ".0"
	}
	return t
}

func joinC(xs []float64) string {
	words := make([]string, len(xs))
	for i, x := range xs {
		words[i] = numberC(x)
	}
	return strings.Join(words, ", ")
}

// quoteC writes a C string: printable ASCII as it is, every other byte as three octal digits.
func quoteC(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '?' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "\\%03o", c)
	}
	b.WriteByte('"')
	return b.String()
}
