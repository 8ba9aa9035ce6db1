package interval

import (
	"math"

	"eahas/models/gbdt"
)

// Wider says how much wider intervals are for a category that was added.
type Wider struct {
	Column int       // of the new rows: above 1/2 for the category
	Factor float64   // of the bounds' size; 1 as wide as before
	More   []float64 // per level: what each end of Quantiles moves outwards
}

// Adapted returns the model for rows of other columns, p of them, of which those of the training follow by moves (p
// before), with wider intervals for an added category. The noise is as before, but for the size of residuals that it
// follows. For the source Spread the predictor's spread says how much wider; Factor is not read.
func (m *Model) Adapted(p int, moves []gbdt.Move, w Wider) (*Model, error) {
	out := *m
	out.columns = p
	further := func(n int) []gbdt.Move { // those of guesses and spreads, behind the row
		all := append([]gbdt.Move{}, moves...)
		for j := range n {
			all = append(all, gbdt.Move{To: p + j, Scale: 1})
		}
		return all
	}
	k, l := len(m.knots), len(m.levels)
	factor := make([]float64, k)
	for i := range factor {
		factor[i] = math.Log(w.Factor)
	}
	var err error
	if m.source == Residuals {
		out.parts.size, err = movedTrees(m.parts.size, p+k, further(k), w.Column, func(int) []float64 { return factor })
	} else {
		out.parts.size, err = movedTrees(m.parts.size, p+k, further(k), w.Column, nil)
	}
	if err != nil {
		return nil, err
	}
	if m.parts.informed != nil {
		if out.parts.informed, err = movedTrees(m.parts.informed, p+2*k, further(2*k), w.Column,
			func(int) []float64 { return factor }); err != nil {
			return nil, err
		}
	}
	if m.parts.ends != nil {
		out.parts.ends, err = movedTrees(m.parts.ends, p+k+2, further(k+2), w.Column, func(i int) []float64 {
			if i < l {
				return []float64{-w.More[i]}
			}
			return []float64{w.More[i-l]}
		})
	}
	return &out, err
}

// movedTrees moves each of some models, and raises it by what raise says; nil for not at all.
func movedTrees(c *gbdt.Compiled, columns int, moves []gbdt.Move, column int,
	raise func(i int) []float64) (*gbdt.Compiled, error) {
	var all []*gbdt.Model
	for i, one := range c.Models() {
		m, err := one.Moved(columns, moves)
		if err == nil && raise != nil {
			m, err = m.Raised(column, raise(i))
		}
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return gbdt.CompileAll(all...)
}
