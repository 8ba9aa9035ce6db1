package arrowio

import (
	"fmt"
	"math"

	"eahas/trial"
)

// unknown is the cost of which nothing is known.
func unknown() trial.Cost {
	return trial.Cost{Mean: math.NaN(), Total: math.NaN(), Coverage: math.NaN()}
}

// known reports whether a cost says anything.
func known(c trial.Cost) bool {
	return c.PerEpoch != nil || !math.IsNaN(c.Mean) || !math.IsNaN(c.Total)
}

// cost makes a cost of the numbers of a cell: one number, or one an epoch. Without numbers it is unknown.
func (c *costPlan) cost(v []float64) (trial.Cost, []trial.Note, *problem) {
	out := unknown()
	if len(v) == 0 {
		return out, nil, nil
	}
	if c.shape != trial.PerEpoch {
		x := v[0]
		if math.IsNaN(x) {
			return out, nil, nil
		}
		if y := x * c.factor; !(y > 0) || math.IsInf(y, 0) {
			return out, nil, &problem{c.column, number(x), c.what + " is not a positive number"}
		}
		if c.shape == trial.Mean {
			out.Mean = x * c.factor
		} else {
			out.Total = x * c.factor
		}
		return out, nil, nil
	}
	per := make([]float64, len(v))
	sum, n, zero, total := 0.0, 0, 0, 0.0
	for i, x := range v {
		if !(x >= 0) || math.IsInf(x, 0) {
			return out, nil, &problem{c.column, number(x), fmt.Sprintf("%s of epoch %d of %d is not a positive number", c.what, i+1, len(v))}
		}
		per[i] = x * c.factor
		total += per[i]
		if x == 0 {
			zero++
		} else if i >= c.skip || len(v) <= c.skip {
			sum += per[i]
			n++
		}
	}
	if math.IsInf(total, 0) {
		return out, nil, &problem{c.column, number(total), c.what + " adds up to more than a number holds"}
	}
	if n == 0 || !(sum > 0) {
		return out, nil, &problem{c.column, "0", c.what + " is 0 in every epoch that counts"}
	}
	out.PerEpoch, out.Mean, out.Total = per, sum/float64(n), total
	if zero > 0 {
		return out, []trial.Note{{Kind: NoteZeroEpochs, Detail: fmt.Sprintf("%s: %d of %d epochs", c.column, zero, len(v))}}, nil
	}
	return out, nil, nil
}

// complete derives what the length tells: total from mean and mean from total.
func complete(c *trial.Cost, length float64) {
	if !(length > 0) {
		return
	}
	usable := func(x float64) float64 { // a hostile length makes nothing infinite or zero
		if math.IsInf(x, 0) || x == 0 {
			return math.NaN()
		}
		return x
	}
	if math.IsNaN(c.Total) && !math.IsNaN(c.Mean) {
		c.Total = usable(c.Mean * length)
	}
	if math.IsNaN(c.Mean) && !math.IsNaN(c.Total) {
		c.Mean = usable(c.Total / length)
	}
}

// meanPower returns energy / time from parts of the same extent; NaN when there are none.
func meanPower(e, t trial.Cost) float64 {
	if w := e.Total / t.Total; !math.IsNaN(w) {
		return w
	}
	return e.Mean / t.Mean
}
