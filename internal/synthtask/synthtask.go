// Package synthtask makes a regression problem with the shape of surrogate training: 26 encoded columns of a joint
// architecture and hyperparameter space, and 10 targets (Bezier control points of a learning curve, energy and time per
// epoch) with noise, diverged runs and heavy tails.
package synthtask

import (
	"math"
	"math/rand/v2"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
)

// Columns is the number of columns: depth, w0, wa, wm and group width, and one-hot groups of 10 learning rates,
// 3 optimizers, 3 policies, 2 cutout settings and 3 epoch budgets.
const Columns = 26

// Outputs is the number of targets: 4 x control points in 0..1, 4 y control points in percent, kilojoules and seconds
// per epoch.
const Outputs = 10

var (
	groupWidths   = []float64{1, 2, 4, 8, 16, 24, 32}
	learningRates = []float64{.001, .003, .005, .01, .03, .05, .1, .3, .5, 1}
	bestLogRate   = []float64{-0.8, -2.6, -2.3} // per optimizer
	divergence    = []float64{.75, .95, .9}     // per optimizer
	policyGain    = []float64{0.8, 0.2, 0.5}
)

// Frame returns the columns, without rows. One-hot groups are declared when groups is true.
func Frame(groups bool) features.Frame {
	f := features.Frame{}
	for _, name := range []string{"depth", "w0", "wa", "wm", "group_w"} {
		f.Columns = append(f.Columns, features.Column{Name: name, Param: name, Group: -1})
	}
	for g, axis := range []struct {
		name string
		n    int
	}{{"lr", 10}, {"optim", 3}, {"policy", 3}, {"cutout", 2}, {"epochs", 3}} {
		for c := range axis.n {
			cat := string(rune('a' + c))
			col := features.Column{Name: axis.name + "=" + cat, Param: axis.name, Category: cat, Group: -1}
			if groups {
				col.Group = g
			}
			f.Columns = append(f.Columns, col)
		}
	}
	return f
}

// Make draws n rows. Values are rounded to float32, so that libraries that work in single precision see the same data.
func Make(n int, seed uint64) models.Data {
	d := models.Data{X: Frame(true), K: Outputs, Y: make([]float64, n*Outputs)}
	d.X.N, d.X.Data = n, make([]float64, n*Columns)
	rng := stream.New(seed, "synthtask")
	for i := range n {
		row(rng, d.X.Row(i), d.Y[i*Outputs:(i+1)*Outputs])
	}
	for _, s := range [][]float64{d.X.Data, d.Y} {
		for i, v := range s {
			s[i] = float64(float32(v))
		}
	}
	return d
}

// config is one drawn configuration.
type config struct {
	depth, w0, wa, wm, gw               float64
	rate, optim, policy, cutout, epochs int
}

func draw(r *rand.Rand) config {
	return config{
		depth: float64(6 + r.IntN(10)), w0: float64(6+r.IntN(11)) * 8,
		wa: float64(80+r.IntN(241)) / 10, wm: 2.5 + float64(r.IntN(501))/1000, gw: groupWidths[r.IntN(7)],
		rate: r.IntN(10), optim: r.IntN(3), policy: r.IntN(3), cutout: r.IntN(2), epochs: r.IntN(3),
	}
}

// row draws one configuration into x and its targets into y.
func row(r *rand.Rand, x, y []float64) {
	c := draw(r)
	copy(x, []float64{c.depth, c.w0, c.wa, c.wm, c.gw})
	x[5+c.rate], x[15+c.optim], x[18+c.policy], x[21+c.cutout], x[23+c.epochs] = 1, 1, 1, 1, 1

	width := c.w0*(1+0.25*math.Log(c.wm)) + c.wa*c.depth*0.55
	logRate := math.Log10(learningRates[c.rate])
	ei := float64(c.epochs)
	mis := logRate - bestLogRate[c.optim] - 0.15*math.Log2(width/100) + 0.1*(ei-1)
	curve(r, &c, width, logRate, mis, y)
	cost(r, &c, width, y)
}

// curve draws the control points.
func curve(r *rand.Rand, c *config, width, logRate, mis float64, y []float64) {
	noise := func(s float64) float64 { return r.NormFloat64() * s }
	is := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	slope := 0.35
	if mis > 0 {
		slope = 0.9
	}
	q := math.Exp(-slope * mis * mis) // training quality
	ei, cut, pi := float64(c.epochs), float64(c.cutout), float64(c.policy)
	capacity := 1 - math.Exp(-(math.Log(width/40)*0.9 + 0.05*(c.depth-6) + 0.06*math.Log2(c.gw+1)))
	diverged := r.Float64() < divergence[c.optim]/(1+math.Exp(-(mis-1.45)*7))
	final := 20 + 74*math.Pow(capacity, 0.6)*(0.35+0.65*q) + 1.6*cut*(ei-0.5)*q + policyGain[c.policy]*q*2 +
		1.5*math.Sin(c.wm*6.28*2)*math.Sqrt(c.depth/10)
	y[0] = 0.05 + 0.10*q*math.Log(width/50) + noise(.01)
	y[1] = 0.25 + 0.15*math.Tanh(mis) + 0.05*(pi-1)*q + 0.02*cut + noise(.015)
	y[2] = 0.55 + 0.12*math.Sin(1.3*mis+0.2*c.depth)*q + 0.04*(ei-1) + noise(.015)
	y[3] = 0.85 + 0.05*math.Tanh(3*(q-.5))*is(c.policy == 0) + 0.03*is(c.policy == 2)*logRate + noise(.01)
	y[4] = 10 + 0.35*final*q + noise(1.2)
	y[5] = 0.7*final - 6*math.Abs(mis)*q + noise(1)
	y[6] = 0.9*final + 3*is(c.policy == 0)*q - 2*is(c.policy == 1) + noise(.8)
	y[7] = final + noise(.6)
	heavy := studentT(r, 2.5)
	if diverged {
		for j := range 4 {
			y[j] = y[j]*0.3 + 0.5 + 0.03*heavy
			y[4+j] = 10 + math.Abs(heavy)*2 + 0.02*final
		}
	}
}

// cost draws energy and time per epoch.
func cost(r *rand.Rand, c *config, width float64, y []float64) {
	rare := func() bool { return r.Float64() < .01 }
	flops := c.depth*width*width*(0.2+0.8/math.Sqrt(c.gw))*1e-4 + 3*width*c.depth*1e-2
	util := 1 / (1 + 0.8*math.Exp(-(width-150)/60))
	if c.gw >= 16 && width < 200 {
		util *= 0.75
	}
	t := 3 + flops/util*0.35 + 0.7*float64(c.cutout)
	if c.optim > 0 {
		t += 0.25 * math.Sqrt(width)
	}
	y[9] = t * math.Exp(r.NormFloat64()*.03)
	if rare() {
		y[9] += r.ExpFloat64() * 20
	}
	y[8] = t * (90 + 120*util) * 1e-3 * math.Exp(r.NormFloat64()*.04)
	if rare() {
		y[8] += (math.Pow(1-r.Float64(), -1/2.2) - 1) * 2 // Lomax, as numpy's pareto
	}
}

// studentT draws from Student's t distribution: a normal over the root of chi squared (Marsaglia and Tsang 2000) over
// its degrees.
func studentT(r *rand.Rand, df float64) float64 {
	d := df/2 - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := 1 - r.Float64(); math.Log(u) < x*x/2+d-d*v+d*math.Log(v) {
			return r.NormFloat64() / math.Sqrt(d*v*2/df)
		}
	}
}
