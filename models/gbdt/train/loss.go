package train

import (
	"fmt"
	"math"
	"slices"

	"eahas/models/gbdt"
	"eahas/models/internal/order"
)

// LossKind names a loss.
type LossKind string

// The losses. y is the target, f the raw score that the trees sum up to, r = y - f.
const (
	Squared  LossKind = "squared"  // r^2/2
	Absolute LossKind = "absolute" // |r|
	Huber    LossKind = "huber"    // r^2/2 for |r| <= delta, else delta*(|r| - delta/2)
	Quantile LossKind = "quantile" // q*r for r >= 0, else (q-1)*r
	Logistic LossKind = "logistic" // log(1+exp(f)) - y*f for y in 0..1; predictions are probabilities
)

// Loss is a loss with its parameter.
type Loss struct {
	Kind LossKind `yaml:"kind,omitempty" json:"kind,omitempty"` // default squared
	// delta > 0 of huber in the target's unit (default 1), q in (0, 1) of quantile (default 0.5); else unused
	Param float64 `yaml:"param,omitempty" json:"param,omitempty"`
}

func (l Loss) resolve() Loss {
	if l.Kind == "" {
		l.Kind = Squared
	}
	if l.Param == 0 {
		switch l.Kind {
		case Huber:
			l.Param = 1
		case Quantile:
			l.Param = 0.5
		}
	}
	return l
}

func (l Loss) check() error {
	switch l.Kind {
	case Squared, Absolute, Logistic:
		return nil
	case Huber:
		if l.Param > 0 && !math.IsInf(l.Param, 1) {
			return nil
		}
		return fmt.Errorf("%w: huber delta is %v, want > 0", ErrParams, l.Param)
	case Quantile:
		if l.Param > 0 && l.Param < 1 {
			return nil
		}
		return fmt.Errorf("%w: quantile is %v, want 0 < q < 1", ErrParams, l.Param)
	}
	return fmt.Errorf("%w: unknown loss %q", ErrParams, l.Kind)
}

// value returns the loss of raw score f for target y.
func (l Loss) value(y, f float64) float64 {
	r := y - f
	switch l.Kind {
	case Absolute:
		return math.Abs(r)
	case Huber:
		if a := math.Abs(r); a > l.Param {
			return l.Param * (a - l.Param/2)
		}
	case Quantile:
		if r >= 0 {
			return l.Param * r
		}
		return (l.Param - 1) * r
	case Logistic:
		return math.Max(f, 0) + math.Log1p(math.Exp(-math.Abs(f))) - y*f
	}
	return r * r / 2
}

// pull returns the negative first derivative of the loss by f (how hard y pulls the score upwards) and the second one.
// Losses without curvature use 1, as LightGBM does: their leaves are renewed by a percentile afterwards.
func (l Loss) pull(y, f float64) (g, h float64) {
	r := y - f
	switch l.Kind {
	case Absolute:
		return sign(r), 1
	case Huber:
		return math.Max(-l.Param, math.Min(l.Param, r)), 1
	case Quantile:
		if r >= 0 {
			return l.Param, 1
		}
		return l.Param - 1, 1
	case Logistic:
		p := gbdt.Sigmoid.Apply(f)
		return y - p, p * (1 - p)
	}
	return r, 1
}

// pullAll writes the first derivatives of pull for all rows.
func (l Loss) pullAll(dst, y, score []float64) {
	score, dst = score[:len(y)], dst[:len(y)]
	if l.Kind != Quantile {
		for i, v := range y {
			dst[i], _ = l.pull(v, score[i])
		}
		return
	}
	sides := [2]float64{l.Param - 1, l.Param} // no branch that depends on the rows
	for i, v := range y {
		side := 0
		if v-score[i] >= 0 {
			side = 1
		}
		dst[i] = sides[side]
	}
}

// unitHessian reports whether the second derivative is 1 everywhere.
func (l Loss) unitHessian() bool { return l.Kind != Logistic }

// renew returns the quantile of the residuals that is the best leaf value, and whether the loss wants it.
func (l Loss) renew() (q float64, ok bool) {
	switch l.Kind {
	case Absolute:
		return 0.5, true
	case Quantile:
		return l.Param, true
	}
	return 0, false
}

// base returns the constant raw score to start from. y and w (nil: all 1) have length n >= 1.
func (l Loss) base(y, w []float64) float64 {
	switch l.Kind {
	case Absolute, Huber:
		return quantile(y, w, 0.5)
	case Quantile:
		return quantile(y, w, l.Param)
	}
	m := mean(y, w)
	if l.Kind == Logistic {
		const eps = 1e-6
		m = math.Max(eps, math.Min(1-eps, m))
		return math.Log(m / (1 - m))
	}
	return m
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// mean returns the weighted mean; w may be nil.
func mean(y, w []float64) float64 {
	var sum, total float64
	for i, v := range y {
		u := 1.0
		if w != nil {
			u = w[i]
		}
		sum += float64(u * v)
		total += u
	}
	return sum / total
}

// quantile returns the smallest value of y at which the cumulated weight reaches q times the total,
// or the middle between it and the next one when it reaches it exactly. w may be nil; y is not changed.
func quantile(y, w []float64, q float64) float64 {
	if w == nil {
		return plainQuantile(y, q)
	}
	order := make([]int32, len(y))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		switch {
		case y[a] < y[b]:
			return -1
		case y[a] > y[b]:
			return 1
		}
		return 0
	})
	total := 0.0
	for _, i := range order {
		total += w[i]
	}
	sum, want := 0.0, q*total
	for j, i := range order {
		sum += w[i]
		if sum > want || j == len(order)-1 {
			return y[i]
		}
		if sum == want {
			return y[i] + (y[order[j+1]]-y[i])/2
		}
	}
	return 0
}

// plainQuantile is quantile when all weights are 1.
func plainQuantile(y []float64, q float64) float64 {
	return quantileOf(slices.Clone(y), q)
}

// quantileOf is plainQuantile; it changes the order of y.
func quantileOf(y []float64, q float64) float64 {
	if len(y) == 0 {
		return 0
	}
	want := q * float64(len(y))
	j := min(len(y)-1, int(want))
	at := order.Nth(y, j)
	if j > 0 && float64(j) == want {
		below := order.Nth(y, j-1)
		return below + (at-below)/2
	}
	return at
}
