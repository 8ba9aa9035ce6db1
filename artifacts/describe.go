package artifacts

import (
	"fmt"
	"strings"

	"eahas/models"
	"eahas/models/adapted"
	"eahas/models/auto"
	"eahas/models/energy"
	"eahas/models/parts"
	"eahas/models/stack"
)

// Describe says in a few words what answers: the kinds of the representation and of the predictor as FORMAT.md names
// them, and what a stack or a product of power and time is made of, with the members' weights: "grid + stack of 0.7
// bezier + mlp, 0.3 local".
func (h *Head) Describe() string { return describe(h.Representation, h.Predictor) }

func describe(r models.Representation, p models.Predictor) string {
	out := parts.WordOf(predictorKinds, p)
	switch m := p.(type) {
	case *auto.Model:
		var all []string
		stacks, weights := m.Stacks()
		for i, s := range stacks {
			all = append(all, fmt.Sprintf("%.2g %s", weights[i], describe(nil, s)))
		}
		out += " of " + strings.Join(all, " and ")
		if m.Keep() < 1 {
			out += fmt.Sprintf(", gone %.2g of the way from the group's mean", m.Keep())
		}
		if m.Failures() {
			out += ", failed runs apart"
		}
	case *stack.Model:
		var members []string
		for _, c := range m.Members() {
			text := describe(c.Representation, c.Predictor)
			if m.Weighted() {
				text = fmt.Sprintf("%.2g ", c.Weight) + text
			}
			members = append(members, text)
		}
		join := " of "
		if m.Median() {
			join = ", the median of "
			if m.Weighted() {
				join = ", the weighted median of "
			}
		}
		out += join + strings.Join(members, ", ")
	case *adapted.Model:
		out += " of " + describe(nil, m.Base())
	case *energy.PowerTime:
		out += " (power: " + describe(nil, m.Power) + "; time: " + describe(nil, m.Time) + ")"
	}
	if r != nil {
		return parts.WordOf(representationKinds, r) + " + " + out
	}
	return out
}
