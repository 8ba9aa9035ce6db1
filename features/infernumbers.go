package features

import (
	"fmt"
	"math"
)

// fewNumbers is the most distinct numbers that make an axis an ordinal list instead of a range.
const fewNumbers = 12

// inferNumbers sets kind and range from at least two distinct numbers, increasing.
func (p *Param) inferNumbers(xs []float64) (reason string) {
	if reason := p.inferZero(xs); reason != "" {
		return reason
	}
	low, high := xs[0], xs[len(xs)-1]
	wide := spansDecades(xs)
	if near := nearDoubles(xs); len(xs) <= fewNumbers && !near {
		p.Kind, p.Choices = Ordinal, numbers(xs...)
		p.Log = wide || geometric(xs)
		return fmt.Sprintf("%d distinct numbers: ordinal", len(xs))
	}
	if step := commonStep(xs); step > 0 {
		p.Kind, p.Low, p.High = Integer, low, high
		if wide {
			p.Log = true
			return "whole numbers over more than two decades: integer by the logarithm"
		}
		if step > 1 {
			p.Step = step
		}
		return "whole numbers: integer"
	}
	p.Kind, p.Low, p.High = Linear, low, high
	if wide {
		p.Kind = Log
		return "positive numbers over more than two decades: log"
	}
	if p.Step = roundStep(xs); p.Step > 0 {
		return "numbers on a grid: linear with a step"
	}
	return "numbers: linear"
}

// inferZero sees 0 beside numbers that ask for a logarithm (weight decay: off, or 1e-5 to 1e-2): 0 is a value of its
// own then. It returns "" where that does not fit.
func (p *Param) inferZero(xs []float64) (reason string) {
	if xs[0] != 0 || len(xs) < 3 || !spansDecades(xs[1:]) && !(geometric(xs[1:]) && xs[2] >= 5*xs[1]) {
		return ""
	}
	if len(xs) <= fewNumbers+1 {
		if nearDoubles(xs) {
			return ""
		}
		p.Kind, p.Choices, p.Log = Ordinal, numbers(xs...), true
		return fmt.Sprintf("%d distinct numbers: ordinal by the logarithm, 0 a value of its own", len(xs))
	}
	if commonStep(xs[1:]) > 0 {
		return ""
	}
	p.Kind, p.Zero, p.Low, p.High = Log, true, xs[1], xs[len(xs)-1]
	return "positive numbers over more than two decades, and 0: log, 0 a value of its own"
}

// spansDecades reports whether a logarithm suits the numbers (distinct, increasing): they are positive, the greatest is
// over 100 times the smallest, and when they are many, the middle 80 % span over a factor 10. (Of numbers drawn
// uniformly from 0 to some end the middle 80 % span a factor 9, however small the smallest happens to be.)
func spansDecades(xs []float64) bool {
	n := len(xs)
	if xs[0] <= 0 || xs[n-1]/xs[0] <= 100 {
		return false
	}
	return n <= fewNumbers || xs[n-1-n/10]/xs[n/10] > 10
}

// nearDoubles reports whether two neighbours differ by less than the tolerance of choices, so that they cannot be
// listed one by one.
func nearDoubles(xs []float64) bool {
	for i := 1; i < len(xs); i++ {
		if Number(xs[i-1]).Same(Number(xs[i])) {
			return true
		}
	}
	return false
}

// geometric reports whether at least three positive numbers grow by one factor of at least 1.5 (within 1 %).
func geometric(xs []float64) bool {
	if len(xs) < 3 || xs[0] <= 0 {
		return false
	}
	f := xs[1] / xs[0]
	for i := 2; i < len(xs); i++ {
		if math.Abs(xs[i]/xs[i-1]/f-1) > 0.01 {
			return false
		}
	}
	return f >= 1.5
}

// commonStep returns the greatest whole step from the first number to all others, or 0 when one is not whole.
func commonStep(xs []float64) float64 {
	step := 0.0
	for _, x := range xs {
		if x != math.Trunc(x) || math.Abs(x) > maxPoints {
			return 0
		}
		for a, b := x-xs[0], step; ; a, b = b, math.Mod(a, b) {
			if b == 0 {
				step = a
				break
			}
		}
	}
	return step
}

// roundStep returns the greatest step of 1, 2 or 5 times a power of ten on which all numbers lie, counted from the
// first, or 0 when there is none that gives at most 10,000 points.
func roundStep(xs []float64) float64 {
	span := xs[len(xs)-1] - xs[0]
	for e := int(math.Floor(math.Log10(span))); math.Pow10(e)*10_000 >= span; e-- {
		for _, m := range [...]float64{5, 2, 1} {
			step := m * math.Pow10(e)
			if e < 0 {
				step = m / math.Pow10(-e)
			}
			if span/step <= 10_000 && onGrid(xs, step) {
				return step
			}
		}
	}
	return 0
}

func onGrid(xs []float64, step float64) bool {
	if xs[len(xs)-1]-xs[0] < step {
		return false
	}
	for _, x := range xs {
		k := (x - xs[0]) / step
		if math.Abs(k-math.Round(k)) > StepTolerance/2 {
			return false
		}
	}
	return true
}
