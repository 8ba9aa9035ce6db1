package interval

import (
	"fmt"
	"math"

	"eahas/models/gbdt"
	"eahas/models/internal/wire"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "itv1"

// maxLevels and maxKnots bound what Decode believes.
const (
	maxLevels = 64
	maxKnots  = 256
)

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"itv1"
//	uint32 p columns of the encoded row
//	uint32 L levels, uint32 K knots
//	float64[L] levels, float64[K] knots, both increasing, in 0..1
//	float64[L x K] low, then float64[L x K] high: signed quantiles, low <= 0 <= high
//	float64[K] spread of the noise, float64 common, float64 follow, uint32 repeats
//	uint32 length, then that many bytes: the scale, a predictor of kind gbdt with p + K columns and K outputs
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	scale, err := m.scale.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	b = wire.AppendU32(append(b, magic...), m.columns)
	b = wire.AppendU32(wire.AppendU32(b, len(m.levels)), len(m.knots))
	for _, v := range [][]float64{m.levels, m.knots, m.low, m.high, m.noise.Spread, {m.noise.Common, m.noise.Follow}} {
		b = wire.AppendF64s(b, v)
	}
	return wire.AppendBlock(wire.AppendU32(b, m.noise.Repeats), scale), nil
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps wire.ErrFormat, ErrShape or an error of
// package gbdt.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	m := &Model{columns: r.Int(1 << 24)}
	levels, knots := r.Int(maxLevels), r.Int(maxKnots)
	m.levels, m.knots = r.F64s(levels), r.F64s(knots)
	m.low, m.high = r.F64s(levels*knots), r.F64s(levels*knots)
	m.noise.Spread = r.F64s(knots)
	m.noise.Common, m.noise.Follow, m.noise.Repeats = r.F64(), r.F64(), r.Int(1<<30)
	block := r.Block()
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("interval: %w", err)
	}
	var err error
	if m.scale, err = gbdt.DecodeCompiled(block); err != nil {
		return nil, fmt.Errorf("interval: scale: %w", err)
	}
	return m, m.check()
}

// check holds the parts against each other.
func (m *Model) check() error {
	if !increasing(m.levels) || !increasing(m.knots) {
		return fmt.Errorf("%w: levels %v and knots %v must increase inside 0..1", ErrShape, m.levels, m.knots)
	}
	for i := range m.low {
		if !(m.low[i] <= 0 && m.high[i] >= 0) || math.IsInf(m.low[i], 0) || math.IsInf(m.high[i], 0) {
			return fmt.Errorf("%w: quantiles %g and %g do not lie around 0", ErrShape, m.low[i], m.high[i])
		}
	}
	for _, s := range m.noise.Spread {
		if !(s >= 0) || math.IsInf(s, 0) {
			return fmt.Errorf("%w: spread %g", ErrShape, s)
		}
	}
	if c, f := m.noise.Common, m.noise.Follow; !(c >= 0 && c <= 1 && f >= 0 && f <= 1) {
		return fmt.Errorf("%w: correlations %g and %g lie outside 0..1", ErrShape, c, f)
	}
	if m.scale.Columns() != m.columns+len(m.knots) || m.scale.Outputs() != len(m.knots) {
		return fmt.Errorf("%w: the scale maps %d columns to %d numbers, wanted %d to %d", ErrShape,
			m.scale.Columns(), m.scale.Outputs(), m.columns+len(m.knots), len(m.knots))
	}
	return nil
}

// increasing reports whether v holds at least one number, all inside 0..1, each above the one before.
func increasing(v []float64) bool {
	last := -1.0
	for _, x := range v {
		if !(x > last && x >= 0 && x <= 1) {
			return false
		}
		last = x
	}
	return len(v) > 0
}
