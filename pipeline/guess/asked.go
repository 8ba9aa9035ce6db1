package guess

import (
	"fmt"
	"math"
	"slices"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/names"
	"eahas/trial/target"
)

// proposeAsked finds axes that are no decisions: numbers of parameters, FLOPs or MACs that are the same wherever all
// other axes are. They follow from the architecture by a formula that the log does not hold, so they are asked for.
// Where such a number is all that a log says of the architecture it differs between runs that are the same otherwise,
// and stays a setting; where hardly two runs are the same otherwise, nobody can tell: the table says what to do. One
// that some runs lack is predicted first: who asks may lack it, too.
func (g *Guess) proposeAsked(configs []features.Config) {
	asked := knownBefore(g.Space.Params)
	if len(asked) == 0 {
		return
	}
	others := otherAxes(g.Space.Params, configs)
	for _, name := range asked {
		p := g.Space.Param(name)
		of, low, high, numeric := map[string]features.Value{}, math.Inf(1), math.Inf(-1), true
		follows, again := true, 0
		for i, c := range configs {
			v, key := c[p.Name], others[i]
			if v.IsMissing() {
				continue
			}
			x, ok := v.Float()
			numeric = numeric && ok
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
		case again < askedRuns:
			g.noteAsked(p.Name, "", "; if it follows from the other axes, give its formula (space.known), or say that "+
				"it is asked for (known: ask)")
		case p.Optional:
			g.predictFirst(p.Name, low, again)
		default:
			kind := features.Linear
			if low > 0 {
				kind = features.Log
			}
			*p = features.Param{Name: p.Name, Kind: kind, Low: low, High: high, Known: features.KnownAsk}
			g.noteAsked(p.Name, "known before training, asked for", fmt.Sprintf("; the same in all of %d runs that "+
				"are like another one: it follows from the other axes by no formula here. A query must say it, no "+
				"search can draw it (space.known takes a formula; as a target with known: predict, in place of the "+
				"axis, it is predicted first and nobody need say it)", again))
		}
	}
}

// otherAxes are keys of what each configuration says but for numbers that are called as known before training.
func otherAxes(params []features.Param, configs []features.Config) []string {
	var others []string
	for _, p := range params {
		if !names.IsKnownBefore(p.Name) {
			others = append(others, p.Name)
		}
	}
	keys := make([]string, len(configs))
	for i, c := range configs {
		rest := features.Config{}
		for _, name := range others {
			if v, has := c[name]; has {
				rest[name] = v
			}
		}
		keys[i] = rest.Key()
	}
	return keys
}

// knownBefore lists the axes that are called as what is known before training.
func knownBefore(params []features.Param) []string {
	var out []string
	for _, p := range params {
		if names.IsKnownBefore(p.Name) && p.When == nil {
			out = append(out, p.Name)
		}
	}
	return out
}

// predictFirst makes an axis that follows from the others, and that some runs lack, a target that is predicted first.
func (g *Guess) predictFirst(axis string, low float64, again int) {
	name := ""
	for i, s := range g.surveys {
		c := s.column(g.Mappings[i].Params[axis])
		if c == nil {
			continue
		}
		if name != "" && c.Name != name {
			return // two logs call it differently: it stays an axis
		}
		name = c.Name
	}
	var found *column
	for i, s := range g.surveys {
		if c := s.column(g.Mappings[i].Params[axis]); c != nil && c.role == RoleAxis {
			found = c
			c.role = RoleResult
			delete(g.Mappings[i].Params, axis)
		}
	}
	if found == nil {
		return
	}
	one := trial.TargetColumn{Column: name, Direction: target.Lower, Scale: target.Linear, Known: target.KnownPredict}
	if low > 0 {
		one.Scale = target.Log
	}
	g.Space.Params = slices.DeleteFunc(slices.Clone(g.Space.Params),
		func(p features.Param) bool { return p.Name == axis })
	g.first = append(g.first, &proposal{column: found, TargetColumn: one, rank: firstRank, why: fmt.Sprintf(
		"known before training, but some runs lack it: the same in all of %d runs that are like another one, so it is "+
			"predicted from the axes first, and the prediction is an input of the other targets' models", again)})
}

// firstRank puts what is predicted first before all other proposals.
const firstRank = -1000

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
