package artifacts

import (
	"fmt"
	"strings"

	"eahas/models"
	"eahas/models/energy"
	"eahas/models/parts"
	"eahas/models/stack"
)

// Describe says in a few words what answers: the kinds of the representation and of the predictor as FORMAT.md names them, and
// what a stack or a product of power and time is made of, with the members' weights: "grid + stack of 0.7 bezier + mlp, 0.3 local".
func (h *Head) Describe() string { return describe(h.Representation, h.Predictor) }

func describe(r models.Representation, p models.Predictor) string {
	out := parts.WordOf(predictorKinds, p)
	switch m := p.(type) {
	case *stack.Model:
		var members []string
		for _, c := range m.Members() {
			text := describe(c.Representation, c.Predictor)
			if !m.Median() {
				text = fmt.Sprintf("%.2g ", c.Weight) + text
			}
			members = append(members, text)
		}
		join := " of "
		if m.Median() {
			join = ", the median of "
		}
		out += join + strings.Join(members, ", ")
	case *energy.PowerTime:
		out += " (power: " + describe(nil, m.Power) + "; time: " + describe(nil, m.Time) + ")"
	}
	if r != nil {
		return parts.WordOf(representationKinds, r) + " + " + out
	}
	return out
}
