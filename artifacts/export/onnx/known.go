package onnx

import (
	"fmt"
	"math"
	"slices"

	"eahas/features"
)

// inexact are the words whose operators have other last digits than the formula's language; broken are those that
// turn a last digit into another whole number.
var (
	inexact = []string{"log", "log2", "log10", "exp"}
	broken  = []string{"floor", "ceil", "round", "==", "!=", "<", "<=", ">", ">="}
)

// knownColumns evaluates the formulas of the known quantities, one column each, and says which configurations have a
// number for all of them: where no axis is missing, a finite one. ErrUnsupported for formulas that round or compare and
// take logarithms, exponentials or powers: an operator's last digit would decide.
func (g *graph) knownColumns(s *features.Space, axes map[string]*axis) (columns []value, ok value, err error) {
	values := map[string]value{} // of the quantities so far
	for i := range s.Known {
		k := &s.Known[i]
		x, whole, err := g.formula(k, axes, values)
		if err != nil {
			return nil, "", err
		}
		finite := g.op("Equal", g.sub(x, x), g.number(0)) // NaN - NaN and Inf - Inf are NaN
		x = g.where(finite, x, g.nan())
		values[k.Name] = x
		if whole = g.op("Or", finite, g.op("Not", whole)); ok == "" {
			ok = whole
		} else {
			ok = g.op("And", ok, whole)
		}
		columns = append(columns, g.knownScaled(k, x))
	}
	return columns, ok, nil
}

// knownScaled is the column of a quantity.
func (g *graph) knownScaled(k *features.Known, x value) value {
	s := k.Scaling()
	if s.Log {
		x = g.where(g.op("Greater", x, g.number(0)), x, g.nan())
		x = g.mul(g.op("Log", x), g.number(1/math.Ln10))
	}
	return g.div(g.sub(x, g.number(s.Low)), g.number(s.Span))
}

// formula runs a program's steps on a stack of values; whole says where no axis is missing.
func (g *graph) formula(k *features.Known, axes map[string]*axis, known map[string]value) (x, whole value, err error) {
	unsupported := func(why string) error {
		return fmt.Errorf("onnx: %w: the formula %s of %q: %s", ErrUnsupported, k.Formula, k.Name, why)
	}
	var stack []value
	need := func(there value) {
		if whole == "" {
			whole = there
		} else {
			whole = g.op("And", whole, there)
		}
	}
	digits, rounds := false, false
	for i, step := range k.Program {
		word := step[0].(string)
		digits, rounds = digits || slices.Contains(inexact, word), rounds || slices.Contains(broken, word)
		n := len(stack)
		switch word {
		case "number":
			stack = append(stack, g.number(step[1].(float64)))
		case "axis", "is":
			a := axes[step[1].(string)]
			if a == nil {
				v := known[step[1].(string)]
				need(g.op("Not", g.op("IsNaN", v)))
				stack = append(stack, v)
				continue
			}
			gone := g.op("Or", a.missing, g.op("Not", a.active))
			need(g.op("Not", gone))
			if word == "is" {
				at := a.param.Index(features.Text(step[2].(string)))
				stack = append(stack, g.where(gone, g.number(0), g.columns(a.hot, int64(at))))
				continue
			}
			stack = append(stack, g.where(gone, g.nan(), a.number))
		case "^":
			y, whole := k.Program[i-1][len(k.Program[i-1])-1].(float64)
			if k.Program[i-1][0] != "number" || !whole || y != math.Trunc(y) || y < 0 || y > 1024 {
				digits = true
				stack = append(stack[:n-2], g.op("Pow", stack[n-2], stack[n-1]))
				continue
			}
			stack = append(stack[:n-2], g.power(stack[n-2], g.add(g.mul(stack[n-2], g.number(0)), g.number(y)),
				bits(max(1, y))))
		default:
			operands := 2
			if _, single := oneOperator[word]; single || word == "not" || word == "neg" {
				operands = 1
			} else if word == "if" {
				operands = 3
			}
			stack = append(stack[:n-operands], g.apply(word, stack[n-operands:]...))
		}
	}
	if digits && rounds {
		return "", "", unsupported("it rounds or compares, and takes a logarithm, an exponential or a power that is " +
			"no whole number, whose last digit here is the runtime's")
	}
	return stack[0], whole, nil
}

// oneOperator and twoOperator are the operators of ONNX that are words of the language as they are.
var (
	oneOperator = map[string]string{"log": "Log", "exp": "Exp", "sqrt": "Sqrt", "abs": "Abs", "floor": "Floor",
		"ceil": "Ceil", "round": "Round", "log2": "Log", "log10": "Log"}
	twoOperator = map[string]string{"+": "Add", "-": "Sub", "*": "Mul", "/": "Div", "min": "Min", "max": "Max"}
	compare     = map[string]string{"==": "Equal", "<": "Less", "<=": "LessOrEqual", ">": "Greater",
		">=": "GreaterOrEqual"}
)

// apply is one operation of the language.
func (g *graph) apply(word string, x ...value) value {
	if op, ok := oneOperator[word]; ok {
		y := g.op(op, x[0])
		switch word {
		case "log2":
			return g.mul(y, g.number(1/math.Ln2))
		case "log10":
			return g.mul(y, g.number(1/math.Ln10))
		}
		return y
	}
	if op, ok := twoOperator[word]; ok {
		return g.op(op, x...)
	}
	if op, ok := compare[word]; ok {
		return g.double(g.op(op, x...))
	}
	switch word {
	case "neg":
		return g.op("Neg", x[0])
	case "not":
		return g.double(g.op("Not", g.holding(x[0])))
	case "!=":
		return g.double(g.op("Not", g.op("Equal", x...)))
	case "&&":
		return g.double(g.op("And", g.holding(x[0]), g.holding(x[1])))
	case "||":
		return g.double(g.op("Or", g.holding(x[0]), g.holding(x[1])))
	}
	return g.where(g.holding(x[0]), x[1], x[2]) // if
}

// holding says where a condition holds: a number other than 0.
func (g *graph) holding(x value) value { return g.op("Greater", g.op("Abs", x), g.number(0)) }
