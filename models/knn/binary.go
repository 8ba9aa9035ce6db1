package knn

import (
	"fmt"
	"math"

	"eahas/models/dense"
	"eahas/models/internal/wire"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "knn1"

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"knn1"
//	uint32 length, then a dense.Scaler of that many bytes
//	uint8 k (1..32), uint8 weighting (1 uniform, 2 inverse, 3 inverse square)
//	uint32 outputs
//	uint32 width, then per column: uint32 dense column, float64 factor (> 0)
//	uint32 sites, then per site: float64[width] scaled inputs, float64[outputs] targets, float64 weight (> 0)
//
// A query is made dense, its columns picked and multiplied with the factors; the k sites of smallest squared Euclidean
// distance (the earlier one of equals) are averaged with weight times 1, 1/d or 1/d^2.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	scaler, err := m.scaler.AppendBinary(nil)
	if err != nil {
		return b, err
	}
	b = wire.AppendBlock(append(b, magic...), scaler)
	b = append(b, byte(m.k), byte(m.weighting))
	b = wire.AppendU32(b, m.outputs)
	b = wire.AppendU32(b, m.sites.width)
	for c, j := range m.sites.column {
		b = wire.AppendF64(wire.AppendU32(b, j), m.sites.factor[c])
	}
	b = wire.AppendU32(b, m.sites.n)
	for i := range m.sites.n {
		b = wire.AppendF64s(b, m.sites.row(i))
		b = wire.AppendF64s(b, m.y[i*m.outputs:(i+1)*m.outputs])
		b = wire.AppendF64(b, m.weight[i])
	}
	return b, nil
}

// maxOutputs bounds the outputs of a decoded model.
const maxOutputs = 1 << 20

// Decode reads what AppendBinary wrote; b must hold nothing else.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	scaler, err := dense.Decode(r.Block())
	if r.Err() == nil && err != nil {
		return nil, fmt.Errorf("knn: %w", err)
	}
	m := &Model{scaler: scaler, k: int(r.U8()), weighting: Weighting(r.U8()), outputs: r.Int(maxOutputs),
		sites: &matrix{}}
	s := m.sites
	s.width = r.Count(12)
	for range s.width {
		s.column = append(s.column, r.Int(math.MaxInt32))
		s.factor = append(s.factor, r.F64())
	}
	s.n = r.Count(8 * (s.width + m.outputs + 1))
	if r.Err() == nil {
		m.checkHead(r)
	}
	for range s.n {
		s.x = append(s.x, r.F64s(s.width)...)
		m.y = append(m.y, r.F64s(m.outputs)...)
		m.weight = append(m.weight, r.F64())
		if r.Err() == nil && !(m.weight[len(m.weight)-1] > 0) {
			r.Fail("a site has no weight")
		}
		if r.Err() != nil {
			break
		}
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("knn: %w", err)
	}
	return m, nil
}

func (m *Model) checkHead(r *wire.Reader) {
	if m.k < 1 || m.k > MaxNeighbours || m.weighting < Uniform || m.weighting > InverseSquare {
		r.Fail("k %d or weighting %d out of range", m.k, m.weighting)
	}
	if m.outputs < 1 || m.sites.n < 1 {
		r.Fail("%d sites with %d outputs", m.sites.n, m.outputs)
	}
	for c, j := range m.sites.column {
		if j >= m.scaler.Width() || !(m.sites.factor[c] > 0) {
			r.Fail("column %d of %d with factor %v", j, m.scaler.Width(), m.sites.factor[c])
		}
	}
}
