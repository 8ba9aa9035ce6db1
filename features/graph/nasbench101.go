package graph

import (
	"fmt"
	"slices"
	"strings"
)

const networkNASBench101 = "nasbench101"

// NASBench101 is what surrounds the cells in the network of NAS-Bench-101 (Ying et al., ICML 2019): a 3x3 convolution,
// stacks of cells of one width, which doubles where the image is halved, and a classifier. Zeros are the defaults.
type NASBench101 struct {
	StemWidth int `yaml:"stem_width,omitempty" json:"stem_width,omitempty"` // channels of the first stack; default 128
	Stacks    int `yaml:"stacks,omitempty" json:"stacks,omitempty"`         // default 3
	Modules   int `yaml:"modules,omitempty" json:"modules,omitempty"`       // cells in a stack; default 3
	ImageSize int `yaml:"image_size,omitempty" json:"image_size,omitempty"` // pixels a side; default 32
	Classes   int `yaml:"classes,omitempty" json:"classes,omitempty"`       // default 10
}

// Counts are what the network of a cell holds and computes for one image.
type Counts struct {
	Params float64 // trainable parameters, those of batch normalization (two a channel) among them
	MACs   float64 // multiply-adds of convolutions and of the classifier
	Acts   float64 // numbers that convolutions and poolings write
	Pooled float64 // those of them that poolings within cells write
}

func (s *Spec) skeleton() NASBench101 {
	var n NASBench101
	if s.Skeleton != nil {
		n = *s.Skeleton
	}
	for _, d := range []struct {
		x   *int
		def int
	}{{&n.StemWidth, 128}, {&n.Stacks, 3}, {&n.Modules, 3}, {&n.ImageSize, 32}, {&n.Classes, 10}} {
		if *d.x == 0 {
			*d.x = d.def
		}
	}
	return n
}

func (n NASBench101) validate(operations []string) string {
	if n.StemWidth < 1 || n.StemWidth > 4096 || n.Stacks < 1 || n.Stacks > 8 || n.Modules < 1 || n.Modules > 64 ||
		n.ImageSize < 1 || n.ImageSize > 4096 || n.Classes < 1 || n.Classes > 1_000_000 {
		return "graph.skeleton: a number is outside of what a network can have"
	}
	for _, op := range operations {
		if kernel(op) < 0 {
			return fmt.Sprintf("graph.network: nasbench101 does not know the operation %s; it knows conv1x1, conv3x3, "+
				"maxpool3x3 (and conv1x1-bn-relu, conv3x3-bn-relu)", op)
		}
	}
	return ""
}

// kernel returns the side of an operation's convolution, 0 for the pooling, -1 for others.
func kernel(op string) int {
	switch strings.TrimSuffix(op, "-bn-relu") {
	case "conv1x1":
		return 1
	case "conv3x3":
		return 3
	case "maxpool3x3":
		return 0
	}
	return -1
}

// Count counts the network of a graph of the Spec, whose Network is nasbench101, as google-research/nasbench builds it
// (model_builder.py).
func (s *Spec) Count(g Graph) Counts {
	n, c := s.skeleton(), &g[0]
	var out Counts
	out.conv(3, 3, n.StemWidth, n.ImageSize)
	in, width, side := n.StemWidth, n.StemWidth, n.ImageSize
	kernels := make([]int, 0, maxOperations)
	for _, op := range s.labels() {
		kernels = append(kernels, kernel(op))
	}
	for stack := range n.Stacks {
		if stack > 0 {
			side, width = side/2, 2*width
		}
		channels := c.channels(width)
		for range n.Modules {
			out.module(c, in, channels, side, kernels)
			in = width
		}
	}
	classifier := float64(width * n.Classes)
	out.Params += classifier + float64(n.Classes)
	out.MACs += classifier
	return out
}

// conv counts a convolution of kernel k with batch normalization.
func (t *Counts) conv(k, in, out, side int) {
	weights := float64(k * k * in * out)
	t.Params += weights + float64(2*out)
	t.MACs += weights * float64(side*side)
	t.Acts += float64(out * side * side)
}

// module counts one cell with in channels before it, and at each of its vertices, the output among them, as many as
// channels says.
func (t *Counts) module(c *Cell, in int, channels []int, side int, kernels []int) {
	for v := 1; v < c.output(); v++ {
		if c.edge(0, v) {
			t.conv(1, in, channels[v], side)
		}
		if k := kernels[c.Labels[v]]; k > 0 {
			t.conv(k, channels[v], channels[v], side)
		} else {
			pooled := float64(channels[v] * side * side)
			t.Acts += pooled
			t.Pooled += pooled
		}
	}
	if c.edge(0, c.output()) {
		t.conv(1, in, channels[c.output()], side)
	}
}

// channels returns the channels of each vertex: the width is divided among those that feed the output (the first ones
// get what is left over), and the others have as many as the widest that they feed.
func (c *Cell) channels(width int) []int {
	n := len(c.Labels)
	out := make([]int, n)
	out[n-1] = width
	var feeds []int
	for v := 1; v < n-1; v++ {
		if c.edge(v, n-1) {
			feeds = append(feeds, v)
		}
	}
	for i, v := range feeds {
		out[v] = width / len(feeds)
		if i < width%len(feeds) {
			out[v]++
		}
	}
	for v := n - 2; v > 0; v-- {
		if slices.Contains(feeds, v) {
			continue
		}
		for w := v + 1; w < n-1; w++ {
			if c.edge(v, w) {
				out[v] = max(out[v], out[w])
			}
		}
	}
	return out
}

// edge reports whether an edge leads from v to w.
func (c *Cell) edge(v, w int) bool {
	return slices.ContainsFunc(c.Edges, func(e Edge) bool { return e.From == v && e.To == w })
}
