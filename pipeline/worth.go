package pipeline

import (
	"context"

	"eahas/artifacts"
	"eahas/features"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/report"
	"eahas/search"
	"eahas/trial/target"
)

// worth says what a search on a variant would find, and what that is worth, and how sure the bundle's surrogate is of
// it; nil without learning curves.
func (r *run) worth(ctx context.Context, p *prepared, s experiment.Scored, v *recipe.Variant,
	sur *artifacts.Surrogate) (*report.Worth, error) {
	if !s.Has(target.Curve) {
		return nil, nil
	}
	w, err := p.plan.Worth(ctx, r.stages, v)
	if err != nil {
		return nil, err
	}
	out := &report.Worth{Variant: v.Name, Unknown: w.Unknown}
	if w.Unknown == "" {
		at := features.Config(w.Config)
		sure, err := search.IntervalAt(sur, at)
		if err != nil {
			return nil, err
		}
		out.Climb = &report.Climb{Found: w.Found, Judged: w.Judged, Config: at.Key(), Climbs: w.Climbs,
			Extrapolates: w.Extrapolates, Apart: w.Doubt.All, ApartBest: w.Doubt.BestDecile,
			Bundle: atOptimum(sur, sure)}
	}
	for i, c := range s.Competitors {
		if c.Name == v.Name {
			b := s.BestDecile(i)
			out.Best = report.Best{Trials: b.Trials, Predicted: b.Predicted, True: b.True, MAE: b.MAE}
		}
	}
	return out, nil
}

// atOptimum is what the bundle says of the optimum, in the metric's unit; nil where it does not know how sure it is.
func atOptimum(sur *artifacts.Surrogate, v search.Interval) *report.AtOptimum {
	if v.Level == 0 {
		return nil
	}
	m := search.Metric{Metric: sur.Spec().Metric}
	low, high := m.Value(v.Low), m.Value(v.High)
	return &report.AtOptimum{Value: m.Value(v.Loss), Level: v.Level, Low: min(low, high), High: max(low, high)}
}
