package stack

import (
	"fmt"
	"slices"
	"sync"

	"eahas/models"
	"eahas/models/local"
	"eahas/models/parts"
)

// Model is a trained stack. It is immutable and as safe for concurrent use as its members.
type Model struct {
	outputs int
	joined  join
	times   []float64 // outputs of them, or nil
	members []member
	lines   *local.Model // guides; nil does not
	bounds  []float64    // outputs x (low, high) that every member's answer is held to before it is joined; nil: none

	width int       // the widest predictor
	pool  sync.Pool // of *scratch
}

// join is how members' answers become one; the numbers stand in the bytes.
type join uint8

const (
	byMean           join = iota // weighted
	byMedian                     // that counts all alike
	byWeightedMedian             // see weightedMedian
)

// scratch is what a prediction needs: a member's target vector, and every member's answer.
type scratch struct{ targets, answers, column []float64 }

var (
	_ models.Predictor = (*Model)(nil)
	_ models.Freezer   = (*Model)(nil)
)

// finish fills in what follows from the members.
func (m *Model) finish() *Model {
	for i := range m.members {
		m.width = max(m.width, m.members[i].predictor.Outputs())
	}
	m.pool.New = func() any {
		return &scratch{make([]float64, m.width), make([]float64, len(m.members)*m.outputs),
			make([]float64, 2*len(m.members))}
	}
	return m
}

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return m.outputs }

// Part is one member of a trained stack.
type Part struct {
	Weight         float64               // of its answer; a median without weights counts all alike
	Representation models.Representation // nil: the predictor answers on the stack's own points
	Predictor      models.Predictor
}

// Members returns the members; those that were left out are not among them. The weights sum to 1.
func (m *Model) Members() []Part {
	out := make([]Part, len(m.members))
	for i, c := range m.members {
		out[i] = Part{c.weight, c.representation, c.predictor}
	}
	return out
}

// Median reports whether the members are joined by their median, with weights or without.
func (m *Model) Median() bool { return m.joined != byMean }

// Weighted reports whether the members' weights count.
func (m *Model) Weighted() bool { return m.joined != byMedian }

// Predict writes the joined predictions for the encoded row x into dst (length Outputs; nil allocates) and returns it.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(dst) != m.outputs {
		panic("stack: dst has a wrong length")
	}
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	m.fill(s.answers, s.targets, x)
	m.join(dst, s.answers, s.column)
	if m.lines != nil {
		m.lines.Guide(dst, x)
	}
	return dst
}

// join writes the joined answer, before lines guide it. Scratch holds two numbers per member.
func (m *Model) join(dst, answers, scratch []float64) {
	if m.joined != byMean {
		column, weights := scratch[:len(m.members)], scratch[len(m.members):]
		for j := range dst {
			for i := range m.members {
				column[i], weights[i] = answers[i*m.outputs+j], m.members[i].weight
			}
			if m.joined == byMedian {
				dst[j] = median(column)
			} else {
				dst[j] = WeightedMedian(column, weights)
			}
		}
		return
	}
	copy(dst, answers[:m.outputs])
	total := m.members[0].weight
	for i := 1; i < len(m.members); i++ {
		w := m.members[i].weight
		total += w
		for j, v := range answers[i*m.outputs : (i+1)*m.outputs] { // a running mean: exact when all values are equal
			dst[j] += float64(w / total * (v - dst[j]))
		}
	}
}

// answers writes every member's own answer for x into dst, members x outputs.
func (m *Model) answers(dst, x []float64) {
	m.fill(dst, make([]float64, m.width), x)
}

// Answers writes what each member says of the encoded row x, with its representation decoded and held to the bounds,
// but not joined, into dst (members x Outputs, row-major, in the order of Members; nil allocates) and returns it.
func (m *Model) Answers(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(m.members)*m.outputs)
	}
	if len(dst) != len(m.members)*m.outputs {
		panic("stack: dst has a wrong length")
	}
	m.answers(dst, x)
	return dst
}

func (m *Model) fill(dst, targets, x []float64) {
	for i := range m.members {
		c := &m.members[i]
		out := dst[i*m.outputs : (i+1)*m.outputs]
		if c.representation == nil {
			c.predictor.Predict(out, x)
		} else {
			v := c.predictor.Predict(targets[:c.predictor.Outputs()], x)
			c.representation.Decode(out, v, m.times, m.times[0], m.times[len(m.times)-1])
		}
		m.hold(out)
	}
}

// hold moves an answer into the bounds.
func (m *Model) hold(answer []float64) {
	if m.bounds == nil {
		return
	}
	for j, v := range answer {
		answer[j] = max(m.bounds[2*j], min(m.bounds[2*j+1], v))
	}
}

// median sorts v and returns its middle, the mean of the two middle ones for an even number.
func median(v []float64) float64 {
	slices.Sort(v)
	a, b := v[(len(v)-1)/2], v[len(v)/2]
	if a == b {
		return a
	}
	return float64(a/2) + float64(b/2)
}

// WeightedMedian sorts the values, and their weights (> 0) with them, and returns the value in whose weight half of all
// weight is reached, between the middles of two weights by linear interpolation: a value that is far from all others
// hardly moves it, and one of nearly all weight is nearly it. Of equal values the first counts first. It changes both
// arguments.
func WeightedMedian(values, weights []float64) float64 {
	for i := range values { // insertion: a handful, and stable
		for k := i; k > 0 && values[k] < values[k-1]; k-- {
			values[k], values[k-1] = values[k-1], values[k]
			weights[k], weights[k-1] = weights[k-1], weights[k]
		}
	}
	half := 0.0
	for _, w := range weights {
		half += w
	}
	half /= 2
	below, middle := 0.0, 0.0 // weight below a value, and up to the middle of its own
	for i, w := range weights {
		before := middle
		middle = below + float64(w/2)
		if below += w; middle < half {
			continue
		}
		if i == 0 {
			return values[0]
		}
		return values[i-1] + float64((half-before)/(middle-before)*(values[i]-values[i-1]))
	}
	return values[len(values)-1]
}

// Freeze returns the stack of its members' serving forms.
func (m *Model) Freeze() (models.Predictor, error) {
	out := &Model{outputs: m.outputs, joined: m.joined, times: slices.Clone(m.times), lines: m.lines,
		bounds: slices.Clone(m.bounds)}
	for i, c := range m.members {
		var err error
		if c.predictor, err = parts.Freeze(c.predictor); err != nil {
			return nil, fmt.Errorf("stack: member %d: %w", i, err)
		}
		out.members = append(out.members, c)
	}
	return out.finish(), nil
}
