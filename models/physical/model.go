package physical

import (
	"fmt"

	"eahas/models"
	"eahas/models/internal/factor"
	"eahas/models/parts"
)

// Model is the law and the model of what it leaves. It is immutable and as safe for concurrent use as the latter.
type Model struct {
	inputs       int
	batch, limit scale
	terms        []term
	outputs      []output
	rest         models.Predictor
}

// output is one output's law with its parameters (see size); none has no parameters.
type output struct {
	law Law
	p   []float64
}

var (
	_ models.Freezer  = (*Model)(nil)
	_ models.Spreader = (*Model)(nil)
)

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return len(m.outputs) }

func (m *Model) place(x []float64) place {
	return place{batch: m.batch.of(x), limit: m.limit.of(x), limited: m.limit.column >= 0}
}

// lawAt returns what the law alone says about output k of the row.
func (m *Model) lawAt(k int, x []float64) float64 {
	o := &m.outputs[k]
	if o.law == none {
		return 0
	}
	var in [inner]float64
	stride := 1 + len(m.terms)
	for j := range in {
		in[j] = o.p[j*stride]
	}
	for t, one := range m.terms {
		v := one.value(x)
		if v == 0 {
			continue
		}
		for j := range in {
			in[j] += float64(o.p[j*stride+1+t] * v)
		}
	}
	sh := [shared]float64(o.p[len(o.p)-shared:])
	return o.law.at(&in, &sh, m.place(x), nil, nil)
}

// Predict writes the predictions for the row x into dst (length Outputs; nil allocates) and returns it. It panics on
// wrong lengths and allocates only what the model of the rest does.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(m.outputs))
	}
	if len(dst) != len(m.outputs) || len(x) != m.inputs {
		panic("physical: wrong length")
	}
	m.rest.Predict(dst, x)
	for k := range dst {
		dst[k] += m.lawAt(k, x)
	}
	return dst
}

// Spread implements models.Spreader: what the model of the rest knows. The law's parameters are taken as known.
func (m *Model) Spread(dst, x []float64) []float64 {
	s, ok := m.rest.(models.Spreader)
	if !ok {
		return dst
	}
	return factor.Append(dst, s.Spread(nil, x), len(m.outputs))
}

// Freeze returns the model with the serving form of the rest.
func (m *Model) Freeze() (models.Predictor, error) {
	out := *m
	var err error
	if out.rest, err = parts.Freeze(m.rest); err != nil {
		return nil, fmt.Errorf("physical: %w", err)
	}
	return &out, nil
}
