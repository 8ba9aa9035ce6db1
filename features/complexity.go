package features

import "math"

// Complexity is the size of a network.
type Complexity struct {
	Params float64 // trainable parameters
	FLOPs  float64 // multiply-adds of one forward pass of one image, as pycls counts them
	Acts   float64 // activations: elements of the outputs of all convolutions and the classifier
}

// tally accumulates a Complexity while layers shrink the image. Quantities are whole numbers kept in float64, exact
// below 2^53.
type tally struct {
	Complexity
	side float64 // pixels a side
}

// conv adds a convolution of kernel k x k without bias, followed by batch normalisation (2 parameters a channel).
func (t *tally) conv(in, out, k, stride, groups float64) {
	t.side = math.Floor((t.side-1)/stride) + 1
	area := t.side * t.side
	weights := k * k * in * out / groups
	t.FLOPs += weights * area
	t.Params += weights + 2*out
	t.Acts += out * area
}

// squeezeExcite adds global pooling and two 1x1 convolutions with bias, width -> mid -> width.
func (t *tally) squeezeExcite(width, mid float64) {
	both := 2*width*mid + width + mid
	t.FLOPs += both
	t.Params += both
	t.Acts += width + mid
}

// Complexity counts parameters, multiply-adds and activations of the network with the spec's stem and head: stem, then
// per block [1x1 to the first shortcut where shape changes], 1x1, grouped 3x3 (stride 2 in a stage's first block),
// squeeze-excitation with round(ratio * block input width) channels, 1x1; then pooling and one linear layer with bias.
// Bottleneck ratio is 1. The count is that of pycls (anynet.py, blocks.py). It does not allocate.
func (r RegNetSpec) Complexity(n *Network) Complexity {
	r = r.withDefaults()
	t := tally{side: float64(r.ImageSize)}
	stemStride := 1.0
	if r.Stem == "simple" {
		stemStride = 2
	}
	in := float64(r.StemWidth)
	t.conv(3, in, 3, stemStride, 1)
	for _, st := range n.Stage[:n.Stages] {
		w := float64(st.Width)
		groups := float64(st.Width / st.GroupW)
		t.block(in, w, 2, groups, r.SERatio)
		if st.Depth > 1 {
			// The remaining blocks of a stage are alike: count one and multiply.
			before := t.Complexity
			t.block(w, w, 1, groups, r.SERatio)
			more := float64(st.Depth - 2)
			t.Params += more * (t.Params - before.Params)
			t.FLOPs += more * (t.FLOPs - before.FLOPs)
			t.Acts += more * (t.Acts - before.Acts)
		}
		in = w
	}
	classes := float64(r.Classes)
	t.FLOPs += in*classes + classes
	t.Params += in*classes + classes
	t.Acts += classes
	return t.Complexity
}

// block adds one residual bottleneck block.
func (t *tally) block(in, out, stride, groups, seRatio float64) {
	if in != out || stride != 1 {
		side := t.side
		t.conv(in, out, 1, stride, 1)
		t.side = side
	}
	t.conv(in, out, 1, 1, 1)
	t.conv(out, out, 3, stride, groups)
	if mid := math.RoundToEven(in * seRatio); mid > 0 {
		t.squeezeExcite(out, mid)
	}
	t.conv(out, out, 1, 1, 1)
}
