package next

import (
	"context"
	"fmt"
	"math"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models"
	"eahas/models/gp"
	"eahas/search"
	"eahas/trial/target"
)

// leastForProcess is from how many own trainings on their residuals have a Gaussian process; with fewer there is one
// shift for all, shrunk by n/(n+1).
const leastForProcess = 5

// correction turns the bundle's predictions of one quantity into those of the own trainings.
type correction struct {
	process *gp.Model
	shift   float64
	seen    int // own trainings
}

// learn fits a correction to residuals (own less predicted) at encoded rows.
func learn(ctx context.Context, columns []features.Column, rows, residuals []float64, seed uint64) (*correction,
	error) {
	n := len(residuals)
	if n == 0 {
		return &correction{}, nil
	}
	if n < leastForProcess {
		sum := 0.0
		for _, r := range residuals {
			sum += r
		}
		return &correction{shift: sum / float64(n+1)}, nil
	}
	d := models.Data{X: features.Frame{Columns: columns, N: n, Data: rows}, Y: residuals, K: 1}
	m, err := gp.Trainer{Kernel: gp.Matern52, Components: 1}.Fit(ctx, d, models.Options{Seed: seed, Workers: 1})
	if err != nil {
		return nil, fmt.Errorf("correcting the bundle by the log: %w", err)
	}
	return &correction{process: m, seen: n}, nil
}

// at returns the correction at a row and its standard deviation, NaN where it does not know one.
func (c *correction) at(row []float64) (mean, sd float64) {
	if c.process == nil {
		return c.shift, math.NaN()
	}
	return c.process.Predict(nil, row)[0], math.Sqrt(c.process.PredictVar(nil, row)[0])
}

// priorTrainings is for how many own trainings the bundle's own account of how sure it is counts.
const priorTrainings = 10

// pooled returns the standard deviation between the bundle's and that of the process, by how many trainings the process
// has seen: a handful that happen to agree do not make the advice sure. Where the bundle knows none it is the
// process's.
func (c *correction) pooled(bundle, own float64) float64 {
	if bundle != bundle {
		return own
	}
	n := float64(c.seen)
	return math.Sqrt((priorTrainings*bundle*bundle + n*own*own) / (priorTrainings + n))
}

// predicted is what the bundle says about a configuration.
type predicted struct {
	loss, lossLow, lossHigh       float64 // of the whole run
	joules, joulesLow, joulesHigh float64
	outside                       bool
}

// world answers from the bundle, corrected.
type world struct {
	s      *artifacts.Surrogate
	spec   artifacts.Spec
	metric search.Metric
	of     target.Target      // in place of the curve; "": the curve
	second *target.Definition // in place of the energy; nil: the energy
	level  float64
	answer artifacts.Answer
	row    []float64
	loss   *correction
	energy *correction
}

// raw asks the bundle alone.
func (w *world) raw(c features.Config) (predicted, error) {
	a := &w.answer
	if err := w.s.QueryInto(a, c, artifacts.Whole); err != nil {
		return predicted{}, err
	}
	nan := math.NaN()
	p := predicted{loss: w.metric.Loss(w.value(len(a.Epochs) - 1)), joules: a.EnergyTotal, outside: a.Extrapolates,
		lossLow: nan, lossHigh: nan, joulesLow: nan, joulesHigh: nan}
	if w.second != nil {
		p.joules, _ = a.Of(w.second.Name)
	}
	if len(w.s.Levels()) == 0 {
		return p, nil
	}
	if err := w.s.Bounds(a, w.level); err != nil {
		return p, err
	}
	if v := a.Intervals; v != nil {
		p.lossLow, p.lossHigh, _ = search.LossBounds(v, w.metric, w.of)
		p.joulesLow, p.joulesHigh = v.EnergyTotalLow, v.EnergyTotalHigh
		if w.second != nil {
			p.joulesLow, p.joulesHigh, _ = v.Of(w.second.Name)
		}
	}
	return p, nil
}

// value is the metric of the last answer: the curve at the k-th epoch of it, or a target of the bundle's own.
func (w *world) value(k int) float64 {
	if w.of == "" {
		return w.answer.Curve[k]
	}
	if c := w.answer.CurveOf(w.of); len(c) > 0 {
		return c[k]
	}
	x, _ := w.answer.Of(w.of)
	return x
}

// unsure is how unsure a prediction counts, as a share of the loss, where neither the bundle nor enough own trainings
// say.
const unsure = 0.1

// ask returns the corrected prediction and the standard deviation of the loss.
func (w *world) ask(c features.Config) (predicted, float64, error) {
	p, err := w.raw(c)
	if err != nil {
		return p, 0, err
	}
	if w.row, err = w.spec.Encoder.Encode(w.row, c); err != nil {
		return p, 0, err
	}
	z := quantile(w.level)
	sd := (p.lossHigh - p.lossLow) / (2 * z)
	d, own := w.loss.at(w.row)
	p.loss, p.lossLow, p.lossHigh = p.loss+d, p.lossLow+d, p.lossHigh+d
	if own == own {
		sd = w.loss.pooled(sd, own)
		p.lossLow, p.lossHigh = p.loss-z*sd, p.loss+z*sd
	}
	if !(sd > 0) {
		sd = unsure * math.Abs(p.loss)
	}
	if w.metric.Percent() {
		p.loss, p.lossLow, p.lossHigh = percent(p.loss), percent(p.lossLow), percent(p.lossHigh)
	}
	f, ownCost := w.energy.at(w.row)
	p.joules, p.joulesLow, p.joulesHigh = p.joules*math.Exp(f), p.joulesLow*math.Exp(f), p.joulesHigh*math.Exp(f)
	if ownCost == ownCost {
		ln := w.energy.pooled(math.Log(p.joulesHigh/p.joulesLow)/(2*z), ownCost)
		p.joulesLow, p.joulesHigh = p.joules*math.Exp(-z*ln), p.joules*math.Exp(z*ln)
	}
	return p, sd, nil
}

func percent(x float64) float64 { return min(100, max(0, x)) }

// quantile returns z of the two-sided normal interval of a level.
func quantile(level float64) float64 { return math.Sqrt2 * math.Erfinv(level) }

// correct learns from the own trainings.
func (w *world) correct(ctx context.Context, trials []Trial, seed uint64) error {
	var rows, loss, costRows, cost []float64
	for _, t := range trials {
		if err := w.s.QueryInto(&w.answer, t.Config, artifacts.Whole); err != nil {
			return fmt.Errorf("%w: line %d: %w", ErrLog, t.Line, err)
		}
		a := &w.answer
		k := len(a.Epochs) - 1
		for ; t.Epochs == t.Epochs && k > 0 && w.spec.Epochs.Trained(a.Epochs[k]) > t.Epochs*(1+1e-9); k-- {
		}
		row, err := w.spec.Encoder.Encode(nil, t.Config)
		if err != nil {
			return err
		}
		rows = append(rows, row...)
		loss = append(loss, w.metric.Loss(t.Value)-w.metric.Loss(w.value(k)))
		if t.Joules == t.Joules && len(a.Energy) > 0 && w.second == nil {
			costRows = append(costRows, row...)
			cost = append(cost, math.Log(t.Joules/a.Energy[k]))
		}
	}
	var err error
	if w.loss, err = learn(ctx, w.spec.Encoder.Columns(), rows, loss, seed); err != nil {
		return err
	}
	w.energy, err = learn(ctx, w.spec.Encoder.Columns(), costRows, cost, seed+1)
	return err
}
