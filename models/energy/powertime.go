package energy

import (
	"context"
	"errors"
	"fmt"

	"eahas/models"
	"eahas/models/internal/factor"
	"eahas/models/parts"
)

// PowerTime predicts the logarithm of an energy (joules) as the sum of two: log power (watts) and log time (seconds),
// of the same span (an epoch or the run). Where another head answers with Time, an answer's energy, time and power
// never contradict each other. Both parts have one output. It is as safe for concurrent use as they are.
type PowerTime struct {
	Power, Time models.Predictor
}

var (
	_ models.Freezer  = (*PowerTime)(nil)
	_ models.Spreader = (*PowerTime)(nil)
)

// TrainPower trains what a PowerTime needs besides a model of time: t learns log power, which is log energy minus log
// time (each length n, of the rows of x). Groups and weights are those of d, whose own targets are not read. For
// lengths that do not fit it returns ErrTargets.
func TrainPower(ctx context.Context, t models.Trainer, d models.Data, logEnergy, logTime []float64,
	o models.Options) (models.Predictor, error) {
	if len(logEnergy) != d.X.N || len(logTime) != d.X.N {
		return nil, fmt.Errorf("%w: got %d and %d numbers for %d rows", ErrTargets, len(logEnergy), len(logTime), d.X.N)
	}
	d.K, d.Y = 1, make([]float64, d.X.N)
	for i := range d.Y {
		d.Y[i] = logEnergy[i] - logTime[i]
	}
	p, err := t.Train(ctx, d, o)
	if err != nil {
		return nil, fmt.Errorf("log power: %w", err)
	}
	return p, nil
}

// Outputs returns 1: log energy.
func (*PowerTime) Outputs() int { return 1 }

// Predict writes log energy for the row x into dst (length 1; nil allocates). It allocates only what its parts do.
func (p *PowerTime) Predict(dst, x []float64) []float64 {
	dst = sized(dst, 1)
	p.Time.Predict(dst, x)
	time := dst[0]
	p.Power.Predict(dst, x)
	dst[0] += time
	return dst
}

// Spread implements models.Spreader: power and time are taken as independent, so that their variances add up. A part
// that is no Spreader adds nothing.
func (p *PowerTime) Spread(dst, x []float64) []float64 {
	var rows []float64
	for _, part := range []models.Predictor{p.Power, p.Time} {
		if s, ok := part.(models.Spreader); ok {
			rows = s.Spread(rows, x)
		}
	}
	return factor.Append(dst, rows, 1)
}

// Freeze returns a PowerTime of the parts' serving forms.
func (p *PowerTime) Freeze() (models.Predictor, error) {
	power, errPower := parts.Freeze(p.Power)
	time, errTime := parts.Freeze(p.Time)
	if err := errors.Join(errPower, errTime); err != nil {
		return nil, fmt.Errorf("energy: %w", err)
	}
	return &PowerTime{Power: power, Time: time}, nil
}

// sized returns dst if it has length n, a new slice for nil, and panics otherwise.
func sized(dst []float64, n int) []float64 {
	if dst == nil {
		return make([]float64, n)
	}
	if len(dst) != n {
		panic("energy: dst has the wrong length")
	}
	return dst
}
