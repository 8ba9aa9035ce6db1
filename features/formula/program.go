package formula

import "math"

// Bounds of a formula.
const (
	MaxText  = 4096 // bytes
	MaxDepth = 64   // operands within one another, and so numbers on the stack
	MaxSteps = 1024
	MaxNames = 64 // different axes
)

// Program is a formula that was read. It is immutable.
type Program struct {
	names []string
	steps []step
}

// step is one step of a program: push a number, the number of an axis, or whether an axis has a choice; or take one,
// two or three numbers off the stack and push one.
type step struct {
	word   string // as a bundle has it
	do     operation
	of     int     // of unary and binary: its place in the table
	x      float64 // of "number"
	slot   int     // of "axis" and "is": which of the names
	choice int     // of "is": which of the axis' choices
	text   string  // of "is": the choice
}

// operation is what a step does with the top of the stack.
type operation uint8

const (
	number operation = iota
	axis
	is
	negate
	not
	unary
	binary
	choose
)

// one and two are the operations on one number and on two.
var (
	one = []struct {
		word string
		f    func(x float64) float64
	}{
		{"log", log}, {"log2", log2}, {"log10", log10}, {"exp", Exp}, {"sqrt", math.Sqrt}, {"abs", math.Abs},
		{"floor", math.Floor}, {"ceil", math.Ceil}, {"round", math.RoundToEven},
	}
	two = []struct {
		word string
		f    func(x, y float64) float64
	}{
		{"+", func(x, y float64) float64 { return x + y }}, {"-", func(x, y float64) float64 { return x - y }},
		{"*", func(x, y float64) float64 { return x * y }}, {"/", func(x, y float64) float64 { return x / y }},
		{"^", pow},
		{"min", func(x, y float64) float64 { return min(x, y) }},
		{"max", func(x, y float64) float64 { return max(x, y) }},
		{"==", func(x, y float64) float64 { return bit(x == y) }},
		{"!=", func(x, y float64) float64 { return bit(x != y) }},
		{"<", func(x, y float64) float64 { return bit(x < y) }},
		{"<=", func(x, y float64) float64 { return bit(x <= y) }},
		{">", func(x, y float64) float64 { return bit(x > y) }},
		{">=", func(x, y float64) float64 { return bit(x >= y) }},
		{"&&", func(x, y float64) float64 { return bit(holds(x) && holds(y)) }},
		{"||", func(x, y float64) float64 { return bit(holds(x) || holds(y)) }},
	}
)

// oneStep is the step of a function of one number; ok is false for what is none.
func oneStep(word string) (s step, ok bool) {
	for i := range one {
		if one[i].word == word {
			return step{word: word, do: unary, of: i}, true
		}
	}
	return s, false
}

// twoStep is the step of an operation on two numbers, which there is.
func twoStep(word string) step {
	i := 0
	for two[i].word != word {
		i++
	}
	return step{word: word, do: binary, of: i}
}

// holds reports whether a condition holds: a number that is not 0, and is one.
func holds(x float64) bool { return x < 0 || x > 0 }

func bit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Names lists the axes that the formula names, in the order in which they first occur.
func (p *Program) Names() []string { return p.names }

// Eval returns the value for the numbers and the positions among the choices (-1: missing, or no choice) of the axes in
// Names, both of that length. A missing number is NaN. The value is not finite where something is divided by 0 or has
// no logarithm, root or power.
func (p *Program) Eval(numbers []float64, choices []int) float64 {
	var stack [MaxDepth + 1]float64
	n := 0 // numbers on the stack
	for i := range p.steps {
		s := &p.steps[i]
		switch s.do {
		case number:
			stack[n], n = s.x, n+1
		case axis:
			stack[n], n = numbers[s.slot], n+1
		case is:
			stack[n], n = bit(choices[s.slot] == s.choice), n+1
		case negate:
			stack[n-1] = -stack[n-1]
		case not:
			stack[n-1] = bit(!holds(stack[n-1]))
		case unary:
			stack[n-1] = one[s.of].f(stack[n-1])
		case binary:
			n--
			stack[n-1] = two[s.of].f(stack[n-1], stack[n])
		case choose:
			n -= 2
			if holds(stack[n-1]) {
				stack[n-1] = stack[n]
			} else {
				stack[n-1] = stack[n+1]
			}
		}
	}
	return stack[0]
}

// Steps are the program as a bundle holds it: a list for each step, of its word and what belongs to it.
//
//	["number", 2]  ["axis", "depth"]  ["is", "optimizer", "adam"]
//	["neg"]  ["not"]  ["if"]  ["+"]  ["min"]  ["log"]  ...
func (p *Program) Steps() [][]any {
	out := make([][]any, len(p.steps))
	for i, s := range p.steps {
		switch s.do {
		case number:
			out[i] = []any{s.word, s.x}
		case axis:
			out[i] = []any{s.word, p.names[s.slot]}
		case is:
			out[i] = []any{s.word, p.names[s.slot], s.text}
		default:
			out[i] = []any{s.word}
		}
	}
	return out
}
