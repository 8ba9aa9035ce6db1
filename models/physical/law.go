package physical

import "math"

// Law says what a target is. Targets are natural logarithms.
type Law uint8

const (
	none Law = iota // a target that is equal for all rows needs none
	// Time is the logarithm of the time of an epoch, seconds.
	Time
	// Power is the logarithm of the mean power, watts.
	Power
)

// A law has inner parameters that depend on the context, and shared ones. All are logarithms.
const (
	// Time: overhead o, work s, wanted power D, slowdown g. Power: idle i, work w, half-busy batch B, exponent r.
	inner  = 4
	shared = 2 // Time: h, k. Power: k, c.
)

// place is where a run lies: the logarithms of its batch size and power limit.
type place struct {
	batch, limit float64
	limited      bool // false: there is no limit
}

// at returns the law's value for the inner parameters in and the shared ones sh. With din and dsh given it writes the
// derivatives there.
func (l Law) at(in *[inner]float64, sh *[shared]float64, at place, din *[inner]float64, dsh *[shared]float64) float64 {
	if l == Power {
		return powerAt(in, sh, at, din, dsh)
	}
	return timeAt(in, sh, at, din, dsh)
}

func timeAt(in *[inner]float64, sh *[shared]float64, at place, din *[inner]float64, dsh *[shared]float64) float64 {
	h, k := math.Exp(sh[0]), math.Exp(sh[1])
	overhead, work := in[0]-at.batch, in[1]
	slow, throttled, z, g := 0.0, 0.0, 0.0, 0.0
	if at.limited {
		z, g = in[2]-at.limit, math.Exp(in[3])
		slow, throttled = softplus(z, k)
		work += float64(g * slow)
	}
	y, idle := softmax(overhead, work, h)
	if din == nil {
		return y
	}
	busy := 1 - idle
	*din = [inner]float64{idle, busy, float64(busy*g) * throttled, float64(busy*g) * slow}
	dsh[0] = float64(idle*overhead) + float64(busy*work) - y
	dsh[1] = float64(busy*g) * (float64(z*throttled) - slow)
	return y
}

func powerAt(in *[inner]float64, sh *[shared]float64, at place, din *[inner]float64, dsh *[shared]float64) float64 {
	k, r := math.Exp(sh[0]), math.Exp(in[3])
	z := in[2] - at.batch
	lost, share := softplus(z, 1)
	work := in[1] - float64(r*lost)
	free, idle := softmax(in[0], work, 1)
	y, below := free, 1.0
	limit := at.limit + sh[1]
	if at.limited {
		y, below = softmax(-free, -limit, k)
		y = -y
	}
	if din == nil {
		return y
	}
	busy := float64(below * (1 - idle))
	*din = [inner]float64{float64(below * idle), busy, -float64(busy*r) * share, -float64(busy*r) * lost}
	*dsh = [shared]float64{}
	if at.limited {
		dsh[0] = float64(below*free) + float64((1-below)*limit) - y
		dsh[1] = 1 - below
	}
	return y
}

// softmax returns log(exp(h a) + exp(h b))/h, and its derivative by a.
func softmax(a, b, h float64) (y, da float64) {
	da = logistic(h * (a - b))
	lift, _ := softplus(-math.Abs(a-b), h)
	return max(a, b) + lift, da
}

// softplus returns log(1 + exp(k z))/k, and its derivative by z.
func softplus(z, k float64) (y, dz float64) {
	return max(z, 0) + math.Log1p(math.Exp(-math.Abs(float64(k*z))))/k, logistic(k * z)
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
