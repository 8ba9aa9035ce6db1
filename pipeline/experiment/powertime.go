package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/energy"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/trial"
	"eahas/trial/target"
)

// powerTimes trains the cost heads of one variant as power x time. A model of time that two heads need is trained once.
type powerTimes struct {
	Plan
	v     *recipe.Variant
	seed  uint64 // of the variant's streams
	rows  []int
	times map[target.Target]artifacts.Head // by target, once trained
}

// head trains the head of a cost target.
func (p *powerTimes) head(ctx context.Context, t target.Target, o models.Options) (artifacts.Head, error) {
	switch t {
	case target.EnergyPerEpoch:
		return p.energy(ctx, t, target.TimePerEpoch, labelOf(target.TimePerEpoch), o)
	case target.EnergyTotal:
		return p.energy(ctx, t, target.TimeTotal, func(one *trial.Trial) float64 { return one.TrainTime.Total }, o)
	}
	return p.time(ctx, t, labelOf(t), o)
}

// time trains what is no energy: the logarithm of the values that of reads, where they are finite and above 0.
func (p *powerTimes) time(ctx context.Context, name target.Target, of func(*trial.Trial) float64,
	o models.Options) (artifacts.Head, error) {
	if h, ok := p.times[name]; ok {
		return h, nil
	}
	h := artifacts.Head{Target: name, Transform: artifacts.Log}
	use := p.having(of)
	if len(use) == 0 {
		return h, fmt.Errorf("%w: no trial to train %s on", dataset.ErrEmptyFold, name)
	}
	data := models.Data{X: p.Table.X.Select(use), Groups: pick(p.Table.Group, use), K: 1, Y: p.logs(use, of)}
	h.Clip = supported(h.Target, artifacts.Log, data.Y)
	if h.Columns = usefulColumns(&data); h.Columns != nil {
		data.X = columnsOf(&data.X, h.Columns)
	}
	trainer, err := p.v.Cost.PowerTime.Time.Trainer(p.task(name), nil, data)
	if err != nil {
		return h, err
	}
	o.Seed = stream.Seed(p.seed, p.v.Name, string(name))
	if h.Predictor, err = trainer.Train(ctx, data, o); err != nil {
		return h, err
	}
	p.times[name] = h
	return h, nil
}

// energy trains power on the trials that log both the energy and the time of the same span, and joins it with the model
// of that time.
func (p *powerTimes) energy(ctx context.Context, t, timeName target.Target, timeOf func(*trial.Trial) float64,
	o models.Options) (artifacts.Head, error) {
	energyOf := labelOf(t)
	use := p.having(energyOf, timeOf)
	if len(use) == 0 {
		return artifacts.Head{},
			fmt.Errorf("%w: cost: powertime needs trials with %s and %s, and there is none: choose another cost",
				recipe.ErrSetting, t, timeName)
	}
	h, err := p.time(ctx, timeName, timeOf, o)
	if err != nil {
		return h, err
	}
	h.Target = t
	data := models.Data{X: p.Table.X.Select(use), Groups: pick(p.Table.Group, use), K: 1}
	if h.Columns != nil {
		data.X = columnsOf(&data.X, h.Columns)
	}
	trainer, err := p.v.Cost.PowerTime.Power.Trainer(p.task(t), nil, data)
	if err != nil {
		return h, err
	}
	o.Seed = stream.Seed(p.seed, p.v.Name, string(t))
	joules := p.logs(use, energyOf)
	h.Clip = supported(h.Target, artifacts.Log, joules)
	power, err := energy.TrainPower(ctx, trainer, data, joules, p.logs(use, timeOf), o)
	if err != nil {
		return h, err
	}
	h.Predictor = &energy.PowerTime{Power: power, Time: h.Predictor}
	return h, nil
}

// labelOf reads a target's label.
func labelOf(t target.Target) func(*trial.Trial) float64 {
	return func(one *trial.Trial) float64 { return dataset.Label(t, one) }
}

// having returns the training rows for which every value is finite and above 0.
func (p *powerTimes) having(of ...func(*trial.Trial) float64) []int {
	var out []int
	for _, i := range p.rows {
		if !slices.ContainsFunc(of, func(f func(*trial.Trial) float64) bool {
			x := f(&p.Table.Trials[i])
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
		out[j] = math.Log(of(&p.Table.Trials[i]))
	}
	return out
}
