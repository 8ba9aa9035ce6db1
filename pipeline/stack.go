package pipeline

import (
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
	Members []StackMember `yaml:"members" json:"members"`
	Join    string        `yaml:"join" json:"join,omitempty"`     // mean (default) or median
	Folds   int           `yaml:"folds" json:"folds,omitempty"`   // inner folds that the weights of the mean are fitted on; 0: equal weights
	Guided  bool          `yaml:"guided" json:"guided,omitempty"` // move the joined answer between its measured neighbours
}

// StackMember is one member. In a config it is either a text, "representation+regressor" for curves and "regressor" for
// costs, or a map that starts from one.
type StackMember struct {
	Base           string         `yaml:"base" json:"base"`
	Representation Representation `yaml:"representation" json:"representation,omitzero"`
	Regressor      Regressor      `yaml:"regressor" json:"regressor"`
}

// guidedStack is the curve side of the variant "guided": a wide and a narrow network on Bernstein coefficients say where between its
// measured neighbours a run lies.
func guidedStack() *StackParams {
	narrow := mlptrain.Params{Hidden: []int{32, 32, 32}}
	return &StackParams{Guided: true, Members: []StackMember{
		{Base: "bernstein+mlp"}, {Base: "bernstein+mlp", Regressor: Regressor{MLP: &narrow}}}}
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

// completeStack fills in what the members' bases say and refuses unknown kinds. Members of a curve have a representation.
func (r *Regressor) completeStack(curve bool) error {
	if r.Kind != "stack" {
		return nil
	}
	if r.Stack == nil || len(r.Stack.Members) == 0 {
		return fmt.Errorf("a stack needs members")
	}
	if !slices.Contains([]string{"", "mean", "median"}, r.Stack.Join) {
		return fmt.Errorf("stack.join: %q is not one of mean, median", r.Stack.Join)
	}
	if f := r.Stack.Folds; f < 0 || f == 1 || f > 20 {
		return fmt.Errorf("stack.folds: %d, want 0 or 2..20", f)
	}
	for i := range r.Stack.Members {
		if err := r.Stack.Members[i].complete(curve); err != nil {
			return fmt.Errorf("stack.members[%d]: %w", i, err)
		}
	}
	return nil
}

func (m *StackMember) complete(curve bool) error {
	rep, reg, pair := strings.Cut(m.Base, "+")
	if !pair {
		rep, reg = "", m.Base
	}
	if m.Representation.Kind == "" {
		m.Representation.Kind = rep
	}
	if m.Regressor.Kind == "" {
		m.Regressor.Kind = reg
	}
	m.Representation.complete()
	kinds := regressorKinds
	if !curve {
		kinds = partKinds
	}
	switch known := slices.Contains(representationKinds, m.Representation.Kind); {
	case curve && !known:
		return fmt.Errorf("representation %q is not one of %v", m.Representation.Kind, representationKinds)
	case !curve && m.Representation != Representation{}:
		return fmt.Errorf("a member for costs has no representation, got %q", m.Representation.Kind)
	case m.Regressor.Kind == "stack" || m.Regressor.Kind == "twopart" || !slices.Contains(kinds, m.Regressor.Kind):
		return fmt.Errorf("regressor %q is not one of %v, without stack and twopart", m.Regressor.Kind, kinds)
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
func (p *StackParams) trainer(d *Dataset, rep models.Representation) (models.Trainer, error) {
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
		member := stack.Member{Name: m.name(), Trainer: func(rep models.Representation, data *models.Data) (models.Trainer, error) {
			return m.Representation.trainer(&m.Regressor, d, rep, *data)
		}}
		if m.Representation.Kind != "" {
			var err error
			if member.Fitter, err = m.Representation.fitter(); err != nil {
				return nil, err
			}
		}
		t.Members = append(t.Members, member)
	}
	return t, nil
}
