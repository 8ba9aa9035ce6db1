package neighbors

import (
	"fmt"

	"eahas/models/dense"
	"eahas/models/internal/wire"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "nbr1"

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"nbr1"
//	uint32 length, then that many bytes: the input scaler (see models/dense), of width w
//	uint32 K neighbours
//	uint32 k outputs
//	uint32 n points
//	float64 n x w   the points, scaled, row-major
//	float64 n x k   their targets, row-major
//	float64 n       their weights
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	scaler, err := m.scaler.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	b = wire.AppendBlock(append(b, magic...), scaler)
	b = wire.AppendU32(wire.AppendU32(wire.AppendU32(b, m.k), m.outputs), len(m.weights))
	b = wire.AppendF64s(wire.AppendF64s(wire.AppendF64s(b, m.points), m.targets), m.weights)
	return b, nil
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps wire.ErrFormat or ErrShape.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	scalerBytes := r.Block()
	k, outputs := r.Int(1<<30), r.Int(1<<16)
	n := r.Count(16) // at least one target and a weight
	if r.Err() != nil {
		return nil, fmt.Errorf("neighbors: %w", r.Err())
	}
	scaler, err := dense.Decode(scalerBytes)
	if err != nil {
		return nil, fmt.Errorf("neighbors: input scaler: %w", err)
	}
	points, targets, weights := r.F64s(n*scaler.Width()), r.F64s(n*outputs), r.F64s(n)
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("neighbors: %w", err)
	}
	return New(scaler, k, points, targets, weights, outputs)
}
