package auto

import (
	"math"
	"slices"
)

// fitWeights returns the weights of the members for the held-out rows that are wanted: those of the smallest sum of
// squared errors, or of absolute errors to a smaller power (Trainer.Power), and of the pull.
func (t *Trainer) fitWeights(h *heldOut, want func(*heldRow) bool) []float64 {
	if t.Power == 2 {
		c := h.products(want, nil)
		squares := make([]float64, h.members)
		for a := range squares {
			squares[a] = c[a*h.members+a]
		}
		return t.pulled(c, near(squares), h)
	}
	p := near(t.sizes(h, want))
	w := p
	for range powerSteps {
		share := h.shares(want, w, t.Power)
		if share == nil {
			break
		}
		w = t.pulled(h.products(want, share), p, h)
	}
	return w
}

// sizes returns the squares of the members' errors over the wanted rows, up to a factor that all share.
func (t *Trainer) sizes(h *heldOut, want func(*heldRow) bool) []float64 {
	measure, power := func(e float64) float64 { return math.Pow(math.Abs(e), t.Power) }, t.Power
	if t.Relative {
		measure, power = relative, 1
	}
	out := make([]float64, h.members)
	for i := range h.rows {
		r := &h.rows[i]
		if !want(r) {
			continue
		}
		for m := range out {
			for j, y := range r.y {
				out[m] += float64(r.weight * measure(r.answers[m*h.k+j]-y))
			}
		}
	}
	for a, s := range out {
		out[a] = math.Pow(s, 2/power)
	}
	return out
}

// relativeCap is the largest relative error that counts: that of an answer ten times as large as the truth. One such
// run is enough to distrust a member, and must not decide between the others.
const relativeCap = 9

// relative returns the relative error of an answer whose logarithm is wrong by e.
func relative(e float64) float64 { return min(relativeCap, math.Abs(math.Expm1(e))) }

// pulled returns the weights for sums of error products and weights p to be near to. The pull is Pull (M/G) times the
// least mean square, here in the sums' units.
func (t *Trainer) pulled(c, p []float64, h *heldOut) []float64 {
	least := math.Inf(1)
	for a := range h.members {
		least = min(least, c[a*h.members+a])
	}
	return weights(c, p, t.Pull*float64(h.members)/float64(h.groups)*least)
}

// near returns the weights that the pull is towards, for the squares of the members' errors: in proportion to them to
// the power of -2, all equal where an error is 0. Members that err alike share equally; one that errs twice as far as
// the best counts a sixteenth of it.
func near(squares []float64) []float64 {
	least := slices.Min(squares)
	out, sum := make([]float64, len(squares)), 0.0
	for a := range out {
		out[a] = 1
		if least > 0 {
			ratio := least / squares[a]
			out[a] = float64(ratio * ratio)
		}
		sum += out[a]
	}
	for a := range out {
		out[a] /= sum
	}
	return out
}

const (
	// powerSteps is the number of steps of iteratively reweighted least squares.
	powerSteps = 8
	// powerFloor is the share of the median error below which errors count as squared ones do, so that no share is
	// unbounded.
	powerFloor = 0.05
)

// shares are the weights under which squared errors near the joined answer are absolute ones to a power: |e|^(power-2)
// for the error e of the answer joined by w, of each wanted row and target. Minimising the reweighted squares again and
// again comes near the smallest sum of |e|^power (R. Chartrand and W. Yin, Iteratively reweighted algorithms for
// compressive sensing, ICASSP 2008; below 1 a minimum near where it starts). Nil where there is no error at all.
func (h *heldOut) shares(want func(*heldRow) bool, w []float64, power float64) []float64 {
	out := make([]float64, len(h.rows)*h.k)
	var sizes []float64
	for i := range h.rows {
		r := &h.rows[i]
		if !want(r) {
			continue
		}
		for j, y := range r.y {
			joined := 0.0
			for m, share := range w {
				joined += float64(share * r.answers[m*h.k+j])
			}
			e := math.Abs(joined - y)
			out[i*h.k+j] = e
			sizes = append(sizes, e)
		}
	}
	slices.Sort(sizes)
	n := len(sizes)
	if n == 0 || sizes[n-1] == 0 {
		return nil
	}
	floor := powerFloor * sizes[n/2]
	if floor == 0 {
		floor = powerFloor * sizes[n-1]
	}
	for i, e := range out {
		out[i] = math.Pow(max(e, floor)/floor, power-2)
	}
	return out
}
