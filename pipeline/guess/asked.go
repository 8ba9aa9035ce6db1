package guess

import (
	"fmt"

	"eahas/features"
	"eahas/trial/names"
)

// proposeAsked finds axes that are no decisions: numbers of parameters, FLOPs or MACs that are the same wherever all
// other axes are. They follow from the architecture by a formula that the log does not hold, so they are asked for.
// Where such a number is all that a log says of the architecture it differs between runs that are the same otherwise,
// and stays a setting; where hardly two runs are the same otherwise, nobody can tell: the table says what to do.
func (g *Guess) proposeAsked(configs []features.Config) {
	others := func(c features.Config) string {
		rest := features.Config{}
		for name, v := range c {
			if g.Space.Param(name) != nil && !names.IsKnownBefore(name) {
				rest[name] = v
			}
		}
		return rest.Key()
	}
	for i := range g.Space.Params {
		p := &g.Space.Params[i]
		if !names.IsKnownBefore(p.Name) || p.When != nil || p.Optional {
			continue
		}
		of, low, high, numeric := map[string]features.Value{}, 0.0, 0.0, true
		follows, again := true, 0
		for k, c := range configs {
			v, key := c[p.Name], others(c)
			x, ok := v.Float()
			numeric = numeric && ok
			if k == 0 {
				low, high = x, x
			}
			low, high = min(low, x), max(high, x)
			before, seen := of[key]
			if seen {
				again++
			}
			follows = follows && (!seen || before.Same(v))
			of[key] = v
		}
		switch {
		case !numeric || !follows || len(of) < 3 || !(low < high):
			continue
		case again < askedRuns:
			g.noteAsked(p.Name, "", "; if it follows from the other axes, give its formula (space.known), or say that it "+
				"is asked for (known: ask)")
			continue
		}
		kind := features.Linear
		if low > 0 {
			kind = features.Log
		}
		*p = features.Param{Name: p.Name, Kind: kind, Low: low, High: high, Known: features.KnownAsk}
		g.noteAsked(p.Name, "known before training, asked for", fmt.Sprintf("; the same in all of %d runs that are like "+
			"another one: it follows from the other axes by no formula here. A query must say it, no search can draw it "+
			"(space.known takes a formula)", again))
	}
}

// askedRuns is in how many runs that are like one before them in all other axes a number must be the same, too.
const askedRuns = 5

// noteAsked says in the table what a column is, and adds to its grounds.
func (g *Guess) noteAsked(axis, as, why string) {
	for i, s := range g.surveys {
		if c := s.column(g.Mappings[i].Params[axis]); c != nil && c.role == RoleAxis {
			c.as = as
			c.why += why
		}
	}
}
