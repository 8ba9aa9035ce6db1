package guess

import (
	"strings"

	"eahas/trial"
	"eahas/trial/arrowio"
)

func (g *guess) isEnergy(c arrowio.ColumnInfo) bool {
	if c.Kind == "text" || !energyWords.MatchString(c.Name) {
		return false
	}
	e := &trial.EnergyColumn{Column: c.Name, Unit: "J", Shape: g.shape(c)}
	name := strings.ToLower(c.Name)
	for _, u := range []struct{ word, unit string }{{"kwh", "kWh"}, {"wh", "Wh"}, {"mj", "MJ"}, {"kj", "kJ"}} {
		if strings.Contains(name, u.word) {
			e.Unit = u.unit
			break
		}
	}
	if strings.Contains(name, "test") || strings.Contains(name, "infer") {
		if g.mapping.InferenceEnergy == nil {
			g.mapping.InferenceEnergy = e
		}
		return true
	}
	if g.mapping.Energy == nil || g.mapping.Energy.Power != "" {
		g.mapping.Energy = e
		g.remarks["energy"] = "the unit is a guess from the column's name: J, kJ, MJ, Wh or kWh"
	}
	return true
}

func (g *guess) isTime(c arrowio.ColumnInfo) bool {
	if c.Kind == "text" || !timeWords.MatchString(c.Name) || g.mapping.Time != nil {
		return false
	}
	t := &trial.TimeColumn{Column: c.Name, Unit: "s", Shape: g.shape(c)}
	name := strings.ToLower(c.Name)
	switch {
	case strings.Contains(name, "(h)") || strings.Contains(name, "hour"):
		t.Unit = "h"
	case strings.Contains(name, "_ms"):
		t.Unit = "ms"
	case strings.Contains(name, "min"):
		t.Unit = "min"
	}
	g.mapping.Time = t
	g.remarks["time"] = "the unit is a guess from the column's name: ms, s, min or h"
	return true
}

func (g *guess) isPower(c arrowio.ColumnInfo) bool {
	if c.Kind == "text" || !powerWords.MatchString(c.Name) || strings.Contains(strings.ToLower(c.Name), "limit") {
		return false
	}
	if g.mapping.Energy == nil {
		g.mapping.Energy = &trial.EnergyColumn{Power: c.Name}
	}
	return true
}

func (g *guess) shape(c arrowio.ColumnInfo) trial.Shape {
	switch {
	case g.series(c):
		return trial.PerEpoch
	case strings.Contains(strings.ToLower(c.Name), "epoch"):
		return trial.Mean
	}
	return trial.Total
}
