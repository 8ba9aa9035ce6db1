package mlp

import (
	"fmt"

	"eahas/models/dense"
	"eahas/models/internal/wire"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "mlp1"

// maxOutputs bounds k of a decoded model: far above any curve representation.
const maxOutputs = 1 << 16

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"mlp1"
//	uint32 length, then that many bytes: the input scaler (see models/dense)
//	uint32 k, then per output:  uint8 bounded (0 or 1), float64 shift, float64 scale
//	uint32 members, then per member:
//	    uint32 branches, then per branch:
//	        uint32 columns, then uint32 position in the scaled row, each
//	        layers
//	    layers                       the trunk
//
//	layers: uint32 count, then per layer:
//	    uint32 in, uint32 out, uint8 activation (0 identity, 1 ReLU)
//	    float64 weights, in x out, row-major (weight i*out+j leads from input i to output j)
//	    float64 biases, out
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	scaler, err := m.scaler.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	b = wire.AppendBlock(append(b, magic...), scaler)
	b = wire.AppendU32(b, len(m.outputs))
	for _, o := range m.outputs {
		bounded := byte(0)
		if o.Bounded {
			bounded = 1
		}
		b = wire.AppendF64(wire.AppendF64(append(b, bounded), o.Shift), o.Scale)
	}
	b = wire.AppendU32(b, len(m.members))
	for _, n := range m.members {
		b = wire.AppendU32(b, len(n.Branches))
		for _, branch := range n.Branches {
			b = wire.AppendU32(b, len(branch.Columns))
			for _, c := range branch.Columns {
				b = wire.AppendU32(b, c)
			}
			b = appendLayers(b, branch.Layers)
		}
		b = appendLayers(b, n.Trunk)
	}
	return b, nil
}

func appendLayers(b []byte, layers []Layer) []byte {
	b = wire.AppendU32(b, len(layers))
	for _, l := range layers {
		b = append(wire.AppendU32(wire.AppendU32(b, l.In), l.Out), byte(l.Activation))
		b = wire.AppendF64s(wire.AppendF64s(b, l.Weights), l.Bias)
	}
	return b
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps wire.ErrFormat or ErrShape.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	scalerBytes := r.Block()
	outputs := make([]Output, r.Count(17))
	if len(outputs) > maxOutputs {
		r.Fail("%d outputs", len(outputs))
	}
	for i := range outputs {
		bounded := r.U8()
		if bounded > 1 {
			r.Fail("output %d has the kind %d", i, bounded)
		}
		outputs[i] = Output{bounded == 1, r.F64(), r.F64()}
	}
	members := make([]Network, r.Count(8))
	for i := range members {
		members[i].Branches = make([]Branch, r.Count(8))
		for j := range members[i].Branches {
			columns := make([]int, r.Count(4))
			for c := range columns {
				columns[c] = r.Int(1 << 20)
			}
			members[i].Branches[j] = Branch{columns, readLayers(r)}
		}
		members[i].Trunk = readLayers(r)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("mlp: %w", err)
	}
	scaler, err := dense.Decode(scalerBytes)
	if err != nil {
		return nil, fmt.Errorf("mlp: input scaler: %w", err)
	}
	return New(scaler, outputs, members)
}

func readLayers(r *wire.Reader) []Layer {
	layers := make([]Layer, r.Count(9))
	for i := range layers {
		in, out := r.Int(1<<20), r.Int(1<<20)
		layers[i] = Layer{In: in, Out: out, Activation: Activation(r.U8())}
		layers[i].Weights = r.F64s(in * out)
		layers[i].Bias = r.F64s(out)
	}
	return layers
}
