package features

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
)

// maxChoices bounds the length of an axis' list, and maxParams the number of axes, so that a hostile description
// cannot ask for absurd memory.
const (
	maxParams  = 1000
	maxChoices = 100_000
	maxPoints  = 1 << 53 // grid points: the whole numbers that float64 holds
)

// Validate reports the first thing that is wrong with the description, wrapping ErrSpace and naming the axis:
// duplicate names, empty or repeated choices, low >= high, a logarithm of something not positive, a step that does
// not fit, weights of the wrong length, conditions on unknown or impossible values or in a circle.
func (s *Space) Validate() error {
	if len(s.Params) == 0 {
		return fmt.Errorf("%w: no axes", ErrSpace)
	}
	if len(s.Params) > maxParams {
		return fmt.Errorf("%w: %d axes, at most %d are allowed", ErrSpace, len(s.Params), maxParams)
	}
	seen := make(map[string]bool, len(s.Params))
	for i := range s.Params {
		p := &s.Params[i]
		if p.Name == "" {
			return fmt.Errorf("%w: axis number %d has no name", ErrSpace, i+1)
		}
		if seen[p.Name] {
			return fmt.Errorf("%w: axis %q is declared twice", ErrSpace, p.Name)
		}
		seen[p.Name] = true
		if why := p.validate(); why != "" {
			return fmt.Errorf("%w: axis %q: %s", ErrSpace, p.Name, why)
		}
	}
	for i := range s.Params {
		if why := s.validateCondition(&s.Params[i]); why != "" {
			return fmt.Errorf("%w: axis %q: %s", ErrSpace, s.Params[i].Name, why)
		}
	}
	if err := s.validateDerived(); err != nil {
		return err
	}
	return s.validateKnown()
}

const kindList = "linear, log, integer, ordinal, choice, graph"

func (p *Param) validate() string {
	if p.Known != "" && (!p.Asked() || !p.Numeric()) {
		return fmt.Sprintf("known %q with kind %s; want %s, of kind linear, log or integer (a formula stands in the "+
			"space's list known)", p.Known, p.Kind, KnownAsk)
	}
	if p.Graph != nil && p.Kind != Graph {
		return fmt.Sprintf("kind %s takes no graph", p.Kind)
	}
	switch p.Kind {
	case Linear, Log, Integer:
		return p.validateRange()
	case Ordinal, Choice:
		return p.validateChoices()
	case Graph:
		return p.validateGraph()
	case "":
		return "no kind; allowed are " + kindList
	}
	return fmt.Sprintf("unknown kind %q; allowed are %s", string(p.Kind), kindList)
}

// validateRange looks at an axis with low and high. Kept whole: a list of checks, of which the first that fails is
// told.
func (p *Param) validateRange() string {
	whole := func(x float64) bool { return x == math.Trunc(x) }
	switch {
	case len(p.Choices) > 0 || len(p.Weights) > 0:
		return fmt.Sprintf("kind %s takes low and high, not choices or weights", p.Kind)
	case !finite(p.Low) || !finite(p.High) || !finite(p.Step):
		return "low, high and step must be finite"
	case p.Low >= p.High:
		return fmt.Sprintf("low %s is not below high %s", fmtNum(p.Low), fmtNum(p.High))
	case !finite(p.High - p.Low):
		return "the range is too wide"
	case p.Log && p.Kind == Linear:
		return "log is for integers and ordinals; use kind log"
	case p.Low <= 0 && p.Logarithmic():
		return fmt.Sprintf("low %s is not positive, which a logarithm needs", fmtNum(p.Low))
	case p.Zero && (p.Kind != Log || p.Step != 0):
		return "zero is for kind log without a step"
	case p.Step < 0:
		return "step is negative"
	case p.Kind == Integer && !(whole(p.Low) && whole(p.High) && whole(p.Step)):
		return "low, high and step of an integer must be whole numbers"
	}
	return p.validateStep()
}

// validateStep looks whether the steps, if there are any, lead from low to high.
func (p *Param) validateStep() string {
	if s := p.Spacing(); s > 0 {
		n := (p.High - p.Low) / s
		if n > maxPoints {
			return fmt.Sprintf("step %s gives too many values", fmtNum(s))
		}
		if math.Abs(n-math.Round(n)) > StepTolerance || math.Round(n) < 1 {
			return fmt.Sprintf("step %s does not lead from low %s to high %s", fmtNum(s), fmtNum(p.Low), fmtNum(p.High))
		}
	}
	return ""
}

// validateChoices looks at an axis with listed values. Kept whole, as validateRange is.
func (p *Param) validateChoices() string {
	switch {
	case p.Zero:
		return "zero is for kind log: list 0 among the choices"
	case p.Low != 0 || p.High != 0 || p.Step != 0:
		return fmt.Sprintf("kind %s takes choices, not low, high or step", p.Kind)
	case len(p.Choices) == 0:
		return "no choices"
	case len(p.Choices) > maxChoices:
		return fmt.Sprintf("%d choices, at most %d are allowed", len(p.Choices), maxChoices)
	case p.Log && !(p.Kind == Ordinal && p.numericOrdinal()):
		return "log is for integers and ordinals of numbers"
	}
	listed := make(map[Value]bool, len(p.Choices))
	for _, v := range p.Choices {
		if x, ok := v.Float(); v.IsMissing() || ok && !finite(x) {
			return "a choice is missing or not finite"
		}
		if listed[v] {
			return fmt.Sprintf("choice %s is listed twice", v)
		}
		listed[v] = true
	}
	if p.Kind == Ordinal && p.numericOrdinal() {
		if why := p.validateOrder(); why != "" {
			return why
		}
	}
	return p.validateWeights()
}

// validateOrder looks whether the choices of an ordinal of numbers increase.
func (p *Param) validateOrder() string {
	for i, v := range p.Choices {
		if p.Log && v.num <= 0 && !(i == 0 && p.ZeroApart()) {
			return fmt.Sprintf("choice %s is not positive, which a logarithm needs", v)
		}
		if i > 0 && (v.num <= p.Choices[i-1].num || v.Same(p.Choices[i-1])) {
			return fmt.Sprintf("ordinal choices of numbers must increase, %s comes after %s", v, p.Choices[i-1])
		}
	}
	return ""
}

func (p *Param) validateWeights() string {
	if len(p.Weights) == 0 {
		return ""
	}
	if len(p.Weights) != len(p.Choices) {
		return fmt.Sprintf("%d weights for %d choices", len(p.Weights), len(p.Choices))
	}
	sum := 0.0
	for _, w := range p.Weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return "weights must be finite and not negative"
		}
		sum += w
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return "the weights' sum must be positive and finite"
	}
	return ""
}

func (s *Space) validateCondition(p *Param) string {
	if p.When == nil {
		return ""
	}
	on := s.Param(p.When.Param)
	if on == nil {
		return fmt.Sprintf("its condition names %q, which is no axis", p.When.Param)
	}
	if on.Kind == Graph {
		return fmt.Sprintf("its condition names %q, which is a graph; conditions are on other axes", on.Name)
	}
	if len(p.When.In) == 0 {
		return "its condition lists no values"
	}
	for _, v := range p.When.In {
		if v.IsMissing() {
			return "its condition lists a missing value"
		}
		if why := on.check(v); why != "" {
			return fmt.Sprintf("its condition needs %s = %s, which is %s", on.Name, v, why)
		}
	}
	// Following the conditions upwards ends after fewer steps than there are axes, unless they run in a circle.
	for up, n := on, 1; up != nil && up.When != nil; up, n = s.Param(up.When.Param), n+1 {
		if n > len(s.Params) {
			return "its condition depends on itself"
		}
	}
	return ""
}

// numericOrdinal reports whether all choices are numbers.
func (p *Param) numericOrdinal() bool {
	return !slices.ContainsFunc(p.Choices, func(v Value) bool { return v.kind != number })
}

// DecodeSpace reads a space from JSON, refuses unknown keys and anything after the object, and validates it.
func DecodeSpace(b []byte) (Space, error) {
	var s Space
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return Space{}, fmt.Errorf("%w: %w", ErrSpace, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Space{}, fmt.Errorf("%w: something follows the space's object", ErrSpace)
	}
	if err := s.Validate(); err != nil {
		return Space{}, err
	}
	return s, s.Compile()
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
