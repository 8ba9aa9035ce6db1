package intake

import (
	"math"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/names"
)

// Mapping says how the file that [Log.WriteParquet] wrote to path becomes trials: what the log declares, so that
// nothing has to be guessed. The axes are the settings that differ between runs. The curve is the metric that the log
// names, else the best by name: validation before test before training, accuracy before error before score before loss.
// A log without epochs has a final metric in its place. why says, for each part, what was chosen and what else there
// was. Kept whole: a mapping's keys, one after the other.
func (l *Log) Mapping(path string) (m trial.Mapping, why []string) {
	m = trial.Mapping{Path: trial.Strings{path}, Layout: trial.Wide, ID: "run", Params: trial.Columns{}}
	list := slices.ContainsFunc(l.Columns, func(c Column) bool { return c.List && c.Role == RoleMetric })
	if list {
		m.Layout = trial.Long
	}
	table := l.table()
	column := func(role, name string) string {
		return columnWhere(table, func(w written) bool {
			return w.meta["eahas.role"] == role && (w.meta["eahas.name"] == name || w.meta["eahas.name"] == "" &&
				w.name == name)
		})
	}
	role := func(name string) string { // of columns that there is one of
		return columnWhere(table, func(w written) bool { return w.meta["eahas.role"] == name })
	}
	for _, c := range l.Columns {
		if c.Role == RoleAxis && l.varies(c.Name) {
			m.Params[c.Name] = column("axis", c.Name)
		}
	}
	m.Seed = role("seed")
	if best, others := l.target(list); best != nil {
		why = append(why, "curve: "+best.Name+others)
		if list {
			m.Curve = &trial.CurveColumn{Column: column("metric", best.Name), Kind: best.Kind, Unit: best.Unit,
				Higher: best.Higher, Epochs: trial.EpochsSpec{Column: "epoch", Before: true}}
		} else {
			m.Final = &trial.FinalColumn{Column: column("result", best.Name), Kind: best.Kind, Unit: best.Unit,
				Higher: best.Higher}
		}
	}
	if c := l.cost(RoleJoules, list); c != nil {
		m.Energy = &trial.EnergyColumn{Column: column("joules", c.Name), Unit: c.Unit, Shape: trial.Shape(c.Shape)}
		why = append(why, "energy: "+c.Name+", "+c.Why)
	}
	if c := l.cost(RoleSeconds, list); c != nil {
		m.Time = &trial.TimeColumn{Column: column("seconds", c.Name), Unit: c.Unit, Shape: trial.Shape(c.Shape)}
		why = append(why, "time: "+c.Name+", "+c.Why)
	}
	if slices.ContainsFunc(l.Runs, func(r *Run) bool { return r.Planned > 0 }) && list {
		m.Planned = role("planned_epochs")
	}
	if list {
		m.Ended = endedBy(role("end"))
	}
	return m, why
}

// columnWhere returns what the first such column is called in the file, "" for none.
func columnWhere(table []written, is func(written) bool) string {
	i := slices.IndexFunc(table, is)
	if i < 0 {
		return ""
	}
	return table[i].name
}

// endedBy maps our words for the end of a run.
func endedBy(column string) *trial.EndedColumn {
	text := features.Text
	return &trial.EndedColumn{Column: column, Finished: trial.Values{text(string(Finished))},
		Stopped: trial.Values{text(string(Stopped))},
		Cut:     trial.Values{text(string(Pruned)), text(string(Killed)), text(string(Failed))}}
}

// varies reports whether a setting differs between runs.
func (l *Log) varies(name string) bool {
	first := l.Runs[0].Config[name]
	return slices.ContainsFunc(l.Runs, func(r *Run) bool { return r.Config[name] != first })
}

// rank orders metrics, the one to learn first.
func (c *Column) rank(all []string) int {
	if c.Objective {
		return -1
	}
	split, ok := map[string]names.Split{"validation": names.Validation, "test": names.Test,
		"train": names.Train}[c.Split]
	if !ok {
		split = names.SplitAmong(c.Name, all)
	}
	return names.Rank(c.Kind, split, c.Name)
}

// target chooses the metric to learn, and names those that it was chosen from. One that hardly a run has comes last.
func (l *Log) target(list bool) (best *Column, others string) {
	var rest, all []string
	for _, c := range l.Columns {
		if c.Role == RoleMetric && c.List == list && names.Metric(c.Name) != "" {
			all = append(all, c.Name)
		}
	}
	for i := range l.Columns {
		c := &l.Columns[i]
		if c.List != list || c.Role != RoleMetric && c.Role != RoleResult || c.Kind == "other" || c.Kind == "" {
			continue
		}
		if best != nil && !(4*best.Runs < c.Runs && !best.Objective) &&
			(c.rank(all) >= best.rank(all) || 2*c.Runs < best.Runs) {
			rest = append(rest, c.Name)
			continue
		}
		if best != nil {
			rest = append(rest, best.Name)
		}
		best = c
	}
	if len(rest) > 0 {
		others = " (also: " + strings.Join(rest, ", ") + ")"
	}
	return best, others
}

// cost chooses the cost of the run: by epoch before a total, what most runs have.
func (l *Log) cost(role Role, list bool) *Column {
	var best *Column
	rank := func(c *Column) float64 {
		x := float64(c.Runs) / math.Max(1, float64(len(l.Runs)))
		if c.List {
			x += 0.5
		}
		return x
	}
	for i := range l.Columns {
		if c := &l.Columns[i]; c.Role == role && (list || !c.List) && (best == nil || rank(c) > rank(best)) {
			best = c
		}
	}
	return best
}
