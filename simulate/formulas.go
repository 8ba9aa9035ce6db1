package simulate

import (
	"fmt"
	"math"

	"eahas/features"
)

// setup holds the quantities of one configuration before any noise. The numbers in the comments are those of the
// package's documentation.
type setup struct {
	task     task
	epochs   int
	policy   string
	mismatch float64 // 1: decades above the best learning rate
	quality  float64 // 1: 0..1
	failure  float64 // 2: probability
	final    float64 // 3: accuracy after the last epoch, percent
	tau      float64 // 4: epochs
	hold     float64 // 4: share of the accuracy that large steps hold down
	seconds  float64 // 6: of one training epoch
	watts    float64 // 7
	testTime float64 // 8: seconds of one test pass
}

// setup evaluates formulas 1 to 8 for a configuration.
func (s *simulator) setup(c features.Config) (setup, error) {
	q, err := s.space.Derive(c)
	if err != nil {
		return setup{}, err
	}
	lr, okLR := c["lr"].Float()
	epochs, okE := c["epochs"].Float()
	cutout, okC := c["cutout"].Float()
	optimizer, _ := c["optimizer"].Str()
	policy, _ := c["policy"].Str()
	if !okLR || lr <= 0 || !okE || epochs < 1 || epochs > maxEpochs || !okC {
		return setup{}, fmt.Errorf("%w: lr, epochs (1..%d) and cutout must be numbers", ErrSpace, maxEpochs)
	}
	if policy != "cos" && policy != "exp" && policy != "lin" {
		return setup{}, fmt.Errorf("%w: policy %q; known are cos, exp, lin", ErrSpace, policy)
	}
	x := setup{task: s.task, epochs: int(epochs), policy: policy}
	last := q.Network.Stage[q.Network.Stages-1]
	group := float64(last.GroupW)

	var best, rate, extra float64
	switch optimizer {
	case "sgd":
		best, rate = -0.8, 0.75
	case "adam":
		best, rate, extra = -2.6, 0.95, 0.25
	case "adamw":
		best, rate, extra = -2.2, 0.90, 0.25
	default:
		return setup{}, fmt.Errorf("%w: optimizer %q; known are sgd, adam, adamw", ErrSpace, optimizer)
	}
	m := math.Log10(lr) - best + 0.15*math.Log2(float64(last.Width)/200) + 0.10*math.Log2(epochs/100)
	steep := 0.9
	if m <= 0 {
		steep = 0.35
	}
	x.mismatch, x.quality = m, math.Exp(-steep*m*m)
	x.failure = rate / (1 + math.Exp(-7*(m-1.45)))

	x.accuracy(&q.Complexity, group, epochs, cutout > 0)
	x.tau = 4 + 8*(1-x.quality) + 10*max(0, -m)
	x.hold = 0.10 + 0.12*x.quality/(1+math.Exp(-2*m))
	x.costs(&q.Complexity, group, extra, cutout > 0)
	return x, nil
}

// accuracy evaluates formula 3.
func (x *setup) accuracy(cx *features.Complexity, group, epochs float64, cutout bool) {
	k := 1 - math.Exp(-(0.55*math.Log(cx.Params/1e5) + 0.5*math.Log(cx.FLOPs/2e7) + 0.03*math.Log2(1+group)))
	k = max(k, 0.05)
	span := x.task.top - x.task.chance
	unit := span / 85
	x.final = x.task.chance + span*math.Pow(k, 0.35)*(0.30+0.70*x.quality)*(1-0.05*50/epochs)
	switch x.policy {
	case "cos":
		x.final += 0.6 * unit * x.quality
	case "exp":
		x.final -= 0.8 * unit * x.quality
	}
	if cutout {
		x.final += 0.8 * unit * x.quality * (math.Log2(epochs/50) - 0.8)
	}
	x.final = min(max(x.final, x.task.chance), 99)
}

// costs evaluates formulas 6 to 8.
func (x *setup) costs(cx *features.Complexity, group, extra float64, cutout bool) {
	intensity := cx.FLOPs / cx.Acts
	util := 0.75 * intensity / (intensity + 150)
	if group < 8 {
		util /= 1.5
	}
	util += 0.25
	const flopRate, actRate, testActRate = 2.2e13, 9.0e9, 2.7e10
	perImage := 3*cx.FLOPs/(flopRate*util) + cx.Acts/actRate
	x.seconds = 4.0 + x.task.train*perImage + extra*x.task.train/50_000
	if cutout {
		x.seconds += 0.25
	}
	x.watts = min(250, 62+188*math.Pow(util, 0.7))
	x.testTime = 0.8 + x.task.test*(cx.FLOPs/(flopRate*util)+cx.Acts/testActRate)
}
