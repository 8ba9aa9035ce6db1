package pipeline

import (
	"bytes"
	"context"
	"slices"
	"time"

	"eahas/artifacts"
	"eahas/report"
)

// measure trains every variant on all trials, one after the other, and measures what it costs. Timings come in the
// order of the variants.
func (r *run) measure(ctx context.Context, s *scored) ([]Timing, error) {
	out := make([]Timing, len(r.config.Variants))
	for vi := range r.config.Variants {
		v := &r.config.Variants[vi]
		frozen, err := r.finalStage(ctx, s.data, v, s.heads)
		if err != nil {
			return nil, err
		}
		k, err := r.finalKey(v, s.heads)
		if err != nil {
			return nil, err
		}
		took := r.store.loadTime(finalName(v), k)
		out[vi] = Timing{Variant: v.Name, TrainWall: took.Wall, TrainCPU: took.CPU}
		for _, f := range frozen {
			out[vi].Bytes += int64(len(f.Predictor) + len(f.Representation))
		}
		sur, err := s.frozenSurrogate(r, frozen, nil)
		if err != nil {
			return nil, err
		}
		if out[vi].QueryMicros, err = latency(ctx, sur, s.data); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// finalName, finalParts and finalKey identify the stage that trains a variant on all trials.
func finalName(v *Variant) string { return "final " + v.Name }

func (r *run) finalParts(v *Variant, heads []string) []any {
	return []any{r.dataKey, v, heads, r.config.Seed}
}

func (r *run) finalKey(v *Variant, heads []string) (key, error) {
	return keyOf(append([]any{finalName(v)}, r.finalParts(v, heads)...)...)
}

// latency returns the median time of one whole query, in microseconds, over logged configurations spread evenly, each
// asked several times in turn after a first round that warms up the caches.
func latency(ctx context.Context, sur *artifacts.Surrogate, d *Dataset) (float64, error) {
	n := min(latencyConfigs, len(d.Trials))
	var times []float64
	var a artifacts.Answer
	for round := range latencyRepeats + 1 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		for k := range n {
			config := d.Trials[k*len(d.Trials)/n].Config
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

func renderBoth(rep report.Report) (text, page []byte, err error) {
	var t, p bytes.Buffer
	if err := report.Text(&t, rep); err != nil {
		return nil, nil, err
	}
	if err := report.HTML(&p, rep); err != nil {
		return nil, nil, err
	}
	return t.Bytes(), p.Bytes(), nil
}
