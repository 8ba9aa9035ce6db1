package features

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Widened says what Widen changed of one axis.
type Widened struct {
	Axis    string
	Was, Is string  // the allowed values in words
	New     []Value // of an axis with choices: the new ones
	Seen    int     // configurations with a value that was not allowed before
}

// String says it in words.
func (w Widened) String() string {
	if len(w.New) > 0 {
		return fmt.Sprintf("%s: new are %s (in %d trials)", w.Axis, listValues(w.New), w.Seen)
	}
	return fmt.Sprintf("%s: %s before, now %s (%d trials beyond)", w.Axis, w.Was, w.Is, w.Seen)
}

// Widen returns the space with its axes made wide enough for the values of further configurations, and what was
// changed, in the order of the axes. Ranges grow to the least and greatest number, a step goes where a number lies
// beside its grid, and 0 becomes a value of its own on an axis of kind log without a step. Lists of choices grow by the
// new ones: numbers of ordinals in their place, new categories behind the old ones, sorted, each with the mean weight.
// What no range can hold stays outside: texts on an axis of numbers, broken numbers on one of whole numbers, numbers
// below 0 under a logarithm, new words of an ordinal, whose place nobody knows. Conditions and constraints stay.
func (s *Space) Widen(configs []Config) (Space, []Widened) {
	out := *s
	out.Params = slices.Clone(s.Params)
	var changes []Widened
	for i := range out.Params {
		p, old := &out.Params[i], &s.Params[i]
		w := Widened{Axis: p.Name, Was: p.inShort()}
		for _, c := range configs {
			v := old.Canonical(c[p.Name])
			if v.IsMissing() || !s.Active(p.Name, c) || old.check(v) == "" || !old.canHold(v) {
				continue
			}
			w.Seen++
			if p.Numeric() {
				p.reach(v)
				continue
			}
			if x, number := v.ReadFloat(); number && p.Kind == Ordinal {
				v = Number(x)
			}
			if !slices.ContainsFunc(w.New, v.Same) {
				w.New = append(w.New, v)
			}
		}
		if w.Seen == 0 {
			continue
		}
		p.add(w.New)
		w.Is = p.inShort()
		changes = append(changes, w)
	}
	return out, changes
}

// inShort says what is allowed, the ends of a range with six digits.
func (p *Param) inShort() string {
	short := *p
	for _, x := range []*float64{&short.Low, &short.High} {
		*x, _ = strconv.ParseFloat(strconv.FormatFloat(*x, 'g', 6, 64), 64)
	}
	return short.Allowed()
}

// canHold reports whether an axis could be made wide enough for a value.
func (p *Param) canHold(v Value) bool {
	if p.Kind == Choice {
		return true
	}
	x, number := v.ReadFloat()
	switch {
	case !number || math.IsInf(x, 0) || math.IsNaN(x):
		return false
	case p.Kind == Ordinal:
		return p.numericOrdinal() && (!p.Log || x > 0)
	case p.Kind == Integer && x != math.Trunc(x):
		return false
	case p.Logarithmic():
		return x > 0 || x == 0 && p.Kind == Log && p.Step == 0
	}
	return true
}

// reach makes the range of a numeric axis hold a number that it can hold.
func (p *Param) reach(v Value) {
	x, _ := v.ReadFloat()
	if x == 0 && p.Kind == Log {
		p.Zero = true
		return
	}
	if step := p.Spacing(); step > 0 {
		if k := (x - p.Low) / step; math.Abs(k-math.Round(k)) > StepTolerance {
			p.Step = 0 // of whole numbers: 1
		}
	}
	p.Low, p.High = min(p.Low, x), max(p.High, x)
}

// add adds choices to a list.
func (p *Param) add(choices []Value) {
	if len(choices) == 0 {
		return
	}
	slices.SortFunc(choices, compareValues)
	p.Choices = append(slices.Clone(p.Choices), choices...)
	if n := len(p.Weights); n > 0 {
		mean := 0.0
		for _, w := range p.Weights {
			mean += w / float64(n)
		}
		p.Weights = append(slices.Clone(p.Weights), slices.Repeat([]float64{mean}, len(choices))...)
	}
	if p.Kind == Ordinal {
		p.sortChoices()
	}
}

// sortChoices puts the numbers of an ordinal into their order, each with its weight.
func (p *Param) sortChoices() {
	order := make([]int, len(p.Choices))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareValues(p.Choices[a], p.Choices[b]) })
	choices, weights := slices.Clone(p.Choices), slices.Clone(p.Weights)
	for i, from := range order {
		p.Choices[i] = choices[from]
		if len(weights) > 0 {
			p.Weights[i] = weights[from]
		}
	}
}
