package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Form says where a cell has its operations and how many inputs it has.
type Form string

// The forms of graphs.
const (
	Nodes    Form = "nodes"    // one input; operations on the vertices between input and output: NAS-Bench-101
	Edges    Form = "edges"    // one input; operations on edges, vertices add what reaches them: NAS-Bench-201
	Genotype Form = "genotype" // two inputs; operations on edges, the output concatenates vertices: DARTS
)

// What Spec.Unused says of vertices that lie on no path from an input to the output.
const (
	Prune = "prune" // they are left out: cells that differ in them alone are one
	Keep  = "keep"  // they count: they cost time and energy where a framework computes them
)

// None is the operation of an edge that does not exist, where the operations of form edges list it.
const None = "none"

// The ways of encoding a graph, for Spec.Encode.
const (
	EncodeCounts  = "counts"  // how often each operation occurs
	EncodeShape   = "shape"   // vertices, edges, depth, least depth, width, edges from the inputs and into the output
	EncodeFlow    = "flow"    // of each operation: how many lie on the way, their edges, their share of what comes out
	EncodePaths   = "paths"   // how often each sequence of operations leads from an input to the output
	EncodeEdges   = "edges"   // which edges exist, and which operation stands where, in the canonical numbering
	EncodeNetwork = "network" // what Spec.Network counts: parameters, multiply-adds, activations, pooled activations
)

// Spec describes the graphs of an axis.
type Spec struct {
	Form Form `yaml:"form" json:"form"` // nodes, edges or genotype
	// allowed operations; with none in form edges, edges may lack
	Operations []string `yaml:"operations" json:"operations"`
	// what the logs write for operations, where it is another word: {"0": conv3x3}
	Names map[string]string `yaml:"names,omitempty" json:"names,omitempty"`
	// most vertices of a cell, inputs and output counted; form edges and genotype: exactly as many, unless unused:
	// prune
	Vertices int `yaml:"vertices" json:"vertices"`
	Edges    int `yaml:"edges,omitempty" json:"edges,omitempty"` // most edges of a cell; 0 means any number
	// genotype: edges into each vertex between inputs and output; 0 means 2
	Degree int `yaml:"degree,omitempty" json:"degree,omitempty"`
	// genotype: the output may concatenate some of the vertices between inputs and output, in place of all
	Partial bool `yaml:"partial,omitempty" json:"partial,omitempty"`
	// names of the cells of a graph (normal, reduce); empty means one cell without a name
	Cells []string `yaml:"cells,omitempty" json:"cells,omitempty"`
	// prune (default for nodes) or keep (default for edges and genotype): vertices on no path from an input to the
	// output
	Unused string `yaml:"unused,omitempty" json:"unused,omitempty"`
	// cells whose output no input reaches are allowed (NAS-Bench-201 has them)
	Disconnected bool `yaml:"disconnected,omitempty" json:"disconnected,omitempty"`
	// counts, shape, flow, paths, edges, network; default: all but network where there is none, and but edges of a
	// genotype
	Encode []string `yaml:"encode,omitempty" json:"encode,omitempty"`
	// paths that have a column, operations joined by ">"; default: those of the log, most frequent first
	Paths []string `yaml:"paths,omitempty" json:"paths,omitempty"`
	// of the default, how many at most; 0 means 64
	MaxPaths int `yaml:"max_paths,omitempty" json:"max_paths,omitempty"`
	// nasbench101 (form nodes): the network of stem, stacks of cells and classes whose parameters are counted
	Network  string       `yaml:"network,omitempty" json:"network,omitempty"`
	Skeleton *NASBench101 `yaml:"skeleton,omitempty" json:"skeleton,omitempty"` // of that network; default: CIFAR-10's
}

// Bounds of what a Spec may say, so that a hostile one cannot ask for absurd time or memory.
const (
	MaxVertices   = 10
	maxOperations = 64
	maxCells      = 4
	maxDegree     = 4
	maxPaths      = 4096
	maxEdges      = 64 // of one cell that is read
	maxName       = 100
	maxText       = 1 << 16
)

// Validate returns "" for a sound description, else what is wrong with it.
func (s *Spec) Validate() string {
	switch {
	case !slices.Contains([]Form{Nodes, Edges, Genotype}, s.Form):
		return fmt.Sprintf("graph.form is %q; allowed are nodes, edges, genotype", string(s.Form))
	case s.Vertices < s.inputs()+1 || s.Vertices > MaxVertices:
		return fmt.Sprintf("graph.vertices is %d; allowed are %d..%d, inputs and output counted", s.Vertices,
			s.inputs()+1,
			MaxVertices)
	case len(s.Operations) == 0 || len(s.Operations) > maxOperations:
		return fmt.Sprintf("graph.operations lists %d operations; allowed are 1..%d", len(s.Operations), maxOperations)
	case s.Edges < 0 || s.Edges > maxEdges:
		return fmt.Sprintf("graph.edges is %d; allowed are 0..%d", s.Edges, maxEdges)
	case s.Degree < 0 || s.Degree > maxDegree || (s.Degree > 0 || s.Partial) && s.Form != Genotype:
		return fmt.Sprintf("graph.degree and graph.partial are for form genotype; degree is 1..%d", maxDegree)
	case len(s.Cells) > maxCells:
		return fmt.Sprintf("graph.cells lists %d cells; at most %d are allowed", len(s.Cells), maxCells)
	case s.Unused != "" && s.Unused != Prune && s.Unused != Keep:
		return fmt.Sprintf("graph.unused is %q; allowed are prune, keep", s.Unused)
	case s.MaxPaths < 0 || max(len(s.Paths), s.MaxPaths) > maxPaths:
		return fmt.Sprintf("graph.paths: at most %d are allowed", maxPaths)
	}
	if why := s.validateNames(); why != "" {
		return why
	}
	return s.validateEncoding()
}

// validateNames looks at the operations and cells.
func (s *Spec) validateNames() string {
	if why := distinct("operations", s.Operations); why != "" {
		return why
	}
	if why := distinct("cells", s.Cells); why != "" {
		return why
	}
	for _, op := range s.Operations {
		if op == outputWord || op == inputWord || op == direct || op == "-" || op == None && s.Form != Edges {
			return fmt.Sprintf("graph.operations: %s is no operation of form %s", op, s.Form)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Names)) {
		if !slices.Contains(s.Operations, s.Names[name]) || slices.Contains(s.Operations, name) || name == "" {
			return fmt.Sprintf("graph.names: %s: %s: want a word that is no operation, and an operation", name,
				s.Names[name])
		}
	}
	if s.Form == Edges && len(s.labels()) == 0 {
		return "graph.operations lists none alone"
	}
	return ""
}

// distinct looks whether all names of a list are names, and different.
func distinct(what string, names []string) string {
	for i, name := range names {
		if name == "" || len(name) > maxName {
			return fmt.Sprintf("graph.%s: names have 1..%d bytes", what, maxName)
		}
		if slices.Contains(names[:i], name) {
			return fmt.Sprintf("graph.%s: %s is listed twice", what, name)
		}
	}
	return ""
}

// validateEncoding looks at how graphs are encoded.
func (s *Spec) validateEncoding() string {
	for i, e := range s.Encode {
		switch {
		case !slices.Contains(Ways(), e):
			return fmt.Sprintf("graph.encode: %q; allowed are %s", e, strings.Join(Ways(), ", "))
		case e == EncodeNetwork && s.Network == "":
			return "graph.encode: network needs graph.network: nasbench101"
		case slices.Contains(s.Encode[:i], e):
			return fmt.Sprintf("graph.encode: %s is listed twice", e)
		}
	}
	for i, p := range s.Paths {
		if _, why := s.readPath(p); why != "" {
			return fmt.Sprintf("graph.paths: %q: %s", p, why)
		}
		if slices.Contains(s.Paths[:i], p) {
			return fmt.Sprintf("graph.paths: %q is listed twice", p)
		}
	}
	switch s.Network {
	case "":
		if s.Skeleton != nil {
			return "graph.skeleton needs graph.network: nasbench101"
		}
		return ""
	case networkNASBench101:
		if s.Form != Nodes || len(s.Cells) > 1 {
			return "graph.network: nasbench101 is of one cell of form nodes"
		}
		return s.skeleton().validate(s.Operations)
	}
	return fmt.Sprintf("graph.network is %q; allowed is nasbench101", s.Network)
}

// InWords says how the graphs are written.
func (s *Spec) InWords() string {
	how := map[Form]string{Nodes: "a matrix and operations on vertices (as in NAS-Bench-101)",
		Edges: "operations on edges (as in NAS-Bench-201)", Genotype: "genotypes (as in DARTS)"}[s.Form]
	return fmt.Sprintf("%s, up to %d vertices, %d operations", how, s.Vertices, len(s.Operations))
}

// inputs is how many inputs a cell has.
func (s *Spec) inputs() int {
	if s.Form == Genotype {
		return 2
	}
	return 1
}

// degree is how many edges lead into each vertex of a genotype.
func (s *Spec) degree() int {
	if s.Degree == 0 {
		return 2
	}
	return s.Degree
}

// cells is how many cells a graph has.
func (s *Spec) cells() int { return max(1, len(s.Cells)) }

// prunes reports whether unused vertices are left out.
func (s *Spec) prunes() bool { return s.Unused == Prune || s.Unused == "" && s.Form == Nodes }

// mayLack reports whether an edge of form edges need not exist.
func (s *Spec) mayLack() bool { return slices.Contains(s.Operations, None) }

// labels are the operations that an edge or a vertex can have: all but none.
func (s *Spec) labels() []string {
	return slices.DeleteFunc(slices.Clone(s.Operations), func(op string) bool { return op == None })
}

// Encodes reports whether graphs are encoded in this way. A Spec that says nothing encodes as bundles without the list
// do: flow came later.
func (s *Spec) Encodes(way string) bool {
	if len(s.Encode) > 0 {
		return slices.Contains(s.Encode, way)
	}
	return way != EncodeFlow && s.encodes(way)
}

// encodes reports whether graphs are encoded in this way unless the list says otherwise.
func (s *Spec) encodes(way string) bool {
	switch way {
	case EncodeEdges:
		return s.Form != Genotype // whose cells have hundreds of possible edges and operations
	case EncodeNetwork:
		return s.Network != ""
	}
	return true
}

// Ways lists the ways of encoding, in the order of their columns.
func Ways() []string {
	return []string{EncodeCounts, EncodeShape, EncodeFlow, EncodePaths, EncodeEdges, EncodeNetwork}
}

// Complete lists the ways of encoding where a Spec says nothing.
func (s *Spec) Complete() {
	if len(s.Encode) == 0 {
		s.Encode = slices.DeleteFunc(Ways(), func(way string) bool { return !s.encodes(way) })
	}
}
