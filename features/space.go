package features

import "eahas/features/graph"

// Space is a joint space of architectures and hyperparameters.
type Space struct {
	Name   string  `yaml:"name" json:"name"`     // of the space
	Params []Param `yaml:"params" json:"params"` // the axes
	// "" or "regnet": which derived quantities the axes give
	Derived string `yaml:"derived,omitempty" json:"derived,omitempty"`
	// how they are derived; default: the axes depth, w0, wa, wm and group_w, and the defaults below
	RegNet *RegNetSpec `yaml:"regnet,omitempty" json:"regnet,omitempty"`
	// the derived quantities are input columns, too (logarithms of params, flops, acts, widths; depths of the stages)
	DerivedColumns bool         `yaml:"derived_columns,omitempty" json:"derived_columns,omitempty"`
	Constraints    []Constraint `yaml:"constraints,omitempty" json:"constraints,omitempty"` // on derived quantities
	// quantities that formulas of the axes give: inputs of the models, and part of every answer
	Known []Known `yaml:"known,omitempty" json:"known,omitempty"`
}

// Constraint keeps a derived quantity within [Low, High].
type Constraint struct {
	Quantity string  `yaml:"quantity" json:"quantity"`           // "stages", "params", "flops" or "acts"
	Low      float64 `yaml:"low,omitempty" json:"low,omitempty"` // the least that is allowed
	High     float64 `yaml:"high" json:"high"`                   // the most that is allowed
}

// Param returns the axis with that name, or nil.
func (s *Space) Param(name string) *Param {
	for i := range s.Params {
		if s.Params[i].Name == name {
			return &s.Params[i]
		}
	}
	return nil
}

// Active reports whether the axis exists in configuration c: it has no condition, or the axis that it depends on is
// active and has one of the values. An unknown axis is not active.
func (s *Space) Active(name string, c Config) bool {
	// A validated space has no cycle; the bound only keeps an unvalidated one from looping for ever.
	for range len(s.Params) + 1 {
		p := s.Param(name)
		if p == nil {
			return false
		}
		if p.When == nil {
			return true
		}
		if v := c[p.When.Param]; v.IsMissing() || !holds(p.When, v) {
			return false
		}
		name = p.When.Param
	}
	return false
}

// holds reports whether v is one of the values that the condition names.
func holds(w *Condition, v Value) bool {
	for i := range w.In {
		if w.In[i].Same(v) {
			return true
		}
	}
	return false
}

// Check returns nil when c belongs to the space, else an *OutOfSpaceError for the first violation: unknown axes by
// name, then the axes in declared order, then the constraints, then known quantities whose formula gives
// no number. A number may be given as a text that reads as it.
// Numbers may lie 1/1000 of a step beside their grid point; without a grid 1e-6 (relatively) beyond an end.
func (s *Space) Check(c Config) error {
	var room [MaxKnown]float64
	_, err := s.check(c, nil, room[:0])
	return err
}

// check is Check. It appends the known quantities to known, and keeps the graphs, one place an axis, unless that is
// nil.
func (s *Space) check(c Config, graphs []graph.Graph, known []float64) ([]float64, error) {
	if name, found := s.unknown(c); found {
		return known, &OutOfSpaceError{Axis: name, Value: c[name], Reason: "unknown axis; the axes are " + s.axisList()}
	}
	for i := range s.Params {
		p := &s.Params[i]
		v := c[p.Name]
		if !s.Active(p.Name, c) {
			if !v.IsMissing() {
				return known, &OutOfSpaceError{Axis: p.Name, Value: v,
					Reason: "set though inactive: it needs " + p.When.Param + " in " + listValues(p.When.In)}
			}
			continue
		}
		if v.IsMissing() {
			if p.Optional {
				continue
			}
			why := "missing; allowed is "
			if p.Asked() {
				why = "missing; it is known before training and follows from no formula, so the query must say it; " +
					"allowed is "
			}
			return known, &OutOfSpaceError{Axis: p.Name, Reason: why + p.Allowed()}
		}
		var why string
		if p.Kind == Graph && graphs != nil {
			graphs[i], why = p.readGraph(v)
		} else {
			why = p.check(v)
		}
		if why != "" {
			return known, &OutOfSpaceError{Axis: p.Name, Value: v, Reason: why}
		}
	}
	if err := s.checkConstraints(c); err != nil {
		return known, err
	}
	return s.KnownOf(known, c)
}

// unknown returns the first name in c, by alphabet, that has a value and is no axis.
func (s *Space) unknown(c Config) (name string, found bool) {
	for k, v := range c {
		if (!found || k < name) && !v.IsMissing() && s.Param(k) == nil {
			name, found = k, true
		}
	}
	return name, found
}

// Canonical returns a copy of c in which every value has the form that its axis declares: texts that read as numbers
// become numbers, choices become the listed value. Missing values and inactive axes are left out; unknown axes and
// values that do not fit are kept as they are, for Check to name them.
func (s *Space) Canonical(c Config) Config {
	out := make(Config, len(c))
	for name, v := range c {
		if v.IsMissing() {
			continue
		}
		p := s.Param(name)
		if p == nil {
			out[name] = v
			continue
		}
		if s.Active(name, c) {
			out[name] = p.Canonical(v)
		}
	}
	return out
}

func (s *Space) axisList() string {
	vs := make([]Value, len(s.Params))
	for i := range s.Params {
		vs[i] = Text(s.Params[i].Name)
	}
	return listValues(vs)
}

// Allowed says in words what the axis allows.
func (p *Param) Allowed() string {
	switch {
	case p.Numeric():
		return p.rangeText()
	case p.Kind == Graph:
		return p.graphText()
	}
	return listValues(p.Choices)
}
