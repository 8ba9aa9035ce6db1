package energy

import (
	"context"
	"fmt"

	"eahas/internal/stream"
	"eahas/models"
)

// PowerTimeTrainer learns energy as power x time: one model for the logarithm of the mean power (watts) and one for the
// logarithm of the time (seconds), whose sum is the logarithm of the energy (joules).
//
// It takes data with K = 2: column 0 is log energy, column 1 is log time, natural logarithms, of the same span (an epoch or the
// run). Anything else is ErrTargets. The predictor has the same two outputs, so that an answer's energy, time and
// power never contradict each other.
type PowerTimeTrainer struct {
	Power, Time models.Trainer // both required; each sees one target
}

var _ models.Trainer = PowerTimeTrainer{}

// Train trains both parts, with seeds of their own made from o.Seed, and returns a *PowerTime.
func (t PowerTimeTrainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	if d.K != 2 || len(d.Y) != 2*d.X.N {
		return nil, fmt.Errorf("%w: got %d targets a row and %d numbers for %d rows", ErrTargets, d.K, len(d.Y), d.X.N)
	}
	power, time := make([]float64, d.X.N), make([]float64, d.X.N)
	for i := range power {
		power[i], time[i] = d.Y[2*i]-d.Y[2*i+1], d.Y[2*i+1]
	}
	p, err := part(ctx, t.Power, "power", power, d, o, 0)
	if err != nil {
		return nil, err
	}
	q, err := part(ctx, t.Time, "time", time, d, o, 1)
	if err != nil {
		return nil, err
	}
	return &PowerTime{Power: p, Time: q}, nil
}

// part trains on one target; half is 0 for the first half of the progress, 1 for the second.
func part(ctx context.Context, t models.Trainer, name string, y []float64, d models.Data, o models.Options, half int) (models.Predictor, error) {
	d.Y, d.K = y, 1
	o.Seed = stream.Seed(o.Seed, "energy", name)
	if show := o.Progress; show != nil {
		o.Progress = func(done, total int) { show(half*total+done, 2*total) }
	}
	p, err := t.Train(ctx, d, o)
	if err != nil {
		return nil, fmt.Errorf("log %s: %w", name, err)
	}
	return p, nil
}

// PowerTime predicts log energy and log time from a model of log power and one of log time. Both are required and have one
// output. It is as safe for concurrent use as they are. It has no bytes of its own: a bundle holds its two parts.
type PowerTime struct {
	Power, Time models.Predictor
}

var (
	_ models.Predictor = (*PowerTime)(nil)
	_ models.Freezer   = (*PowerTime)(nil)
)

// Outputs returns 2: log energy and log time.
func (*PowerTime) Outputs() int { return 2 }

// Predict writes log energy (joules) and log time (seconds) for the row x into dst (length 2; nil allocates). It allocates only
// what its parts do.
func (p *PowerTime) Predict(dst, x []float64) []float64 {
	dst = sized(dst, 2)
	p.Power.Predict(dst[:1:1], x)
	p.Time.Predict(dst[1:2:2], x)
	dst[0] += dst[1]
	return dst
}

// Freeze returns a PowerTime of the parts' serving forms.
func (p *PowerTime) Freeze() (models.Predictor, error) {
	power, err := frozen(p.Power)
	if err != nil {
		return nil, fmt.Errorf("log power: %w", err)
	}
	time, err := frozen(p.Time)
	if err != nil {
		return nil, fmt.Errorf("log time: %w", err)
	}
	return &PowerTime{Power: power, Time: time}, nil
}

func frozen(p models.Predictor) (models.Predictor, error) {
	if f, ok := p.(models.Freezer); ok {
		return f.Freeze()
	}
	return p, nil
}
