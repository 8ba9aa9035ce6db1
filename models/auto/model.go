package auto

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"eahas/models"
	"eahas/models/internal/factor"
	"eahas/models/mean"
	"eahas/models/parts"
	"eahas/models/stack"
)

// Model is the trained ensemble. It is immutable and as safe for concurrent use as its members.
type Model struct {
	stacks []part      // at least one; the first joins the simple members
	keep   float64     // share of the way from the group's mean to the joined answer
	mean   *mean.Model // nil when keep is 1
	failed *failures   // nil: no run surely fails
	study  *Study      // nil for a decoded or frozen model

	pool sync.Pool // of *[]float64, outputs long
}

// part is one of the stacks that are joined.
type part struct {
	weight float64 // > 0; the sum is 1
	stack  *stack.Model
}

var (
	_ models.Freezer  = (*Model)(nil)
	_ models.Spreader = (*Model)(nil)
)

func (m *Model) finish() *Model {
	m.pool.New = func() any { s := make([]float64, m.Outputs()); return &s }
	return m
}

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return m.stacks[0].stack.Outputs() }

// Stacks returns the stacks that are joined and their weights, which sum to 1.
func (m *Model) Stacks() (stacks []*stack.Model, weights []float64) {
	for _, p := range m.stacks {
		stacks, weights = append(stacks, p.stack), append(weights, p.weight)
	}
	return stacks, weights
}

// Keep returns the share of the way from the group's mean to the joined answer that is gone, 0..1.
func (m *Model) Keep() float64 { return m.keep }

// Failures reports whether runs that surely fail are answered apart.
func (m *Model) Failures() bool { return m.failed != nil }

// Study returns what the inner folds said, nil for a model that was frozen or read.
func (m *Model) Study() *Study { return m.study }

// Predict writes the predictions for the encoded row x into dst (length Outputs; nil allocates) and returns it.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.Outputs())
	}
	if len(dst) != m.Outputs() {
		panic("auto: dst has a wrong length")
	}
	if curve := m.failed.at(x); curve != nil {
		copy(dst, curve)
		return dst
	}
	m.stacks[0].stack.Predict(dst, x)
	if len(m.stacks) == 1 && m.mean == nil {
		return dst
	}
	s := m.pool.Get().(*[]float64)
	m.join(dst, func(i int) []float64 { return m.stacks[i].stack.Predict(*s, x) })
	if m.mean != nil {
		for j, g := range m.mean.Predict(*s, x) {
			dst[j] = g + float64(m.keep*(dst[j]-g))
		}
	}
	m.pool.Put(s)
	return dst
}

// join moves the first stack's answer to the weighted mean of all stacks, of which answer gives the others.
func (m *Model) join(dst []float64, answer func(i int) []float64) {
	total := m.stacks[0].weight
	for i, p := range m.stacks[1:] {
		total += p.weight
		for j, v := range answer(1 + i) { // a running mean: exact when all values are equal
			dst[j] += float64(p.weight / total * (v - dst[j]))
		}
	}
}

// Spread implements models.Spreader: the covariance of an answer that is each member's with the chance of its weight,
// by the law of total variance: how far the stacks are from the joined answer, and their members from theirs (see
// stack.Model.Scatter); all shrunk as the answer is. What members know of themselves, the variance of a process say, is
// not asked: it takes a hundred times as long as the answer, and intervals are calibrated anyway. A row of zeros for a
// run that surely fails, because such runs stand still where others did.
func (m *Model) Spread(dst, x []float64) []float64 {
	k := m.Outputs()
	if m.failed.at(x) != nil {
		return append(dst, make([]float64, k)...)
	}
	if p := m.stacks[0]; len(m.stacks) == 1 {
		return factor.Append(dst, scaled(p.stack.Scatter(nil, nil, x), m.keep*math.Sqrt(p.weight)), k)
	}
	scatters, answers := make([][]float64, len(m.stacks)), make([][]float64, len(m.stacks))
	for i, p := range m.stacks {
		answers[i] = make([]float64, k)
		scatters[i] = p.stack.Scatter(nil, answers[i], x)
	}
	joined := slices.Clone(answers[0])
	m.join(joined, func(i int) []float64 { return answers[i] })
	var rows []float64
	for i, p := range m.stacks {
		root := m.keep * math.Sqrt(p.weight)
		for j, v := range answers[i] {
			rows = append(rows, root*(v-joined[j]))
		}
		rows = append(rows, scaled(scatters[i], root)...)
	}
	return factor.Append(dst, rows, k)
}

// scaled multiplies all numbers by a factor, in place.
func scaled(rows []float64, by float64) []float64 {
	for i := range rows {
		rows[i] *= by
	}
	return rows
}

// Freeze returns the model of its parts' serving forms.
func (m *Model) Freeze() (models.Predictor, error) {
	out := &Model{keep: m.keep, mean: m.mean}
	for _, p := range m.stacks {
		frozen, err := p.stack.Freeze()
		if err != nil {
			return nil, fmt.Errorf("auto: %w", err)
		}
		out.stacks = append(out.stacks, part{p.weight, frozen.(*stack.Model)})
	}
	if m.failed != nil {
		classifier, err := parts.Freeze(m.failed.classifier)
		if err != nil {
			return nil, fmt.Errorf("auto: failed runs: %w", err)
		}
		out.failed = &failures{classifier: classifier, curves: m.failed.curves}
	}
	return out.finish(), nil
}
