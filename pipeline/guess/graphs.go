package guess

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/features/graph"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// A graph whose matrix and operations stand in columns of their own becomes a column more, whose parts are left out.

var (
	matrixName = regexp.MustCompile(`(?i)(^|[._])(adj|adjacency|adjacency_?matrix|adj_?matrix|matrix|edges?|` +
		`graphs?[._]0)[._]?$`)
	operationName = regexp.MustCompile(`(?i)(^|[._])(ops?|operations?|nodes?|node_?labels|labels|vertex_?ops|` +
		`graphs?[._]1)[._]?$`)
	entryName = regexp.MustCompile(`^(.*?)(\d{1,2})([._,x-]?)(\d{1,2})$`)
	labelName = regexp.MustCompile(`^(.*?)(\d{1,2})$`)
)

// addGraphs looks for graphs in several columns, and adds them to the columns where their texts are read as graphs.
func (s *survey) addGraphs(ctx context.Context, dir string) error {
	for _, g := range s.graphColumns() {
		infos, err := arrowio.Describe(ctx, s.paths, dir, g)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(infos, func(c arrowio.ColumnInfo) bool { return c.Name == g.Column() })
		if at < 0 || len(infos[at].Values) == 0 || slices.ContainsFunc(infos[at].Values, func(v features.Value) bool {
			text, _ := v.Str()
			return !graph.Looks(text)
		}) {
			continue
		}
		s.graphs = append(s.graphs, g)
		s.columns = append(s.columns, &column{ColumnInfo: infos[at], graph: true})
	}
	return nil
}

// graphColumns lists pairs of columns, or of patterns of columns, that may be a matrix and its operations.
func (s *survey) graphColumns() []trial.GraphColumns {
	matrices, ops := s.graphParts(matrixName, entryName), s.graphParts(operationName, labelName)
	var out []trial.GraphColumns
	for _, m := range matrices {
		best, shared := "", -1
		for _, o := range ops {
			if n := commonPrefix(m, o); o != m && n > shared {
				best, shared = o, n
			}
		}
		if best != "" {
			out = append(out, trial.GraphColumns{Matrix: m, Operations: best})
		}
	}
	return out
}

func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// graphParts lists the columns with such a name, and the patterns of the columns whose name begins so and ends in the
// numbers of vertices.
func (s *survey) graphParts(name, numbered *regexp.Regexp) []string {
	var out []string
	families := map[string]int{}
	for _, c := range s.columns {
		m := numbered.FindStringSubmatch(c.Name)
		switch {
		case name.MatchString(c.Name) && (c.Kind == "text" || c.List || strings.Contains(c.NotRead, "lists in lists")):
			out = append(out, c.Name)
		case m == nil || !name.MatchString(m[1]) || c.List || c.NotRead != "":
		case numbered == labelName:
			families[m[1]+"{i}"]++
		case c.Kind == "boolean" || c.Min >= 0 && c.Max <= 1 || c.bits01():
			families[m[1]+"{i}"+m[3]+"{j}"]++
		}
	}
	for pattern, n := range families {
		if n > 1 || numbered == labelName {
			out = append(out, pattern)
		}
	}
	slices.Sort(out)
	return out
}

// bits01 reports whether a column of texts has the words true and false alone.
func (c *column) bits01() bool {
	return len(c.Values) > 0 && !c.Many && !slices.ContainsFunc(c.Values, func(v features.Value) bool {
		t := strings.ToLower(v.String())
		return t != "true" && t != "false" && t != "0" && t != "1"
	})
}

// isGraph reports whether a column of texts holds graphs.
func (c *column) isGraph() bool {
	return c.graph || c.Kind == "text" && !c.List && len(c.Values) > 0 && !slices.ContainsFunc(c.Values,
		func(v features.Value) bool { text, _ := v.Str(); return !graph.Looks(text) })
}

// assignGraphs makes the graphs axes, and leaves their parts out.
func (s *survey) assignGraphs() {
	for _, g := range s.graphs {
		c := s.column(g.Column())
		values, _ := c.distinct()
		c.take(RoleAxis, "graph", "a graph of %s and %s, %d written forms", g.Matrix, g.Operations, values)
		for _, part := range s.columns {
			if part != c && (partOf(g.Matrix, part.Name) || partOf(g.Operations, part.Name)) {
				part.take(RoleLeft, "", "a part of the graph %s", s.graphAxis(g))
			}
		}
	}
}

// partOf reports whether a column is one of a pattern's.
func partOf(pattern, name string) bool {
	text := strings.NewReplacer(`\{i\}`, `\d{1,2}`, `\{j\}`, `\d{1,2}`).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + text + "$").MatchString(name)
}

// graphAxis is the axis that a graph becomes.
func (s *survey) graphAxis(g trial.GraphColumns) string {
	name := "cell"
	if k := slices.Index(s.graphs, g); k > 0 {
		name = fmt.Sprint("cell", k+1)
	}
	if s.column(name) != nil {
		name += "_graph"
	}
	return name
}

// mapGraphs puts the graphs into a mapping.
func (s *survey) mapGraphs(m *trial.Mapping) {
	for _, g := range s.graphs {
		for axis, name := range m.Params {
			if name == g.Column() || partOf(g.Matrix, name) || partOf(g.Operations, name) {
				delete(m.Params, axis)
			}
		}
		if s.column(g.Column()).role == RoleAxis {
			if m.Graphs == nil {
				m.Graphs = map[string]trial.GraphColumns{}
			}
			m.Graphs[s.graphAxis(g)] = g
		}
	}
}
