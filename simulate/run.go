package simulate

import (
	"math"
	"math/rand/v2"
	"strconv"

	"eahas/trial"
)

// maxEpochs is the longest run that is simulated.
const maxEpochs = 10_000

// warmup is the number of epochs over which the learning rate rises linearly.
const warmup = 5

// run draws one run of the configuration into t: curve, training energy and time, test energy.
func (x *setup) run(t *trial.Trial, rng *rand.Rand) {
	n := x.epochs
	data := make([]float64, 5*n)
	part := func(k int) []float64 { return data[k*n : (k+1)*n : (k+1)*n] }
	t.Curve = trial.Curve{Epochs: part(0), Values: part(1)}
	if at := x.curve(t.Curve, rng); at > 0 {
		t.Notes = append(t.Notes, trial.Note{Kind: "diverged", Detail: "epoch " + strconv.Itoa(at)})
	}
	joules, seconds, test := part(2), part(3), part(4)
	x.cost(joules, seconds, test, rng)
	x.costsOf(t, joules, seconds, test)
}

// costsOf puts the costs of the epochs into a trial.
func (x *setup) costsOf(t *trial.Trial, joules, seconds, test []float64) {
	t.TrainEnergy, t.TrainTime = perEpoch(joules, 1), perEpoch(seconds, 1)
	t.TestEnergy = perEpoch(test, 0)
	t.TestEnergy.Total = math.NaN()
}

// perEpoch makes a Cost whose mean leaves out the first skip epochs, where more than those exist.
func perEpoch(v []float64, skip int) trial.Cost {
	sum, total := 0.0, 0.0
	if skip >= len(v) {
		skip = 0
	}
	for i, y := range v {
		total += y
		if i >= skip {
			sum += y
		}
	}
	return trial.Cost{PerEpoch: v, Mean: sum / float64(len(v)-skip), Total: total, Coverage: math.NaN()}
}

// curve fills the error curve (formulas 4 and 5) and returns the epoch from which the run stays at chance, or 0.
func (x *setup) curve(c trial.Curve, rng *rand.Rand) (failed int) {
	n := len(c.Epochs)
	failed = x.failedAt(rng)
	final := x.final + 0.25*rng.NormFloat64()
	shape := x.shape()
	noise := 0.0
	for e := 1; e <= n; e++ {
		c.Epochs[e-1] = float64(e)
		if failed > 0 && e >= failed {
			c.Values[e-1] = 100 - x.task.chance
			continue
		}
		a := shape.accuracy(e, final)
		const stay = 0.5
		noise = stay*noise + math.Sqrt(1-stay*stay)*rng.NormFloat64()
		a += noise * (0.25 + 1.2*x.rate(e))
		c.Values[e-1] = 100 - min(max(a, x.task.chance/2), 99.5)
	}
	return failed
}

// shape is how accuracy rises (formula 4), with what does not depend on the epoch computed once.
type shape struct {
	*setup
	scale, norm float64
}

func (x *setup) shape() shape {
	scale := math.Pow(x.tau, -0.8)
	return shape{x, scale, 1 - math.Exp(-math.Pow(float64(x.epochs), 0.8)*scale)}
}

// accuracy returns the accuracy after epoch e of a run that ends at final, in percent, without noise.
func (s shape) accuracy(e int, final float64) float64 {
	rise := (1 - math.Exp(-powTable(e)*s.scale)) / s.norm
	return s.task.chance + (final-s.task.chance)*rise*(1-s.hold*s.rate(e))
}

// failedAt draws whether and when the run fails; 0 means never.
func (x *setup) failedAt(rng *rand.Rand) int {
	u, early, at := rng.Float64(), rng.Float64() < 0.5, rng.Float64()
	if u >= x.failure {
		return 0
	}
	within := max(1, x.epochs/3)
	if early {
		within = min(warmup, x.epochs)
	}
	return 1 + int(at*float64(within))
}

// rate returns the learning rate after epoch e as a share of the base rate.
func (x *setup) rate(e int) float64 {
	t := float64(e) / float64(x.epochs)
	var r float64
	switch x.policy {
	case "cos":
		r = (1 + math.Cos(math.Pi*t)) / 2
	case "exp":
		r = math.Exp(-t * math.Ln10 * 3)
	default:
		r = 1 - t
	}
	if e < warmup {
		r *= float64(e) / warmup
	}
	return r
}

// testPower is the share of the training's power that a test pass draws.
const testPower = 0.85

// firstEpoch returns how long the first epoch takes where the others take s seconds.
func firstEpoch(s float64) float64 { return 1.6*s + 6 }

// cost fills joules and seconds of the training epochs and joules of the test passes (formulas 6 to 8).
func (x *setup) cost(joules, seconds, test []float64, rng *rand.Rand) {
	runTime, runWatts := x.seconds*(1+0.01*rng.NormFloat64()), x.watts*(1+0.015*rng.NormFloat64())
	for e := range seconds {
		s, w := runTime, runWatts
		if e == 0 {
			s = firstEpoch(s)
		}
		s *= 1 + 0.01*rng.NormFloat64()
		w *= 1 + 0.01*rng.NormFloat64()
		if rng.Float64() < 0.01 {
			s *= 1.2 * math.Pow(3/1.2, rng.Float64())
			w *= 0.8
		}
		seconds[e], joules[e] = s, s*w
		test[e] = x.testTime * testPower * runWatts * (1 + 0.02*rng.NormFloat64())
	}
}

// pows holds e^0.8 for the usual lengths.
var pows = func() (t [201]float64) {
	for e := range t {
		t[e] = math.Pow(float64(e), 0.8)
	}
	return t
}()

func powTable(e int) float64 {
	if e < len(pows) {
		return pows[e]
	}
	return math.Pow(float64(e), 0.8)
}
