package interval

import (
	"fmt"
	"math"
	"slices"

	"eahas/models/gbdt"
	"eahas/models/internal/wire"
)

// magic opens the bytes of a Model; the last character is the version. Version 1 knew the source Residuals alone.
const (
	magic  = "itv2"
	magic1 = "itv1"
)

// maxLevels and maxKnots bound what Decode believes.
const (
	maxLevels = 64
	maxKnots  = 256
)

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"itv2"
//	uint32 source: its number in Sources
//	uint32 p columns of the encoded row
//	uint32 L levels, uint32 K knots
//	float64[L] levels, float64[K] knots, both increasing, in 0..1
//	float64[L x K] low, then float64[L x K] high: signed quantiles, low <= 0 <= high; for Quantiles any
//	float64[K] spread of the noise, float64 common, float64 follow, uint32 repeats
//	uint32 length, then that many bytes: the size of residuals, a predictor of kind gbdt with p + K columns and K
//	    outputs
//	Quantiles: 2L times uint32 length, then the trees of one end, a predictor of kind gbdt with p + K + 2 columns and
//	    1 output: the lower ends by level, then the upper ones
//	Spread: float64[K] floor, > 0, float64[K] the usual spread, >= 0
//	ResidualSpread: uint32 length, then a predictor of kind gbdt with p + 2K columns and K outputs
//
// Version 1 is the same without the uint32 source, which is Residuals.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendU32(append(b, magic...), slices.Index(Sources, m.source))
	b = wire.AppendU32(b, m.columns)
	b = wire.AppendU32(wire.AppendU32(b, len(m.levels)), len(m.knots))
	for _, v := range [][]float64{m.levels, m.knots, m.low, m.high, m.noise.Spread, {m.noise.Common, m.noise.Follow}} {
		b = wire.AppendF64s(b, v)
	}
	b = wire.AppendU32(b, m.noise.Repeats)
	for _, trees := range []*gbdt.Compiled{m.parts.size, m.parts.ends, m.parts.informed} {
		if trees == nil {
			continue
		}
		for _, one := range trees.Models() {
			block, err := one.AppendBinary(nil)
			if err != nil {
				return nil, err
			}
			b = wire.AppendBlock(b, block)
		}
	}
	return wire.AppendF64s(wire.AppendF64s(b, m.parts.floor), m.parts.usual), nil
}

// Decode reads what AppendBinary wrote, of this version or an older one; b must hold nothing else. The error wraps
// wire.ErrFormat or ErrShape.
func Decode(b []byte) (*Model, error) {
	m := &Model{source: Residuals}
	var r *wire.Reader
	if len(b) >= len(magic1) && string(b[:len(magic1)]) == magic1 {
		r = wire.NewReader(b, magic1)
	} else {
		r = wire.NewReader(b, magic)
		m.source = Sources[r.Int(len(Sources)-1)]
	}
	m.columns = r.Int(1 << 24)
	levels, knots := r.Int(maxLevels), r.Int(maxKnots)
	m.levels, m.knots = r.F64s(levels), r.F64s(knots)
	m.low, m.high = r.F64s(levels*knots), r.F64s(levels*knots)
	m.noise.Spread = r.F64s(knots)
	m.noise.Common, m.noise.Follow, m.noise.Repeats = r.F64(), r.F64(), r.Int(1<<30)
	m.parts.size = readTrees(r, 1)
	switch m.source {
	case Quantiles:
		m.parts.ends = readTrees(r, 2*levels)
	case ResidualSpread:
		m.parts.informed = readTrees(r, 1)
	}
	if m.source == Spread {
		m.parts.floor, m.parts.usual = r.F64s(knots), r.F64s(knots)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("interval: %w", err)
	}
	return m, m.check()
}

// readTrees reads n models, which become one. After an error of r it returns nil.
func readTrees(r *wire.Reader, n int) *gbdt.Compiled {
	var all []*gbdt.Model
	for range n {
		block := r.Block()
		if r.Err() != nil {
			return nil
		}
		m, err := gbdt.Decode(block)
		if err != nil {
			r.Fail("%v", err)
			return nil
		}
		all = append(all, m)
	}
	c, err := gbdt.CompileAll(all...)
	if err != nil {
		r.Fail("%v", err)
		return nil
	}
	return c
}

// check holds the parts against each other. Kept whole: a list of checks, of which the first that fails is told.
func (m *Model) check() error {
	if !increasing(m.levels) || !increasing(m.knots) {
		return fmt.Errorf("%w: levels %v and knots %v must increase inside 0..1", ErrShape, m.levels, m.knots)
	}
	for i := range m.low {
		around := m.low[i] <= 0 && m.high[i] >= 0
		if m.source == Quantiles {
			around = math.Abs(m.low[i]) <= maxEnd && math.Abs(m.high[i]) <= maxEnd
		}
		if !around || math.IsInf(m.low[i], 0) || math.IsInf(m.high[i], 0) {
			return fmt.Errorf("%w: quantiles %g and %g do not lie around 0", ErrShape, m.low[i], m.high[i])
		}
	}
	for _, s := range slices.Concat(m.noise.Spread, m.parts.floor, m.parts.usual) {
		if !(s >= 0) || math.IsInf(s, 0) {
			return fmt.Errorf("%w: spread %g", ErrShape, s)
		}
	}
	if slices.Contains(m.parts.floor, 0) {
		return fmt.Errorf("%w: a floor is 0", ErrShape)
	}
	if c, f := m.noise.Common, m.noise.Follow; !(c >= 0 && c <= 1 && f >= 0 && f <= 1) {
		return fmt.Errorf("%w: correlations %g and %g lie outside 0..1", ErrShape, c, f)
	}
	return m.checkTrees()
}

// checkTrees looks whether each ensemble maps as many columns to as many numbers as its use needs.
func (m *Model) checkTrees() error {
	p, k, l := m.columns, len(m.knots), len(m.levels)
	for _, want := range []struct {
		name             string
		trees            *gbdt.Compiled
		columns, outputs int
	}{{"size of residuals", m.parts.size, p + k, k}, {"quantiles", m.parts.ends, p + k + 2, 2 * l},
		{"size by spread", m.parts.informed, p + 2*k, k}} {
		if t := want.trees; t != nil && (t.Columns() != want.columns || t.Outputs() != want.outputs) {
			return fmt.Errorf("%w: the %s maps %d columns to %d numbers, wanted %d to %d", ErrShape, want.name,
				t.Columns(), t.Outputs(), want.columns, want.outputs)
		}
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
