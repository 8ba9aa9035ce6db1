package guess

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// Options are what the user says that the logs do not.
type Options struct {
	Axes    *regexp.Regexp // columns that are settings, whatever their names and values look like; may be nil
	Results *regexp.Regexp // columns that are results; may be nil
}

// Log is a log to look at.
type Log struct {
	Paths trial.Strings // as in a config: relative to the data folder

	// Of a log that says itself what it is:
	Declared *trial.Mapping            // how it is read; nil: to be guessed
	Why      map[string]string         // more about a column
	Space    map[string]features.Param // the ranges that the log declares, by axis
	// what the config names in place of Paths: the logs of other tools that Paths was made from
	Origin trial.Strings
	Name   string // pattern that takes runs' names apart, for the config
}

// Column says what one column was taken for.
type Column struct {
	Log  string // its first path
	Name string
	Role Role
	As   string // kind, unit, shape
	Why  string
}

// Guess is how logs are read, with the grounds.
type Guess struct {
	Columns   []Column
	Mappings  []trial.Mapping
	Space     features.Space
	Warnings  []string
	inference features.Inference
	surveys   []*survey

	cut *cut // runs that were cut and do not say it; nil for none
	// targets of the config, those that it has as comments, and those of the config that are predicted first
	proposed, further, first []*proposal
}

// Look looks at logs and says how to read them. Paths are relative to dir. ErrUnclear: no axis is found, or runs cannot
// be told apart.
func Look(ctx context.Context, name string, logs []Log, dir string, o Options) (*Guess, error) {
	g := &Guess{}
	for i := range logs {
		l := &logs[i]
		s, err := look(ctx, l.Paths, dir, l.Declared)
		if err != nil {
			return nil, err
		}
		if l.Declared != nil {
			s.adopt(l.Declared, l.Why)
		} else {
			s.assign(o)
		}
		s.guardProducts(o.Axes)
		s.guard(o.Axes)
		s.guardRanks(o.Axes)
		if l.Declared == nil {
			s.guardKeys(o.Axes)
			s.guardCodes(o.Axes)
			s.guardDesign(o.Axes)
			s.guardUnchosen(o.Axes)
			s.guardNumbered()
			s.learnUnnamed()
		}
		if s.broken > 0 {
			g.Warnings = append(g.Warnings, s.unreadable())
		}
		if l.Declared == nil {
			g.Warnings = append(g.Warnings, s.saidByFiles()...)
		}
		g.surveys = append(g.surveys, s)
	}
	if err := g.joinSamples(logs); err != nil {
		g.list(logs)
		return g, err
	}
	return g, g.settle(ctx, name, logs, dir)
}

// settle infers the space of all logs, and leaves out what spans none.
func (g *Guess) settle(ctx context.Context, name string, logs []Log, dir string) error {
	var all []features.Config
	for i, s := range g.surveys {
		var m trial.Mapping
		if logs[i].Declared != nil {
			m = *logs[i].Declared
			maps.DeleteFunc(m.Params, func(_, column string) bool {
				return s.column(column) == nil ||
					s.column(column).role != RoleAxis
			})
		} else {
			m = s.mapping()
		}
		if s.power != nil {
			m = *s.power
		} else {
			s.mapGraphs(&m)
		}
		g.Mappings = append(g.Mappings, m)
		all = append(all, s.configs(&m)...)
	}
	g.inference = features.Infer(name, all)
	g.inference.Space.Params = declared(g.inference, logs)
	g.Space = g.inference.Space
	for _, o := range g.inference.Observed {
		if !o.Dropped {
			continue
		}
		for i, s := range g.surveys {
			if c := s.column(g.Mappings[i].Params[o.Name]); c != nil {
				c.take(RoleLeft, "", "%s", o.Reason)
				delete(g.Mappings[i].Params, o.Name)
			}
			if of, has := g.Mappings[i].Graphs[o.Name]; has {
				s.column(of.Column()).take(RoleLeft, "", "%s", o.Reason)
				delete(g.Mappings[i].Graphs, o.Name)
			}
		}
	}
	g.proposeAsked(all)
	g.proposeTargets()
	if err := g.findCut(ctx, dir); err != nil {
		return err
	}
	g.list(logs)
	if !g.measures() {
		return fmt.Errorf("%w: no column is a metric, an energy, a time or another number that was measured of a run, "+
			"so there is nothing to learn. If one is, write curve, final, energy, time or targets by hand "+
			"(docs/config.md). Columns:%s", ErrUnclear, g.inWords())
	}
	if len(g.Space.Params) == 0 {
		return fmt.Errorf("%w: no column is a setting that differs between runs. If one is, say so with -axis "+
			"REGEXP, or write params and space by hand.%s "+
			"Columns:%s", ErrUnclear, g.namesHint(logs), g.inWords())
	}
	return nil
}

// measures reports whether something is learnt from the logs.
func (g *Guess) measures() bool {
	return len(g.proposed)+len(g.further)+len(g.first) > 0 ||
		slices.ContainsFunc(g.Mappings, func(m trial.Mapping) bool {
			return m.Curve != nil || m.Final != nil || m.Energy != nil || m.Time != nil || m.InferenceEnergy != nil ||
				m.Samples != nil
		})
}

// namesHint says how settings are taken out of the runs' names, where these are words that several runs share.
func (g *Guess) namesHint(logs []Log) string {
	for i, s := range g.surveys {
		c := s.column("name")
		if logs[i].Declared == nil || logs[i].Name != "" || c == nil || c.Kind != "text" {
			continue
		}
		if values, _ := c.distinct(); values < 2 {
			continue
		}
		var some []string
		for k := range c.runs {
			if t, ok := c.runs[k].first.Str(); ok && len(some) < 2 && !slices.Contains(some, t) {
				some = append(some, t)
			}
		}
		return fmt.Sprintf(" If the runs' names hold them (%s), take them apart with -runs-named PATTERN, such as "+
			"'{model}_{dataset}' or 'lr={lr}_bs={batch}'.", strings.Join(some, ", "))
	}
	return ""
}

// declared puts the ranges that logs declare in the place of those that were inferred. When an axis exists is inferred.
func declared(from features.Inference, logs []Log) []features.Param {
	out := slices.Clone(from.Space.Params)
	for i := range out {
		for _, l := range logs {
			p, ok := l.Space[out[i].Name]
			if !ok {
				continue
			}
			p.When, p.Optional = out[i].When, out[i].Optional || p.Optional
			out[i] = p
			for k := range from.Observed {
				if from.Observed[k].Name == p.Name {
					from.Observed[k].Reason = "the log declares it"
				}
			}
		}
	}
	return out
}

// configs gives the configuration of each run.
func (s *survey) configs(m *trial.Mapping) []features.Config {
	params := maps.Clone(m.Params)
	for axis, g := range m.Graphs {
		params[axis] = g.Column()
	}
	if len(params) == 0 {
		return nil
	}
	out := make([]features.Config, s.runs)
	for i := range out {
		out[i] = features.Config{}
		for axis, name := range params {
			if v := s.column(name).runs[i].first; !v.IsMissing() {
				out[i][axis] = v
			}
		}
	}
	return out
}

// list makes the table of columns.
func (g *Guess) list(logs []Log) {
	for i, s := range g.surveys {
		log := s.paths[0]
		if len(logs[i].Origin) > 0 {
			log = logs[i].Origin[0] + " (imported)"
		}
		for _, c := range s.columns {
			g.Columns = append(g.Columns, Column{Log: log, Name: c.Name, Role: c.role,
				As: strings.TrimSuffix(c.as, ", "), Why: c.saysStrays()})
		}
	}
	order := []Role{RoleID, RoleEpoch, RoleAxis, RoleCurve, RoleFinal, RoleEnergy, RolePower, RoleTime, RoleInference,
		RoleSeed, RoleGroup, RoleFold,
		RolePlanned, RoleEnded, RoleSample, RoleTarget, RoleResult, RoleLeft}
	slices.SortStableFunc(g.Columns, func(a, b Column) int {
		if a.Log != b.Log {
			return 0
		}
		return slices.Index(order, a.Role) - slices.Index(order, b.Role)
	})
}

func (g *Guess) inWords() string {
	var b strings.Builder
	for _, c := range g.Columns {
		fmt.Fprintf(&b, "\n  %s: %s, %s", c.Name, c.Role, c.Why)
	}
	return b.String()
}

// Tables sorts plain tables into logs: files of like columns are one.
func Tables(paths []string, dir string) ([]Log, error) {
	groups, err := arrowio.Alike(paths, dir)
	if err != nil {
		return nil, err
	}
	var out []Log
	for _, p := range groups {
		out = append(out, Log{Paths: p})
	}
	return out, nil
}
