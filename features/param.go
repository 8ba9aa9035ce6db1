package features

import (
	"fmt"
	"math"
	"slices"

	"eahas/features/graph"
)

// Kind says what an axis' values are and by which law they are sampled and scaled.
type Kind string

// The kinds of axes.
const (
	Linear Kind = "linear" // real number in [Low, High], uniform; on the grid Low + k*Step when Step > 0
	Log    Kind = "log"    // positive real number in [Low, High], log-uniform; on the grid Low + k*Step when Step > 0
	// whole number in [Low, High], uniform, or log-uniform with Log; Step is a whole number, 0 means 1
	Integer Kind = "integer"
	Ordinal Kind = "ordinal" // one of Choices, which have an order: increasing numbers, or texts from least to most
	Choice  Kind = "choice"  // one of Choices, without order; encoded one-hot
	Graph   Kind = "graph"   // an architecture as a graph (package graph); its value is the graph's text
)

// Param is one axis of a space.
type Param struct {
	Name string  `yaml:"name" json:"name"`                   // of the axis, as configurations say it
	Kind Kind    `yaml:"kind" json:"kind"`                   // linear, log, integer, ordinal, choice or graph
	Low  float64 `yaml:"low,omitempty" json:"low,omitempty"` // least value, included (numeric kinds)
	// greatest value, included (numeric kinds)
	High float64 `yaml:"high,omitempty" json:"high,omitempty"`
	// distance of neighbouring values; 0 means any value (integers: 1)
	Step float64 `yaml:"step,omitempty" json:"step,omitempty"`
	// integers and numeric ordinals: scale (and integers: sample) by the logarithm
	Log bool `yaml:"log,omitempty" json:"log,omitempty"`
	// kind log: 0 is allowed too, as a value of its own below low. A listed 0 of an ordinal with log needs no zero
	Zero    bool    `yaml:"zero,omitempty" json:"zero,omitempty"`
	Choices []Value `yaml:"choices,omitempty" json:"choices,omitempty"` // allowed values (ordinal, choice)
	// sampling weights of Choices; empty means equal
	Weights []float64   `yaml:"weights,omitempty" json:"weights,omitempty"`
	Graph   *graph.Spec `yaml:"graph,omitempty" json:"graph,omitempty"` // which graphs (graph)
	// the axis exists only then; absent: always
	When     *Condition `yaml:"when,omitempty" json:"when,omitempty"`
	Optional bool       `yaml:"optional,omitempty" json:"optional,omitempty"` // may be missing though active
	// ask: known before training, as parameters are, but given by no formula: a query says it, and nothing draws it
	Known string `yaml:"known,omitempty" json:"known,omitempty"`
	Unit  string `yaml:"unit,omitempty" json:"unit,omitempty"` // free text; nothing is converted
	Doc   string `yaml:"doc,omitempty" json:"doc,omitempty"`   // a sentence about it
}

// Condition makes an axis active only when another axis is active and has one of the values.
type Condition struct {
	Param string  `yaml:"param" json:"param"` // another axis
	In    []Value `yaml:"in" json:"in"`       // its values at which this one exists
}

// StepTolerance is how far, in steps, a value may lie beside its grid point (and beyond the ends of the range), and
// RelTolerance how far, relatively, a number may lie from a listed choice or beyond an end without a grid. Both are
// wide enough for numbers that went through float32.
const (
	StepTolerance = 1e-3
	RelTolerance  = 1e-6
)

// KnownAsk is the word for an axis that is known before training and that a query says.
const KnownAsk = "ask"

// Asked reports whether the axis is no decision: it is known of a configuration before training, follows from it by
// no formula that the space has, and so is asked for. Nothing that draws or searches configurations can choose it.
func (p *Param) Asked() bool { return p.Known == KnownAsk }

// AskedFor returns the first axis that is asked for, or nil.
func (s *Space) AskedFor() *Param {
	for i := range s.Params {
		if s.Params[i].Asked() {
			return &s.Params[i]
		}
	}
	return nil
}

// Numeric reports whether the axis takes numbers from a range (linear, log, integer).
func (p *Param) Numeric() bool { return p.Kind == Linear || p.Kind == Log || p.Kind == Integer }

// maxListed is the most values that Values lists.
const maxListed = 1_000_000

// Values returns the allowed values in order, or nil for an axis with infinitely many (a range without a step), more
// than a million, or graphs.
func (p *Param) Values() []Value {
	if !p.Numeric() {
		return slices.Clone(p.Choices)
	}
	n := p.points()
	if n == 0 || n > maxListed {
		return nil
	}
	out := make([]Value, n)
	for k := range out {
		out[k] = Number(p.gridPoint(k))
	}
	return out
}

// Spacing returns the distance of neighbouring values; 0 means that there is no grid.
func (p *Param) Spacing() float64 {
	if p.Kind == Integer && p.Step == 0 {
		return 1
	}
	return p.Step
}

// points returns how many grid points a numeric axis has; 0 means no grid.
func (p *Param) points() int {
	s := p.Spacing()
	if s <= 0 {
		return 0
	}
	return int(math.Round((p.High-p.Low)/s)) + 1
}

// gridPoint returns Low + k*Step, rounded to twelve significant digits so that 2.5 + 231*0.001 is the number that is
// written 2.731; the ends are exact.
func (p *Param) gridPoint(k int) float64 {
	switch k {
	case 0:
		return p.Low
	case p.points() - 1:
		return p.High
	}
	x := p.Low + float64(k)*p.Spacing()
	if p.Kind == Integer || x == 0 {
		return math.Round(x)
	}
	scale := math.Pow(10, 11-math.Floor(math.Log10(math.Abs(x))))
	if r := math.Round(x*scale) / scale; !math.IsInf(r, 0) && !math.IsNaN(r) {
		return r
	}
	return x
}

// check returns "" when v, which is not missing, is allowed on the axis, else the reason why not.
func (p *Param) check(v Value) string {
	switch {
	case p.Kind == Graph:
		_, why := p.readGraph(v)
		return why
	case !p.Numeric():
		if p.Index(v) < 0 {
			return "not one of " + listValues(p.Choices)
		}
		return ""
	}
	x, ok := v.ReadFloat()
	switch {
	case !ok:
		return fmt.Sprintf("not a number; allowed is %s", p.rangeText())
	case math.IsInf(x, 0):
		return "not finite"
	}
	if x == 0 && p.Zero {
		return ""
	}
	s := p.Spacing()
	slack := StepTolerance * s
	if s == 0 {
		slack = RelTolerance * math.Abs(x)
	}
	if x < p.Low-slack || x > p.High+slack {
		return fmt.Sprintf("outside %s", p.rangeText())
	}
	if s > 0 {
		k := (x - p.Low) / s
		if math.Abs(k-math.Round(k)) > StepTolerance {
			return fmt.Sprintf("not on the grid of step %s from %s", fmtNum(s), fmtNum(p.Low))
		}
	}
	return ""
}

// Index returns the position of v among the choices, or -1. Numbers are equal within RelTolerance; a text that reads
// as a number equals that number, and true is True where only one of them is a choice.
func (p *Param) Index(v Value) int {
	for i := range p.Choices {
		if p.Choices[i] == v {
			return i
		}
	}
	for i := range p.Choices {
		if p.Choices[i].Same(v) {
			return i
		}
	}
	if truth, ok := Truth(v.text); ok && v.kind == text {
		for i := range p.Choices {
			if other, ok := Truth(p.Choices[i].text); ok && other == truth {
				return i
			}
		}
	}
	return -1
}

// Canonical returns the value as the axis declares it: the listed choice, the number, or the canonical text of the
// graph.
func (p *Param) Canonical(v Value) Value {
	if v.IsMissing() {
		return v
	}
	if p.Kind == Graph {
		if g, why := p.readGraph(v); why == "" {
			return Text(p.Graph.Text(g))
		}
		return v
	}
	if !p.Numeric() {
		if i := p.Index(v); i >= 0 {
			return p.Choices[i]
		}
		return v
	}
	if x, ok := v.ReadFloat(); ok {
		return Number(x)
	}
	return v
}

func (p *Param) rangeText() string {
	t := fmtNum(p.Low) + ".." + fmtNum(p.High)
	if s := p.Spacing(); s > 0 && !(p.Kind == Integer && s == 1) {
		t += " step " + fmtNum(s)
	}
	if p.Zero {
		t = "0 or " + t
	}
	return t
}
