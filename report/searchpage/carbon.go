package searchpage

import (
	"math"

	"eahas/models/energy"
	"eahas/report"
	"eahas/search"
	"eahas/search/study"
)

// grams returns the CO2 of what a budget counts, by the study's grams a kWh; ok is false where it gives none, or the
// budget counts no joules.
func grams(s *study.Summary, cost string, x float64) (g float64, ok bool) {
	return energy.ToKWh(x) * s.GPerKWh, s.GPerKWh > 0 && cost == search.Joules
}

// amount prints what a budget counts; joules in kWh beside, and in grams of CO2 where the study says how many a kWh is.
func amount(s *study.Summary, x float64, cost string) string {
	text := report.Quantity(x, unitOf[cost], 3)
	if cost != search.Joules {
		return text
	}
	text += " (" + report.Significant(energy.ToKWh(x), 3) + " kWh"
	if g, ok := grams(s, cost, x); ok {
		text += ", " + mass(g) + " CO2"
	}
	return text + ")"
}

// mass prints grams as grams, kilograms or tonnes.
func mass(g float64) string {
	unit := "g"
	for _, larger := range []string{"kg", "t"} {
		if math.Abs(g) >= 1000 {
			g, unit = g/1000, larger
		}
	}
	return report.Quantity(g, unit, 3)
}

// gramsCell is a cell of grams in a table for programs, empty where they are unknown.
func gramsCell(s *study.Summary, cost string, x float64) string {
	if g, ok := grams(s, cost, x); ok {
		return num(g)
	}
	return ""
}
