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

// sinceBefore turns numbers that count on into what each epoch added. A number below the one before it begins anew.
// resets is how many of them there are.
func sinceBefore(v []float64) (out []float64, resets int) {
	out = make([]float64, len(v))
	before := 0.0
	for i, x := range v {
		out[i] = x - before
		if x < before {
			out[i] = x
			resets++
		}
		before = x
	}
	return out, resets
}

// cost makes a cost of the numbers of a cell: one number, or one an epoch. Without numbers it is unknown.
func (c *costPlan) cost(v []float64) (trial.Cost, []trial.Note, *problem) {
	out := unknown()
	if len(v) == 0 {
		return out, nil, nil
	}
	if !c.shape.PerEpochs() {
		return c.ofRun(v[0])
	}
	var notes []trial.Note
	if c.shape == trial.Cumulative {
		var resets int
		if v, resets = sinceBefore(v); resets > 0 {
			notes = append(notes, trial.Note{Kind: NoteReset, Detail: fmt.Sprintf("%s: %d times", c.column, resets)})
		}
	}
	out, bad := c.ofEpochs(v)
	if bad != nil {
		return out, nil, bad
	}
	zero := 0
	for _, x := range v {
		if x == 0 {
			zero++
		}
	}
	if zero > 0 {
		notes = append(notes, trial.Note{Kind: NoteZeroEpochs,
			Detail: fmt.Sprintf("%s: %d of %d epochs", c.column, zero, len(v))})
	}
	return out, notes, nil
}

// ofRun makes a cost of one number: a run's total, or its mean an epoch. NaN is unknown.
func (c *costPlan) ofRun(x float64) (trial.Cost, []trial.Note, *problem) {
	out := unknown()
	if math.IsNaN(x) {
		return out, nil, nil
	}
	y := x * c.factor
	if !(y > 0) || math.IsInf(y, 0) {
		return out, nil, &problem{c.column, number(x), c.what + " is not a positive number"}
	}
	if c.shape == trial.Mean {
		out.Mean = y
	} else {
		out.Total = y
	}
	return out, nil, nil
}

// ofEpochs makes a cost of one number an epoch. The mean leaves out the epochs of 0 and, where there are others, the
// first ones that are to be skipped.
func (c *costPlan) ofEpochs(v []float64) (trial.Cost, *problem) {
	out := unknown()
	per := make([]float64, len(v))
	sum, n, total := 0.0, 0, 0.0
	for i, x := range v {
		if !(x >= 0) || math.IsInf(x, 0) {
			return out, &problem{c.column, number(x), fmt.Sprintf("%s of epoch %d of %d is not a positive number",
				c.what, i+1, len(v))}
		}
		per[i] = x * c.factor
		total += per[i]
		if x != 0 && (i >= c.skip || len(v) <= c.skip) {
			sum += per[i]
			n++
		}
	}
	if math.IsInf(total, 0) {
		return out, &problem{c.column, number(total), c.what + " adds up to more than a number holds"}
	}
	if n == 0 || !(sum > 0) {
		return out, &problem{c.column, "0", c.what + " is 0 in every epoch that counts"}
	}
	out.PerEpoch, out.Mean, out.Total = per, sum/float64(n), total
	return out, nil
}

// epochsOf says how many epochs the rows of a cost at these epochs cover, and how many were trained from the first
// row's to the last. A row stands for the epochs since the row before it, and the first one for as many, or for what
// lies before it if that is less. Where rows are missing in between, covered is less than trained.
func epochsOf(epochs []float64) (covered, trained float64) {
	n := len(epochs)
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	first, step := epochs[0], math.Inf(1)
	for i := 1; i < n; i++ {
		step = min(step, epochs[i]-epochs[i-1])
	}
	lead := 1.0 // epochs of the first row
	if n == 1 {
		step = 1
	}
	if first > 0 {
		lead = min(step, first)
	}
	return lead + float64(n-1)*step, epochs[n-1] - first + lead
}

// perEpoch turns a mean over rows into a mean over epochs, where the rows cover several each.
func perEpoch(c *trial.Cost, rows int, covered float64) {
	if n := float64(rows); n > 0 && covered > 0 && covered != n {
		c.Mean = usable(c.Mean * (n / covered))
	}
}

// usable is x, or NaN where hostile epochs or lengths make it infinite or zero.
func usable(x float64) float64 {
	if math.IsInf(x, 0) || x == 0 {
		return math.NaN()
	}
	return x
}

// complete derives what the number of epochs tells: total from mean and mean from total.
func complete(c *trial.Cost, length float64) {
	if !(length > 0) {
		return
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
