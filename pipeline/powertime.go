package pipeline

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/energy"
	"eahas/trial"
)

// powerTime is the kind of cost that learns energy as power x time.
const powerTime = "powertime"

// PowerTimeParams are the settings of costs as power x time: the time of a head and the power of an energy head each have a regressor of their
// own, on logarithms. Energy and time of an answer come from the same model of time, so that they never contradict each other.
type PowerTimeParams struct {
	Power Regressor `yaml:"power" json:"power"` // of mean power, watts; default gp
	Time  Regressor `yaml:"time" json:"time"`   // of times, and of whatever else is no energy; default gp
}

// completePowerTime fills in the parts of costs and refuses unknown kinds.
func (r *Regressor) completePowerTime() error {
	if r.Kind != powerTime {
		return nil
	}
	p := or(r.PowerTime, PowerTimeParams{})
	for _, part := range []struct {
		name string
		of   *Regressor
	}{{"power", &p.Power}, {"time", &p.Time}} {
		if part.of.Kind == "" {
			part.of.Kind = "gp"
		}
		if k := part.of.Kind; k == "twopart" || !slices.Contains(partKinds, k) {
			return fmt.Errorf("powertime.%s: regressor %q is not one of %v, without twopart", part.name, k, partKinds)
		}
		if err := part.of.completeStack(false); err != nil {
			return fmt.Errorf("powertime.%s: %w", part.name, err)
		}
		if err := part.of.completePhysical(part.name); err != nil {
			return fmt.Errorf("powertime.%s: %w", part.name, err)
		}
	}
	r.PowerTime = &p
	return nil
}

// powerTimes trains the cost heads of one variant as power x time. A model of time that two heads need is trained once.
type powerTimes struct {
	d     *Dataset
	v     *Variant
	seed  uint64 // of the variant's streams
	rows  []int
	times map[string]artifacts.Head // by target, once trained
}

// head trains the head of a cost target.
func (p *powerTimes) head(ctx context.Context, target string, o models.Options) (artifacts.Head, error) {
	switch target {
	case artifacts.EnergyPerEpoch:
		return p.energy(ctx, target, artifacts.TimePerEpoch, func(t *trial.Trial) float64 { return label(artifacts.TimePerEpoch, t) }, o)
	case artifacts.EnergyTotal:
		return p.energy(ctx, target, "time_total", func(t *trial.Trial) float64 { return t.TrainTime.Total }, o)
	}
	return p.time(ctx, target, func(t *trial.Trial) float64 { return label(target, t) }, o)
}

// time trains what is no energy: the logarithm of the values that of reads, where they are finite and above 0.
func (p *powerTimes) time(ctx context.Context, name string, of func(*trial.Trial) float64, o models.Options) (artifacts.Head, error) {
	if h, ok := p.times[name]; ok {
		return h, nil
	}
	h := artifacts.Head{Target: name, Transform: artifacts.Log}
	use := p.having(of)
	if len(use) == 0 {
		return h, fmt.Errorf("%w: no trial to train %s on", ErrEmptyFold, name)
	}
	data := models.Data{X: p.d.X.Select(use), Groups: pick(p.d.Group, use), K: 1, Y: p.logs(use, of)}
	if h.Columns = usefulColumns(&data); h.Columns != nil {
		data.X = columnsOf(&data.X, h.Columns)
	}
	trainer, err := p.v.Cost.PowerTime.Time.trainer(p.d, nil, data)
	if err != nil {
		return h, err
	}
	o.Seed = stream.Seed(p.seed, p.v.Name, name)
	if h.Predictor, err = trainer.Train(ctx, data, o); err != nil {
		return h, err
	}
	p.times[name] = h
	return h, nil
}

// energy trains power on the trials that log both the energy and the time of the same span, and joins it with the model of that time.
func (p *powerTimes) energy(ctx context.Context, target, timeName string, timeOf func(*trial.Trial) float64, o models.Options) (artifacts.Head, error) {
	energyOf := func(t *trial.Trial) float64 { return label(target, t) }
	use := p.having(energyOf, timeOf)
	if len(use) == 0 {
		return artifacts.Head{}, fmt.Errorf("%w: cost: powertime needs trials with %s and %s, and there is none: choose another cost", ErrConfig, target, timeName)
	}
	h, err := p.time(ctx, timeName, timeOf, o)
	if err != nil {
		return h, err
	}
	h.Target = target
	data := models.Data{X: p.d.X.Select(use), Groups: pick(p.d.Group, use), K: 1}
	if h.Columns != nil {
		data.X = columnsOf(&data.X, h.Columns)
	}
	trainer, err := p.v.Cost.PowerTime.Power.trainer(p.d, nil, data)
	if err != nil {
		return h, err
	}
	o.Seed = stream.Seed(p.seed, p.v.Name, target)
	power, err := energy.TrainPower(ctx, trainer, data, p.logs(use, energyOf), p.logs(use, timeOf), o)
	if err != nil {
		return h, err
	}
	h.Predictor = &energy.PowerTime{Power: power, Time: h.Predictor}
	return h, nil
}

// having returns the training rows for which every value is finite and above 0.
func (p *powerTimes) having(of ...func(*trial.Trial) float64) []int {
	var out []int
	for _, i := range p.rows {
		if !slices.ContainsFunc(of, func(f func(*trial.Trial) float64) bool {
			x := f(&p.d.Trials[i])
			return !(x > 0) || math.IsInf(x, 0)
		}) {
			out = append(out, i)
		}
	}
	return out
}

func (p *powerTimes) logs(rows []int, of func(*trial.Trial) float64) []float64 {
	out := make([]float64, len(rows))
	for j, i := range rows {
		out[j] = math.Log(of(&p.d.Trials[i]))
	}
	return out
}
