package features

import (
	"fmt"
	"math"

	"eahas/features/formula"
)

// KnownOf appends the known quantities of c, which belongs to the axes, in their order, to dst: NaN where an axis that
// is needed is missing. The error is an *OutOfSpaceError with the name of the quantity whose formula gives no finite
// number although nothing is missing.
func (s *Space) KnownOf(dst []float64, c Config) ([]float64, error) {
	if len(s.Known) > 0 && s.Known[0].program == nil {
		compiled := *s
		if err := compiled.Compile(); err != nil {
			return dst, err
		}
		s = &compiled
	}
	var numbers [formula.MaxNames]float64
	var choices [formula.MaxNames]int
	first := len(dst)
	for i := range s.Known {
		k := &s.Known[i]
		whole := true
		for j, at := range k.slots {
			if at < len(s.Params) {
				numbers[j], choices[j] = s.operand(&s.Params[at], c)
			} else {
				numbers[j], choices[j] = dst[first+at-len(s.Params)], -1
			}
			whole = whole && (choices[j] >= 0 || !math.IsNaN(numbers[j]))
		}
		x := k.program.Eval(numbers[:len(k.slots)], choices[:len(k.slots)])
		if !finite(x) {
			if whole {
				return dst, &OutOfSpaceError{Axis: k.Name, Reason: fmt.Sprintf("the formula %s gives %g here: a "+
					"division by 0, or a logarithm, root or power of what has none", k.Formula, x)}
			}
			x = math.NaN()
		}
		dst = append(dst, x)
	}
	return dst, nil
}

// operand is what a formula sees of an axis: its number (NaN without one) and the position among its choices (-1
// without one).
func (s *Space) operand(p *Param, c Config) (x float64, choice int) {
	v := c[p.Name]
	if v.IsMissing() || p.When != nil && !s.Active(p.Name, c) {
		return math.NaN(), -1
	}
	choice = -1
	if !p.Numeric() {
		if choice = p.Index(v); choice >= 0 {
			v = p.Choices[choice]
		}
	}
	x, ok := v.Float()
	if !ok && p.Numeric() {
		x, ok = v.ReadFloat()
	}
	if !ok {
		x = math.NaN()
	}
	return x, choice
}
