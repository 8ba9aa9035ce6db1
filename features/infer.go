package features

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"eahas/features/graph"
)

// Observed is what Infer saw on one axis and what it made of it.
type Observed struct {
	Name     string
	Seen     int     // configurations in which the axis had a value
	Missing  int     // configurations in which it had none
	Distinct int     // distinct values
	Low      float64 // smallest and greatest number; NaN when no value was a number
	High     float64
	Reason   string // which rule chose the kind
	Dropped  bool   // left out of the space; Reason says why
}

// Inference is a space guessed from configurations, with the grounds, one Observed per name, sorted by name.
type Inference struct {
	Space    Space
	Observed []Observed
}

// Infer guesses a space from observed configurations. The rules, per axis (first that fits):
//
//   - no value or one value in all configurations: dropped, named in Observed (one value beside missing ones is kept
//     as an optional choice, unless another axis decides when it is set: then it says nothing more and is dropped)
//   - all texts are written as graphs (package graph), of one form: graph, with the operations and sizes that were seen
//   - some text: choice of the seen texts (numbers among them become texts), sorted; above 1,000 distinct ones the
//     axis is taken for a label and dropped
//   - numbers, at most 12 distinct: ordinal of the seen numbers; by the logarithm when positive and either spanning
//     over two decades or growing by a constant factor
//   - 0 beside positive numbers that ask for the logarithm: log with 0 as a value of its own (at most 13 distinct:
//     ordinal by the logarithm)
//   - whole numbers: integer over the seen range, with the greatest step that all share; by the logarithm when
//     positive and spanning over two decades in the same way (then without a step)
//   - other numbers: log when positive and spanning over two decades (the middle 80 % over one), else linear; with a
//     step where all numbers lie on a grid of a round step (1, 2 or 5 times a power of ten) of at most 10,000 points
//
// An axis with missing values gets a condition when one choice or ordinal axis that is never missing separates them:
// for each of its values the axis is either always or never set. Otherwise it is optional. The order of the
// configurations does not matter.
func Infer(name string, configs []Config) Inference {
	names := map[string]bool{}
	for _, c := range configs {
		for k := range c {
			names[k] = true
		}
	}
	out := Inference{Space: Space{Name: name}}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		o, p := inferAxis(n, configs)
		out.Observed = append(out.Observed, o)
		if !o.Dropped {
			out.Space.Params = append(out.Space.Params, p)
		}
	}
	for i := range out.Space.Params {
		out.Space.inferCondition(&out.Space.Params[i], configs)
	}
	out.dropDecided()
	return out
}

// dropDecided drops axes with one value whose being set another axis decides: they say nothing more.
func (n *Inference) dropDecided() {
	n.Space.Params = slices.DeleteFunc(n.Space.Params, func(p Param) bool {
		if p.When == nil || len(p.Choices) != 1 {
			return false
		}
		for i := range n.Observed {
			if o := &n.Observed[i]; o.Name == p.Name {
				o.Dropped = true
				o.Reason = "always " + p.Choices[0].String() + " where it is set, which " + p.When.Param + " decides"
			}
		}
		return true
	})
}

// inferAxis looks at one axis.
func inferAxis(name string, configs []Config) (Observed, Param) {
	o, values := observe(name, configs)
	p := Param{Name: name, Optional: o.Missing > 0}
	var why string
	if o.Reason, why = p.inferKind(&o, values); why != "" {
		o.Dropped, o.Reason = true, why
	}
	return o, p
}

// observe counts what an axis has in the configurations, and lists its different values, sorted.
func observe(name string, configs []Config) (Observed, []Value) {
	o := Observed{Name: name, Low: math.NaN(), High: math.NaN()}
	counts := map[Value]int{}
	for _, c := range configs {
		v := c[name]
		if v.IsMissing() {
			o.Missing++
			continue
		}
		o.Seen++
		counts[v]++
	}
	values := slices.SortedFunc(maps.Keys(counts), compareValues)
	o.Distinct = len(values)
	if xs := finiteNumbers(values); len(xs) > 0 {
		o.Low, o.High = xs[0], xs[len(xs)-1]
	}
	return o, values
}

// finiteNumbers returns the numbers among values, in their order.
func finiteNumbers(values []Value) []float64 {
	xs := make([]float64, 0, len(values))
	for _, v := range values {
		if v.kind == number && finite(v.num) {
			xs = append(xs, v.num)
		}
	}
	return xs
}

// inferKind fills in the kind that fits the sorted values, and says why it does, or why the axis is dropped.
func (p *Param) inferKind(o *Observed, values []Value) (reason, dropped string) {
	texts := slices.ContainsFunc(values, func(v Value) bool { return v.kind == text })
	xs := finiteNumbers(values)
	switch {
	case o.Distinct == 0:
		return "", "never set"
	case o.Distinct == 1 && o.Missing == 0:
		return "", "always " + values[0].String()
	case texts && graph.Looks(values[0].String()):
		ok, why := p.inferGraph(values)
		if ok {
			return "architectures as " + p.Graph.InWords(), ""
		}
		if why != "" && o.Distinct > maxLabels {
			return "", why
		}
	}
	switch {
	case p.Kind == Graph:
	case texts && o.Distinct > maxLabels:
		return "", strconv.Itoa(o.Distinct) + " distinct texts: a label, not a setting"
	case texts:
		p.Kind, p.Choices = Choice, asTexts(values)
		return "texts: choice", ""
	case len(xs) < len(values):
		return "", "infinite values"
	case !finite(o.High - o.Low):
		return "", "numbers too far apart"
	case o.Distinct == 1:
		p.Kind, p.Choices = Choice, values
		return "one number, or missing: choice", ""
	}
	return p.inferNumbers(xs), ""
}

// maxLabels is the most distinct texts that are taken for categories.
const maxLabels = 1000

// asTexts turns numbers among texts into texts, without doubles.
func asTexts(values []Value) []Value {
	out := make([]Value, len(values))
	for i, v := range values {
		out[i] = Text(v.String())
	}
	slices.SortFunc(out, compareValues)
	return slices.Compact(out)
}

// compareValues orders numbers before texts, each by size.
func compareValues(a, b Value) int {
	if c := cmp.Compare(a.kind, b.kind); c != 0 {
		return c
	}
	if a.kind == number {
		return cmp.Compare(a.num, b.num)
	}
	return cmp.Compare(a.text, b.text)
}

// inferCondition gives an optional axis a condition where one other axis decides whether it is set.
func (s *Space) inferCondition(p *Param, configs []Config) {
	if !p.Optional {
		return
	}
	for i := range s.Params {
		on := &s.Params[i]
		if on == p || on.Optional || on.When != nil || on.Numeric() {
			continue
		}
		if in := on.decides(p.Name, configs); in != nil {
			p.When = &Condition{Param: on.Name, In: in}
			p.Optional = false
			return
		}
	}
}

// decides returns the values of the axis for which the named axis is always set, if for all others it never is.
func (p *Param) decides(name string, configs []Config) []Value {
	set, unset := make([]bool, len(p.Choices)), make([]bool, len(p.Choices))
	for _, c := range configs {
		k := p.Index(c[p.Name])
		if k < 0 {
			return nil
		}
		if c[name].IsMissing() {
			unset[k] = true
		} else {
			set[k] = true
		}
	}
	var in []Value
	for k := range set {
		if set[k] && unset[k] {
			return nil
		}
		if set[k] {
			in = append(in, p.Choices[k])
		}
	}
	return in
}
