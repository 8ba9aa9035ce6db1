package gp

import (
	"fmt"
	"math"

	"eahas/models/dense"
	"eahas/models/internal/wire"
	"eahas/models/linear"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "gpr1"

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"gpr1"
//	uint32 length, then a dense.Scaler of that many bytes
//	uint32 length, then a linear.Model of that many bytes (length 0: none)
//	uint8 kernel (0 Matern 3/2, 1 Matern 5/2, 2 squared exponential), uint8 components
//	uint32 width, then per column: uint32 dense column, float64 factor
//	uint32 axes, then per axis: uint32 end (its columns are those from the previous axis' end up to here)
//	uint32 parameter sets, then per set: float64[components*(1+axes)+1] natural logarithms: per component
//	    the variance and the length scales; then the noise variance
//	uint32 outputs, then per output: uint32 parameter set, float64 shift, float64 scale
//	uint32 rows, then per row: float64[width] inputs, float64 noise factor, float64[outputs] coefficients
//
// An output is scale * sum over rows of coefficient * covariance(query, row) + shift, plus the linear model's.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	scaler, err := m.scaler.AppendBinary(nil)
	if err != nil {
		return b, err
	}
	var mean []byte
	if m.mean != nil {
		if mean, err = m.mean.AppendBinary(nil); err != nil {
			return b, err
		}
	}
	b = wire.AppendBlock(wire.AppendBlock(append(b, magic...), scaler), mean)
	b = append(b, byte(m.kernel), byte(m.components))
	b = wire.AppendU32(b, m.in.width)
	for c, j := range m.in.column {
		b = wire.AppendF64(wire.AppendU32(b, j), m.in.factor[c])
	}
	b = wire.AppendU32(b, len(m.in.ends))
	for _, e := range m.in.ends {
		b = wire.AppendU32(b, e)
	}
	b = wire.AppendU32(b, len(m.thetas))
	for _, t := range m.thetas {
		b = wire.AppendF64s(b, t)
	}
	b = wire.AppendU32(b, len(m.heads))
	for _, h := range m.heads {
		b = wire.AppendF64(wire.AppendF64(wire.AppendU32(b, h.theta), h.shift), h.scale)
	}
	b = wire.AppendU32(b, m.in.n)
	for i := range m.in.n {
		b = wire.AppendF64(wire.AppendF64s(b, m.in.row(i)), m.spread[i])
		b = wire.AppendF64s(b, m.coefficient[i*len(m.heads):(i+1)*len(m.heads)])
	}
	return b, nil
}

// Decode reads what AppendBinary wrote; b must hold nothing else.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	m := &Model{}
	m.readParts(r)
	m.readLayout(r)
	m.readOutputs(r)
	if r.Err() == nil {
		m.readRows(r)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("gp: %w", err)
	}
	m.prepare()
	return m, nil
}

func (m *Model) readParts(r *wire.Reader) {
	scaler, mean := r.Block(), r.Block()
	if r.Err() != nil {
		return
	}
	var err error
	if m.scaler, err = dense.Decode(scaler); err != nil {
		r.Fail("%v", err)
		return
	}
	if len(mean) > 0 {
		if m.mean, err = linear.Decode(mean); err != nil {
			r.Fail("%v", err)
		} else if m.mean.Inputs() != m.scaler.Inputs() {
			r.Fail("mean of %d columns, scaler of %d", m.mean.Inputs(), m.scaler.Inputs())
		}
	}
}

func (m *Model) readLayout(r *wire.Reader) {
	m.kernel, m.components = Kernel(r.U8()), int(r.U8())
	if m.kernel > RBF || m.components < 1 || m.components > maxComponents {
		r.Fail("kernel %d with %d components", m.kernel, m.components)
	}
	in := &inputs{width: r.Count(12)}
	for range in.width {
		in.column = append(in.column, r.Int(math.MaxInt32))
		in.factor = append(in.factor, r.F64())
	}
	last := 0
	for range r.Count(4) {
		e := r.Int(in.width)
		if e <= last {
			r.Fail("axis ends at %d after %d", e, last)
		}
		in.ends, last = append(in.ends, e), e
	}
	if last != in.width {
		r.Fail("axes end at %d of %d columns", last, in.width)
	}
	m.in = in
	if r.Err() != nil {
		return
	}
	for _, j := range in.column {
		if j >= m.scaler.Width() {
			r.Fail("column %d of %d", j, m.scaler.Width())
		}
	}
}

func (m *Model) readOutputs(r *wire.Reader) {
	size := thetaLen(m.components, len(m.in.ends))
	sets := r.Count(8 * size)
	for range sets {
		m.thetas = append(m.thetas, r.F64s(size))
	}
	for range r.Count(20) {
		m.heads = append(m.heads, head{r.Int(max(sets-1, 0)), r.F64(), r.F64()})
	}
	switch {
	case len(m.heads) == 0 || sets == 0:
		r.Fail("%d outputs with %d parameter sets", len(m.heads), sets)
	case m.mean != nil && m.mean.Outputs() != len(m.heads):
		r.Fail("%d outputs, the mean has %d", len(m.heads), m.mean.Outputs())
	}
}

func (m *Model) readRows(r *wire.Reader) {
	n := r.Count(8 * (m.in.width + 1 + len(m.heads)))
	if n == 0 {
		r.Fail("no rows")
	}
	for range n {
		m.in.x = append(m.in.x, r.F64s(m.in.width)...)
		m.spread = append(m.spread, r.F64())
		m.coefficient = append(m.coefficient, r.F64s(len(m.heads))...)
		if r.Err() != nil {
			return
		}
	}
	m.in.n = n
}
