package features

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"

	"eahas/features/formula"
)

// Known is a quantity that is known of every configuration before anything is trained, because a formula of the axes
// gives it: parameters, multiply-adds, bytes. It is an input of the models, in a column behind those of the axes, and
// part of every answer.
type Known struct {
	Name string `yaml:"name" json:"name"` // neither that of an axis nor of another one
	// of the axes and the quantities before it, such as 12 * depth * width^2 + if(optimizer == "adam", 2, 0); the
	// language stands in docs/concepts.md
	Formula string `yaml:"formula" json:"formula"`
	Unit    string `yaml:"unit,omitempty" json:"unit,omitempty"` // free text; nothing is converted
	// of the logs, which must hold what the formula gives; "": none does
	Column string `yaml:"column,omitempty" json:"column,omitempty"`
	// linear or log: how it is scaled as an input; default: log where it is above 0 and its ends lie far apart
	Scale string `yaml:"scale,omitempty" json:"scale,omitempty"`
	// what the column has 0 and 1 for; default: the least and the greatest value of configurations that are drawn
	Low  float64 `yaml:"low,omitempty" json:"low,omitempty"`
	High float64 `yaml:"high,omitempty" json:"high,omitempty"` // as low
	Doc  string  `yaml:"doc,omitempty" json:"doc,omitempty"`   // a sentence about it
	// Program is the steps of the formula, as a reader without a parser runs them. A compiled space has it.
	Program [][]any `yaml:"-" json:"program,omitempty"`

	program *formula.Program // of Formula, in a compiled space
	slots   []int            // of each of the program's names: the axis, or behind the axes the quantity
}

// MaxKnown is the largest number of quantities of a space.
const MaxKnown = 32

// knownName keeps a name fit for columns of tables and members of JSON.
var knownName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)

// The scales of a known quantity.
const (
	knownLinear = "linear"
	knownLog    = "log"
)

// Compile reads the formulas. The space then has a list of its own, so that spaces that were copied from one another
// share nothing that changes.
func (s *Space) Compile() error {
	if len(s.Known) > MaxKnown {
		return fmt.Errorf("%w: %d known quantities, at most %d", ErrSpace, len(s.Known), MaxKnown)
	}
	s.Known = slices.Clone(s.Known)
	for i := range s.Known {
		k := &s.Known[i]
		p, err := formula.Parse(k.Formula, func(name string) (formula.Axis, bool) { return s.named(name, i) })
		if err != nil {
			return fmt.Errorf("%w: known %q: %w", ErrSpace, k.Name, err)
		}
		if len(p.Names()) == 0 {
			return fmt.Errorf("%w: known %q: the formula names no axis: it is the same for every configuration",
				ErrSpace, k.Name)
		}
		steps := p.Steps()
		if k.Program != nil && !reflect.DeepEqual(k.Program, steps) {
			return fmt.Errorf("%w: known %q: the steps are not those of the formula %s", ErrSpace, k.Name, k.Formula)
		}
		k.program, k.Program, k.slots = p, steps, nil
		for _, name := range p.Names() {
			k.slots = append(k.slots, s.place(name))
		}
	}
	return nil
}

// named says what the formula of quantity i may know of a name: an axis, or a quantity before it.
func (s *Space) named(name string, i int) (formula.Axis, bool) {
	if p := s.Param(name); p != nil {
		a := formula.Axis{Number: p.Numeric() || len(p.Choices) > 0 && p.numericOrdinal()}
		if !p.Numeric() {
			a.Choice = func(text string) int { return p.Index(Text(text)) }
		}
		return a, true
	}
	before := func(k Known) bool { return k.Name == name }
	return formula.Axis{Number: true}, slices.ContainsFunc(s.Known[:i], before)
}

// place is where a name that formulas know stands: the number of an axis, or that of a quantity behind all axes.
func (s *Space) place(name string) int {
	for i := range s.Params {
		if s.Params[i].Name == name {
			return i
		}
	}
	return len(s.Params) + slices.IndexFunc(s.Known, func(k Known) bool { return k.Name == name })
}

// KnownNamed returns the known quantity of a name, or nil.
func (s *Space) KnownNamed(name string) *Known {
	for i := range s.Known {
		if s.Known[i].Name == name {
			return &s.Known[i]
		}
	}
	return nil
}

// Scaling is how a quantity of a valid space becomes its column.
func (k *Known) Scaling() Scale {
	s := Scale{Log: k.Scale == knownLog, Low: k.Low, Span: k.High - k.Low}
	if s.Log {
		s.Low = math.Log10(k.Low)
		s.Span = math.Log10(k.High) - s.Low
	}
	return s
}

// validateKnown looks at the known quantities of a space whose axes are valid.
func (s *Space) validateKnown() error {
	for i := range s.Known {
		k := &s.Known[i]
		bad := func(format string, args ...any) error {
			return fmt.Errorf("%w: known %q: "+format, append([]any{ErrSpace, k.Name}, args...)...)
		}
		switch {
		case !knownName.MatchString(k.Name):
			return bad("a name has 1 to 64 letters, digits, '_' or '-', the first a letter")
		case s.Param(k.Name) != nil:
			return bad("an axis has that name")
		case slices.ContainsFunc(s.Known[:i], func(o Known) bool { return o.Name == k.Name }):
			return bad("it is there twice")
		case k.Scale != knownLinear && k.Scale != knownLog:
			return bad("scale %q; want %s or %s", k.Scale, knownLinear, knownLog)
		case !finite(k.Low) || !finite(k.High) || !finite(k.High-k.Low) || k.Low >= k.High:
			return bad("low %s is not below high %s", fmtNum(k.Low), fmtNum(k.High))
		case k.Scale == knownLog && k.Low <= 0:
			return bad("low %s is not positive, which a logarithm needs", fmtNum(k.Low))
		}
	}
	compiled := *s
	return compiled.Compile()
}

// ofKnown is the column's value of a known quantity: NaN where it is missing, or has no logarithm.
func (s *Scale) ofKnown(x float64) float64 {
	if math.IsNaN(x) || s.Log && x <= 0 {
		return math.NaN()
	}
	return s.Of(x)
}
