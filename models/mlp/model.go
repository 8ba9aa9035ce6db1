package mlp

import (
	"math"
	"sync"

	"eahas/models"
	"eahas/models/dense"
)

// Output turns a raw network output z into a prediction in the target's units.
type Output struct {
	// Bounded outputs are Shift + Scale*sigmoid(z), in Shift..Shift+Scale; others Shift + Scale*z.
	Bounded      bool
	Shift, Scale float64 // units of the target; Scale 0 predicts Shift exactly
}

func (o Output) value(z float64) float64 {
	if o.Bounded {
		return o.Shift + o.Scale/(1+math.Exp(-z))
	}
	return o.Shift + float64(o.Scale*z)
}

// Model is a frozen ensemble of networks. It is immutable and safe for concurrent use; make it with New or Decode.
type Model struct {
	scaler  *dense.Scaler
	outputs []Output
	members []Network

	pool sync.Pool // of *scratch
}

var _ models.Predictor = (*Model)(nil)

// New joins the parts of a model and keeps them: the caller must not change them afterwards.
// Networks read rows of the scaler's width and have len(outputs) outputs. Without members every raw output is 0.
// The error wraps ErrShape.
func New(scaler *dense.Scaler, outputs []Output, members []Network) (*Model, error) {
	if len(outputs) == 0 {
		return nil, shapeError("no outputs")
	}
	for j, o := range outputs {
		if !allFinite([]float64{o.Shift, o.Scale, o.Shift + o.Scale}) {
			return nil, shapeError("output %d has shift %v and scale %v", j, o.Shift, o.Scale)
		}
	}
	for i := range members {
		if err := members[i].check(scaler.Width(), len(outputs)); err != nil {
			return nil, err
		}
	}
	m := &Model{scaler: scaler, outputs: outputs, members: members}
	m.pool.New = func() any { return m.newScratch() }
	return m, nil
}

// Outputs returns k.
func (m *Model) Outputs() int { return len(m.outputs) }

// Scaler returns the input scaling, for writers of other formats.
func (m *Model) Scaler() *dense.Scaler { return m.scaler }

// OutputScales returns the k output transforms, for writers of other formats. The slice must not be changed.
func (m *Model) OutputScales() []Output { return m.outputs }

// Members returns the networks that are averaged, for writers of other formats. They must not be changed.
func (m *Model) Members() []Network { return m.members }

// Predict writes the k predictions for the encoded row x (length p, NaN = missing) into dst and returns it; a nil dst
// is allocated. It panics when a length is wrong.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(m.outputs))
	}
	if len(dst) != len(m.outputs) {
		panic("mlp: dst has a wrong length")
	}
	s := m.pool.Get().(*scratch)
	m.scaler.Apply(s.input, x)
	m.average(dst, s)
	m.pool.Put(s)
	return dst
}

// average writes the mean prediction of the members for s.input.
func (m *Model) average(dst []float64, s *scratch) {
	clear(dst)
	for i := range m.members {
		z := m.members[i].forward(s)
		for j, o := range m.outputs {
			dst[j] += o.value(z[j])
		}
	}
	if len(m.members) == 0 {
		for j, o := range m.outputs {
			dst[j] = o.value(0)
		}
		return
	}
	n := float64(len(m.members))
	for j, o := range m.outputs {
		dst[j] /= n
		if o.Scale == 0 { // the sum of n equal numbers, divided by n, need not be the number
			dst[j] = o.Shift
		}
	}
}

func (m *Model) newScratch() *scratch {
	w := 0
	for i := range m.members {
		w = max(w, m.members[i].width())
	}
	all := make([]float64, m.scaler.Width()+3*w)
	s := &scratch{input: all[:m.scaler.Width()]}
	all = all[m.scaler.Width():]
	s.joined, s.a, s.b = all[:w:w], all[w:2*w:2*w], all[2*w:]
	return s
}
