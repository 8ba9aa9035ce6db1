package twopart

import (
	"context"
	"fmt"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/problem"
)

// fewest is the number of targets below which no curve can be seen to stand still.
const fewest = 4

// The default thresholds: a chance of failure below the first counts as 0, above the second as 1.
const (
	DefaultLow  = 0.1
	DefaultHigh = 0.9
)

// Trainer holds the trainers of the three parts. All are required.
type Trainer struct {
	Gate   models.Trainer // one output: the chance of failure
	Alive  models.Trainer // of rows that did not fail
	Failed models.Trainer // of rows that did
	// Tolerance is the largest range of the last half of a failed row's targets, in their unit; 0 means 1e-9.
	Tolerance float64
	Low, High float64 // thresholds of certainty; both 0 means DefaultLow and DefaultHigh
}

var _ models.Trainer = Trainer{}

// Train fits the three parts. The result is a *Model whose Freeze gives the serving form.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err // not a nil *Model inside the interface
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	if err := t.defaults(); err != nil {
		return nil, err
	}
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("twopart: %w", err)
	}
	gate := d
	gate.K, gate.Y = 1, make([]float64, d.X.N)
	var alive, failed []int
	for i := range d.X.N {
		if t.still(d.Y[i*d.K : (i+1)*d.K]) {
			gate.Y[i] = 1
			failed = append(failed, i)
		} else {
			alive = append(alive, i)
		}
	}
	m := &Model{outputs: d.K, low: t.Low, high: t.High}
	jobs := []struct {
		name    string
		trainer models.Trainer
		data    models.Data
		into    *models.Predictor
	}{
		{"gate", t.Gate, gate, &m.gate},
		{"alive", t.Alive, problem.Select(d, alive), &m.alive},
		{"failed", t.Failed, problem.Select(d, failed), &m.failed},
	}
	if len(alive) == 0 {
		jobs = jobs[2:]
	} else if len(failed) == 0 {
		jobs = jobs[1:2]
	}
	for k, j := range jobs {
		one := o
		one.Seed = stream.Seed(o.Seed, "twopart", j.name)
		if o.Progress != nil {
			one.Progress = func(done, total int) { o.Progress(k*total+done, len(jobs)*total) }
		}
		if *j.into, err = j.trainer.Train(ctx, j.data, one); err != nil {
			return nil, fmt.Errorf("twopart: %s: %w", j.name, err)
		}
	}
	return m, ctx.Err()
}

func (t *Trainer) defaults() error {
	if t.Gate == nil || t.Alive == nil || t.Failed == nil {
		return fmt.Errorf("%w: a part has no trainer", ErrParts)
	}
	if t.Low == 0 && t.High == 0 {
		t.Low, t.High = DefaultLow, DefaultHigh
	}
	if t.Tolerance == 0 {
		t.Tolerance = 1e-9
	}
	if !(t.Low >= 0 && t.Low <= t.High && t.High <= 1 && t.Tolerance >= 0) {
		return fmt.Errorf("%w: low %v, high %v, tolerance %v", ErrParts, t.Low, t.High, t.Tolerance)
	}
	return nil
}

// still reports whether a curve's targets show no change over their last half.
func (t *Trainer) still(y []float64) bool {
	if len(y) < fewest {
		return false
	}
	least, most := y[len(y)-1], y[len(y)-1]
	for _, v := range y[len(y)/2:] {
		least, most = min(least, v), max(most, v)
	}
	return most-least <= t.Tolerance
}
