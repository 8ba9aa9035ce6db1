package recipe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eahas/models"
	"eahas/models/grid"
	mlptrain "eahas/models/mlp/train"
	"eahas/models/ranks"
	"eahas/models/stack"
)

// StackParams are the settings of a stack: several regressors, for curves each with a representation of its own, joined
// on the points of the variant's grid, as values or as ranks.
type StackParams struct {
	Members []StackMember `yaml:"members" json:"members"`     // the models that are joined
	Join    string        `yaml:"join" json:"join,omitempty"` // mean (default) or median
	// inner folds that the weights of the mean are fitted on; 0: equal weights
	Folds int `yaml:"folds" json:"folds,omitempty"`
	// move the joined answer between its measured neighbours
	Guided bool `yaml:"guided" json:"guided,omitempty"`
}

// StackMember is one member. In a config it is either a text, "representation+regressor" for curves and "regressor" for
// costs, or a map that starts from one.
type StackMember struct {
	// "representation+regressor", as of a variant
	Base           string         `yaml:"base" json:"base"`
	Representation Representation `yaml:"representation" json:"representation,omitzero"` // in place of that of base
	Regressor      Regressor      `yaml:"regressor" json:"regressor"`                    // in place of that of base
}

// UnmarshalYAML reads a member from a text or a map.
func (m *StackMember) UnmarshalYAML(decode func(any) error) error {
	var base string
	if err := decode(&base); err == nil {
		*m = StackMember{Base: base}
		return nil
	}
	type plain StackMember
	return decode((*plain)(m))
}

// stacked is several regressors, joined.
var stacked = kind{
	name:     "stack",
	places:   ofCurve | ofCost | powerPart | twoPart,
	complete: func(r *Regressor, at seat) error { return r.Stack.complete(at) },
	trainer: func(r *Regressor, t Task, rep models.Representation, _ models.Data) (models.Trainer, error) {
		return r.Stack.trainer(t, rep)
	},
	knobs: func(r *Regressor) []knob {
		guided := choice("stack.guided", offOn, func(r *Regressor) *bool { return &r.Stack.Guided })
		if len(r.Stack.Members) < 2 { // one alone is neither joined nor weighted
			return []knob{guided}
		}
		return []knob{
			choice("stack.join", joins, func(r *Regressor) *string { return &r.Stack.Join }),
			choice("stack.folds", stackFolds, func(r *Regressor) *int { return &r.Stack.Folds }),
			guided,
		}
	},
	parts: func(r *Regressor) []part {
		var out []part
		for i := range r.Stack.Members {
			m := &r.Stack.Members[i]
			out = append(out, part{fmt.Sprintf("stack.%d", i), &m.Regressor, &m.Representation})
		}
		return out
	},
}

var (
	joins      = []string{"mean", "median"} // the first is the default
	stackFolds = []int{0, 3, 5}             // that tuning tries; 0: equal weights
)

// guidedStack is the curve side of the variant "guided": a wide and a narrow network on Bernstein coefficients say
// where between its measured neighbours a run lies.
func guidedStack() *StackParams {
	narrow := mlptrain.Params{Hidden: []int{32, 32, 32}}
	return &StackParams{Guided: true, Members: []StackMember{
		{Base: "bernstein+mlp"}, {Base: "bernstein+mlp", Regressor: Regressor{MLP: &narrow}}}}
}

// complete fills in what the members' bases say and refuses what cannot be joined.
func (p *StackParams) complete(at seat) error {
	if p == nil || len(p.Members) == 0 {
		return fmt.Errorf("a stack needs members")
	}
	if k := at.representation; at.curve() && k != "grid" && k != "ranks" {
		return fmt.Errorf("a stack joins its members on a grid or on ranks, not on %q", k)
	}
	if !slices.Contains(joins, cmp.Or(p.Join, joins[0])) {
		return fmt.Errorf("stack.join: %q is not one of mean, median", p.Join)
	}
	if f := p.Folds; f < 0 || f == 1 || f > 20 {
		return fmt.Errorf("stack.folds: %d, want 0 or 2..20", f)
	}
	for i := range p.Members {
		if err := p.Members[i].complete(at); err != nil {
			return fmt.Errorf("stack.members[%d]: %w", i, err)
		}
	}
	return nil
}

// complete fills in what the base says; at is the stack's seat. Members of a curve have a representation.
func (m *StackMember) complete(at seat) error {
	rep, reg, pair := strings.Cut(m.Base, "+")
	if !pair {
		rep, reg = "", m.Base
	}
	m.Representation.Kind = cmp.Or(m.Representation.Kind, rep)
	m.Regressor.Kind = cmp.Or(m.Regressor.Kind, reg)
	if !at.curve() {
		if m.Representation != (Representation{}) {
			return fmt.Errorf("a member for costs has no representation, got %q", m.Representation.Kind)
		}
		return m.Regressor.complete(seat{place: costMember, law: at.law})
	}
	if err := m.Representation.complete(); err != nil {
		return err
	}
	if err := m.Regressor.complete(seat{place: curveMember, representation: m.Representation.Kind}); err != nil {
		return err
	}
	return m.Representation.takes(&m.Regressor)
}

// name says which member it is, in messages and random streams.
func (m *StackMember) name() string {
	if m.Representation.Kind == "" {
		return m.Regressor.Kind
	}
	return m.Representation.Kind + "+" + m.Regressor.Kind
}

// trainer makes the stack's Trainer. rep is the variant's grid, nil for costs.
func (p *StackParams) trainer(task Task, rep models.Representation) (models.Trainer, error) {
	t := stack.Trainer{Median: p.Join == "median", Folds: p.Folds, Guided: p.Guided}
	if rep != nil {
		switch g := rep.(type) {
		case *grid.Codec:
			t.Times = g.Times()
		case *ranks.Codec:
			t.Times = g.Grid().Times()
		default:
			return nil, fmt.Errorf("a stack joins its members on a grid or on ranks, not on %T", rep)
		}
	}
	for i := range p.Members {
		m := &p.Members[i]
		member := stack.Member{Name: m.name(), Trainer: func(rep models.Representation,
			data *models.Data) (models.Trainer, error) {
			return m.Representation.trainer(&m.Regressor, task, rep, *data)
		}}
		if m.Representation.Kind != "" {
			var err error
			if member.Fitter, err = m.Representation.Fitter(); err != nil {
				return nil, err
			}
		}
		t.Members = append(t.Members, member)
	}
	return t, nil
}
