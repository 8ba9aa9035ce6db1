package pipeline

import (
	"fmt"
	"slices"

	"eahas/trial"
	"eahas/trial/arrowio"
	"eahas/trial/target"
)

// Targets is the list of that name in a config. A text names a built-in target, or the final metric; a map defines a
// target of one's own. Where texts stand in it, the built-in targets are those alone; targets of one's own are always
// asked for.
type Targets []TargetEntry

// TargetEntry is one entry of the list: a name, or a definition with its column.
type TargetEntry struct {
	name       target.Target
	definition *trial.TargetColumn // nil for a name alone
}

// UnmarshalYAML reads a text or a map.
func (e *TargetEntry) UnmarshalYAML(decode func(any) error) error {
	var name string
	if err := decode(&name); err == nil {
		*e = TargetEntry{name: target.Target(name)}
		return nil
	}
	e.definition = new(trial.TargetColumn)
	if err := decode(e.definition); err != nil {
		return err
	}
	e.name = e.definition.Name
	return nil
}

// MarshalYAML writes what UnmarshalYAML reads.
func (e TargetEntry) MarshalYAML() (any, error) {
	if e.definition == nil {
		return string(e.name), nil
	}
	return e.definition, nil
}

// named lists the entries that are names alone.
func (t Targets) named() []target.Target {
	var out []target.Target
	for _, e := range t {
		if e.definition == nil {
			out = append(out, e.name)
		}
	}
	return out
}

// columns lists the definitions.
func (t Targets) columns() []trial.TargetColumn {
	var out []trial.TargetColumn
	for _, e := range t {
		if e.definition != nil {
			out = append(out, *e.definition)
		}
	}
	return out
}

// wanted lists the targets that are asked for; nil for everything that there are labels for.
func (t Targets) wanted() []target.Target {
	out := t.named()
	if len(out) == 0 {
		return nil
	}
	for _, c := range t.columns() {
		out = append(out, c.Name)
	}
	return out
}

// checkTargets refuses targets that do not exist or clash with one another or with the axes.
func (c *Config) checkTargets() error {
	own, err := arrowio.Targets(c.Logs, c.Targets.columns())
	if err != nil {
		return err
	}
	for i, e := range c.Targets {
		if e.definition == nil && !slices.Contains(own.Asked(), e.name) {
			return fmt.Errorf("targets[%d]: %q is not one of %v; a target of one's own is a map with name, "+
				"column, unit "+
				"and direction", i, e.name, own.Asked())
		}
		if e.definition != nil && c.Simulate != nil {
			return fmt.Errorf("targets[%d]: simulated trials have no target %q of one's own", i, e.name)
		}
	}
	for _, d := range own {
		if c.Space.Param(string(d.Name)) != nil {
			return fmt.Errorf("target %q has the name of an axis; rename one of them", d.Name)
		}
		if c.Space.KnownNamed(string(d.Name)) != nil {
			return fmt.Errorf("target %q has the name of a known quantity: it is known before training; rename or "+
				"leave out one of them", d.Name)
		}
	}
	for _, v := range c.Variants {
		for t := range v.Targets {
			if !slices.Contains(own.Asked(), t) {
				return fmt.Errorf("variant %s: targets: %q is not one of %v", v.Name, t, own.Asked())
			}
			if own.IsCurve(t) {
				return fmt.Errorf("variant %s: targets: %q is a curve; its recipe stands in the variant's curves",
					v.Name, t)
			}
		}
	}
	for _, v := range c.Variants {
		for t := range v.Curves {
			if !own.Has(t) || !own.IsCurve(t) {
				return fmt.Errorf("variant %s: curves: %q is no curve of one's own (a target with per: curve)",
					v.Name, t)
			}
		}
	}
	return c.checkTargetColumns()
}

// checkTargetColumns refuses a column that is a target and an axis.
func (c *Config) checkTargetColumns() error {
	for _, t := range c.Targets.columns() {
		column := t.Column
		if column == "" {
			column = string(t.Name)
		}
		for i, m := range c.Logs {
			for _, axis := range m.Params.Names() {
				if m.Params[axis] == column {
					return fmt.Errorf("logs[%d]: column %q is the target %q and the axis %q; a result is no setting",
						i, column, t.Name, axis)
				}
			}
		}
		if c.Space.Param(column) != nil && !c.mapped(column) {
			return fmt.Errorf("column %q is the target %q and the axis of its own name; a result is no setting", column,
				t.Name)
		}
	}
	return nil
}

// mapped reports whether every mapping reads an axis from a column that it names.
func (c *Config) mapped(axis string) bool {
	return !slices.ContainsFunc(c.Logs, func(m trial.Mapping) bool { _, ok := m.Params[axis]; return !ok })
}
