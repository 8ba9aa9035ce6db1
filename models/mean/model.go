package mean

import (
	"encoding/binary"
	"fmt"
	"math"

	"eahas/models"
	"eahas/models/internal/wire"
)

// Model is the frozen predictor. It is immutable and safe for concurrent use.
type Model struct {
	outputs int
	inputs  int       // p
	columns []int     // of the row, increasing: what a group is known by; empty: there is one group
	all     []float64 // outputs: the mean of all rows
	keys    []float64 // groups x len(columns), in order of first appearance
	means   []float64 // groups x outputs

	at map[string]int // group number by key
}

var _ models.Predictor = (*Model)(nil)

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return m.outputs }

// Inputs returns p, the length of the rows that Predict takes.
func (m *Model) Inputs() int { return m.inputs }

// Groups returns how many groups were seen in training; 0 for the mean of all rows alone.
func (m *Model) Groups() int { return len(m.means) / m.outputs }

// Predict writes the mean of the group of the encoded row x (length Inputs) into dst (length Outputs; nil allocates)
// and returns it; the mean of all training rows for a group that was never seen. It panics on wrong lengths.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(dst) != m.outputs || len(x) != m.inputs {
		panic("mean: wrong length")
	}
	values, _ := m.Lookup(x)
	copy(dst, values)
	return dst
}

// Lookup returns the mean of the group of the encoded row x and true, or the mean of all training rows and false for a
// group that was never seen. Without groups every row is of the one that there is. The values must not be changed.
func (m *Model) Lookup(x []float64) (values []float64, seen bool) {
	switch g := m.GroupOf(x); {
	case g >= 0:
		return m.means[g*m.outputs : (g+1)*m.outputs], true
	default:
		return m.all, len(m.columns) == 0
	}
}

// GroupOf returns the number of the group of the encoded row x, in order of first appearance among the training rows;
// -1 for a group that was never seen, and for all rows of a model without groups.
func (m *Model) GroupOf(x []float64) int {
	var small [128]byte
	key := small[:0]
	for _, c := range m.columns {
		key = appendKey(key, x[c])
	}
	if g, ok := m.at[string(key)]; ok && len(m.columns) > 0 {
		return g
	}
	return -1
}

// appendKey appends a column's value; all NaNs are one value, and so are both zeros.
func appendKey(b []byte, x float64) []byte {
	switch {
	case x != x:
		x = math.NaN()
	case x == 0:
		x = 0
	}
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
}

// finish fills in what follows from the keys; false when two groups share one.
func (m *Model) finish() bool {
	if m.outputs == 0 {
		return false
	}
	m.at = make(map[string]int, m.Groups())
	for g := range m.Groups() {
		var key []byte
		for _, x := range m.keys[g*len(m.columns) : (g+1)*len(m.columns)] {
			key = appendKey(key, x)
		}
		if _, twice := m.at[string(key)]; twice {
			return false
		}
		m.at[string(key)] = g
	}
	return true
}

// magic opens the bytes of a Model; the last character is the version.
const magic = "mean1"

// bounds of a decoded model
const maxWidth = 1 << 20

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"mean1"
//	uint32 inputs p, uint32 outputs k
//	float64[k] mean of all rows
//	uint32 columns c, then uint32 each, increasing, below p
//	uint32 groups, then per group: uint8[c], 1 for a missing value, float64[c] values (0 where missing), float64[k]
//	    mean
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendU32(append(b, magic...), m.inputs)
	b = wire.AppendF64s(wire.AppendU32(b, m.outputs), m.all)
	b = wire.AppendU32(b, len(m.columns))
	for _, c := range m.columns {
		b = wire.AppendU32(b, c)
	}
	b = wire.AppendU32(b, m.Groups())
	for g := range m.Groups() {
		key := m.keys[g*len(m.columns) : (g+1)*len(m.columns)]
		for _, x := range key {
			missing := byte(0)
			if x != x {
				missing = 1
			}
			b = append(b, missing)
		}
		for _, x := range key {
			if x != x {
				x = 0
			}
			b = wire.AppendF64(b, x)
		}
		b = wire.AppendF64s(b, m.means[g*m.outputs:(g+1)*m.outputs])
	}
	return b, nil
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps wire.ErrFormat.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	m := &Model{inputs: r.Int(maxWidth), outputs: r.Int(maxWidth)}
	if r.Err() == nil && m.outputs < 1 {
		r.Fail("no outputs")
	}
	m.all = r.F64s(m.outputs)
	for i := range r.Count(4) {
		m.columns = append(m.columns, r.Int(maxWidth))
		if c := m.columns[i]; r.Err() == nil && (c >= m.inputs || i > 0 && m.columns[i-1] >= c) {
			r.Fail("column %d of %d inputs", c, m.inputs)
		}
	}
	for range r.Count(9*len(m.columns) + 8*m.outputs) {
		m.readGroup(r)
	}
	if r.Err() == nil && !m.finish() {
		r.Fail("two groups share a key")
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("mean: %w", err)
	}
	return m, nil
}

func (m *Model) readGroup(r *wire.Reader) {
	missing := make([]bool, len(m.columns))
	for j := range missing {
		flag := r.U8()
		if flag > 1 {
			r.Fail("flag %d", flag)
		}
		missing[j] = flag == 1
	}
	for j, x := range r.F64s(len(m.columns)) {
		if missing[j] {
			if x != 0 || math.Signbit(x) {
				r.Fail("a missing value is %v", x)
			}
			x = math.NaN()
		}
		m.keys = append(m.keys, x)
	}
	m.means = append(m.means, r.F64s(m.outputs)...)
}
