package features

import (
	"fmt"
	"math"
)

// Quantities are the derived quantities of one configuration.
type Quantities struct {
	Network    Network
	Complexity Complexity
}

// quantity returns one derived quantity by its constraint's name; NaN for an unknown name.
func (q *Quantities) quantity(name string) float64 {
	switch name {
	case "params":
		return q.Complexity.Params
	case "flops":
		return q.Complexity.FLOPs
	case "acts":
		return q.Complexity.Acts
	case "stages":
		return float64(q.Network.Stages)
	}
	return math.NaN()
}

// Derive returns the derived quantities of c. The error is an *OutOfSpaceError when an axis that they need is missing,
// not a number or gives no RegNet, and wraps ErrSpace when the space has none.
func (s *Space) Derive(c Config) (Quantities, error) {
	if s.Derived != "regnet" {
		return Quantities{}, fmt.Errorf("%w: space %q has no derived quantities", ErrSpace, s.Name)
	}
	spec := s.regNet()
	x, axis, ok := spec.read(c)
	if !ok {
		return Quantities{}, &OutOfSpaceError{Axis: axis, Value: c[axis],
			Reason: "a number is needed to derive the network"}
	}
	q, err := spec.derive(x)
	if err != nil {
		return q, &OutOfSpaceError{Axis: axis, Value: c[axis], Reason: err.Error()}
	}
	return q, nil
}

func (s *Space) regNet() RegNetSpec {
	if s.RegNet == nil {
		return DefaultRegNet()
	}
	return s.RegNet.withDefaults()
}

// axes returns the names of the five axes in the order depth, w0, wa, wm, group width.
func (r *RegNetSpec) axes() [5]string { return [5]string{r.Depth, r.W0, r.WA, r.WM, r.GroupW} }

// read looks the five numbers up; axis names the one that is missing, else the depth's axis.
func (r *RegNetSpec) read(c Config) (x [5]float64, axis string, ok bool) {
	for i, name := range r.axes() {
		v, isNum := c[name].ReadFloat()
		if !isNum {
			return x, name, false
		}
		x[i] = v
	}
	return x, r.Depth, true
}

// derive generates the network of the five numbers (depth, w0, wa, wm, group width) and counts it.
func (r *RegNetSpec) derive(x [5]float64) (Quantities, error) {
	var q Quantities
	if err := r.generate(&q.Network, x); err != nil {
		return Quantities{}, err
	}
	q.Complexity = r.Complexity(&q.Network)
	return q, nil
}

// generate generates the network of the five numbers.
func (r *RegNetSpec) generate(n *Network, x [5]float64) error {
	for _, i := range [...]int{0, 1, 4} {
		if !(math.Abs(x[i]) < 1<<30) || math.Abs(x[i]-math.Round(x[i])) > StepTolerance {
			return fmt.Errorf("%w: %s = %g is not a whole number", ErrRegNet, r.axes()[i], x[i])
		}
	}
	p := RegNetParams{Depth: int(math.Round(x[0])), W0: int(math.Round(x[1])), WA: x[2], WM: x[3],
		GroupW: int(math.Round(x[4]))}
	return p.generate(n)
}

// within reports the first constraint that q violates, or nil. Networks whose quantisation skips a level or rounds two
// levels to one width are refused wherever the number of stages is constrained, as pycls does it.
func (s *Space) within(q *Quantities) *Constraint {
	for i := range s.Constraints {
		c := &s.Constraints[i]
		x := q.quantity(c.Quantity)
		if !(x >= c.Low && x <= c.High) || c.Quantity == "stages" && q.Network.Possible != q.Network.Stages {
			return c
		}
	}
	return nil
}

// stagesWithin reports whether n meets the constraints on the number of stages, which cost least to test.
func (s *Space) stagesWithin(n *Network) bool {
	for i := range s.Constraints {
		c := &s.Constraints[i]
		if x := float64(n.Stages); c.Quantity == "stages" && !(x >= c.Low && x <= c.High && n.Possible == n.Stages) {
			return false
		}
	}
	return true
}

func (s *Space) checkConstraints(c Config) error {
	if len(s.Constraints) == 0 {
		return nil
	}
	q, err := s.Derive(c)
	if err != nil {
		return err
	}
	if k := s.within(&q); k != nil {
		why := "outside " + fmtNum(k.Low) + ".." + fmtNum(k.High) + ", which the space's constraint allows"
		if x := q.quantity(k.Quantity); x >= k.Low && x <= k.High {
			why = fmt.Sprintf("the width quantisation has %d levels, which do not all become a stage",
				q.Network.Possible)
		}
		return &OutOfSpaceError{Axis: k.Quantity, Value: Number(q.quantity(k.Quantity)), Reason: why}
	}
	return nil
}

func (s *Space) validateDerived() error {
	switch s.Derived {
	case "":
		if len(s.Constraints) > 0 || s.RegNet != nil || s.DerivedColumns {
			return fmt.Errorf("%w: constraints, regnet and derived_columns need \"derived: regnet\"", ErrSpace)
		}
		return nil
	case "regnet":
	default:
		return fmt.Errorf("%w: derived is %q; allowed is regnet", ErrSpace, s.Derived)
	}
	spec := s.regNet()
	if why := spec.validate(); why != "" {
		return fmt.Errorf("%w: regnet: %s", ErrSpace, why)
	}
	if err := s.validateRegNetAxes(spec.axes()); err != nil {
		return err
	}
	return s.validateConstraints()
}

// validateRegNetAxes looks whether every configuration has a number on each of the axes that RegNet is generated from.
func (s *Space) validateRegNetAxes(names [5]string) error {
	for _, name := range names {
		p := s.Param(name)
		switch {
		case p == nil:
			return fmt.Errorf("%w: regnet needs axis %q, which is not declared", ErrSpace, name)
		case p.When != nil || p.Optional:
			return fmt.Errorf("%w: regnet needs axis %q, which is conditional or optional", ErrSpace, name)
		case !p.Numeric() && !p.numericOrdinal():
			return fmt.Errorf("%w: regnet needs axis %q, whose choices are not all numbers", ErrSpace, name)
		}
	}
	return nil
}

// validateConstraints looks at the bounds on derived quantities.
func (s *Space) validateConstraints() error {
	var q Quantities
	for _, c := range s.Constraints {
		if math.IsNaN(q.quantity(c.Quantity)) {
			return fmt.Errorf("%w: constraint on unknown quantity %q; allowed are params, flops, acts, stages",
				ErrSpace, c.Quantity)
		}
		if !finite(c.Low) || !finite(c.High) || c.Low > c.High {
			return fmt.Errorf("%w: constraint on %s: low %g is above high %g or not finite", ErrSpace, c.Quantity,
				c.Low, c.High)
		}
	}
	return nil
}
