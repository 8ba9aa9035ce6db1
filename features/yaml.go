package features

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
)

// WriteYAML writes the space as YAML that a person edits, each axis under a comment that says what was observed (no
// comment without an entry in seen; seen may be nil). Every line begins with indent, so that the text can stand under
// a key of a larger file. Decoded strictly, it gives the space again.
func WriteYAML(w io.Writer, s Space, seen []Observed, indent string) error {
	b := bufio.NewWriter(w)
	y := yamlWriter{b, indent}
	y.line("name: %s", quote(s.Name))
	if s.Derived != "" {
		y.line("derived: %s  # params, flops, acts and stages follow from the axes", quote(s.Derived))
	}
	if s.DerivedColumns {
		y.line("derived_columns: true  # and are inputs of the models")
	}
	y.regNet(s.RegNet)
	if len(s.Constraints) > 0 {
		y.line("constraints:")
		for _, c := range s.Constraints {
			y.line("  - {quantity: %s, low: %s, high: %s}", quote(c.Quantity), fmtNum(c.Low), fmtNum(c.High))
		}
	}
	if len(s.Known) > 0 {
		y.line("known:")
	}
	for _, k := range s.Known {
		y.known(k)
	}
	for _, o := range seen {
		if o.Dropped {
			y.line("# left out: %s (%s)", oneLine(o.Name), oneLine(o.Reason))
		}
	}
	y.line("params:")
	for i := range s.Params {
		y.param(&s.Params[i], seen)
	}
	return b.Flush()
}

type yamlWriter struct {
	w      *bufio.Writer
	indent string
}

func (y *yamlWriter) line(format string, args ...any) {
	y.w.WriteString(y.indent)
	fmt.Fprintf(y.w, format, args...)
	y.w.WriteByte('\n')
}

func (y *yamlWriter) param(p *Param, seen []Observed) {
	for _, o := range seen {
		if o.Name == p.Name {
			y.line("  # %s", o.comment())
		}
	}
	y.line("  - name: %s", quote(p.Name))
	y.line("    kind: %s", quote(string(p.Kind)))
	if p.Kind == Graph {
		y.graph(p.Graph)
	} else if p.Numeric() {
		y.line("    low: %s", fmtNum(p.Low))
		y.line("    high: %s", fmtNum(p.High))
		if p.Step != 0 {
			y.line("    step: %s", fmtNum(p.Step))
		}
	} else {
		y.line("    choices: %s", valueList(p.Choices))
	}
	if len(p.Weights) > 0 {
		y.line("    weights: %s", valueList(numbers(p.Weights...)))
	}
	if p.Zero {
		y.line("    zero: true # 0 is a value of its own, below low")
	}
	if p.Log {
		y.line("    log: true")
	}
	if p.When != nil {
		y.line("    when: {param: %s, in: %s}", quote(p.When.Param), valueList(p.When.In))
	}
	if p.Optional {
		y.line("    optional: true")
	}
	if p.Known != "" {
		y.line("    known: %s # the same for all runs of a configuration: known before training. A query must say "+
			"it, and no search can draw it;", quote(p.Known))
		y.line("    # better is a formula of the axes in its place: known: [{name: %s, formula: ..., column: ...}]",
			oneLine(p.Name))
	}
	if p.Unit != "" {
		y.line("    unit: %s", quote(p.Unit))
	}
	if p.Doc != "" {
		y.line("    doc: %s", quote(p.Doc))
	}
}

func (y *yamlWriter) known(k Known) {
	y.line("  - name: %s", quote(k.Name))
	for _, kv := range [...][2]string{{"formula", k.Formula}, {"unit", k.Unit}, {"column", k.Column},
		{"scale", k.Scale}, {"doc", k.Doc}} {
		if kv[1] != "" {
			y.line("    %s: %s", kv[0], quote(kv[1]))
		}
	}
	y.line("    low: %s", fmtNum(k.Low))
	y.line("    high: %s", fmtNum(k.High))
}

func (y *yamlWriter) regNet(r *RegNetSpec) {
	if r == nil {
		return
	}
	y.line("regnet:")
	d := r.withDefaults()
	for _, kv := range [...][2]string{{"depth", d.Depth}, {"w0", d.W0}, {"wa", d.WA}, {"wm", d.WM},
		{"group_w", d.GroupW}, {"stem", d.Stem}} {
		y.line("  %s: %s", kv[0], quote(kv[1]))
	}
	y.line("  stem_width: %d", d.StemWidth)
	y.line("  image_size: %d", d.ImageSize)
	y.line("  classes: %d", d.Classes)
	y.line("  se_ratio: %s", fmtNum(d.SERatio))
}

// comment describes what was seen, on one line.
func (o *Observed) comment() string {
	t := fmt.Sprintf("%d distinct values in %d trials", o.Distinct, o.Seen)
	if !math.IsNaN(o.Low) {
		t += fmt.Sprintf(", numbers from %s to %s", fmtNum(o.Low), fmtNum(o.High))
	}
	if o.Missing > 0 {
		t += fmt.Sprintf(", missing in %d", o.Missing)
	}
	return oneLine(t + "; " + o.Reason)
}

// valueList prints values as a YAML flow list.
func valueList(vs []Value) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, v := range vs {
		if i > 0 {
			b.WriteString(", ")
		}
		switch s, isText := v.Str(); {
		case isText:
			b.WriteString(quote(s))
		case v.IsMissing():
			b.WriteString("null")
		default:
			b.WriteString(yamlNumber(v.num))
		}
	}
	b.WriteByte(']')
	return b.String()
}

// oneLine keeps a comment on one line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
