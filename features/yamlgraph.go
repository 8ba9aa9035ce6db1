package features

import (
	"maps"
	"slices"
	"strings"

	"eahas/features/graph"
)

// graph writes the description of an axis of graphs.
func (y *yamlWriter) graph(s *graph.Spec) {
	list := func(words []string) string {
		out := make([]string, len(words))
		for i, w := range words {
			out[i] = quote(w)
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	y.line("    graph:")
	y.line("      form: %s", quote(string(s.Form)))
	y.line("      operations: %s", list(s.Operations))
	if len(s.Names) > 0 {
		y.line("      names:")
		for _, name := range slices.Sorted(maps.Keys(s.Names)) {
			y.line("        %s: %s", quote(name), quote(s.Names[name]))
		}
	}
	y.line("      vertices: %d # of a cell, inputs and output counted", s.Vertices)
	for _, n := range []struct {
		key string
		n   int
	}{{"edges", s.Edges}, {"degree", s.Degree}, {"max_paths", s.MaxPaths}} {
		if n.n != 0 {
			y.line("      %s: %d", n.key, n.n)
		}
	}
	if s.Partial {
		y.line("      partial: true # the output concatenates some of the vertices")
	}
	if len(s.Cells) > 0 {
		y.line("      cells: %s", list(s.Cells))
	}
	if s.Unused != "" {
		y.line("      unused: %s", quote(s.Unused))
	}
	if s.Disconnected {
		y.line("      disconnected: true # no path leads from the input to the output of some cells")
	}
	if len(s.Encode) > 0 {
		y.line("      encode: %s", list(s.Encode))
	}
	if len(s.Paths) > 0 {
		y.line("      paths: %s", list(s.Paths))
	}
	if s.Network != "" {
		y.line("      network: %s # its parameters, multiply-adds and activations are columns", quote(s.Network))
	}
	if k := s.Skeleton; k != nil {
		y.line("      skeleton: {stem_width: %d, stacks: %d, modules: %d, image_size: %d, classes: %d}", k.StemWidth,
			k.Stacks,
			k.Modules, k.ImageSize, k.Classes)
	}
}
