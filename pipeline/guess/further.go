package guess

// FurtherAxes lists the columns that were taken for axes and are not known.
func (g *Guess) FurtherAxes(known map[string]bool) (out []string) {
	for _, c := range g.Columns {
		if c.Role == RoleAxis && !known[c.Name] {
			out = append(out, c.Name)
		}
	}
	return out
}
