package pipeline

import (
	"context"
	"slices"
	"time"

	"eahas/artifacts"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
)

const (
	latencyConfigs  = 64
	latencyRepeats  = 20
	latencyUnitNano = 1e3 // nanoseconds in the unit of report.Variant.QueryMicros
)

// Timing is what one variant costs. It is measured on this machine and differs from run to run.
type Timing struct {
	Variant     string  `json:"variant"`
	TrainWall   float64 `json:"train_wall_seconds"` // the final training on all trials
	TrainCPU    float64 `json:"train_cpu_seconds"`  // of all processors together
	QueryMicros float64 `json:"query_microseconds"` // median of one whole query of the frozen surrogate
	Bytes       int64   `json:"bytes"`              // of the frozen models; not measured but counted
}

// measure trains the given variants on all trials, one after the other, and measures what it costs. Timings come in the
// order of the variants.
func (r *run) measure(ctx context.Context, p *prepared, variants []recipe.Variant) ([]Timing, error) {
	out := make([]Timing, len(variants))
	for i := range variants {
		v := &variants[i]
		frozen, err := p.plan.Final(ctx, r.stages, v)
		if err != nil {
			return nil, err
		}
		took, err := r.stages.Took(p.plan.FinalPiece(v))
		if err != nil {
			return nil, err
		}
		out[i] = Timing{Variant: v.Name, TrainWall: took.Wall, TrainCPU: took.CPU}
		for _, f := range frozen {
			out[i].Bytes += int64(len(f.Predictor) + len(f.Representation))
		}
		sur, err := r.surrogate(p, frozen, nil, artifacts.Unseen{}, "")
		if err != nil {
			return nil, err
		}
		if out[i].QueryMicros, err = latency(ctx, sur, p.plan.Table); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// latency returns the median time of one whole query, in microseconds, over logged configurations spread evenly, each
// asked several times in turn after a first round that warms up the caches.
func latency(ctx context.Context, sur *artifacts.Surrogate, t *dataset.Table) (float64, error) {
	n := min(latencyConfigs, len(t.Trials))
	var times []float64
	var a artifacts.Answer
	for round := range latencyRepeats + 1 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		for k := range n {
			config := t.Trials[k*len(t.Trials)/n].Config.Config()
			began := time.Now()
			if err := sur.QueryInto(&a, config, artifacts.Whole); err != nil {
				return 0, err
			}
			if round > 0 {
				times = append(times, float64(time.Since(began).Nanoseconds())/latencyUnitNano)
			}
		}
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}
