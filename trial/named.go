package trial

import (
	"slices"
)

// Named lists the columns that the mapping names, sorted, each once.
func (m *Mapping) Named() []string {
	out := []string{m.ID, m.Fold, m.Seed, m.Length, m.Planned}
	out = append(out, m.Group...)
	for column := range m.Where {
		out = append(out, column)
	}
	for _, columns := range []Columns{m.Params, m.Slices} {
		for _, name := range columns.Names() {
			out = append(out, columns[name])
		}
	}
	if c := m.Curve; c != nil {
		out = append(out, c.Column, c.Epochs.Column)
	}
	if f := m.Final; f != nil {
		out = append(out, f.Column)
	}
	for _, e := range []*EnergyColumn{m.Energy, m.InferenceEnergy} {
		if e != nil {
			out = append(out, e.Column, e.Power)
		}
	}
	if t := m.Time; t != nil {
		out = append(out, t.Column)
	}
	if s := m.Samples; s != nil {
		out = append(out, s.Time, s.Watts, s.Counter, s.Device)
	}
	if e := m.EpochEnds; e != nil {
		out = append(out, e.Column)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(column string) bool { return column == "" })
}
