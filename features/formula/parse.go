package formula

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Axis is what a formula may know of an axis.
type Axis struct {
	Number bool                  // its values are numbers
	Choice func(text string) int // the position of a text among its choices, or -1; nil: it has no choices
}

// Parse reads a formula. look finds what a name stands for; ok is false for what is no axis. The error wraps ErrFormula
// or ErrBounds.
func Parse(text string, look func(name string) (a Axis, ok bool)) (*Program, error) {
	if len(text) > MaxText {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrBounds, len(text), MaxText)
	}
	ts, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: ts, look: look, program: new(Program)}
	if err := p.expression(0); err != nil {
		return nil, err
	}
	if p.peek().kind != end {
		return nil, p.unexpected("an operator or the end")
	}
	return p.program, nil
}

// parser goes through the tokens once; what it has read is in the program as steps in the order of their doing.
type parser struct {
	tokens  []token
	at      int
	depth   int // of expressions within one another
	stacked int // numbers on the stack after the steps so far
	look    func(string) (Axis, bool)
	program *Program
}

func (p *parser) peek() token { return p.tokens[p.at] }

// take consumes the next token if it is that sign.
func (p *parser) take(text string) bool {
	if t := p.peek(); t.kind != sign || t.text != text {
		return false
	}
	p.at++
	return true
}

func (p *parser) unexpected(wanted string) error {
	t := p.peek()
	what := fmt.Sprintf("%q", t.text)
	if t.kind == end {
		what = "the end"
	}
	return fmt.Errorf("%w: %s at column %d, where %s belongs", ErrFormula, what, t.column, wanted)
}

// levels are how strongly operators of two operands bind; greater is stronger.
var levels = map[string]int{"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4,
	"*": 5, "/": 5, "^": 7}

// prefix is how strongly a sign before an operand binds: weaker than a power, stronger than a product.
const prefix = 6

// expression reads operands and operators that bind more strongly than level.
func (p *parser) expression(level int) error {
	if p.depth++; p.depth > MaxDepth {
		return fmt.Errorf("%w: nested more than %d deep at column %d", ErrBounds, MaxDepth, p.peek().column)
	}
	defer func() { p.depth-- }()
	if err := p.operand(); err != nil {
		return err
	}
	for {
		t := p.peek()
		of, known := levels[t.text]
		if t.kind != sign || !known || of <= level {
			return nil
		}
		p.at++
		right := of
		if t.text == "^" {
			right-- // from the right
		}
		if err := p.expression(right); err != nil {
			return err
		}
		if err := p.add(twoStep(t.text), -1); err != nil {
			return err
		}
		if next := p.peek(); of == 3 && next.kind == sign && levels[next.text] == 3 {
			return fmt.Errorf("%w: a second comparison at column %d; join two by &&", ErrFormula, next.column)
		}
	}
}

// operand reads a number, a name, a call, parentheses, or a sign and an operand.
func (p *parser) operand() error {
	t := p.peek()
	switch {
	case p.take("-"):
		return p.signed(step{word: "neg", do: negate}, prefix)
	case p.take("+"):
		return p.expression(prefix)
	case p.take("!"):
		return p.signed(step{word: "not", do: not}, prefix)
	case p.take("("):
		if err := p.expression(0); err != nil {
			return err
		}
		return p.closed()
	case t.kind == digits:
		x, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return fmt.Errorf("%w: %q at column %d is no number", ErrFormula, t.text, t.column)
		}
		p.at++
		return p.add(step{word: "number", do: number, x: x}, 1)
	case t.kind == word:
		p.at++
		if p.take("(") {
			return p.call(t)
		}
		return p.name(t.text, t)
	case t.kind == quoted:
		return fmt.Errorf("%w: the text %q at column %d; a text stands behind == or !=, and an axis before it",
			ErrFormula, t.text, t.column)
	}
	return p.unexpected("a number, an axis or a function")
}

func (p *parser) signed(s step, level int) error {
	if err := p.expression(level); err != nil {
		return err
	}
	return p.add(s, 0)
}

func (p *parser) closed() error {
	if !p.take(")") {
		return p.unexpected(`")"`)
	}
	return nil
}

// name reads what stands behind the name of an axis: a comparison with a text, or nothing.
func (p *parser) name(name string, at token) error {
	a, ok := p.look(name)
	if !ok {
		return fmt.Errorf("%w: %q at column %d is no axis of the space", ErrFormula, name, at.column)
	}
	slot := slices.Index(p.program.names, name)
	if slot < 0 {
		if slot = len(p.program.names); slot == MaxNames {
			return fmt.Errorf("%w: more than %d axes", ErrBounds, MaxNames)
		}
		p.program.names = append(p.program.names, name)
	}
	if text, how, compared := p.comparison(); compared {
		s := step{word: "is", do: is, slot: slot, text: text, choice: -1}
		if a.Choice != nil {
			s.choice = a.Choice(text)
		}
		if s.choice < 0 {
			return fmt.Errorf("%w: axis %q has no choice %q (column %d)", ErrFormula, name, text, at.column)
		}
		if err := p.add(s, 1); err != nil || how == "==" {
			return err
		}
		return p.add(step{word: "not", do: not}, 0)
	}
	if !a.Number {
		return fmt.Errorf("%w: axis %q (column %d) holds texts; ask for one with %s == \"...\"", ErrFormula, name,
			at.column, name)
	}
	return p.add(step{word: "axis", do: axis, slot: slot}, 1)
}

// comparison takes == or != and a text, if that is what follows.
func (p *parser) comparison() (text, how string, ok bool) {
	t := p.peek()
	if t.kind != sign || t.text != "==" && t.text != "!=" {
		return "", "", false
	}
	next := p.tokens[p.at+1] // there is one: the list ends with end
	boolean := next.kind == word && (next.text == "true" || next.text == "false")
	if next.kind != quoted && !boolean {
		return "", "", false
	}
	p.at += 2
	return next.text, t.text, true
}

// call reads the arguments of a function and its closing parenthesis.
func (p *parser) call(f token) error {
	if f.text == "axis" {
		t := p.peek()
		if t.kind != quoted {
			return p.unexpected("the name of an axis in quotes")
		}
		p.at++
		if err := p.closed(); err != nil {
			return err
		}
		return p.name(t.text, t)
	}
	apply, isUnary := oneStep(f.text)
	joins := f.text == "min" || f.text == "max"
	if !isUnary && !joins && f.text != "if" {
		return fmt.Errorf("%w: %q at column %d is no function; there are %s", ErrFormula, f.text, f.column, functions())
	}
	n := 0
	for {
		if err := p.expression(0); err != nil {
			return err
		}
		if n++; joins && n > 1 {
			if err := p.add(twoStep(f.text), -1); err != nil {
				return err
			}
		}
		if !p.take(",") {
			break
		}
	}
	if err := p.closed(); err != nil {
		return err
	}
	switch {
	case isUnary && n == 1:
		return p.add(apply, 0)
	case joins && n >= 2:
		return nil
	case f.text == "if" && n == 3:
		return p.add(step{word: "if", do: choose}, -2)
	}
	want := "one"
	switch {
	case joins:
		want = "two or more"
	case f.text == "if":
		want = "three: condition, then, else"
	}
	return fmt.Errorf("%w: %s at column %d has %d operands; want %s", ErrFormula, f.text, f.column, n, want)
}

// functions lists the functions for messages.
func functions() string {
	names := []string{"if", "min", "max", "axis"}
	for _, f := range one {
		names = append(names, f.word)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// add appends a step that changes the numbers on the stack by so many.
func (p *parser) add(s step, change int) error {
	if p.stacked += change; p.stacked > MaxDepth {
		return fmt.Errorf("%w: more than %d operands at a time", ErrBounds, MaxDepth)
	}
	if len(p.program.steps) == MaxSteps {
		return fmt.Errorf("%w: more than %d steps", ErrBounds, MaxSteps)
	}
	p.program.steps = append(p.program.steps, s)
	return nil
}
